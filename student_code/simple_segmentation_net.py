"""The simplest network that predicts a class for every pixel."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from toolbox.segmentation import resnet

Output = tuple[torch.Tensor, torch.Tensor, torch.Tensor | None, torch.Tensor | None]


class SimpleSegmentationNet(nn.Module):
    """A ResNet without its head, followed by a 1x1 convolution to class scores and upsampling.

    The last feature map of a ResNet is 32 times smaller than the image: the scores are computed
    there, and upsampled to the image's size by bilinear interpolation.
    """

    def __init__(
        self,
        pretrained: bool = True,
        num_classes: int = 11,
        criterion: nn.Module | None = None,
        backbone: nn.Module | None = None,
    ) -> None:
        """
        Args:
            pretrained: whether the ResNet-50 created by `resnet(50, pretrained)` starts from
                ImageNet weights. Ignored if a backbone is given.
            num_classes: the number of classes.
            criterion: takes scores (N, num_classes, H, W) and ids (N, H, W), and returns the loss.
                None: the mean cross-entropy of the pixels that aren't void (255), and 0, not NaN,
                if all of them are.
            backbone: a network with ResNet's parts, used with its current weights: `conv1`,
                `bn1`, `relu`, `maxpool`, `layer1` to `layer4`, and `fc`, whose `in_features` is
                the number of channels of layer4. It is used directly, not copied, and trained along
                with the rest. None: a ResNet-50.
        """
        super().__init__()
        ### BEGIN SOLUTION
        resnet50: Any = resnet(50, pretrained) if backbone is None else backbone
        self.layer0 = nn.Sequential(resnet50.conv1, resnet50.bn1, resnet50.relu, resnet50.maxpool)
        self.layer1, self.layer2 = resnet50.layer1, resnet50.layer2
        self.layer3, self.layer4 = resnet50.layer3, resnet50.layer4
        self.cls = nn.Conv2d(resnet50.fc.in_features, num_classes, kernel_size=1)
        self.criterion = criterion
        ### END SOLUTION

    def forward(self, x: torch.Tensor, y: torch.Tensor | None = None) -> Output:
        """
        Args:
            x: float32 images of shape (N, 3, H, W); not modified. H and W may differ and need
                not be multiples of anything.
            y: int64 ids of shape (N, H, W), 255 for void, not modified; or None.
        Returns:
            logits: raw scores of shape (N, num_classes, H, W).
            yhat: int64 ids of the highest score, shape (N, H, W).
            main_loss: the criterion applied to the logits and y, a scalar that supports
                `backward()`; None without y.
            aux_loss: 0, since this network has no auxiliary head; None without y.
        """
        ### BEGIN SOLUTION
        deep = self.layer0(x)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            deep = layer(deep)
        logits = F.interpolate(
            self.cls(deep), size=x.shape[2:], mode="bilinear", align_corners=False
        )
        yhat = logits.argmax(dim=1)
        if y is None:
            return logits, yhat, None, None
        if self.criterion is not None:
            main_loss = self.criterion(logits, y)
        else:
            total = F.cross_entropy(logits, y, ignore_index=255, reduction="sum")
            main_loss = total / (y != 255).sum().clamp(min=1)
        return logits, yhat, main_loss, torch.zeros((), device=x.device)
        ### END SOLUTION
