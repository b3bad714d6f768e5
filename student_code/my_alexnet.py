"""AlexNet pretrained on other images, with a new last layer."""

from __future__ import annotations

import copy

import torch
from torch import nn

from toolbox.models.backbones import load_backbone


class MyAlexNet(nn.Module):
    """A pretrained AlexNet for grayscale images; only its new last layer is trained.

    Attributes:
        cnn_layers: the pretrained convolutions and the layers between them.
        avgpool: the pretrained network's average pooling.
        fc_layers: the pretrained linear layers with their dropout and activations, except for the
            last layer, which is new: as many inputs as the old one, `num_classes` outputs.
        loss_criterion: takes scores (N, num_classes) and labels (N,), and returns the
            cross-entropy summed (not averaged) over the batch, as in SimpleNet.
    The weight and the bias of the last layer are the only parameters that require a gradient.
    """

    def __init__(self, num_classes: int = 15, backbone: nn.Module | None = None) -> None:
        """
        Args:
            num_classes: the number of classes.
            backbone: a pretrained network with the parts `features`, `avgpool` and `classifier`,
                each a module as in torchvision's AlexNet; the last layer of `classifier` is
                linear. None: use `load_backbone("alexnet").model`.
        """
        super().__init__()
        ### BEGIN SOLUTION
        if backbone is None:
            backbone = load_backbone("alexnet").model
        # A copy, so that the caller's pretrained network is not modified.
        backbone = copy.deepcopy(backbone).requires_grad_(False)
        *kept, last = backbone.get_submodule("classifier").children()
        assert isinstance(last, nn.Linear)
        self.cnn_layers = backbone.get_submodule("features")
        self.avgpool = backbone.get_submodule("avgpool")
        self.fc_layers = nn.Sequential(*kept, nn.Linear(last.in_features, num_classes))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the scores of a batch of images.

        Args:
            x: float32 grayscale images of shape (N, 1, H, W). The pretrained convolutions expect
                three channels: each receives the gray values.
        Returns: raw scores of shape (N, num_classes).
        """
        ### BEGIN SOLUTION
        features = self.avgpool(self.cnn_layers(x.expand(-1, 3, -1, -1)))
        return self.fc_layers(torch.flatten(features, start_dim=1))
        ### END SOLUTION
