"""A small residual network for scene15, trained from scratch, and its augmentation.

It is ordinary torch code, trained with the student's own `train_epoch`. Unlike SimpleNet it has:
more layers, with a shortcut around each pair so that gradients reach the first ones; batch
normalization; crops at random scales; label smoothing; and a learning rate that first rises and
then falls to zero. The last section of the Part 3 notebook trains it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toolbox.data import Augment
from toolbox.training.devices import bfloat16_pays


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut: (N, inputs, H, W) to (N, outputs, H/s, W/s)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        last = nn.BatchNorm2d(outputs)
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            last,
        )
        # Initially the block is only its shortcut; it learns what to add.
        nn.init.zeros_(last.weight)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            # Averaging uses every pixel; a 1x1 convolution with stride 2 would skip three of 4.
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, inputs, H, W) to (N, outputs, H/stride, W/stride), never negative."""
        return F.relu(self.shortcut(x) + self.body(x))


class ResidualNet(nn.Module):
    """A network from grayscale images (N, 1, 64, 64) to scores, in `len(widths)` blocks.

    Each block after the first halves height and width and has the next number of channels in
    `widths`. `loss_criterion` is the cross-entropy, summed over the batch, of labels smoothed by
    `smoothing`: 1 - smoothing for the class, and the rest divided among all classes.
    """

    def __init__(
        self,
        num_classes: int = 15,
        widths: tuple[int, ...] = (24, 48, 96, 192),
        smoothing: float = 0.1,
    ) -> None:
        super().__init__()
        self.stages = nn.Sequential(
            nn.Conv2d(1, widths[0], 5, stride=2, padding=2, bias=False),  # 64 -> 32
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
            ResidualBlock(widths[0], widths[0]),
            *(ResidualBlock(a, b, stride=2) for a, b in pairwise(widths)),
        )
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(widths[-1], num_classes),
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum", label_smoothing=smoothing)

    def forward(self, x: Tensor) -> Tensor:
        """Return scores (N, num_classes) of images (N, 1, 64, 64); in eval mode, a mean of 4 views.

        Trains in bfloat16 if that is faster on the device.
        """
        if self.training:
            with torch.autocast(x.device.type, torch.bfloat16, enabled=bfloat16_pays(x.device)):
                scores: Tensor = self.head(self.stages(x))
            return scores.float()
        # Crops show things larger than the whole image does, so the image is also enlarged; and a
        # scene and its mirror image are the same scene.
        enlarged = F.interpolate(x, scale_factor=1.5, mode="bilinear", align_corners=False)
        views = (x, x.flip(-1), enlarged, enlarged.flip(-1))
        return torch.stack([self.head(self.stages(view)) for view in views]).mean(dim=0)


@dataclass(frozen=True)
class RandomViews(Augment):
    """Flips and changes of light as in `Augment`, then a crop of each image at a random scale.

    zoom: a crop's side is drawn from [1 - zoom, 1] of the image's, its place is random, and it
    is resized to the image's size. For images with labels; masks are a ValueError.
    """

    shift: int = 0
    zoom: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.zoom < 1:
            raise ValueError(f"zoom must be 0 or more and less than 1, not {self.zoom}")

    def __call__(
        self, images: Tensor, targets: Tensor, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor]:
        if targets.ndim != 1:
            raise ValueError("random views are for images with labels: a mask would not be cropped")
        images, targets = super().__call__(images, targets, generator)
        side, across, down = torch.rand(3, len(images), generator=generator)
        scale = 1 - self.zoom * side
        where = torch.zeros(len(images), 2, 3)
        where[:, 0, 0] = where[:, 1, 1] = scale
        where[:, 0, 2] = (2 * across - 1) * (1 - scale)
        where[:, 1, 2] = (2 * down - 1) * (1 - scale)
        grid = F.affine_grid(where, list(images.shape), align_corners=False)
        cropped = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
        return cropped, targets
