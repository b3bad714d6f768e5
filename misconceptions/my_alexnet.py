"""Wrong implementations of `student_code.my_alexnet`."""

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
    looks_like="no layer is frozen",
    hints=(
        "Many more parameters than those of the last layer require a gradient.",
        "Which attribute of a parameter determines whether it is trained?",
    ),
)
class NothingFrozen(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.requires_grad_(True)


@wrong(
    NAME,
    looks_like="the convolutions are frozen, but the pretrained linear layers are not",
    hints=(
        "Pretrained linear layers are trained along with the new one.",
        "Check the layers in fc_layers one by one: which of them are pretrained?",
    ),
)
class LinearLayersTrain(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.fc_layers.requires_grad_(True)


@wrong(
    NAME,
    looks_like="all layers are frozen, including the new one",
    hints=(
        "No parameter requires a gradient, so the network can't learn.",
        "In which order do you freeze the layers and replace the last one?",
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
        "A linear layer has two trainable tensors. Do both of them require a gradient?",
    ),
)
class BiasFrozen(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.fc_layers[-1].bias.requires_grad = False


@wrong(
    NAME,
    looks_like="the pretrained last layer is kept and made trainable",
    hints=(
        "The last layer is still the old one.",
        "Which classes does the old layer distinguish, and which classes should the new one "
        "distinguish?",
    ),
)
class KeepsOldLastLayer(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.fc_layers[-1] = copy.deepcopy(backbone.classifier[-1]).requires_grad_(True)


@wrong(
    NAME,
    looks_like="the new layer is added after the old last layer",
    hints=(
        "There is one linear layer too many, and the new one gets the scores of the old classes.",
        "How many linear layers does the pretrained network have, and how many does yours have?",
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
    looks_like="the pretrained weights are replaced by random ones",
    hints=(
        "The layers have the right shapes, but their values differ from the pretrained network.",
        "What makes a pretrained network better than a new one of the same architecture?",
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
        "Which layers does the pretrained classifier have? Print it next to yours.",
    ),
)
class WithoutDropout(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        kept = [layer for layer in self.fc_layers if not isinstance(layer, nn.Dropout)]
        self.fc_layers = nn.Sequential(*kept)


@wrong(
    NAME,
    looks_like="the average pooling is left out",
    hints=(
        "avgpool doesn't do any pooling.",
        "What comes between the convolutions and the classifier in the pretrained network?",
    ),
)
class WithoutPool(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(num_classes, backbone)
        self.avgpool = nn.Identity()


@wrong(
    NAME,
    looks_like="the gray values go into one channel, and the other two channels are zero",
    hints=(
        "The scores are those of a red image.",
        "What should each of the three channels contain if the image is gray?",
    ),
)
class RedOnly(MyAlexNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        zero = torch.zeros_like(x)
        seen = self.avgpool(self.cnn_layers(torch.cat([x, zero, zero], dim=1)))
        return self.fc_layers(seen.flatten(1))


@wrong(
    NAME,
    looks_like="each channel gets one third of the gray values",
    hints=(
        "The scores are those of a darker image.",
        "Which value does each channel of a gray pixel have?",
    ),
)
class ThirdsOfGray(MyAlexNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x / 3)


@wrong(
    NAME,
    looks_like="grayscale images are not converted to three channels",
    hints=(
        "The first convolution fails with an error about channels.",
        "How many channels does a grayscale image have, and how many does the first convolution "
        "expect?",
    ),
)
class StaysGray(MyAlexNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.avgpool(self.cnn_layers(x)).flatten(1))


@wrong(
    NAME,
    looks_like="the loss is averaged over the batch",
    hints=(
        "The loss of two examples is half of the expected value.",
        "How does the criterion combine the losses of a batch? Look at its `reduction`.",
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
        "The network returns 15 scores even if you request another number of classes.",
        "Where does your code use `num_classes`?",
    ),
)
class AlwaysFifteenClasses(MyAlexNet):
    def __init__(self, num_classes: int = 15, backbone: Any = None) -> None:
        super().__init__(15, backbone)
