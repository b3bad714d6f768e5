"""Small networks that the lessons train."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def simple_net(classes: int = 15, dropout: float = 0.0, channels: int = 1) -> nn.Sequential:
    """Two convolutions and two linear layers for images (N, channels, 64, 64)."""
    return nn.Sequential(
        nn.Conv2d(channels, 10, 5),
        nn.MaxPool2d(3),
        nn.ReLU(),
        nn.Conv2d(10, 20, 5),
        nn.MaxPool2d(3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(500, 100),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(100, classes),
    )


def _pair(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class EncoderDecoder(nn.Module):
    """Four scales down and up with skip connections, from (N, 3, H, W) to (N, classes, H, W)."""

    def __init__(self, classes: int = 11, width: int = 16) -> None:
        super().__init__()
        widths = [width, 2 * width, 4 * width, 6 * width]
        self.down = nn.ModuleList(
            _pair(a, b) for a, b in zip([3, *widths[:-1]], widths, strict=True)
        )
        self.up = nn.ModuleList(
            _pair(a + b, b) for a, b in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.head = nn.Conv2d(widths[0], classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        kept: list[Tensor] = []
        for i, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if i else x)
            kept.append(x)
        for block, skip in zip(self.up, kept[-2::-1], strict=True):
            x = F.interpolate(x, size=skip.shape[2:], mode="bilinear", align_corners=False)
            x = block(torch.cat([x, skip], 1))
        return self.head(x)
