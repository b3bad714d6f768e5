"""Random views of images and their masks: the same scale, place and flip for both."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from toolbox.data import VOID, Augment


@dataclass(frozen=True)
class Views(Augment):
    """Flips and changes of light as in `Augment`, then a crop at a random scale.

    size: (height, width) of the views, or None for the size of the images.
    scale: before the crop, the image is resized by a factor drawn from this range.
    tint: each color channel is made weaker or stronger independently, by up to this fraction.
    mask_stride: masks are smaller than the views by this factor, for scores that are not upsampled.
    mix: the probability that an image gets the pixels of half the classes of another one pasted
    onto it, so that the network doesn't learn a cyclist by the one street he was seen in.
    Images are interpolated, masks use the nearest pixel; pixels outside the image are black, and
    void in the mask.
    """

    size: tuple[int, int] | None = None
    scale: tuple[float, float] = (0.75, 1.25)
    shift: int = 0
    tint: float = 0.0
    mask_stride: int = 1
    mix: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"scale must be a range of factors above 0, not {self.scale}")
        if self.size is not None and min(self.size) < 1:
            raise ValueError(f"size must be (height, width) in pixels, not {self.size}")
        if not 0 <= self.tint < 1 or self.mask_stride < 1:
            raise ValueError("tint must be at least 0 and below 1, and mask_stride 1 or more")
        if not 0 <= self.mix <= 1:
            raise ValueError(f"mix must be a probability from 0 to 1, not {self.mix}")

    def __call__(
        self, images: Tensor, targets: Tensor, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return views of images float32 (N, C, H, W) in [0, 1] and of masks (N, H, W)."""
        if targets.ndim != 3:
            raise ValueError("these views need masks (N, H, W) as targets")
        images, targets = super().__call__(images, targets, generator)
        size = self.size or (images.shape[2], images.shape[3])
        drawn = torch.rand(3, len(images), generator=generator)
        if self.tint:
            gains = torch.rand(*images.shape[:2], 1, 1, generator=generator) * 2 - 1
            images = (images * (1 + self.tint * gains)).clamp(0, 1)
        grid = self._grid(images, size, drawn)
        views = F.grid_sample(images, grid, padding_mode="zeros", align_corners=False)
        # 0 marks pixels outside the image, which become void.
        if self.mask_stride > 1:
            smaller = (size[0] // self.mask_stride, size[1] // self.mask_stride)
            grid = self._grid(images, smaller, drawn, self.mask_stride)
        ids = F.grid_sample(targets[:, None].float() + 1, grid, mode="nearest", align_corners=False)
        ids = torch.where(ids == 0, VOID, ids - 1)[:, 0].to(targets.dtype)
        return self._mixed(views, ids, generator) if self.mix else (views, ids)

    def _mixed(
        self, views: Tensor, ids: Tensor, generator: torch.Generator | None
    ) -> tuple[Tensor, Tensor]:
        """Paste the pixels of some classes of each image onto the next one."""
        count = len(ids)
        pasted = torch.rand(count, VOID + 1, generator=generator) < 0.5
        pasted &= torch.rand(count, 1, generator=generator) < self.mix
        pasted[:, VOID] = False
        others = ids.roll(1, dims=0)
        where = pasted.gather(1, others.flatten(1).long()).view_as(ids)
        over = F.interpolate(where[:, None].float(), size=views.shape[2:], mode="nearest") > 0
        return torch.where(over, views.roll(1, dims=0), views), torch.where(where, others, ids)

    def _grid(
        self, images: Tensor, size: tuple[int, int], drawn: Tensor, stride: int = 1
    ) -> Tensor:
        """Return where each pixel of each view is taken from, in units of half an image."""
        count, _, height, width = images.shape
        random_scale, down, across = drawn
        low, high = self.scale
        factor = low * (high / low) ** random_scale / stride
        extent_y, extent_x = size[0] / (height * factor), size[1] / (width * factor)
        where = torch.zeros(count, 2, 3)
        where[:, 0, 0], where[:, 1, 1] = extent_x, extent_y
        # A view smaller than the image lies anywhere in it; a larger one contains the image.
        where[:, 0, 2] = (2 * across - 1) * (1 - extent_x).abs()
        where[:, 1, 2] = (2 * down - 1) * (1 - extent_y).abs()
        return F.affine_grid(where, [count, 1, *size], align_corners=False)
