"""Wrong ways to write `student_code.simple_net`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong
from student_code.simple_net import SimpleNet


def _convolutions(activation: type[nn.Module] = nn.ReLU, pool: type = nn.MaxPool2d) -> Any:
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 5), pool(3), activation()),
        *(nn.Conv2d(8, 16, 5), pool(3), activation()),
    )


def _linears(num_classes: int, activation: type[nn.Module] = nn.ReLU) -> Any:
    return nn.Sequential(nn.Flatten(), nn.Linear(400, 50), activation(), nn.Linear(50, num_classes))


@wrong(
    "simple_net.SimpleNet",
    looks_like="a softmax closes the network",
    hints=(
        "Each row of the scores adds up to 1.",
        "The criterion applies a softmax of its own. What does forward return, then?",
    ),
)
class SoftmaxAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).softmax(dim=1)


@wrong(
    "simple_net.SimpleNet",
    looks_like="a log-softmax closes the network",
    hints=(
        "All scores are below zero.",
        "Logarithms of probabilities are no raw scores: what comes after the last layer?",
    ),
)
class LogSoftmaxAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).log_softmax(dim=1)


@wrong(
    "simple_net.SimpleNet",
    looks_like="an activation follows the last layer too",
    hints=(
        "No score is below zero.",
        "Where do nonlinearities belong: between layers, or after the last one as well?",
    ),
)
class ReluAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).relu()


@wrong(
    "simple_net.SimpleNet",
    looks_like="a tanh bounds the scores",
    hints=(
        "However large the weights are, no score leaves the range from −1 to 1.",
        "What is done to the scores after the last linear layer?",
    ),
)
class TanhAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).tanh()


@wrong(
    "simple_net.SimpleNet",
    looks_like="the first linear layer doesn't fit what the convolutions give",
    hints=(
        "forward stops with an error about shapes.",
        "Print the shape after conv_layers: how many numbers has each image there?",
    ),
)
class ForwardRaises(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.fc_layers = nn.Sequential(
            nn.Flatten(), nn.Linear(320, 100), nn.ReLU(), nn.Linear(100, num_classes)
        )


@wrong(
    "simple_net.SimpleNet",
    looks_like="the loss is averaged over the batch",
    hints=(
        "The loss of two examples is half of what it should be.",
        "What does the criterion do with the losses of a batch? Look at its `reduction`.",
    ),
)
class MeanReduction(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.loss_criterion = nn.CrossEntropyLoss()


@wrong(
    "simple_net.SimpleNet",
    looks_like="the criterion takes log-probabilities, but gets raw scores",
    hints=(
        "The loss is minus the sum of the labels' scores.",
        "Which of torch's criteria contains the softmax, and which expects it before?",
    ),
)
class NegativeLogLikelihood(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.loss_criterion = nn.NLLLoss(reduction="sum")  # type: ignore[assignment]


@wrong(
    "simple_net.SimpleNet",
    looks_like="there is nothing nonlinear between the linear layers",
    hints=(
        "Two linear layers in a row are no more than one.",
        "What should stand between them?",
    ),
)
class LinearAfterLinear(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.conv_layers, self.fc_layers = _convolutions(), _linears(num_classes, nn.Identity)


@wrong(
    "simple_net.SimpleNet",
    looks_like="there is nothing nonlinear between the convolutions",
    hints=(
        "Average pooling and convolution are both linear.",
        "What should stand between two convolutions?",
    ),
)
class ConvolutionAfterConvolution(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.conv_layers = _convolutions(nn.Identity, nn.AvgPool2d)
        self.fc_layers = _linears(num_classes)


@wrong(
    "simple_net.SimpleNet",
    looks_like="the number of classes is always 15",
    hints=(
        "Asked for 7 classes, the network still gives 15 scores.",
        "Where is `num_classes` used?",
    ),
)
class AlwaysFifteen(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(15)


@wrong(
    "simple_net.SimpleNet",
    looks_like="there is a single convolution",
    hints=("One convolution was found.", "Count the convolutions in conv_layers."),
)
class OneConvolution(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.conv_layers = nn.Sequential(nn.Conv2d(1, 16, 5), nn.MaxPool2d(12), nn.ReLU())
        self.fc_layers = _linears(num_classes)


@wrong(
    "simple_net.SimpleNet",
    looks_like="there is a single linear layer",
    hints=("One linear layer was found.", "Count the linear layers in fc_layers."),
)
class OneLinearLayer(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Linear(500, num_classes), nn.ReLU())


@wrong(
    "simple_net.SimpleNet",
    looks_like="a batch of one image loses its first dimension",
    hints=(
        "One image gives scores of shape (15,).",
        "Which call drops every dimension of size 1?",
    ),
)
class Squeezed(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).squeeze()


@wrong(
    "simple_net.SimpleNet",
    looks_like="numbers of different images are mixed when the features are flattened",
    hints=(
        "The scores of an image change with its neighbours in the batch.",
        "In which order does your reshape put the numbers: is the batch still first?",
    ),
)
class MixesImages(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = self.conv_layers(x)
        return self.fc_layers(features.reshape(-1, len(x)).t())


@wrong(
    "simple_net.SimpleNet",
    looks_like="the gradient is cut off between the convolutions and the linear layers",
    hints=(
        "The convolutions get no gradient.",
        "Is there a detach, a no_grad or a .data on the way?",
    ),
)
class DetachedFeatures(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.conv_layers(x).detach())


@wrong(
    "simple_net.SimpleNet",
    looks_like="predicted classes are returned instead of scores",
    hints=(
        "One number an image comes out, where one a class was asked for.",
        "Choosing the class is predict_labels' work: what does forward return before that?",
    ),
)
class ReturnsPredictions(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).argmax(dim=1)


@wrong(
    "simple_net.SimpleNet",
    looks_like="forward forgets to return the scores",
    hints=("forward gives None.", "What is the last line of forward?"),
)
class ReturnsNothing(SimpleNet):
    def forward(self, x: torch.Tensor) -> None:  # type: ignore[override]
        super().forward(x)


@wrong(
    "simple_net.SimpleNet",
    looks_like="the images are expected to have three channels",
    hints=(
        "The first convolution refuses grayscale images.",
        "How many channels does a grayscale image have?",
    ),
)
class ExpectsColour(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.conv_layers[0] = nn.Conv2d(3, 10, 5)


@wrong(
    "simple_net.SimpleNet",
    looks_like="the linear layers are kept in a plain list, where torch doesn't see them",
    hints=(
        "The linear layers' weights are missing from model.parameters().",
        "Which container of torch.nn registers the layers that it holds?",
    ),
)
class LayersInAList(nn.Module):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__()
        self.conv_layers = _convolutions()
        self.fc_layers = [nn.Flatten(), nn.Linear(400, 50), nn.ReLU(), nn.Linear(50, num_classes)]
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv_layers(x)
        for layer in self.fc_layers:
            x = layer(x)
        return x


@wrong(
    "simple_net.SimpleNet",
    looks_like="the scores don't depend on the image",
    hints=(
        "Every image gets the same scores.",
        "Follow `x` through forward: is each layer given what the one before it made?",
    ),
)
class IgnoresTheImage(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(torch.zeros_like(x))
