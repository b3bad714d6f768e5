"""Pretrained backbones: with ImageNet weights if they are available, else with the course's.

The course ships small networks with the layers of AlexNet and of ResNet-18, pretrained on generated
pictures (see `tools/pretrain.py`), so that fine-tuning can be learned on any machine.
`load_backbone` is the one function for all parts; it reports in one sentence which weights it found
and where. Results should carry that label.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from toolbox.models.course_resnet import course_resnet
from toolbox.models.imagenet import NoWeights, weights_file, weights_of

CHECKPOINTS = Path(__file__).parents[2] / "data_scripts" / "checkpoints"
COURSE_CLASSES = 55  # of the pretext set
COURSE_INPUT = 64
COURSE_MEAN, COURSE_STD = (0.45, 0.45, 0.45), (0.25, 0.25, 0.25)
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
IMAGENET_INPUT = 224
SOURCES = ("auto", "imagenet", "course")


@dataclass(frozen=True)
class Backbone:
    """A pretrained network and what is needed to use it.

    `model` maps (N, 3, input_size, input_size) float32, normalized per channel with `mean` and
    `std` from the range [0, 1], to scores of the classes that it was trained on. `weights` is
    the SHA-256 of its parameters and buffers.
    """

    model: nn.Module
    source: str
    input_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    weights: str


class CourseAlexNet(nn.Module):
    """A narrow AlexNet for 64 pixels, with the same layers, order and names as the original."""

    def __init__(self, num_classes: int, dropout: float = 0.5) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, kernel_size=5, stride=2, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(32, 64, kernel_size=5, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(64, 128, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(128, 128, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(128, 128, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((3, 3))
        self.classifier = nn.Sequential(
            nn.Dropout(p=dropout),
            nn.Linear(128 * 3 * 3, 768),
            nn.ReLU(inplace=True),
            nn.Dropout(p=dropout),
            nn.Linear(768, 1024),
            nn.ReLU(inplace=True),
            nn.Linear(1024, num_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return scores (N, num_classes) of images (N, 3, 64, 64) float32."""
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


def course_alexnet(num_classes: int = 1000, dropout: float = 0.5) -> nn.Module:
    """Return the course's narrow AlexNet with new weights, He-initialized.

    num_classes: 1 or more, else a ValueError. Same submodules as torchvision's `alexnet`:
    `features` (convolutions at 0, 3, 6, 8, 10), `avgpool`, `classifier` (linear at 1, 4, 6).
    """
    if num_classes < 1:
        raise ValueError(f"num_classes is {num_classes}; it must be 1 or more")
    model = CourseAlexNet(num_classes, dropout)
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return model


COURSE_NETWORKS: dict[str, Callable[[int], nn.Module]] = {
    "alexnet": course_alexnet,
    "resnet18": course_resnet,
}


def course_weights(name: str) -> Path:
    """Return the file with the course's own weights of a network in `COURSE_NETWORKS`."""
    return CHECKPOINTS / f"course_{name}.pt"


def weights_hash(model: nn.Module) -> str:
    """Return the SHA-256 of the names and values of a model's parameters and buffers, as hex."""
    digest = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def load_backbone(name: str = "alexnet", source: str = "auto") -> Backbone:
    """Return a pretrained network in evaluation mode; prints which weights it has, and from where.

    name: "alexnet", "resnet18", or with ImageNet weights any other classifier of torchvision, such
    as "vgg19". source: "imagenet" for torchvision's weights, cached, from the mirror or downloaded
    (RuntimeError if they are unavailable); "course" for the course's own (ValueError for other
    names than those in `COURSE_NETWORKS`); "auto" for the first if available, else the second. Any
    other source is a ValueError. With COURSE_DATA_PREFER=offline, "auto" doesn't try the ImageNet
    weights at all.
    """
    if source not in SOURCES:
        raise ValueError(f"source is {source!r}; it must be one of {', '.join(SOURCES)}")
    if source == "course":
        found, where = _course(name), ""
    elif source == "imagenet":
        found, where = _imagenet(name)
    else:
        try:
            if os.environ.get("COURSE_DATA_PREFER", "").strip() == "offline":
                raise NoWeights("COURSE_DATA_PREFER is offline: no ImageNet weights.")
            found, where = _imagenet(name)
        except NoWeights as reason:
            if name not in COURSE_NETWORKS:
                raise
            found, where = _course(name), f"because {_inside_a_sentence(str(reason))}"
    size = f"input {found.input_size} x {found.input_size}"
    print(f"{name}: {found.source}, {size}{', ' if where else ''}{where}")
    return found


def _inside_a_sentence(text: str) -> str:
    return text.rstrip(".").replace("The ", "the ", 1)


def _course(name: str) -> Backbone:
    if name not in COURSE_NETWORKS:
        known = " and ".join(repr(own) for own in COURSE_NETWORKS)
        raise ValueError(f"the course has its own weights only for {known}, not for {name!r}")
    path = course_weights(name)
    if not path.is_file():
        command = f"python -m tools.pretrain --network {name}"
        raise RuntimeError(f"{path.name} is missing; create it with: {command}")
    model = COURSE_NETWORKS[name](COURSE_CLASSES)
    # Loading converts each value to the type that the network has, from half precision to float.
    model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    label = "the course's own weights (pre-trained on generated pictures)"
    return _ready(model, label, COURSE_INPUT, COURSE_MEAN, COURSE_STD)


def _imagenet(name: str) -> tuple[Backbone, str]:
    """Return the network with ImageNet weights, and where they came from."""
    from torchvision import models

    weights = weights_of(name)
    file, where = weights_file(name)
    try:
        model = models.get_model(name, weights=weights)
    except (OSError, RuntimeError) as error:
        raise NoWeights(
            f"The ImageNet weights of {name} could not be loaded ({error}). Remove {file} and try "
            "again."
        ) from error
    return _ready(model, "ImageNet weights", IMAGENET_INPUT, IMAGENET_MEAN, IMAGENET_STD), where


def _ready(
    model: nn.Module,
    source: str,
    size: int,
    mean: tuple[float, float, float],
    std: tuple[float, float, float],
) -> Backbone:
    model.eval()
    return Backbone(model, source, size, mean, std, weights_hash(model))
