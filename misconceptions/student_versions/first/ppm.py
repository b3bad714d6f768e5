"""The pyramid pooling module with two lists of layers."""

import torch
from torch import nn
from torch.nn import functional as F


class PPM(nn.Module):
    def __init__(self, in_dim, reduction_dim, bins):
        super().__init__()
        self.features = nn.ModuleList()
        # or PlainList: self.features = []
        for b in bins:
            self.features.append(
                nn.Sequential(
                    nn.AdaptiveAvgPool2d(b),
                    # or MaxPooling: nn.AdaptiveMaxPool2d(b),
                    nn.Conv2d(in_dim, reduction_dim, 1, bias=False),
                    nn.BatchNorm2d(reduction_dim),
                    # or WithoutNormalisation: nn.Identity(),
                    nn.ReLU(inplace=True),
                    # or WithoutRelu: nn.Identity(),
                )
            )

    def forward(self, x):
        h, w = x.shape[2], x.shape[3]
        out = [x]
        # or WithoutTheMap: out = []
        for f in self.features:
            y = f(x)
            y = F.interpolate(y, (h, w), mode="bilinear", align_corners=True)
            # or HardEdges: y = F.interpolate(y, (h, w), mode="nearest")
            out.append(y)
        # and MapLast: out = out[1:] + out[:1]
        return torch.cat(out, dim=1)
