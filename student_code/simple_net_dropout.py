"""SimpleNet with dropout against overfitting."""

from __future__ import annotations

import torch
from torch import nn


class SimpleNetDropout(nn.Module):
    """A network that maps an image to one score per class, with dropout during training.

    Attributes:
        conv_layers: a module that contains two or more convolutions.
        fc_layers: a module that contains two or more linear layers.
        loss_criterion: takes scores (N, num_classes) and labels (N,), and returns the
            cross-entropy summed (not averaged) over the batch.
    There is a nonlinearity between the convolutions, and between the linear layers, too: without
    it, two layers in a row are equivalent to a single one.
    """

    def __init__(self, num_classes: int = 15) -> None:
        """
        Args:
            num_classes: the number of classes.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.conv_layers = nn.Sequential(
            nn.Conv2d(1, 10, kernel_size=5),  # 64 -> 60
            nn.MaxPool2d(3),  # 60 -> 20
            nn.ReLU(),
            nn.Conv2d(10, 20, kernel_size=5),  # 20 -> 16
            nn.MaxPool2d(3),  # 16 -> 5
            nn.ReLU(),
        )
        self.fc_layers = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(p=0.5),
            nn.Linear(20 * 5 * 5, 100),
            nn.ReLU(),
            nn.Linear(100, num_classes),
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the scores of a batch of images.

        Args:
            x: float32 images of shape (N, 1, 64, 64).
        Returns: raw scores of shape (N, num_classes). In train mode they are random; in eval
            mode the same images always get the same scores.
        """
        ### BEGIN SOLUTION
        return self.fc_layers(self.conv_layers(x))
        ### END SOLUTION
