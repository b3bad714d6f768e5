"""Alternative implementations of `student_code.simple_net`."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import right
from student_code.simple_net import SimpleNet


@right("simple_net.SimpleNet")
class FunctionalActivations(nn.Module):
    """A network whose layers hold only weights; all other steps are functions in forward."""

    def __init__(self, num_classes: int = 15) -> None:
        super().__init__()
        self.conv_layers = nn.ModuleList([nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)])
        self.fc_layers = nn.ModuleList([nn.Linear(500, 100), nn.Linear(100, num_classes)])
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for convolution in self.conv_layers:
            x = F.relu(F.max_pool2d(convolution(x), 3))
        first, second = self.fc_layers
        return second(torch.relu_(first(x.view(len(x), -1))))


class _Block(nn.Sequential):
    """Return a convolution, batch normalization, an activation, and pooling to half the size."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.GELU(),
            nn.AvgPool2d(2),
        )


@right("simple_net.SimpleNet")
class NestedBlocks(nn.Module):
    """A network with batch normalization, GELU and average pooling in nested modules."""

    def __init__(self, num_classes: int = 15) -> None:
        super().__init__()
        self.conv_layers = nn.Sequential(
            nn.Sequential(_Block(1, 8), _Block(8, 16)), _Block(16, 32), nn.AdaptiveAvgPool2d(2)
        )
        self.fc_layers = nn.Sequential(
            nn.Flatten(), nn.Linear(128, 40), nn.LeakyReLU(0.1), nn.Linear(40, num_classes)
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.conv_layers(x))


@right("simple_net.SimpleNet")
class SequentialSubclass(nn.Sequential):
    """A network that is itself an nn.Sequential, with tanh, and with strides instead of pooling."""

    def __init__(self, num_classes: int = 15) -> None:
        super().__init__()
        self.conv_layers = nn.Sequential(
            nn.Conv2d(1, 6, 5, stride=3), nn.Tanh(), nn.Conv2d(6, 12, 5, stride=3), nn.Tanh()
        )
        self.fc_layers = nn.Sequential(
            nn.Flatten(), nn.Linear(12 * 36, 60), nn.Tanh(), nn.Linear(60, num_classes)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.conv_layers(x))

    def loss_criterion(self, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        picked = torch.log_softmax(scores, 1).gather(1, labels[:, None])
        return -picked.sum()


@right("simple_net.SimpleNet")
class LazyLayers(nn.Module):
    """A network with lazy layers that learn their input size from the first batch."""

    def __init__(self, num_classes: int = 15) -> None:
        super().__init__()
        self.conv_layers = nn.Sequential(
            *(nn.LazyConv2d(10, 5), nn.ReLU(inplace=True), nn.MaxPool2d(3)),
            *(nn.LazyConv2d(20, 5), nn.ReLU(inplace=True), nn.MaxPool2d(3)),
            nn.Dropout2d(0.3),
        )
        self.fc_layers = nn.Sequential(
            *(nn.Flatten(), nn.LazyLinear(64), nn.LayerNorm(64), nn.SiLU()),
            *(nn.Dropout(0.3), nn.LazyLinear(num_classes)),
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.conv_layers(x))


@right("simple_net.SimpleNet")
class WithAnUnusedLayer(SimpleNet):
    """A network with a layer that forward doesn't use."""

    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.spare = nn.Linear(100, 100)
