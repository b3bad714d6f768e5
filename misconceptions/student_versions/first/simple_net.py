"""SimpleNet with attributes for each layer."""

import torch
from torch import nn


class SimpleNet(nn.Module):
    def __init__(self, num_classes=15):
        super().__init__()
        # and AlwaysFifteen: num_classes = 15
        self.conv_layers = nn.Sequential(
            nn.Conv2d(1, 8, 5),
            # or ExpectsColour: nn.Conv2d(3, 8, 5),
            nn.ReLU(),
            # or ConvolutionAfterConvolution: nn.Identity(),
            nn.MaxPool2d(3, 3),
            # or ConvolutionAfterConvolution: nn.AvgPool2d(3, 3),
            nn.Conv2d(8, 16, 5),
            # or OneConvolution: nn.Identity(),
            nn.ReLU(),
            nn.MaxPool2d(3, 3),
        )
        size = 16 * 5 * 5
        # or OneConvolution: size = 8 * 6 * 6
        # or ForwardRaises: size = 16 * 6 * 6
        self.fc_layers = nn.Sequential(
            nn.Linear(size, 100),
            # or OneLinearLayer: nn.Linear(size, num_classes),
            nn.ReLU(),
            # or LinearAfterLinear: nn.Identity(),
            # or OneLinearLayer: nn.Identity(),
            nn.Linear(100, num_classes),
            # or OneLinearLayer: nn.Identity(),
            # and SoftmaxAtTheEnd: nn.Softmax(dim=1),
            # and LogSoftmaxAtTheEnd: nn.LogSoftmax(dim=1),
            # and ReluAtTheEnd: nn.ReLU(),
            # and TanhAtTheEnd: nn.Tanh(),
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")
        # or MeanReduction: self.loss_criterion = nn.CrossEntropyLoss()
        # or NegativeLogLikelihood: self.loss_criterion = nn.NLLLoss(reduction="sum")

    def forward(self, x):
        x = self.conv_layers(x)
        # and DetachedFeatures: x = x.detach()
        x = x.view(x.size(0), -1)
        x = self.fc_layers(x)
        return x
        # or Squeezed: return x.squeeze()
        # or ReturnsPredictions: return torch.argmax(x, dim=1)
        # or ReturnsNothing: pass
