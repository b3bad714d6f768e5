"""Handwritten digits: MNIST if it is on this machine, else the digits that scikit-learn ships."""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from data_scripts.problems import DataProblem
from toolbox.data.location import locate
from toolbox.data.tensors import ImageTensors, Provenance

CLASSES = tuple(str(digit) for digit in range(10))
VALIDATION = 10_000  # of MNIST's 60,000 training images, the last ones
SMALL = {"train": (0, 1200), "validation": (1200, 1500), "test": (1500, 1797)}
SPLITS = tuple(SMALL)


def digits(split: str = "train", size: int = 64, most: int | None = None) -> ImageTensors:
    """Load handwritten digits as color images, uint8 (N, 3, size, size) with equal channels.

    Real photographs of digits in both cases: MNIST (28 x 28 pixels) if `locate` finds it, otherwise
    the 1,797 digits of 8 x 8 pixels that are part of scikit-learn. `provenance.label` names the one
    that is used. most: return only the first `most` images of the split. Raises `ValueError` for an
    unknown split.
    """
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, not {split!r}")
    try:
        located = locate("mnist")
    except DataProblem:
        images, labels = _shipped(split)
        name, fingerprint = "scikit-learn digits (8 x 8)", _hash(images)
    else:
        images, labels = _mnist(str(located.path), split)
        name, fingerprint = located.label, located.fingerprint
    images, labels = images[:most], labels[:most]
    paths = tuple(f"{split}/{number:05d}" for number in range(len(labels)))
    where = Provenance("mnist", "real", fingerprint, split, f"{name}, {split}")
    return ImageTensors(_enlarged(images, size), labels, CLASSES, paths, where)


def _mnist(path: str, split: str) -> tuple[Tensor, Tensor]:
    from torchvision.datasets import MNIST

    found = MNIST(path, train=split != "test")
    places = {"train": slice(None, -VALIDATION), "validation": slice(-VALIDATION, None)}
    chosen = places.get(split, slice(None))
    return found.data[chosen], found.targets[chosen].long()


def _shipped(split: str) -> tuple[Tensor, Tensor]:
    from sklearn.datasets import load_digits

    found = load_digits()
    first, last = SMALL[split]
    # Sixteen levels of gray become 0 to 255.
    images = np.round(found.images[first:last] * 255 / 16).astype(np.uint8)
    return torch.from_numpy(images), torch.from_numpy(found.target[first:last]).long()


def _enlarged(images: Tensor, size: int) -> Tensor:
    """Return gray images (N, H, W) as uint8 (N, 3, size, size)."""
    large = interpolate(
        images[:, None].float(), (size, size), mode="bilinear", antialias=True, align_corners=False
    )
    return large.round().clamp(0, 255).to(torch.uint8).repeat(1, 3, 1, 1)


def _hash(images: Tensor) -> str:
    return hashlib.sha256(images.numpy().tobytes()).hexdigest()[:12]
