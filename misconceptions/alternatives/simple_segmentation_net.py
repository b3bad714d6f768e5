"""Alternative implementations of `student_code.simple_segmentation_net`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import right
from student_code.simple_segmentation_net import SimpleSegmentationNet
from toolbox.segmentation import resnet

NET = "simple_segmentation_net.SimpleSegmentationNet"


@right(NET)
class OneSequence(nn.Module):
    """A network with a sequential backbone, aligned corners, and a criterion created in advance."""

    def __init__(
        self,
        pretrained: bool = True,
        num_classes: int = 11,
        criterion: nn.Module | None = None,
        backbone: Any = None,
    ) -> None:
        super().__init__()
        net: Any = resnet(50, pretrained) if backbone is None else backbone
        self.features = nn.Sequential(
            *(net.conv1, net.bn1, net.relu, net.maxpool),
            *(net.layer1, net.layer2, net.layer3, net.layer4),
        )
        self.classify = nn.LazyConv2d(num_classes, 1)
        self.classify(torch.zeros(1, net.fc.in_features, 1, 1))
        self.each = nn.CrossEntropyLoss(ignore_index=255, reduction="none")
        self.given = criterion

    def forward(self, x: Any, y: Any = None) -> Any:
        small = self.classify(self.features(x))
        grow = nn.Upsample(size=tuple(x.shape[-2:]), mode="bilinear", align_corners=True)
        logits = grow(small)
        if y is None:
            return logits, logits.max(1)[1], None, None
        if self.given is None:
            main = self.each(logits, y).sum() / max(int((y != 255).sum()), 1)
        else:
            main = self.given(logits, y)
        return logits, logits.max(1)[1], main, torch.Tensor([0])


@right(NET)
class KeepsTheBackbone(nn.Module):
    """A network with an intact backbone that selects the labeled pixels before the loss."""

    def __init__(
        self,
        pretrained: bool = True,
        num_classes: int = 11,
        criterion: nn.Module | None = None,
        backbone: Any = None,
    ) -> None:
        super().__init__()
        body: Any = backbone or resnet(50, pretrained=pretrained)
        self.body = body
        self.head = nn.Conv2d(body.fc.in_features, num_classes, 1, bias=False)
        self.criterion = criterion or self.of_the_known

    @staticmethod
    def of_the_known(logits: Any, y: Any) -> Any:
        known = y != 255
        if not known.any():
            return logits.sum() * 0
        return F.cross_entropy(logits.permute(0, 2, 3, 1)[known], y[known])

    def forward(self, x: Any, y: Any = None) -> Any:
        size = x.shape[2:]
        for name in ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4"):
            x = getattr(self.body, name)(x)
        logits = F.interpolate(self.head(x), size, mode="bilinear", antialias=True)
        main = aux = None
        if y is not None:
            main, aux = self.criterion(logits, y), 0.0
        return logits, torch.argmax(logits, 1), main, aux


@right(NET)
class AuxiliaryLossAsAnInteger(SimpleSegmentationNet):
    """A network whose auxiliary loss is the integer 0."""

    def forward(self, x: Any, y: Any = None) -> Any:
        logits, yhat, main_loss, _ = super().forward(x, y)
        return logits, yhat, main_loss, None if y is None else 0
