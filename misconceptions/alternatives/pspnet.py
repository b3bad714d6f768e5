"""Alternative implementations of `student_code.pspnet`."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import right
from student_code.ppm import PPM
from student_code.pspnet import PSPNet
from toolbox.segmentation import resnet


@right("pspnet.PSPNet")
class ByNames(nn.Module):
    """A network that edits modules by name and has a module as its default criterion."""

    def __init__(
        self,
        layers: int = 50,
        bins: Any = (1, 2, 3, 6),
        dropout: float = 0.1,
        num_classes: int = 11,
        zoom_factor: int = 8,
        use_ppm: bool = True,
        criterion: Any = None,
        pretrained: bool = True,
        backbone: Any = None,
    ) -> None:
        super().__init__()
        if zoom_factor not in [1, 2, 4, 8]:
            raise ValueError("zoom_factor must be 1, 2, 4 or 8")
        self.zoom_factor, self.use_ppm, self.criterion = zoom_factor, use_ppm, criterion
        net: Any = backbone if backbone is not None else resnet(layers, pretrained)
        self.layer0 = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool)
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            *(net.layer1, net.layer2),
            *(net.layer3, net.layer4),
        )
        for layer, d in [(self.layer3, 2), (self.layer4, 4)]:
            for name, module in layer.named_modules():
                if "conv2" in name:
                    module.dilation, module.padding, module.stride = (d, d), (d, d), (1, 1)
                elif "downsample.0" in name:
                    module.stride = (1, 1)
        wide = net.fc.in_features
        middle = net.layer4[0].conv1.in_channels
        if use_ppm:
            self.ppm = PPM(wide, int(wide / len(bins)), bins)
            wide += int(wide / len(bins)) * len(bins)
        self.cls = self._classifier(wide, 32, dropout, num_classes)
        self.aux = self._classifier(middle, 16, dropout, num_classes)

    @staticmethod
    def _classifier(inputs: int, inner: int, dropout: float, num_classes: int) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(inputs, inner, 3, padding=1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
            nn.Dropout2d(dropout),
            nn.Conv2d(inner, num_classes, 1),
        )

    def _judge(self, scores: Any, y: Any) -> Any:
        if self.criterion:
            return self.criterion(scores, y)
        if bool((y == 255).all()):
            return (scores * 0).sum()
        return nn.CrossEntropyLoss(ignore_index=255)(scores, y)

    def forward(self, x: Any, y: Any = None) -> Any:
        h = math.ceil(x.size(2) / 8 * self.zoom_factor)
        w = math.ceil(x.size(3) / 8 * self.zoom_factor)
        x = self.layer2(self.layer1(self.layer0(x)))
        before = self.layer3(x)
        x = self.layer4(before)
        if self.use_ppm:
            x = self.ppm(x)
        x = F.interpolate(self.cls(x), (h, w), mode="bilinear", align_corners=False)
        if y is None:
            return x, x.max(1).indices, None, None
        aux = F.interpolate(self.aux(before), (h, w), mode="bilinear", align_corners=False)
        return x, x.max(1).indices, self._judge(x, y), self._judge(aux, y)


@right("pspnet.PSPNet")
class NewConvolutions(ByNames):
    """A network that replaces convolutions by new ones with the same weights; the heads are 1x1."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for layer, d in ((self.layer3, 2), (self.layer4, 4)):
            for block in layer:
                old = block.conv2
                block.conv2 = nn.Conv2d(
                    *(old.in_channels, old.out_channels, 3),
                    stride=1,
                    padding=d,
                    dilation=d,
                    bias=False,
                )
                block.conv2.weight = old.weight

    @staticmethod
    def _classifier(inputs: int, inner: int, dropout: float, num_classes: int) -> nn.Module:
        return nn.Sequential(nn.Dropout(dropout), nn.Conv2d(inputs, num_classes, (1, 1)))

    def forward(self, x: Any, y: Any = None) -> Any:
        return super().forward(x.clone(), None if y is None else torch.clone(y))


@right("pspnet.PSPNet")
class SettingsAsNumbers(PSPNet):
    """A network that sets strides, dilations and paddings to one number for both sides."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        for layer, dilation in ((self.layer3, 2), (self.layer4, 4)):
            for module in layer.modules():
                if isinstance(module, nn.Conv2d):
                    module.stride = 1  # type: ignore[assignment]
                    if module.kernel_size == (3, 3):
                        module.dilation = module.padding = dilation  # type: ignore[assignment]
