"""Alternative implementations of `student_code.my_alexnet`."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import right
from toolbox.models.backbones import load_backbone


def _pretrained(backbone: Any) -> Any:
    return load_backbone("alexnet").model if backbone is None else backbone


@right("my_alexnet.MyAlexNet")
class ReplacesInPlace(nn.Module):
    """The pretrained network itself, with a new last layer and parameters frozen one by one."""

    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__()
        model = _pretrained(backbone)
        for parameter in model.parameters():
            parameter.requires_grad = False
        model.classifier[-1] = nn.Linear(model.classifier[-1].in_features, num_classes)
        self.cnn_layers, self.avgpool, self.fc_layers = model.children()
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.avgpool(self.cnn_layers(torch.cat([x, x, x], dim=1)))
        return self.fc_layers(x.view(x.shape[0], -1))


@right("my_alexnet.MyAlexNet")
class NestedWithoutGradients(nn.Module):
    """A network of nested, named parts whose frozen part runs without gradients."""

    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__()
        model = _pretrained(backbone)
        frozen = [*model.classifier.children()]
        width = frozen.pop().weight.size(1)
        parts = [("flat", nn.Flatten()), ("frozen", nn.Sequential(*frozen))]
        self.fc_layers = nn.Sequential(
            OrderedDict([*parts, ("new", nn.Linear(width, num_classes))])
        )
        self.cnn_layers = nn.Sequential(*model.features)
        self.avgpool = model.avgpool
        for part in (self.cnn_layers, self.fc_layers[1]):
            part.requires_grad_(False)

    def loss_criterion(self, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(scores, labels, reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            seen = self.avgpool(self.cnn_layers(x.repeat(1, 3, 1, 1)))
            seen = self.fc_layers[1](self.fc_layers[0](seen))
        return self.fc_layers[2](seen)
