"""The pyramid pooling module, which gives every pixel context from the whole image."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F


class PPM(nn.Module):
    """Averages of a feature map over coarse grids, upsampled and concatenated to the map."""

    def __init__(self, in_dim: int, reduction_dim: int, bins: Sequence[int]) -> None:
        """
        Args:
            in_dim: the number of channels of the input map.
            reduction_dim: the number of channels that each grid is reduced to.
            bins: the sides of the grids: 1 averages over the whole map, 2 over quarters, and so on.
        For each grid: average the map over the cells of the grid, reduce the channels by a 1x1
        convolution without a bias, batch normalization and ReLU, and upsample to the size of the
        map by bilinear interpolation.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.features = nn.ModuleList(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(bin_side),
                nn.Conv2d(in_dim, reduction_dim, kernel_size=1, bias=False),
                nn.BatchNorm2d(reduction_dim),
                nn.ReLU(inplace=True),
            )
            for bin_side in bins
        )
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """
        Args:
            x: float32 of shape (N, in_dim, H, W), any H and W; not modified. Training needs
                N of 2 or more if a grid has one cell: the variance of a single value is undefined.
        Returns: (N, in_dim + len(bins) * reduction_dim, H, W): first x itself, then the grids in
            the order of `bins`.
        """
        ### BEGIN SOLUTION
        height_width = x.shape[2:]
        grids = [
            F.interpolate(feature(x), size=height_width, mode="bilinear", align_corners=True)
            for feature in self.features
        ]
        return torch.cat([x, *grids], dim=1)
        ### END SOLUTION
