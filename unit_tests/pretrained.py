"""Tiny replacements for pretrained networks: the same parts with a few hundred weights.

Their weights and the stored statistics of their batch normalization are random, so the tests can
recognize by value which tensors a student's network took over.
"""

from __future__ import annotations

import torch
from torch import nn

from toolbox.checks.seeds import seed_for


class TinyAlexNet(nn.Module):
    """AlexNet's parts: features, average pooling to 2 x 3, a classifier with dropout."""

    def __init__(self, classes: int = 15, width: int = 4, hidden: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(width, width + 2, 3),
            nn.ReLU(),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((2, 3))
        self.classifier = nn.Sequential(
            nn.Dropout(0.4),
            nn.Linear((width + 2) * 6, hidden),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(hidden, hidden + 2),
            nn.ReLU(),
            nn.Linear(hidden + 2, classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the scores of images (N, 3, H, W)."""
        pooled = self.avgpool(self.features(x))
        return self.classifier(pooled.reshape(len(pooled), -1))


class TinyResNet(nn.Module):
    """ResNet's names: conv1, bn1, a layer1 that contains batch normalization, and fc."""

    def __init__(self, classes: int = 11) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 5, 3, stride=2, bias=False)
        self.bn1 = nn.BatchNorm2d(5)
        self.relu = nn.ReLU()
        block = [nn.Conv2d(5, 5, 3, padding=1, bias=False), nn.BatchNorm2d(5), nn.ReLU()]
        self.layer1 = nn.Sequential(nn.Sequential(*block))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(5, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the scores of images (N, 3, H, W)."""
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer1(x) + x
        return self.fc(self.avgpool(x).flatten(1))


def tiny_alexnet(seed: int = 1, classes: int = 15, width: int = 4, hidden: int = 10) -> TinyAlexNet:
    """Return an AlexNet of 500 weights in eval mode, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_for(seed))
        return TinyAlexNet(classes, width, hidden).eval()


def tiny_resnet(seed: int = 2, classes: int = 11) -> TinyResNet:
    """Return a ResNet in eval mode, with stored statistics that no batch of images has."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_for(seed))
        model = TinyResNet(classes)
        for layer in batch_norms(model):
            nn.init.normal_(layer.weight, 1.0, 0.2)
            nn.init.normal_(layer.bias, 0.0, 0.2)
            layer.running_mean = torch.randn(5)
            layer.running_var = torch.rand(5) + 1.5
        return model.eval()


def batch_norms(model: nn.Module) -> list[nn.BatchNorm2d]:
    """Return the batch normalization layers in order."""
    return [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)]


def images(count: int, channels: int = 3, seed: int = 3) -> torch.Tensor:
    """Return noise in the shape of a batch of non-square images."""
    generator = torch.Generator().manual_seed(seed_for(seed))
    return torch.randn(count, channels, 20, 26, generator=generator)


def named(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return a copy of every parameter and buffer, by name."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def changed(model: nn.Module, before: dict[str, torch.Tensor]) -> list[str]:
    """Return the names of the parameters and buffers that have changed."""
    return [name for name, old in before.items() if not torch.equal(model.state_dict()[name], old)]


def trained(model: nn.Module) -> list[str]:
    """Return the names of the parameters that require a gradient."""
    return [name for name, value in model.named_parameters() if value.requires_grad]


def one_step(model: nn.Module, x: torch.Tensor, classes: int) -> None:
    """Take one training step, in train mode, on all parameters that require a gradient."""
    model.train()
    learnt = [value for value in model.parameters() if value.requires_grad]
    labels = torch.arange(len(x)) % classes
    loss = nn.functional.cross_entropy(model(x), labels)
    if loss.requires_grad:
        loss.backward()
    if learnt:
        torch.optim.SGD(learnt, lr=0.5).step()


def last_linear(module: nn.Module) -> nn.Linear:
    """Return the last linear layer in the order of the modules."""
    return [part for part in module.modules() if isinstance(part, nn.Linear)][-1]
