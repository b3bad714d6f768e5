"""Alternative implementations of `student_code.ppm`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import right


@right("ppm.PPM")
class SeparateLists(nn.Module):
    """A module with two lists of layers, pooling as a function, and unaligned corners."""

    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__()
        self.bins = list(bins)
        self.reduce = nn.ModuleList(nn.Conv2d(in_dim, reduction_dim, 1, bias=False) for _ in bins)
        self.norm = nn.ModuleList(nn.BatchNorm2d(reduction_dim) for _ in bins)

    def forward(self, x: Any) -> Any:
        joined = x
        for side, reduce, norm in zip(self.bins, self.reduce, self.norm, strict=True):
            grid = norm(reduce(F.adaptive_avg_pool2d(x, (side, side)))).relu()
            grown = F.interpolate(grid, x.size()[-2:], mode="bilinear", align_corners=False)
            joined = torch.cat((joined, grown), 1)
        return joined


@right("ppm.PPM")
class IntoOneTensor(nn.Module):
    """A module with named submodules that writes into a preallocated output."""

    def __init__(self, in_dim: int, reduction_dim: int, bins: Any) -> None:
        super().__init__()
        self.names = []
        for number, side in enumerate(bins):
            self.names.append(f"grid{number}")
            setattr(
                self,
                f"grid{number}",
                nn.Sequential(
                    nn.AdaptiveAvgPool2d((side, side)),
                    nn.Conv2d(in_dim, reduction_dim, (1, 1), bias=False),
                    nn.BatchNorm2d(reduction_dim),
                    nn.ReLU(),
                ),
            )
        self.in_dim, self.reduction_dim = in_dim, reduction_dim

    def forward(self, x: Any) -> Any:
        n, _, h, w = x.shape
        out = x.new_zeros(n, self.in_dim + len(self.names) * self.reduction_dim, h, w)
        out[:, : self.in_dim] = x
        grow = nn.UpsamplingBilinear2d(size=(h, w))
        for number, name in enumerate(self.names):
            start = self.in_dim + number * self.reduction_dim
            out[:, start : start + self.reduction_dim] = grow(getattr(self, name)(x))
        return out
