"""Wrong implementations of `student_code.pspnet`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import wrong
from student_code.pspnet import PSPNet
from toolbox.segmentation import small_backbone

NET = "pspnet.PSPNet"


class _Parted(PSPNet):
    """The correct network, split into parts that entries override one at a time."""

    layer0: Any
    layer1: Any
    layer2: Any
    layer3: Any
    layer4: Any
    ppm: Any
    cls: Any
    aux: Any

    def size(self, x: Any) -> list[int]:
        return [-(-side * self.zoom_factor // 8) for side in x.shape[2:]]

    def enlarged(self, scores: Any, size: list[int]) -> Any:
        return F.interpolate(scores, size=size, mode="bilinear", align_corners=True)

    def loss(self, scores: Any, y: Any) -> Any:
        if self.criterion is not None:
            return self.criterion(scores, y)
        total = F.cross_entropy(scores, y, ignore_index=255, reduction="sum")
        return total / (y != 255).sum().clamp(min=1)

    def auxiliary(self, shallow: Any, deep: Any) -> Any:
        return self.aux(shallow)

    def auxiliary_loss(self, scores: Any, size: list[int], y: Any) -> Any:
        return self.loss(self.enlarged(scores, size), y)

    def forward(self, x: Any, y: Any = None) -> Any:
        shallow = self.layer3(self.layer2(self.layer1(self.layer0(x))))
        deep = self.layer4(shallow)
        logits = self.enlarged(self.cls(self.ppm(deep)), self.size(x))
        yhat = logits.argmax(dim=1)
        if y is None:
            return logits, yhat, None, None
        size = list(logits.shape[2:])
        aux = self.auxiliary_loss(self.auxiliary(shallow, deep), size, y)
        return logits, yhat, self.loss(logits, y), aux


def _dilate(layer: Any, dilation: int, stride: int | None = 1) -> None:
    for module in layer.modules():
        if isinstance(module, nn.Conv2d):
            if stride is not None:
                module.stride = (stride, stride)
            if module.kernel_size == (3, 3):
                module.dilation = module.padding = (dilation, dilation)


@wrong(
    NET,
    looks_like="the layers are those of ResNet, without any dilation",
    hints=(
        "layer3 and layer4 still halve the size of the feature map.",
        "Does your loop reach the convolutions inside the blocks? Print their names.",
    ),
)
class NothingChanged(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for layer in (self.layer3, self.layer4):
            _dilate(layer, 1, None)
            layer[0].conv2.stride = layer[0].downsample[0].stride = (2, 2)


@wrong(
    NET,
    looks_like="only layer3 is modified",
    hints=(
        "layer4 is still the one from ResNet.",
        "Two layers have to lose their stride. Which ones?",
    ),
)
class LayerThreeOnly(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _dilate(self.layer4, 1, None)
        self.layer4[0].conv2.stride = self.layer4[0].downsample[0].stride = (2, 2)


@wrong(
    NET,
    looks_like="the dilations of layer3 and layer4 are swapped",
    hints=(
        "Each of the two layers has the dilation of the other one.",
        "Which of the two layers should look farther?",
    ),
)
class DilationsSwapped(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _dilate(self.layer3, 4)
        _dilate(self.layer4, 2)


@wrong(
    NET,
    looks_like="both layers have dilation 2",
    hints=(
        "layer4 has the dilation of layer3.",
        "How many strides have been removed before the end of layer4?",
    ),
)
class TwiceTwo(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _dilate(self.layer4, 2)


@wrong(
    NET,
    looks_like="only the first block of each layer is dilated",
    hints=("The later blocks look no farther than before.", "Do you modify all blocks of a layer?"),
)
class FirstBlockOnly(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for layer in (self.layer3, self.layer4):
            for block in layer[1:]:
                _dilate(block, 1)


@wrong(
    NET,
    looks_like="the stride is removed, but nothing is dilated",
    hints=(
        "The feature map keeps its size, but each pixel sees less of the image.",
        "What compensates for the removed stride?",
    ),
)
class StrideWithoutDilation(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for layer in (self.layer3, self.layer4):
            _dilate(layer, 1)


@wrong(
    NET,
    looks_like="the shortcut keeps its stride",
    hints=(
        "The outputs of a block and of its shortcut have different sizes.",
        "Which other module in the first block has a stride?",
    ),
)
class ShortcutKeepsStride(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for layer in (self.layer3, self.layer4):
            layer[0].downsample[0].stride = (2, 2)


@wrong(
    NET,
    looks_like="the logits always have the size of the image",
    hints=("`zoom_factor` has no effect.", "Where does your code use `zoom_factor`?"),
)
class AlwaysFullSize(_Parted):
    def size(self, x: Any) -> list[int]:
        return list(x.shape[2:])


@wrong(
    NET,
    looks_like="the output size is rounded down",
    hints=(
        "One row and one column are missing for some image sizes.",
        "Does your division round up or down?",
    ),
)
class RoundedDown(_Parted):
    def size(self, x: Any) -> list[int]:
        return [side * self.zoom_factor // 8 for side in x.shape[2:]]


@wrong(
    NET,
    looks_like="every zoom factor is accepted",
    hints=(
        "A factor of 3 is accepted.",
        "What should happen for a factor other than the four valid ones?",
    ),
)
class AnyZoom(_Parted):
    def __init__(self, *arguments: Any, zoom_factor: int = 8, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.zoom_factor = zoom_factor


@wrong(
    NET,
    looks_like="the auxiliary head gets the feature map of layer4",
    hints=("aux_loss depends on layer4.", "Which layer does the auxiliary head follow?"),
)
class AuxOnLayerFour(_Parted):
    def auxiliary(self, shallow: Any, deep: Any) -> Any:
        half = deep.shape[1] // shallow.shape[1]
        return self.aux(deep.unflatten(1, (half, -1)).mean(dim=1))


@wrong(
    NET,
    looks_like="the auxiliary head gets a detached feature map",
    hints=(
        "The gradient of aux_loss doesn't reach layer3.",
        "Is there a detach or a no_grad before the auxiliary head?",
    ),
)
class AuxDetached(_Parted):
    def auxiliary(self, shallow: Any, deep: Any) -> Any:
        return self.aux(shallow.detach())


@wrong(
    NET,
    looks_like="the main loss is returned twice",
    hints=("Both losses are the same number.", "Which scores does aux_loss depend on?"),
)
class MainLossTwice(_Parted):
    def forward(self, x: Any, y: Any = None) -> Any:
        logits, yhat, main, _ = super().forward(x, y)
        return logits, yhat, main, main


@wrong(
    NET,
    looks_like="the network ends in a softmax",
    hints=(
        "The logits of each pixel add up to 1.",
        "The criterion applies its own softmax. What should the network return?",
    ),
)
class SoftmaxAtTheEnd(_Parted):
    def enlarged(self, scores: Any, size: list[int]) -> Any:
        return super().enlarged(scores, size).softmax(dim=1)


@wrong(
    NET,
    looks_like="the loss of a batch without labeled pixels is a mean over zero pixels",
    hints=(
        "A batch in which all pixels are void has a loss of NaN, which destroys every weight.",
        "What is the mean of zero values, and what should the loss be instead?",
    ),
)
class NanWithoutLabels(_Parted):
    def loss(self, scores: Any, y: Any) -> Any:
        return (self.criterion or nn.CrossEntropyLoss(ignore_index=255))(scores, y)


@wrong(
    NET,
    looks_like="void pixels are counted as class 0",
    hints=(
        "The loss is computed with the wrong labels.",
        "What should the loss of a pixel with label 255 be?",
    ),
)
class VoidIsClassZero(_Parted):
    def loss(self, scores: Any, y: Any) -> Any:
        return super().loss(scores, torch.where(y == 255, 0, y))


@wrong(
    NET,
    looks_like="the network creates its own backbone and ignores the given one",
    hints=(
        "The weights of the given backbone are missing.",
        "Where does your code use `backbone`?",
    ),
)
class OwnBackbone(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        named["backbone"] = small_backbone(4, (1, 1, 2, 2))
        super().__init__(*arguments, **named)


@wrong(
    NET,
    looks_like="the given criterion is applied only to the main scores",
    hints=(
        "aux_loss is computed with the default criterion.",
        "Which criterion do you use for the auxiliary head?",
    ),
)
class CriterionOnce(_Parted):
    def auxiliary_loss(self, scores: Any, size: list[int], y: Any) -> Any:
        kept, self.criterion = self.criterion, None
        try:
            return super().auxiliary_loss(scores, size, y)
        finally:
            self.criterion = kept
