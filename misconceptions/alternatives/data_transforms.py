"""Alternative implementations of `student_code.data_transforms`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torchvision import transforms
from torchvision.transforms import v2

from misconceptions.catalogue import right


@right("data_transforms.get_fundamental_transforms")
def with_v2(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    """Use torchvision's v2 transforms, with a tensor from the start."""
    return v2.Compose(
        [
            v2.RGB(),
            v2.ToImage(),
            v2.Grayscale(),
            v2.Resize(inp_size, antialias=True),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean=list(pixel_mean), std=list(pixel_std)),
        ]
    )


@right("data_transforms.get_fundamental_transforms")
def by_hand(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    """Let PIL and NumPy do the work inside lambdas."""
    height, width = inp_size
    mean, std = float(pixel_mean[0]), float(pixel_std[0])

    def to_tensor(image: Image.Image) -> torch.Tensor:
        pixels = np.asarray(image, dtype=np.float32)[None] / 255
        return torch.from_numpy((pixels - np.float32(mean)) / np.float32(std))

    return transforms.Compose(
        [
            transforms.Lambda(lambda image: image.convert("L")),
            transforms.Lambda(
                lambda image: image.resize((width, height), Image.Resampling.BICUBIC)
            ),
            transforms.Lambda(to_tensor),
        ]
    )


# --- get_data_augmentation_transforms -----------------------------------------------------------


@right("data_transforms.get_data_augmentation_transforms")
def augmentation_with_v2(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    """Use torchvision's v2 transforms, with the grayscale conversion first."""
    return v2.Compose(
        [
            v2.Grayscale(),
            v2.RandomResizedCrop(tuple(inp_size), scale=(0.6, 1.0), antialias=True),
            v2.RandomHorizontalFlip(0.5),
            v2.RandomApply([v2.GaussianBlur(3)], p=0.2),
            v2.ToImage(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(list(np.ravel(pixel_mean)), list(np.ravel(pixel_std))),
        ]
    )


@right("data_transforms.get_data_augmentation_transforms")
def mirrored_only(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    """Flip after everything else, and erase a part of the image."""
    return transforms.Compose(
        [
            transforms.Grayscale(1),
            transforms.Resize(inp_size),
            transforms.PILToTensor(),
            transforms.ConvertImageDtype(torch.float),
            transforms.Normalize(torch.as_tensor(pixel_mean), torch.as_tensor(pixel_std)),
            transforms.RandomErasing(p=0.3, scale=(0.02, 0.1)),
            transforms.RandomHorizontalFlip(),
        ]
    )
