"""Alternative implementations of `student_code.augmentation`."""

from __future__ import annotations

from typing import Any

import albumentations as A
import numpy as np
import torch
from albumentations.pytorch import ToTensorV2

from misconceptions.catalogue import right

Tensor = torch.Tensor


@right("augmentation.random_horizontal_flip")
def by_indexing(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    """Let a Bernoulli variable decide, and index the columns from last to first."""
    flip = torch.bernoulli(torch.tensor(float(p)), generator=generator)
    columns = torch.arange(img.size(-1))
    return img[..., columns.flip(0) if flip else columns]


@right("augmentation.random_horizontal_flip")
def through_numpy(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    """Flip a copy with NumPy."""
    if float(torch.rand(1, generator=generator)) >= p:
        return img.clone()
    return torch.from_numpy(np.ascontiguousarray(img.numpy()[:, :, ::-1]))


@right("augmentation.random_crop")
def by_copying(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    """Copy the shifted image onto a canvas of zeros."""
    channels, height, width = img.shape
    canvas = img.new_zeros((channels, height + 2 * padding, width + 2 * padding))
    canvas[:, padding : padding + height, padding : padding + width] = img
    top = torch.randint(2 * padding + 1, (1,), generator=generator).item()
    left = torch.randint(2 * padding + 1, (1,), generator=generator).item()
    return canvas.narrow(1, int(top), height).narrow(2, int(left), width)


@right("augmentation.random_crop")
def by_masking(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    """Roll the image, and erase what came in from the other side."""
    down, right_ = (
        int(torch.floor(torch.rand((), generator=generator) * (2 * padding + 1))) - padding
        for _ in range(2)
    )
    rolled = img.roll((down, right_), (1, 2))
    rows = torch.arange(img.shape[1]) - down
    columns = torch.arange(img.shape[2]) - right_
    inside = ((rows >= 0) & (rows < img.shape[1]))[:, None]
    return rolled * (inside & (columns >= 0) & (columns < img.shape[2]))


@right("augmentation.cutout")
def around_a_centre(img: Tensor, size: int, generator: Any = None) -> Tensor:
    """Choose any pixel as the center, and clip what sticks out."""
    _, height, width = img.shape
    y = torch.randint(height, (1,), generator=generator).item() - size // 2
    x = torch.randint(width, (1,), generator=generator).item() - size // 2
    rows, columns = torch.arange(height), torch.arange(width)
    hole = ((rows >= y) & (rows < y + size))[:, None] & (columns >= x) & (columns < x + size)
    return img.masked_fill(hole, 0)


@right("augmentation.cutout")
def with_a_mask(img: Tensor, size: int, generator: Any = None) -> Tensor:
    """Multiply the image by a mask of zeros and ones."""
    mask = torch.ones_like(img)
    corner = torch.rand(2, generator=generator)
    top = int(corner[0] * (img.shape[1] - size + 1))
    left = int(corner[1] * (img.shape[2] - size + 1))
    mask[..., top : top + size, left : left + size] = 0
    return img * mask


@right("augmentation.get_albumentations_transforms")
def other_augmentations(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    """Resize first, choose one of several changes, and hide parts of the image."""
    height, width = inp_size
    return A.Compose(
        [
            A.Resize(height=height, width=width),
            A.HorizontalFlip(),
            A.OneOf([A.GaussianBlur(p=1), A.GaussNoise(p=1), A.RandomGamma(p=1)], p=0.5),
            A.CoarseDropout(p=0.3),
            A.Normalize(mean=tuple(pixel_mean), std=tuple(pixel_std), max_pixel_value=255),
            ToTensorV2(),
        ]
    )


@right("augmentation.get_albumentations_transforms")
def nested_compositions(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    """Nest one composition in another; the crop does the resizing."""
    random = A.Compose(
        [
            A.RandomResizedCrop(size=tuple(inp_size), scale=(0.6, 1.0)),
            A.HorizontalFlip(p=0.5),
            A.Rotate(limit=10, p=0.7),
        ]
    )
    mean, std = np.ravel(pixel_mean).tolist(), np.ravel(pixel_std).tolist()
    return A.Compose([random, A.Normalize(mean, std), ToTensorV2(transpose_mask=True)])
