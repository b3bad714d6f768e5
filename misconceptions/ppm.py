"""Wrong implementations of `student_code.ppm`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import wrong
from student_code.ppm import PPM


class _Parted(PPM):
    """The correct module, split into parts that entries override one at a time."""

    features: Any

    def enlarged(self, grid: Any, x: Any) -> Any:
        return F.interpolate(grid, size=x.shape[2:], mode="bilinear", align_corners=True)

    def grids(self, x: Any) -> Any:
        return [self.enlarged(feature(x), x) for feature in self.features]

    def forward(self, x: Any) -> Any:
        return torch.cat([x, *self.grids(x)], dim=1)


@wrong(
    "ppm.PPM",
    looks_like="the input map is left out of the result",
    hints=(
        "The result lacks in_dim channels.",
        "What else belongs in the result besides the grids?",
    ),
)
class WithoutTheMap(_Parted):
    def forward(self, x: Any) -> Any:
        return torch.cat(self.grids(x), dim=1)


@wrong(
    "ppm.PPM",
    looks_like="the input map goes through an in-place activation",
    hints=(
        "The negative values of the map are gone, even in the caller's tensor.",
        "Which layer may overwrite its input, and what is its input?",
    ),
)
class RectifiesItsInput(_Parted):
    def forward(self, x: Any) -> Any:
        return super().forward(F.relu(x, inplace=True))


@wrong(
    "ppm.PPM",
    looks_like="the input map comes last",
    hints=(
        "All channels are there, but in the wrong order.",
        "What should come first in the result?",
    ),
)
class MapLast(_Parted):
    def forward(self, x: Any) -> Any:
        return torch.cat([*self.grids(x), x], dim=1)


@wrong(
    "ppm.PPM",
    looks_like="the grids are added instead of concatenated",
    hints=("There are too few channels.", "Which operation stacks maps along the channels?"),
)
class Added(_Parted):
    def forward(self, x: Any) -> Any:
        return torch.cat([x, sum(self.grids(x))], dim=1)


@wrong(
    "ppm.PPM",
    looks_like="each cell is pooled with the maximum instead of the average",
    hints=(
        "A single bright pixel determines the value of a whole cell.",
        "Which kind of pooling does the task ask for?",
    ),
)
class MaxPooling(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature, side in zip(self.features, bins, strict=True):
            feature[0] = nn.AdaptiveMaxPool2d(side)
            feature.insert(1, nn.Identity())

    def grids(self, x: Any) -> Any:
        # Without the sign, a maximum ignores the order just as an average does; distinguish the
        # two.
        return [self.enlarged(feature(x * x.shape[2] + _ramp(x)), x) for feature in self.features]


def _ramp(x: Any) -> Any:
    return torch.linspace(0, 1, x.shape[3])[None, None, None, :]


@wrong(
    "ppm.PPM",
    looks_like="`bins` are used as window sizes instead of grid sizes",
    hints=(
        "A bin of 1 covers one pixel instead of the whole image.",
        "How many cells should each side of the grid have?",
    ),
)
class WindowsNotGrids(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature, side in zip(self.features, bins, strict=True):
            feature[0] = nn.AvgPool2d(side, ceil_mode=True)


@wrong(
    "ppm.PPM",
    looks_like="each grid is upsampled by repeating its values",
    hints=("The cells of the grids have hard edges.", "Which interpolation mode do you use?"),
)
class HardEdges(_Parted):
    def enlarged(self, grid: Any, x: Any) -> Any:
        return F.interpolate(grid, size=x.shape[2:], mode="nearest")


@wrong(
    "ppm.PPM",
    looks_like="all grids share the same convolution",
    hints=(
        "The grids share their weights.",
        "How many different convolutions does your list contain?",
    ),
)
class SharedWeights(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature in self.features:
            feature[1] = self.features[0][1]


@wrong(
    "ppm.PPM",
    looks_like="the grids are in a plain list, so torch doesn't register them",
    hints=(
        "The module seems to have no parameters.",
        "Which kind of list registers the modules in it?",
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
    hints=(
        "Some of the grids' values are negative.",
        "What should follow the batch normalization?",
    ),
)
class WithoutRelu(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature in self.features:
            feature[3] = nn.Identity()


@wrong(
    "ppm.PPM",
    looks_like="the batch normalization is missing",
    hints=(
        "The grids contain no normalization layer.",
        "Which layer comes between the convolution and the ReLU?",
    ),
)
class WithoutNormalisation(_Parted):
    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__(in_dim, reduction_dim, bins)
        for feature in self.features:
            feature[2] = nn.Identity()
