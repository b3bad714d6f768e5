"""SimpleSegmentationNet, layer by layer."""

import torch
from torch import nn
from torch.nn import functional as F

from toolbox.segmentation import resnet


class SimpleSegmentationNet(nn.Module):
    def __init__(self, pretrained=True, num_classes=11, criterion=None, backbone=None):
        super().__init__()
        if backbone is None:
            # or OwnBackbone: if True:
            backbone = resnet(50, pretrained)
        # and FrozenBackbone: backbone.requires_grad_(False)
        self.layer0 = nn.Sequential(backbone.conv1, backbone.bn1, backbone.relu, backbone.maxpool)
        self.layer1 = backbone.layer1
        self.layer2 = backbone.layer2
        self.layer3 = backbone.layer3
        self.layer4 = backbone.layer4
        self.cls = nn.Conv2d(backbone.fc.in_features, num_classes, kernel_size=1)
        self.criterion = criterion
        # or CriterionForgotten: self.criterion = None

    def loss(self, scores, y):
        if self.criterion is not None:
            return self.criterion(scores, y)
        if (y != 255).sum() == 0:
            # or NanWithoutLabels: if False:
            return scores.sum() * 0
        return F.cross_entropy(scores, y, ignore_index=255)
        # or VoidIsClassZero: return F.cross_entropy(scores, torch.where(y == 255, 0, y))
        # or VoidInTheMean: return F.cross_entropy(scores, y, ignore_index=255, reduction="sum") / y.numel()
        # or SummedLoss: return F.cross_entropy(scores, y, ignore_index=255, reduction="sum")

    def forward(self, x, y=None):
        h, w = x.shape[2:]
        # or SidesSwapped: w, h = x.shape[2:]
        out = self.layer0(x)
        out = self.layer1(out)
        out = self.layer2(out)
        out = self.layer3(out)
        out = self.layer4(out)
        scores = self.cls(out)
        scores = F.interpolate(scores, size=(h, w), mode="bilinear", align_corners=False)
        # or NeverEnlarged: pass
        # or NearestNeighbour: scores = F.interpolate(scores, size=(h, w), mode="nearest")
        # or ByAFactor: scores = F.interpolate(scores, scale_factor=32, mode="bilinear")
        # and SoftmaxAtTheEnd: scores = scores.softmax(dim=1)
        yhat = scores.max(dim=1)[1]
        # or HighestOfARow: yhat = scores.max(dim=2)[1]
        if y is None:
            return scores, yhat, None, None
            # or ZerosWithoutY: return scores, yhat, torch.tensor(0.0), torch.tensor(0.0)
        return scores, yhat, self.loss(scores, y), torch.tensor(0.0)
