"""Augment whole batches at random, images and masks together."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from toolbox.data.tensors import in_usual_order

VOID = 255


@dataclass(frozen=True)
class Augment:
    """Random flips, shifts and changes of light, independent for each image of a batch.

    flip: probability of a left-right flip. shift: maximum in pixels in each direction; the border
    pixels are repeated, and masks are filled with void. brightness, contrast: factors are drawn
    from [1 - value, 1 + value]. 0 turns a step off; a value out of range is a ValueError.
    """

    flip: float = 0.5
    shift: int = 4
    brightness: float = 0.2
    contrast: float = 0.2

    def __post_init__(self) -> None:
        shares = {"flip": self.flip, "brightness": self.brightness, "contrast": self.contrast}
        for name, value in shares.items():
            if not 0 <= value <= 1:
                raise ValueError(f"{name} must be between 0 and 1, not {value}")
        if self.shift < 0:
            raise ValueError(f"shift must be 0 or more pixels, not {self.shift}")

    def __call__(
        self, images: Tensor, targets: Tensor, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor]:
        """Augment images float32 (N, C, H, W) in [0, 1] with labels (N,) or masks (N, H, W).

        Labels are returned unchanged; masks move with their images. Inputs are not modified.
        """
        masks = targets.ndim == 3
        flipped = torch.rand(len(images), generator=generator) < self.flip
        across, down = torch.randint(
            -self.shift, self.shift + 1, (2, len(images)), generator=generator
        )
        bright, contrast = torch.rand(2, len(images), generator=generator) * 2 - 1
        images = _move(images, flipped, down, across, self.shift)
        if masks:
            moved = _move(targets[:, None], flipped, down, across, self.shift, fill=VOID)
            targets = moved[:, 0]
        if self.brightness or self.contrast:
            images = _relight(images, 1 + bright * self.brightness, 1 + contrast * self.contrast)
        return images, targets


def _move(
    batch: Tensor,
    flipped: Tensor,
    down: Tensor,
    across: Tensor,
    shift: int,
    fill: int | None = None,
) -> Tensor:
    """Flip the chosen images of (N, C, H, W) and shift all by (down, across), in one gather."""
    count, _, height, width = batch.shape
    if shift:
        border = (shift, shift, shift, shift)
        if fill is None:
            batch = F.pad(batch, border, mode="replicate")
        else:
            batch = F.pad(batch, border, value=fill)
    columns = torch.arange(width).expand(count, -1)
    columns = torch.where(flipped[:, None], columns.flip(1), columns) + (shift - across)[:, None]
    rows = torch.arange(height).expand(count, -1) + (shift - down)[:, None]
    which = torch.arange(count)[:, None, None]
    picked = batch.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]]
    return in_usual_order(picked.permute(0, 3, 1, 2))


def _relight(images: Tensor, brightness: Tensor, contrast: Tensor) -> Tensor:
    middle = images.mean(dim=(1, 2, 3), keepdim=True)
    around = (images - middle) * contrast[:, None, None, None] + middle
    return (around * brightness[:, None, None, None]).clamp(0, 1)
