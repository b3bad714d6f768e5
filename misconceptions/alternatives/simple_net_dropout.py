"""Alternative implementations of `student_code.simple_net_dropout`."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import right


@right("simple_net_dropout.SimpleNetDropout")
class WholeChannels(nn.Module):
    """A network with Dropout2d between the convolutions."""

    def __init__(self, num_classes: int = 15) -> None:
        super().__init__()
        self.conv_layers = nn.Sequential(
            *(nn.Conv2d(1, 10, 5), nn.ReLU(), nn.MaxPool2d(3), nn.Dropout2d(0.2)),
            *(nn.Conv2d(10, 20, 5), nn.ReLU(), nn.MaxPool2d(3)),
        )
        self.fc_layers = nn.Sequential(
            nn.Flatten(1), nn.Linear(500, 80), nn.ReLU6(), nn.Linear(80, num_classes)
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.conv_layers(x))


@right("simple_net_dropout.SimpleNetDropout")
class FunctionalDropout(nn.Module):
    """A network with GELU that passes its mode to F.dropout."""

    def __init__(self, num_classes: int = 15) -> None:
        super().__init__()
        self.conv_layers = nn.Sequential(
            *(nn.Conv2d(1, 8, 7, stride=2), nn.GELU()),
            *(nn.Conv2d(8, 12, 5, stride=2), nn.GELU(), nn.AdaptiveMaxPool2d(4)),
        )
        self.fc_layers = nn.ModuleDict(
            {"hidden": nn.Linear(192, 64), "scores": nn.Linear(64, num_classes)}
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.dropout(self.conv_layers(x).flatten(1), p=0.3, training=self.training)
        x = F.dropout(F.leaky_relu(self.fc_layers["hidden"](x)), 0.5, self.training)
        return self.fc_layers["scores"](x)


@right("simple_net_dropout.SimpleNetDropout")
class AlphaDropout(nn.Module):
    """A network with SELU, the matching alpha dropout, and batch normalization."""

    def __init__(self, num_classes: int = 15) -> None:
        super().__init__()
        self.conv_layers = nn.Sequential(
            *(nn.Conv2d(1, 10, 5), nn.BatchNorm2d(10), nn.SELU(), nn.MaxPool2d(3)),
            *(nn.Conv2d(10, 20, 5), nn.BatchNorm2d(20), nn.SELU(), nn.MaxPool2d(3)),
        )
        head = [nn.Linear(500, 64), nn.SELU(), nn.AlphaDropout(0.2), nn.Linear(64, num_classes)]
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Sequential(*head))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.conv_layers(x))
