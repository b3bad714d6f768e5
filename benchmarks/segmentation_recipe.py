"""A recipe for CamVid from scratch: an encoder, a decoder with skip connections, and a loss.

Unlike in PSPNet, the decoder also gets the fine feature maps of the first layers, so that a pole
two pixels wide isn't lost in a map of one eighth of the size.
"""

from __future__ import annotations

from math import cos, pi
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from toolbox.data import VOID, ImageTensors
from toolbox.models.residual import ResidualBlock
from toolbox.segmentation import RecipeSettings

# Views have 0.5 to 1.1 times the size of the files; evaluation uses two sizes around 0.75.
SETTINGS = RecipeSettings(
    epochs=43,
    batch_size=8,
    optimizer="adamw",
    base_lr=3e-3,
    weight_decay=0.02,
    crop=(192, 256),
    scale=(0.5, 1.1),
    light=0.3,
    tint=0.2,
    mask_stride=2,
    mix=0.5,
    precision="bfloat16",
)
MEASURED_AT = ((208, 272), (320, 432))


class SkipNet(nn.Module):
    """Maps images (N, 3, H, W), with H and W multiples of 16, to scores (N, K, H, W).

    The encoder has feature maps of a half, a quarter, an eighth and a sixteenth of the size. The
    decoder doubles the coarsest map three times, and joins the result with the encoder's map of
    that size each time.
    """

    def __init__(
        self,
        num_classes: int = 11,
        widths: tuple[int, int, int, int] = (24, 48, 80, 144),
        criterion: nn.Module | None = None,
    ) -> None:
        super().__init__()
        half, quarter, eighth, deepest = widths
        self.stem = _conv(3, half, stride=2)
        self.encoder = nn.ModuleList(
            [
                nn.Sequential(ResidualBlock(half, quarter, 2), ResidualBlock(quarter, quarter)),
                nn.Sequential(ResidualBlock(quarter, eighth, 2), ResidualBlock(eighth, eighth)),
                nn.Sequential(
                    ResidualBlock(eighth, deepest, 2),
                    ResidualBlock(deepest, deepest),
                    ResidualBlock(deepest, deepest),
                ),
            ]
        )
        self.everywhere = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(deepest, deepest, 1), nn.ReLU()
        )
        self.decoder = nn.ModuleList(
            [
                _conv(deepest + eighth, eighth),
                _conv(eighth + quarter, quarter),
                _conv(quarter + half, half),
            ]
        )
        self.dropout = nn.Dropout2d(0.1)
        self.cls = nn.Conv2d(half, num_classes, 1)
        self.criterion = criterion or nn.CrossEntropyLoss(ignore_index=VOID)

    def forward(self, x: Tensor, y: Tensor | None = None) -> tuple[Any, ...]:
        """Return scores, ids, the main loss and no auxiliary loss, like the student's networks.

        In eval mode, the scores are averaged over the image and its mirror image.
        """
        scores = self._scores(x)
        if not self.training:
            scores = (scores + self._scores(x.flip(-1)).flip(-1)) / 2
        if y is not None and y.shape[1:] == scores.shape[2:]:
            # In training, masks have the size of the scores, which saves a third of the time.
            return scores, scores.argmax(dim=1), self.criterion(scores, y), None
        scores = F.interpolate(scores, size=x.shape[2:], mode="bilinear", align_corners=False)
        loss = None if y is None else self.criterion(scores, y)
        return scores, scores.argmax(dim=1), loss, None

    def _scores(self, x: Tensor) -> Tensor:
        maps = [self.stem(x)]
        for block in self.encoder:
            maps.append(block(maps[-1]))
        deep = maps.pop()
        deep = deep + self.everywhere(deep)
        for block in self.decoder:
            skip = maps.pop()
            grown = F.interpolate(deep, size=skip.shape[2:], mode="bilinear", align_corners=False)
            deep = block(torch.cat([grown, skip], dim=1))
        return self.cls(self.dropout(deep)).float()


class AtSizes(nn.Module):
    """A network applied to an image at several sizes; averages probabilities at half the size."""

    def __init__(self, network: nn.Module, sizes: tuple[tuple[int, int], ...]) -> None:
        super().__init__()
        self.network, self.sizes = network, sizes

    def forward(self, x: Tensor) -> Tensor:
        """Return probabilities (N, K, H // 2, W // 2) for images (N, 3, H, W)."""
        half, total = (x.shape[2] // 2, x.shape[3] // 2), torch.zeros(())
        for size in self.sizes:
            view = F.interpolate(x, size, mode="bilinear", align_corners=False, antialias=True)
            chances = self.network(view)[0].softmax(dim=1)
            total = total + F.interpolate(chances, half, mode="bilinear", align_corners=False)
        return total / len(self.sizes)


class OverlapLoss(nn.Module):
    """Cross-entropy, plus one minus the soft overlap (IoU) averaged over the classes.

    The first term weights all pixels equally; the second one weights all classes equally, as the
    mean IoU does.
    """

    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, share: float = 1.0) -> None:
        super().__init__()
        self.share = share
        # A buffer moves to the network's device; the weights file of a network doesn't contain it.
        self.register_buffer("weight", weight, persistent=False)

    def forward(self, scores: Tensor, y: Tensor) -> Tensor:
        """Return the loss for scores (N, K, H, W) and ids (N, H, W); both terms ignore void."""
        entropy = F.cross_entropy(
            scores, y, weight=self.weight, ignore_index=VOID, label_smoothing=0.05
        )
        known = (y != VOID)[:, None]
        chances = scores.softmax(dim=1) * known
        truth = torch.zeros_like(chances).scatter_(1, y.clamp(max=scores.shape[1] - 1)[:, None], 1)
        truth = truth * known
        both = (chances * truth).sum(dim=(0, 2, 3))
        present = truth.sum(dim=(0, 2, 3))
        either = chances.sum(dim=(0, 2, 3)) + present - both
        overlap = (both / either.clamp(min=1.0))[present > 0]
        return entropy + self.share * (1 - overlap.mean())


def class_weights(train: ImageTensors) -> Tensor:
    """Return the square root of each class's rarity relative to the median class, from 0.4 to 4."""
    counts = torch.bincount(train.targets.flatten(), minlength=VOID + 1)
    shares = counts[: len(train.classes)].double()
    return ((shares.median() / shares) ** 0.5).clamp(0.4, 4).float()


def one_cycle(base: float, step: int, steps: int, warm_up: float = 0.15) -> float:
    """Rise from a tenth of `base` to `base` in the `warm_up`, then fall to zero along a cosine."""
    done = step / steps
    if done < warm_up:
        return base * (0.1 + 0.9 * done / warm_up)
    return base * (1 + cos(pi * (done - warm_up) / (1 - warm_up))) / 2


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
