"""Wrong implementations of `student_code.simple_segmentation_net`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import wrong
from student_code.simple_segmentation_net import SimpleSegmentationNet
from toolbox.segmentation import small_backbone

NET = "simple_segmentation_net.SimpleSegmentationNet"


class _Parted(SimpleSegmentationNet):
    """The correct network, split into parts that entries override one at a time."""

    layer0: Any
    layer1: Any
    layer2: Any
    layer3: Any
    layer4: Any
    cls: Any

    def deep(self, x: Any) -> Any:
        for layer in (self.layer0, self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.cls(x)

    def enlarged(self, scores: Any, x: Any) -> Any:
        return F.interpolate(scores, size=x.shape[2:], mode="bilinear", align_corners=False)

    def loss(self, logits: Any, y: Any) -> Any:
        if self.criterion is not None:
            return self.criterion(logits, y)
        total = F.cross_entropy(logits, y, ignore_index=255, reduction="sum")
        return total / (y != 255).sum().clamp(min=1)

    def forward(self, x: Any, y: Any = None) -> Any:
        logits = self.enlarged(self.deep(x), x)
        yhat = logits.argmax(dim=1)
        if y is None:
            return logits, yhat, None, None
        return logits, yhat, self.loss(logits, y), torch.zeros(())


@wrong(
    NET,
    looks_like="the network ends in a softmax",
    hints=(
        "The logits of each pixel add up to 1.",
        "The criterion applies its own softmax. What comes after the last convolution?",
    ),
)
class SoftmaxAtTheEnd(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        return super().enlarged(scores, x).softmax(dim=1)


@wrong(
    NET,
    looks_like="the scores are never upsampled",
    hints=(
        "The logits are smaller than the image by a factor of 32.",
        "Every pixel needs a class. Which size does x have?",
    ),
)
class NeverEnlarged(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        return scores

    def loss(self, logits: Any, y: Any) -> Any:
        small = y[:, :: -(-y.shape[1] // logits.shape[2]), :: -(-y.shape[2] // logits.shape[3])]
        return super().loss(logits, small)


@wrong(
    NET,
    looks_like="each score is repeated instead of interpolated",
    hints=("The score map consists of squares.", "Which interpolation mode do you use?"),
)
class NearestNeighbour(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        return F.interpolate(scores, size=x.shape[2:], mode="nearest")


@wrong(
    NET,
    looks_like="height and width are swapped",
    hints=("The mistake is not visible with square images.", "Which dimension of x is its height?"),
)
class SidesSwapped(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        size = (x.shape[3], x.shape[2])
        return F.interpolate(scores, size=size, mode="bilinear", align_corners=False)


@wrong(
    NET,
    looks_like="the scores are always upsampled by a factor of 32",
    hints=(
        "The output is too large for image sizes that aren't multiples of 32.",
        "What determines the output size in your code: a factor or the size of x?",
    ),
)
class ByAFactor(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        return F.interpolate(scores, scale_factor=32, mode="bilinear", align_corners=False)

    def loss(self, logits: Any, y: Any) -> Any:
        return super().loss(logits[..., : y.shape[1], : y.shape[2]], y)


@wrong(
    NET,
    looks_like="the maximum is taken along the rows instead of over the classes",
    hints=("yhat has the wrong shape.", "Which dimension of the logits represents the classes?"),
)
class HighestOfARow(_Parted):
    def forward(self, x: Any, y: Any = None) -> Any:
        logits, _, main, aux = super().forward(x, y)
        return logits, logits.argmax(dim=2), main, aux


@wrong(
    NET,
    looks_like="void pixels are counted as class 0",
    hints=(
        "The loss is computed with the wrong labels.",
        "What should the loss of a pixel with label 255 be?",
    ),
)
class VoidIsClassZero(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        return super().loss(logits, torch.where(y == 255, 0, y))


@wrong(
    NET,
    looks_like="the loss of a batch without labeled pixels is a mean over zero pixels",
    hints=(
        "A batch in which all pixels are void has a loss of NaN, which destroys every weight.",
        "What is the mean of zero values, and what should the loss be instead?",
    ),
)
class NanWithoutLabels(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        return (self.criterion or nn.CrossEntropyLoss(ignore_index=255))(logits, y)


@wrong(
    NET,
    looks_like="the loss is divided by the number of all pixels, including void ones",
    hints=(
        "The loss becomes smaller the more void pixels there are.",
        "Which pixels should the mean be taken over?",
    ),
)
class VoidInTheMean(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        if self.criterion is not None:
            return self.criterion(logits, y)
        return F.cross_entropy(logits, y, ignore_index=255, reduction="sum") / y.numel()


@wrong(
    NET,
    looks_like="the losses of all pixels are summed instead of averaged",
    hints=(
        "The loss is too large by a factor of thousands.",
        "Does the docstring promise a mean or a sum?",
    ),
)
class SummedLoss(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        if self.criterion is not None:
            return self.criterion(logits, y)
        return F.cross_entropy(logits, y, ignore_index=255, reduction="sum")


@wrong(
    NET,
    looks_like="the given criterion is not used",
    hints=(
        "The loss is computed with the default criterion.",
        "Where does __init__ store its argument?",
    ),
)
class CriterionForgotten(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        self.criterion = None
        return super().loss(logits, y)


@wrong(
    NET,
    looks_like="the network creates its own backbone and ignores the given one",
    hints=(
        "The weights of the given backbone are missing.",
        "Where does your code use `backbone`?",
    ),
)
class OwnBackbone(_Parted):
    def __init__(
        self,
        pretrained: Any = True,
        num_classes: Any = 11,
        criterion: Any = None,
        backbone: Any = None,
    ) -> None:
        super().__init__(pretrained, num_classes, criterion, small_backbone(4, (1, 1, 1, 1)))


@wrong(
    NET,
    looks_like="all weights are initialized again, including those of the backbone",
    hints=(
        "The pretrained weights are lost.",
        "Which modules does your initialization run over?",
    ),
)
class DrawnAnew(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)


@wrong(
    NET,
    looks_like="the backbone is frozen",
    hints=(
        "No gradient reaches the backbone.",
        "Should the backbone be trained along with the head?",
    ),
)
class FrozenBackbone(_Parted):
    def deep(self, x: Any) -> Any:
        with torch.no_grad():
            for layer in (self.layer0, self.layer1, self.layer2, self.layer3, self.layer4):
                x = layer(x)
        return self.cls(x)


@wrong(
    NET,
    looks_like="the losses are zero if there is no y",
    hints=(
        "Without y, there is no loss to compute.",
        "What does the docstring promise for y = None?",
    ),
)
class ZerosWithoutY(_Parted):
    def forward(self, x: Any, y: Any = None) -> Any:
        logits, yhat, main, aux = super().forward(x, y)
        return (
            (logits, yhat, torch.zeros(()), torch.zeros(()))
            if y is None
            else (logits, yhat, main, aux)
        )


@wrong(
    NET,
    looks_like="the images are normalized in place",
    hints=("The caller's images have changed.", "Does one of your operations end in _ or use -=?"),
)
class ChangesImages(_Parted):
    def deep(self, x: Any) -> Any:
        scores = super().deep(x)
        with torch.no_grad():
            x.sub_(0.5)
        return scores


@wrong(
    NET,
    looks_like="the auxiliary loss is only returned in train mode",
    hints=(
        "In eval mode with y, aux_loss is None.",
        "The losses depend on whether y is given. Does the mode of the network matter?",
    ),
)
class AuxInTrainModeOnly(_Parted):
    def forward(self, x: Any, y: Any = None) -> Any:
        logits, yhat, main_loss, aux_loss = super().forward(x, y)
        return logits, yhat, main_loss, aux_loss if self.training else None
