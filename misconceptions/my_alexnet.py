"""Wrong ways to write `student_code.my_alexnet`."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong
from student_code.my_alexnet import MyAlexNet

NAME = "my_alexnet.MyAlexNet"


def _new_layer(inputs: int, outputs: int) -> nn.Linear:
    return nn.Linear(inputs, outputs)


@wrong(
    NAME,
    looks_like="nothing is frozen",
    hints=(
        "Far more than the last layer requires a gradient.",
        "Which attribute of a parameter says whether it is trained?",
    ),
)
class NothingFrozen(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.requires_grad_(True)


@wrong(
    NAME,
    looks_like="the convolutions are frozen, but not the other linear layers",
    hints=(
        "Pretrained linear layers train along with the new one.",
        "Go through fc_layers one by one: which of them are pretrained?",
    ),
)
class LinearLayersTrain(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.fc_layers.requires_grad_(True)


@wrong(
    NAME,
    looks_like="everything is frozen, the new layer too",
    hints=(
        "Nothing at all requires a gradient, so nothing can learn.",
        "In which order do you freeze, and replace the last layer?",
    ),
)
class EverythingFrozen(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.requires_grad_(False)


@wrong(
    NAME,
    looks_like="the new layer's bias is frozen",
    hints=(
        "The last layer's bias doesn't require a gradient.",
        "A layer has two tensors that are trained. Do you switch both on?",
    ),
)
class BiasFrozen(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.fc_layers[-1].bias.requires_grad = False


@wrong(
    NAME,
    looks_like="the pretrained last layer is kept and thawed",
    hints=(
        "The last layer is the old one.",
        "What does the old layer tell apart, and what should the new one?",
    ),
)
class KeepsOldLastLayer(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.fc_layers[-1] = copy.deepcopy(backbone.classifier[-1]).requires_grad_(True)


@wrong(
    NAME,
    looks_like="the new layer is put behind the old last one",
    hints=(
        "There is one linear layer too many, and the new one reads the old classes' scores.",
        "How many linear layers has the pretrained network, and how many has yours?",
    ),
)
class StackedBehind(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        old = copy.deepcopy(backbone.classifier[-1]).requires_grad_(False)
        self.fc_layers[-1] = old
        self.fc_layers.append(_new_layer(old.out_features, num_classes))


@wrong(
    NAME,
    looks_like="the pretrained weights are replaced by fresh ones",
    hints=(
        "The layers have the right shapes, but other values than the pretrained network's.",
        "What makes a pretrained network worth more than one of the same form?",
    ),
)
class FreshWeights(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                layer.reset_parameters()


@wrong(
    NAME,
    looks_like="dropout is left out",
    hints=(
        "There is no dropout in fc_layers.",
        "Which layers does the pretrained classifier hold? Print it beside yours.",
    ),
)
class WithoutDropout(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        kept = [layer for layer in self.fc_layers if not isinstance(layer, nn.Dropout)]
        self.fc_layers = nn.Sequential(*kept)


@wrong(
    NAME,
    looks_like="the average pool is left out",
    hints=(
        "avgpool doesn't pool.",
        "What lies between the convolutions and the classifier in the pretrained network?",
    ),
)
class WithoutPool(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.avgpool = nn.Identity()


@wrong(
    NAME,
    looks_like="the gray values go into one channel, and the other two are zero",
    hints=(
        "The scores are those of a red image.",
        "What should stand in each of the three channels of a gray image?",
    ),
)
class RedOnly(MyAlexNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        zero = torch.zeros_like(x)
        seen = self.avgpool(self.cnn_layers(torch.cat([x, zero, zero], dim=1)))
        return self.fc_layers(seen.flatten(1))


@wrong(
    NAME,
    looks_like="each channel gets a third of the gray values",
    hints=(
        "The scores are those of a darker image.",
        "Which value has each channel of a gray pixel?",
    ),
)
class ThirdsOfGray(MyAlexNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x / 3)


@wrong(
    NAME,
    looks_like="grayscale images are not made into three channels",
    hints=(
        "The first convolution stops with an error about channels.",
        "How many channels has a gray image, and how many does the first convolution want?",
    ),
)
class StaysGray(MyAlexNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.avgpool(self.cnn_layers(x)).flatten(1))


@wrong(
    NAME,
    looks_like="the loss is averaged over the batch",
    hints=(
        "The loss of two examples is half of what it should be.",
        "What does the criterion do with the losses of a batch? Look at its `reduction`.",
    ),
)
class AveragedLoss(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.loss_criterion = nn.CrossEntropyLoss()


@wrong(
    NAME,
    looks_like="the number of classes is always 15",
    hints=(
        "Asked for another number of classes, the network still gives 15 scores.",
        "Where is `num_classes` used?",
    ),
)
class AlwaysFifteenClasses(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(15, backbone)
