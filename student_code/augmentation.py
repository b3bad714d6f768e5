"""Data augmentation: from scratch on tensors, and with albumentations."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

# Without this, albumentations looks for a newer version of itself online at every import.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
import albumentations as A
from albumentations.pytorch import ToTensorV2


def random_horizontal_flip(
    img: torch.Tensor, p: float = 0.5, generator: torch.Generator | None = None
) -> torch.Tensor:
    """Mirror an image left to right with probability `p`.

    Args:
        img: a tensor of shape (C, H, W) and any dtype; it is not modified.
        p: the probability, from 0 to 1.
        generator: the source of all randomness, or None for torch's global generator.
    Returns: a tensor of the same shape and dtype.
    """
    ### BEGIN SOLUTION
    if torch.rand((), generator=generator) < p:
        return img.flip(2)
    return img
    ### END SOLUTION


def random_crop(
    img: torch.Tensor, padding: int, generator: torch.Generator | None = None
) -> torch.Tensor:
    """Pad an image with zeros, and crop a random region of the original size.

    Args:
        img: a tensor of shape (C, H, W); it is not modified.
        padding: the number of rows and columns of zeros added on each of the four sides.
        generator: the source of all randomness, or None for torch's global generator.
    Returns: a tensor of the same shape and dtype. All (2 * padding + 1)² positions, including
        those at the very edge, are equally likely.
    """
    ### BEGIN SOLUTION
    height, width = img.shape[1:]
    padded = F.pad(img, (padding, padding, padding, padding))
    top, left = torch.randint(0, 2 * padding + 1, (2,), generator=generator).tolist()
    return padded[:, top : top + height, left : left + width]
    ### END SOLUTION


def cutout(img: torch.Tensor, size: int, generator: torch.Generator | None = None) -> torch.Tensor:
    """Set a square at a random position to zero, the same one in every channel.

    Args:
        img: a tensor of shape (C, H, W); it is not modified.
        size: the side of the square in pixels, at most H and W.
        generator: the source of all randomness, or None for torch's global generator.
    Returns: a tensor of the same shape and dtype. Every pixel can be covered, including the
        corners. Whether the square may extend beyond the edge (and cover less) is up to you.
    """
    ### BEGIN SOLUTION
    height, width = img.shape[1:]
    top = int(torch.randint(0, height - size + 1, (), generator=generator))
    left = int(torch.randint(0, width - size + 1, (), generator=generator))
    hidden = img.clone()
    hidden[:, top : top + size, left : left + size] = 0
    return hidden
    ### END SOLUTION


def get_albumentations_transforms(
    inp_size: tuple[int, int], pixel_mean: Sequence[float], pixel_std: Sequence[float]
) -> Any:
    """Return three or more random label-preserving augmentations, then resizing and normalization.

    Args:
        inp_size: (height, width) of the result.
        pixel_mean: the mean of the training pixels in [0, 1], one number in a sequence or array.
        pixel_std: their standard deviation, likewise.
    Returns: an albumentations `Compose`, called as `transform(image=array)["image"]`: it turns a
        uint8 array of shape (H, W) into a float32 tensor of shape (1, height, width).
    """
    ### BEGIN SOLUTION
    return A.Compose(
        [
            A.HorizontalFlip(p=0.5),
            A.Affine(scale=(0.9, 1.1), translate_percent=(-0.08, 0.08), rotate=(-8, 8), p=0.8),
            A.RandomBrightnessContrast(brightness_limit=0.2, contrast_limit=0.2, p=0.5),
            A.Resize(*inp_size),
            A.Normalize([float(m) for m in pixel_mean], [float(s) for s in pixel_std]),
            ToTensorV2(),
        ]
    )
    ### END SOLUTION
