"""Wrong ways to write `student_code.simple_segmentation_net`."""

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
    """The right network, in parts that can be got wrong one at a time."""

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
    looks_like="a softmax closes the network",
    hints=(
        "The logits of a pixel add up to 1.",
        "The criterion applies a softmax of its own. What comes after the last convolution?",
    ),
)
class SoftmaxAtTheEnd(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        return super().enlarged(scores, x).softmax(dim=1)


@wrong(
    NET,
    looks_like="the scores are never enlarged",
    hints=(
        "Logits come out 32 times smaller than the image.",
        "Every pixel is to get a class: which size has x?",
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
    looks_like="each score is repeated, instead of interpolated",
    hints=("The map is made of squares.", "Which mode does your interpolation have?"),
)
class NearestNeighbour(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        return F.interpolate(scores, size=x.shape[2:], mode="nearest")


@wrong(
    NET,
    looks_like="height and width are swapped",
    hints=("Square images hide it.", "Which of x's dimensions is its height?"),
)
class SidesSwapped(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        size = (x.shape[3], x.shape[2])
        return F.interpolate(scores, size=size, mode="bilinear", align_corners=False)


@wrong(
    NET,
    looks_like="the scores are enlarged by 32, whatever size the image has",
    hints=(
        "Sizes that aren't multiples of 32 come out too large.",
        "Is the size of the output given by a factor, or by x?",
    ),
)
class ByAFactor(_Parted):
    def enlarged(self, scores: Any, x: Any) -> Any:
        return F.interpolate(scores, scale_factor=32, mode="bilinear", align_corners=False)

    def loss(self, logits: Any, y: Any) -> Any:
        return super().loss(logits[..., : y.shape[1], : y.shape[2]], y)


@wrong(
    NET,
    looks_like="the highest score is looked for along the rows",
    hints=("yhat has the wrong shape.", "Which dimension of the logits holds the classes?"),
)
class HighestOfARow(_Parted):
    def forward(self, x: Any, y: Any = None) -> Any:
        logits, _, main, aux = super().forward(x, y)
        return logits, logits.argmax(dim=2), main, aux


@wrong(
    NET,
    looks_like="void pixels count as class 0",
    hints=("The loss is that of other labels.", "What is the loss of a pixel with 255?"),
)
class VoidIsClassZero(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        return super().loss(logits, torch.where(y == 255, 0, y))


@wrong(
    NET,
    looks_like="the mean over no pixels is taken",
    hints=(
        "A batch that is all void has a loss of NaN, and ruins every weight.",
        "What is a mean over nothing, and what should it be here?",
    ),
)
class NanWithoutLabels(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        return (self.criterion or nn.CrossEntropyLoss(ignore_index=255))(logits, y)


@wrong(
    NET,
    looks_like="the loss is divided by all pixels, void ones too",
    hints=(
        "The more void, the smaller the loss.",
        "Over how many pixels is the mean?",
    ),
)
class VoidInTheMean(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        if self.criterion is not None:
            return self.criterion(logits, y)
        return F.cross_entropy(logits, y, ignore_index=255, reduction="sum") / y.numel()


@wrong(
    NET,
    looks_like="the losses of all pixels are added up",
    hints=("The loss is thousands of times too large.", "A mean was promised."),
)
class SummedLoss(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        if self.criterion is not None:
            return self.criterion(logits, y)
        return F.cross_entropy(logits, y, ignore_index=255, reduction="sum")


@wrong(
    NET,
    looks_like="the criterion that was handed in is forgotten",
    hints=("The loss is the default one.", "Where does __init__ keep its argument?"),
)
class CriterionForgotten(_Parted):
    def loss(self, logits: Any, y: Any) -> Any:
        self.criterion = None
        return super().loss(logits, y)


@wrong(
    NET,
    looks_like="the network makes a backbone of its own, and leaves the given one aside",
    hints=("The weights that you were given aren't there.", "What is done with `backbone`?"),
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
    looks_like="all weights are drawn anew, those of the backbone too",
    hints=(
        "What pre-training had learnt is gone.",
        "Which modules does your initialisation go over?",
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
    hints=("No gradient reaches the backbone.", "It is to be trained along."),
)
class FrozenBackbone(_Parted):
    def deep(self, x: Any) -> Any:
        with torch.no_grad():
            for layer in (self.layer0, self.layer1, self.layer2, self.layer3, self.layer4):
                x = layer(x)
        return self.cls(x)


@wrong(
    NET,
    looks_like="zeros are returned for losses without y",
    hints=("Without y there is nothing to lose.", "What was promised for y = None?"),
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
    looks_like="the images are standardised in place",
    hints=("The caller's images have changed.", "Does an operation of yours end in _ or use -=?"),
)
class ChangesImages(_Parted):
    def deep(self, x: Any) -> Any:
        scores = super().deep(x)
        with torch.no_grad():
            x.sub_(0.5)
        return scores
