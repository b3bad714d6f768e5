"""Wrong ways to write `student_code.pspnet`."""

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
    """The right network, in parts that can be got wrong one at a time."""

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
    looks_like="the layers are as ResNet has them: nothing is dilated",
    hints=(
        "layer3 and layer4 still halve the map.",
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
    looks_like="only layer3 is changed",
    hints=("layer4 is still ResNet's.", "Two layers lose their stride."),
)
class LayerThreeOnly(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _dilate(self.layer4, 1, None)
        self.layer4[0].conv2.stride = self.layer4[0].downsample[0].stride = (2, 2)


@wrong(
    NET,
    looks_like="the dilations of layer3 and layer4 are swapped",
    hints=("Each layer has the other's dilation.", "The deeper layer looks farther."),
)
class DilationsSwapped(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _dilate(self.layer3, 4)
        _dilate(self.layer4, 2)


@wrong(
    NET,
    looks_like="both layers have dilation 2",
    hints=("layer4's dilation is layer3's.", "Two halvings are taken out before layer4 ends."),
)
class TwiceTwo(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _dilate(self.layer4, 2)


@wrong(
    NET,
    looks_like="only the first block of each layer is dilated",
    hints=("The later blocks look as near as before.", "Does the change go over all blocks?"),
)
class FirstBlockOnly(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for layer in (self.layer3, self.layer4):
            for block in layer[1:]:
                _dilate(block, 1)


@wrong(
    NET,
    looks_like="the stride goes, but nothing is dilated",
    hints=(
        "The map keeps its size, but each pixel sees less of the image.",
        "What makes up for the stride that was taken out?",
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
        "A block and its shortcut have maps of different sizes.",
        "Which other module of the first block has a stride?",
    ),
)
class ShortcutKeepsStride(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for layer in (self.layer3, self.layer4):
            layer[0].downsample[0].stride = (2, 2)


@wrong(
    NET,
    looks_like="logits always have the image's size",
    hints=("`zoom_factor` makes no difference.", "Where do you use it?"),
)
class AlwaysFullSize(_Parted):
    def size(self, x: Any) -> list[int]:
        return list(x.shape[2:])


@wrong(
    NET,
    looks_like="the size is rounded down",
    hints=("A row and a column are missing at some sizes.", "Which way is it rounded?"),
)
class RoundedDown(_Parted):
    def size(self, x: Any) -> list[int]:
        return [side * self.zoom_factor // 8 for side in x.shape[2:]]


@wrong(
    NET,
    looks_like="any zoom factor is taken",
    hints=("A factor of 3 is accepted.", "What should another factor than the four get?"),
)
class AnyZoom(_Parted):
    def __init__(self, *arguments: Any, zoom_factor: int = 8, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.zoom_factor = zoom_factor


@wrong(
    NET,
    looks_like="the auxiliary head sees layer4's map",
    hints=("aux_loss depends on layer4.", "After which layer is the second head?"),
)
class AuxOnLayerFour(_Parted):
    def auxiliary(self, shallow: Any, deep: Any) -> Any:
        half = deep.shape[1] // shallow.shape[1]
        return self.aux(deep.unflatten(1, (half, -1)).mean(dim=1))


@wrong(
    NET,
    looks_like="the auxiliary head sees a map without its gradient",
    hints=("aux_loss doesn't reach layer3.", "Is there a detach or a no_grad on the way?"),
)
class AuxDetached(_Parted):
    def auxiliary(self, shallow: Any, deep: Any) -> Any:
        return self.aux(shallow.detach())


@wrong(
    NET,
    looks_like="the main loss is returned twice",
    hints=("Both losses are the same number.", "Which scores belong to aux_loss?"),
)
class MainLossTwice(_Parted):
    def forward(self, x: Any, y: Any = None) -> Any:
        logits, yhat, main, _ = super().forward(x, y)
        return logits, yhat, main, main


@wrong(
    NET,
    looks_like="a softmax closes the network",
    hints=("The logits of a pixel add up to 1.", "The criterion applies a softmax of its own."),
)
class SoftmaxAtTheEnd(_Parted):
    def enlarged(self, scores: Any, size: list[int]) -> Any:
        return super().enlarged(scores, size).softmax(dim=1)


@wrong(
    NET,
    looks_like="the mean over no pixels is taken",
    hints=(
        "A batch that is all void has a loss of NaN, and ruins every weight.",
        "What is a mean over nothing, and what should it be here?",
    ),
)
class NanWithoutLabels(_Parted):
    def loss(self, scores: Any, y: Any) -> Any:
        return (self.criterion or nn.CrossEntropyLoss(ignore_index=255))(scores, y)


@wrong(
    NET,
    looks_like="void pixels count as class 0",
    hints=("The loss is that of other labels.", "What is the loss of a pixel with 255?"),
)
class VoidIsClassZero(_Parted):
    def loss(self, scores: Any, y: Any) -> Any:
        return super().loss(scores, torch.where(y == 255, 0, y))


@wrong(
    NET,
    looks_like="the network makes a backbone of its own, and leaves the given one aside",
    hints=("The weights that you were given aren't there.", "What is done with `backbone`?"),
)
class OwnBackbone(_Parted):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        named["backbone"] = small_backbone(4, (1, 1, 2, 2))
        super().__init__(*arguments, **named)


@wrong(
    NET,
    looks_like="the criterion that was handed in judges the main scores alone",
    hints=("aux_loss is the default loss.", "Which criterion is used for the second head?"),
)
class CriterionOnce(_Parted):
    def auxiliary_loss(self, scores: Any, size: list[int], y: Any) -> Any:
        kept, self.criterion = self.criterion, None
        try:
            return super().auxiliary_loss(scores, size, y)
        finally:
            self.criterion = kept
