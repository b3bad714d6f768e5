"""Turn an image from disk into the tensor that a network takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torchvision import transforms


def get_fundamental_transforms(
    inp_size: tuple[int, int], pixel_mean: Iterable[float], pixel_std: Iterable[float]
) -> Any:
    """Return the transform applied to every image: resize, grayscale, to tensor, normalize.

    Args:
        inp_size: (height, width) of the result.
        pixel_mean: the mean of the training pixels in [0, 1], one number in a sequence or array.
        pixel_std: their standard deviation, likewise.
    Returns: a torchvision `Compose` (v1 or v2) that turns a PIL image of any mode into a float32
        tensor of shape (1, height, width).
    """
    ### BEGIN SOLUTION
    return transforms.Compose(
        [
            transforms.Resize(inp_size),
            transforms.Grayscale(num_output_channels=1),
            transforms.ToTensor(),
            transforms.Normalize([float(m) for m in pixel_mean], [float(s) for s in pixel_std]),
        ]
    )
    ### END SOLUTION


def get_data_augmentation_transforms(
    inp_size: tuple[int, int], pixel_mean: Iterable[float], pixel_std: Iterable[float]
) -> Any:
    """Return random label-preserving changes followed by the steps applied to every image.

    The network will never be asked about an upside-down street: the top of the image stays at the
    top.

    Args:
        inp_size: (height, width) of the result.
        pixel_mean: the mean of the training pixels in [0, 1], one number in a sequence or array.
        pixel_std: their standard deviation, likewise.
    Returns: a torchvision `Compose` (v1 or v2) that turns a grayscale or color PIL image into a
        float32 tensor of shape (1, height, width), differently each time it is called.
    """
    ### BEGIN SOLUTION
    return transforms.Compose(
        [
            transforms.RandomHorizontalFlip(p=0.5),
            transforms.RandomAffine(degrees=8, translate=(0.08, 0.08), scale=(0.9, 1.1)),
            transforms.ColorJitter(brightness=0.2, contrast=0.2),
            get_fundamental_transforms(inp_size, pixel_mean, pixel_std),
        ]
    )
    ### END SOLUTION
