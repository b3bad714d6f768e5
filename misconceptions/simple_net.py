"""Wrong implementations of `student_code.simple_net`."""

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
    looks_like="the network ends in a softmax",
    hints=(
        "Each row of the scores adds up to 1.",
        "The criterion applies its own softmax. What should forward return?",
    ),
)
class SoftmaxAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).softmax(dim=1)


@wrong(
    "simple_net.SimpleNet",
    looks_like="the network ends in a log-softmax",
    hints=(
        "All scores are negative.",
        "Log-probabilities are not logits. What comes after the last layer?",
    ),
)
class LogSoftmaxAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).log_softmax(dim=1)


@wrong(
    "simple_net.SimpleNet",
    looks_like="an activation follows the last layer, too",
    hints=(
        "No score is negative.",
        "Where do nonlinearities belong: only between layers, or also after the last one?",
    ),
)
class ReluAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).relu()


@wrong(
    "simple_net.SimpleNet",
    looks_like="a tanh limits the scores",
    hints=(
        "No score leaves the range from −1 to 1, even with large weights.",
        "What happens to the scores after the last linear layer?",
    ),
)
class TanhAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).tanh()


@wrong(
    "simple_net.SimpleNet",
    looks_like="the first linear layer doesn't match the output size of the convolutions",
    hints=(
        "forward fails with an error about shapes.",
        "Print the shape after conv_layers. How many numbers does each image have there?",
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
        "The loss of two examples is half of the expected value.",
        "How does the criterion combine the losses of a batch? Look at its `reduction`.",
    ),
)
class MeanReduction(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.loss_criterion = nn.CrossEntropyLoss()


@wrong(
    "simple_net.SimpleNet",
    looks_like="the criterion expects log-probabilities but gets logits",
    hints=(
        "The loss is the negative sum of the scores of the labels.",
        "Which of torch's criteria includes the softmax, and which one expects it to be done "
        "before?",
    ),
)
class NegativeLogLikelihood(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.loss_criterion = nn.NLLLoss(reduction="sum")  # type: ignore[assignment]


@wrong(
    "simple_net.SimpleNet",
    looks_like="there is no nonlinearity between the linear layers",
    hints=(
        "Two consecutive linear layers can do no more than a single one.",
        "What should come between them?",
    ),
)
class LinearAfterLinear(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.conv_layers, self.fc_layers = _convolutions(), _linears(num_classes, nn.Identity)


@wrong(
    "simple_net.SimpleNet",
    looks_like="there is no nonlinearity between the convolutions",
    hints=(
        "Average pooling and convolution are both linear.",
        "What should come between two convolutions?",
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
        "The network returns 15 scores even if you request 7 classes.",
        "Where does your code use `num_classes`?",
    ),
)
class AlwaysFifteen(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(15)


@wrong(
    "simple_net.SimpleNet",
    looks_like="there is only one convolution",
    hints=("Only one convolution was found.", "Count the convolutions in conv_layers."),
)
class OneConvolution(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.conv_layers = nn.Sequential(nn.Conv2d(1, 16, 5), nn.MaxPool2d(12), nn.ReLU())
        self.fc_layers = _linears(num_classes)


@wrong(
    "simple_net.SimpleNet",
    looks_like="there is only one linear layer",
    hints=("Only one linear layer was found.", "Count the linear layers in fc_layers."),
)
class OneLinearLayer(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Linear(500, num_classes))


@wrong(
    "simple_net.SimpleNet",
    looks_like="a batch of one image loses its batch dimension",
    hints=(
        "A batch of one image gives scores of shape (15,).",
        "Which call removes every dimension of size 1?",
    ),
)
class Squeezed(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).squeeze()


@wrong(
    "simple_net.SimpleNet",
    looks_like="numbers from different images are mixed when the features are flattened",
    hints=(
        "The scores of an image depend on the other images in the batch.",
        "In which order does your reshape arrange the numbers, and is the batch dimension still "
        "first?",
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
        "Is there a detach, a no_grad or a .data between them?",
    ),
)
class DetachedFeatures(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.conv_layers(x).detach())


@wrong(
    "simple_net.SimpleNet",
    looks_like="predicted classes are returned instead of scores",
    hints=(
        "The result has one number per image instead of one per class.",
        "predict_labels selects the class. What should forward return before that?",
    ),
)
class ReturnsPredictions(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).argmax(dim=1)


@wrong(
    "simple_net.SimpleNet",
    looks_like="the scores are not returned",
    hints=("forward returns None.", "What does the last line of forward do?"),
)
class ReturnsNothing(SimpleNet):
    def forward(self, x: torch.Tensor) -> None:  # type: ignore[override]
        super().forward(x)


@wrong(
    "simple_net.SimpleNet",
    looks_like="the network expects images with three channels",
    hints=(
        "The first convolution rejects grayscale images.",
        "How many channels does a grayscale image have?",
    ),
)
class ExpectsColour(SimpleNet):
    def __init__(self, num_classes: int = 15) -> None:
        super().__init__(num_classes)
        self.conv_layers[0] = nn.Conv2d(3, 10, 5)


@wrong(
    "simple_net.SimpleNet",
    looks_like="the linear layers are kept in a plain list, so torch doesn't register them",
    hints=(
        "The weights of the linear layers are missing from model.parameters().",
        "Which container in torch.nn registers the layers it contains?",
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
        "Follow `x` through forward. Does each layer get the output of the previous one?",
    ),
)
class IgnoresTheImage(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(torch.zeros_like(x))


@wrong(
    "simple_net.SimpleNet",
    looks_like="the network ends in a sigmoid",
    hints=(
        "All scores are between 0 and 1.",
        "The criterion applies its own softmax. What should forward return?",
    ),
)
class SigmoidAtTheEnd(SimpleNet):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).sigmoid()
