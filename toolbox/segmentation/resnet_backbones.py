"""ResNet backbones: torchvision's, and a small one for machines without a GPU.

A backbone has `conv1`, `bn1`, `relu`, `maxpool`, `layer1` to `layer4` (sequences of bottleneck
blocks with `conv1`, `conv2`, `conv3` and, in the first, `downsample`) and `fc`, like torchvision's
ResNet-50. The first blocks of layer2, layer3 and layer4 halve the resolution, in `conv2` and in
`downsample[0]`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from toolbox.models import backbones

LAYERS = (50, 101, 152)


class Bottleneck(nn.Module):
    """1x1, 3x3 (with the stride) and 1x1 convolutions, and a shortcut: ResNet's block."""

    def __init__(self, inputs: int, inner: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        return self.relu(self.bn3(self.conv3(x)) + shortcut)


class SmallResNet(nn.Module):
    """A ResNet at a fraction of the width, which trains from scratch on a CPU.

    width: inner channels of layer1; each layer doubles them, and outputs twice its inner channels.
    blocks: the number of blocks in each of the four layers.
    """

    def __init__(
        self, width: int = 16, blocks: tuple[int, int, int, int] = (2, 2, 2, 2), classes: int = 1000
    ) -> None:
        super().__init__()
        if width < 1 or min(blocks) < 1:
            raise ValueError(f"width and blocks must be 1 or more, not {width} and {blocks}")
        self.conv1 = nn.Conv2d(3, width, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        inputs = width
        for number, count in enumerate(blocks):
            inner, outputs = width * 2**number, 2 * width * 2**number
            first = Bottleneck(inputs, inner, outputs, stride=1 if number == 0 else 2)
            rest = [Bottleneck(outputs, inner, outputs) for _ in range(count - 1)]
            setattr(self, f"layer{number + 1}", nn.Sequential(first, *rest))
            inputs = outputs
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(inputs, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        """Return scores (N, classes) of images (N, 3, H, W)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for number in range(1, 5):
            x = getattr(self, f"layer{number}")(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))


def small_backbone(
    width: int = 16, blocks: tuple[int, int, int, int] = (2, 2, 2, 2), seed: int | None = None
) -> nn.Module:
    """Return a `SmallResNet` with new weights; the same ones for the same `seed`."""
    if seed is None:
        return SmallResNet(width, blocks)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return SmallResNet(width, blocks)


def resnet(layers: int = 50, pretrained: bool = True) -> nn.Module:
    """Return torchvision's ResNet-50, -101 or -152.

    pretrained: use ImageNet weights if they are available; otherwise use new ones and print a
    line. Raises `ValueError` for another number of layers.
    """
    if layers not in LAYERS:
        raise ValueError(f"layers must be 50, 101 or 152, not {layers}")
    if pretrained:
        try:
            return backbones.load_backbone(f"resnet{layers}", "imagenet").model
        except RuntimeError as reason:
            print(f"{reason} Starting with untrained weights.")
    from torchvision import models

    make: Any = getattr(models, f"resnet{layers}")
    return make(weights=None)
