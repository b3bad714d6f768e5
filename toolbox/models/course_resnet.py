"""A narrow ResNet-18: torchvision's network with a quarter of the channels, for 64 pixels."""

from __future__ import annotations

import torch
from torch import nn

WIDTHS = (16, 32, 64, 128)  # torchvision's are 64, 128, 256 and 512


def course_resnet(num_classes: int = 1000) -> nn.Module:
    """Return the course's narrow ResNet-18 with new weights, initialized as torchvision does.

    num_classes: 1 or more, else a ValueError. Submodules and forward pass are those of
    torchvision's `resnet18`; `fc`, the last layer, has 128 inputs instead of 512.
    """
    from torchvision.models import resnet18  # slow to import, and few users of this package need it

    if num_classes < 1:
        raise ValueError(f"num_classes is {num_classes}; it must be 1 or more")
    with torch.device("meta"):  # no memory and no random numbers for weights that are replaced
        model = resnet18()
    model.conv1 = nn.Conv2d(3, WIDTHS[0], kernel_size=7, stride=2, padding=3, bias=False)
    model.bn1 = nn.BatchNorm2d(WIDTHS[0])
    model.layer1 = _stage(WIDTHS[0], WIDTHS[0], stride=1)
    model.layer2 = _stage(WIDTHS[0], WIDTHS[1], stride=2)
    model.layer3 = _stage(WIDTHS[1], WIDTHS[2], stride=2)
    model.layer4 = _stage(WIDTHS[2], WIDTHS[3], stride=2)
    model.fc = nn.Linear(WIDTHS[3], num_classes)
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return model


def _stage(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    """Return two blocks; the first changes the number of channels and the resolution."""
    from torchvision.models.resnet import BasicBlock

    shortcut = None
    if stride != 1 or inputs != outputs:
        shortcut = nn.Sequential(
            nn.Conv2d(inputs, outputs, kernel_size=1, stride=stride, bias=False),
            nn.BatchNorm2d(outputs),
        )
    first = BasicBlock(inputs, outputs, stride, shortcut)
    return nn.Sequential(first, BasicBlock(outputs, outputs))
