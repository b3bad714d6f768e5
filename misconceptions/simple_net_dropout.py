"""Wrong implementations of `student_code.simple_net_dropout`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import wrong
from student_code.simple_net_dropout import SimpleNetDropout


def _set_p(model: nn.Module, p: float) -> None:
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = p


def _without_dropout(model: Any) -> None:
    kept = [layer for layer in model.fc_layers if not isinstance(layer, nn.Dropout)]
    model.fc_layers = nn.Sequential(*kept)


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="the network has no dropout",
    hints=(
        "In train mode, an image always gets the same scores.",
        "Where in forward does an image pass through your dropout layer?",
    ),
)
class NoDropout(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        _without_dropout(self)


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="the dropout layer has p = 0",
    hints=(
        "There is a dropout layer, but it drops nothing.",
        "With which probability does your layer drop a value?",
    ),
)
class DropsNothing(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        _set_p(self, 0.0)


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="the dropout layer has p = 1",
    hints=(
        "In train mode, nothing of the image is left.",
        "With which probability does your layer drop a value?",
    ),
)
class DropsEverything(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        _set_p(self, 1.0)


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="values are dropped in eval mode too",
    hints=(
        "In eval mode, an image gets different scores each time.",
        "How does the function F.dropout learn which mode your module is in?",
    ),
)
class DropsInEval(SimpleNetDropout):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(F.dropout(self.conv_layers(x), 0.5))


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="the dropout layer is created but never used",
    hints=(
        "In train mode, an image always gets the same scores.",
        "Follow `x` through forward. Does it pass through your dropout layer?",
    ),
)
class DropoutNotUsed(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        _without_dropout(self)
        self.dropout = nn.Dropout(0.5)


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="train mode and eval mode are swapped",
    hints=(
        "Values are dropped in eval mode, but not in train mode.",
        "What do you pass as `training`?",
    ),
)
class ModesSwapped(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        _without_dropout(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = F.dropout(self.conv_layers(x), 0.5, training=not self.training)
        return self.fc_layers(features)


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="the network ends in a softmax",
    hints=(
        "Each row of the scores adds up to 1.",
        "The criterion applies its own softmax. What should forward return?",
    ),
)
class SoftmaxAtTheEnd(SimpleNetDropout):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).softmax(dim=1)


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="the loss is averaged over the batch",
    hints=(
        "The loss of two examples is half of the expected value.",
        "How does the criterion combine the losses of a batch? Look at its `reduction`.",
    ),
)
class MeanReduction(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.loss_criterion = nn.CrossEntropyLoss()


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="the number of classes is always 15",
    hints=(
        "The network returns 15 scores even if you request 7 classes.",
        "Where does your code use `num_classes`?",
    ),
)
class AlwaysFifteen(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(15)


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="dropout replaces an activation, so a nonlinearity is missing",
    hints=(
        "Two consecutive linear layers can do no more than a single one.",
        "Does dropout replace the activation, or is it an additional layer?",
    ),
)
class DropoutForActivation(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.fc_layers = nn.Sequential(
            nn.Flatten(), nn.Linear(500, 100), nn.Dropout(0.5), nn.Linear(100, num_classes)
        )


@wrong(
    "simple_net_dropout.SimpleNetDropout",
    looks_like="the first linear layer doesn't match the output size of the convolutions",
    hints=(
        "forward fails with an error about shapes.",
        "Print the shape after conv_layers. How many numbers does each image have there?",
    ),
)
class ForwardRaises(SimpleNetDropout):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.fc_layers[2] = nn.Linear(320, 100)
