"""PSPNet: a dilated ResNet with pyramid pooling and an auxiliary loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from student_code.ppm import PPM
from toolbox.segmentation import resnet

Output = tuple[torch.Tensor, torch.Tensor, torch.Tensor | None, torch.Tensor | None]


class PSPNet(nn.Module):
    """A segmentation network whose deepest feature map has 1/8 of the image's size, not 1/32.

    Attributes:
        layer3, layer4: the backbone's layers, without any stride (in the blocks' convolutions and
            in `downsample`); their 3x3 convolutions have a dilation and a padding of 2 in layer3,
            and of 4 in layer4.
    """

    def __init__(
        self,
        layers: int = 50,
        bins: Sequence[int] = (1, 2, 3, 6),
        dropout: float = 0.1,
        num_classes: int = 11,
        zoom_factor: int = 8,
        use_ppm: bool = True,
        criterion: nn.Module | None = None,
        pretrained: bool = True,
        backbone: nn.Module | None = None,
    ) -> None:
        """
        Args:
            layers: 50, 101 or 152: the depth of the ResNet created by `resnet(layers, pretrained)`.
            bins: the bins of the PPM; each grid has (channels of layer4) // len(bins) channels.
            dropout: the dropout probability in both heads.
            num_classes: the number of classes.
            zoom_factor: the factor by which the scores are upsampled: 1, 2, 4 or 8. Any other
                value: `ValueError`.
            use_ppm: False leaves out the PPM.
            criterion: takes scores (N, num_classes, h, w) and ids (N, h, w), and returns the loss.
                None: the mean cross-entropy of the pixels that aren't void (255), and 0, not NaN,
                if all of them are.
            pretrained: whether that ResNet starts from ImageNet weights. Ignored if a backbone is
                given.
            backbone: a network with the parts of a ResNet of bottleneck blocks, used with its
                current weights: `conv1`, `bn1`, `relu`, `maxpool`, `layer1` to `layer4`, `fc`.
                `fc.in_features` is the number of channels that layer4 returns, and
                `layer4[0].conv1.in_channels` the number that layer3 returns. The stride of a block
                is in `conv2`, its only 3x3 convolution, and in `downsample[0]`.
        """
        super().__init__()
        ### BEGIN SOLUTION
        if zoom_factor not in {1, 2, 4, 8}:
            raise ValueError(f"zoom_factor is 1, 2, 4 or 8, not {zoom_factor}")

        def head(inputs: int) -> nn.Sequential:
            inner = max(inputs // 4, 1)
            return nn.Sequential(
                nn.Conv2d(inputs, inner, kernel_size=3, padding=1, bias=False),
                nn.BatchNorm2d(inner),
                nn.ReLU(inplace=True),
                nn.Dropout2d(p=dropout),
                nn.Conv2d(inner, num_classes, kernel_size=1),
            )

        base: Any = resnet(layers, pretrained) if backbone is None else backbone
        deep: int = base.fc.in_features
        middle: int = base.layer4[0].conv1.in_channels
        self.layer0 = nn.Sequential(base.conv1, base.bn1, base.relu, base.maxpool)
        self.layer1, self.layer2 = base.layer1, base.layer2
        self.layer3, self.layer4 = base.layer3, base.layer4
        for layer, dilation in ((self.layer3, 2), (self.layer4, 4)):
            for module in layer.modules():
                if isinstance(module, nn.Conv2d):
                    module.stride = (1, 1)
                    if module.kernel_size == (3, 3):
                        module.dilation = module.padding = (dilation, dilation)
        self.ppm = PPM(deep, deep // len(bins), bins) if use_ppm else nn.Identity()
        joined = deep + len(bins) * (deep // len(bins)) if use_ppm else deep
        self.cls, self.aux = head(joined), head(middle)
        self.zoom_factor, self.criterion = zoom_factor, criterion
        ### END SOLUTION

    def forward(self, x: torch.Tensor, y: torch.Tensor | None = None) -> Output:
        """
        Args:
            x: float32 images of shape (N, 3, H, W); not modified.
            y: int64 ids of shape (N, h, w), the size of the logits, with 255 for void; not
                modified. Or None.
        Returns:
            logits: raw scores of shape (N, num_classes, h, w), where h is H / 8 * zoom_factor,
                rounded up, and w likewise.
            yhat: int64 ids of the highest score, shape (N, h, w).
            main_loss: the criterion applied to the logits and y; None without y.
            aux_loss: the criterion applied to y and the scores of a second head, whose input is the
                feature map of layer3; upsampled like the logits. None without y.
        """
        ### BEGIN SOLUTION
        size = [-(-side * self.zoom_factor // 8) for side in x.shape[2:]]

        def enlarged(scores: torch.Tensor) -> torch.Tensor:
            return F.interpolate(scores, size=size, mode="bilinear", align_corners=True)

        def loss(scores: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
            if self.criterion is not None:
                return self.criterion(scores, truth)
            total = F.cross_entropy(scores, truth, ignore_index=255, reduction="sum")
            return total / (truth != 255).sum().clamp(min=1)

        shallow = self.layer3(self.layer2(self.layer1(self.layer0(x))))
        logits = enlarged(self.cls(self.ppm(self.layer4(shallow))))
        yhat = logits.argmax(dim=1)
        if y is None:
            return logits, yhat, None, None
        return logits, yhat, loss(logits, y), loss(enlarged(self.aux(shallow)), y)
        ### END SOLUTION
