"""Wrong ways to write `student_code.ppm`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import wrong
from student_code.ppm import PPM


class _Parted(PPM):
    """The right module, in parts that can be got wrong one at a time."""

    features: Any

    def enlarged(self, grid: Any, x: Any) -> Any:
        return F.interpolate(grid, size=x.shape[2:], mode="bilinear", align_corners=True)

    def grids(self, x: Any) -> Any:
        return [self.enlarged(feature(x), x) for feature in self.features]

    def forward(self, x: Any) -> Any:
        return torch.cat([x, *self.grids(x)], dim=1)


@wrong(
    "ppm.PPM",
    looks_like="the map itself is left out",
    hints=("in_dim channels are missing.", "What stands beside the grids?"),
)
class WithoutTheMap(_Parted):
    def forward(self, x: Any) -> Any:
        return torch.cat(self.grids(x), dim=1)


@wrong(
    "ppm.PPM",
    looks_like="the map is passed through the activation in place",
    hints=(
        "Its negative values are gone, in the caller's tensor too.",
        "Which layer is allowed to write into its input, and what is its input?",
    ),
)
class RectifiesItsInput(_Parted):
    def forward(self, x: Any) -> Any:
        return super().forward(F.relu(x, inplace=True))


@wrong(
    "ppm.PPM",
    looks_like="the map comes last",
    hints=("All channels are there, in another order.", "What comes first?"),
)
class MapLast(_Parted):
    def forward(self, x: Any) -> Any:
        return torch.cat([*self.grids(x), x], dim=1)


@wrong(
    "ppm.PPM",
    looks_like="the grids are added up instead of joined",
    hints=("There are too few channels.", "Which operation puts maps beside each other?"),
)
class Added(_Parted):
    def forward(self, x: Any) -> Any:
        return torch.cat([x, sum(self.grids(x))], dim=1)


@wrong(
    "ppm.PPM",
    looks_like="the highest value of each cell is taken, instead of the average",
    hints=("A single bright pixel decides.", "Which kind of pooling was asked for?"),
)
class MaxPooling(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature, side in zip(self.features, bins, strict=True):
            feature[0] = nn.AdaptiveMaxPool2d(side)
            feature.insert(1, nn.Identity())

    def grids(self, x: Any) -> Any:
        # Without the sign a highest value is as blind to order as an average: take both apart.
        return [self.enlarged(feature(x * x.shape[2] + _ramp(x)), x) for feature in self.features]


def _ramp(x: Any) -> Any:
    return torch.linspace(0, 1, x.shape[3])[None, None, None, :]


@wrong(
    "ppm.PPM",
    looks_like="`bins` are the sides of windows, not of grids",
    hints=(
        "A bin of 1 sees one pixel, not the whole picture.",
        "Into how many cells is the map divided?",
    ),
)
class WindowsNotGrids(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature, side in zip(self.features, bins, strict=True):
            feature[0] = nn.AvgPool2d(side, ceil_mode=True)


@wrong(
    "ppm.PPM",
    looks_like="each grid is enlarged by repeating",
    hints=("The grids' cells have hard edges.", "Which mode does your interpolation have?"),
)
class HardEdges(_Parted):
    def enlarged(self, grid: Any, x: Any) -> Any:
        return F.interpolate(grid, size=x.shape[2:], mode="nearest")


@wrong(
    "ppm.PPM",
    looks_like="the same convolution serves all grids",
    hints=("The grids share their weights.", "How many convolutions does the list hold?"),
)
class SharedWeights(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature in self.features:
            feature[1] = self.features[0][1]


@wrong(
    "ppm.PPM",
    looks_like="the grids are in a plain list that torch doesn't know",
    hints=(
        "The module seems to have no parameters.",
        "Which kind of list tells torch about the modules in it?",
    ),
)
class PlainList(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        features = list(self.features)
        del self.features
        self.__dict__["features"] = features

    def grids(self, x: Any) -> Any:
        for feature in self.features:
            feature.train(self.training)
        return super().grids(x)


@wrong(
    "ppm.PPM",
    looks_like="the ReLU is missing",
    hints=("What the grids say is below zero at times.", "What follows batch normalisation?"),
)
class WithoutRelu(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature in self.features:
            feature[3] = nn.Identity()


@wrong(
    "ppm.PPM",
    looks_like="batch normalisation is missing",
    hints=("There is no normalisation in the grids.", "What stands between convolution and ReLU?"),
)
class WithoutNormalisation(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature in self.features:
            feature[2] = nn.Identity()
