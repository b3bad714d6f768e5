"""Training a segmentation network: a learning rate schedule, and transforms of image and mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torchvision import tv_tensors
from torchvision.transforms import v2

Pair = tuple[torch.Tensor, torch.Tensor]
Transform = Callable[[Any, Any], Pair]


def poly_learning_rate(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    """Return the learning rate of an iteration: base_lr · (1 − curr_iter / max_iter)^power.

    Args:
        base_lr: the learning rate at iteration 0.
        curr_iter: the iteration, from 0 to max_iter.
        max_iter: the total number of iterations.
        power: the shape of the decay: 1 is a straight line.
    Returns: a float, from base_lr at the start to 0 at the end.
    """
    ### BEGIN SOLUTION
    return base_lr * (1 - curr_iter / max_iter) ** power
    ### END SOLUTION


def get_train_transform(
    size: tuple[int, int], mean: Sequence[float], std: Sequence[float], ignore_index: int = 255
) -> Transform:
    """Return a random transform that changes an image and its mask together.

    Args:
        size: (height, width) of the result.
        mean, std: one value for each of the three channels, of pixels in [0, 1].
        ignore_index: the id of mask pixels that don't correspond to the image (padding).
    Returns: a transform to be called as `transform(image, mask)`, with a tv_tensors.Image, uint8
        of shape (3, H, W), and a tv_tensors.Mask, uint8 of shape (H, W), neither of which it
        modifies. It returns a float32 tensor (3, height, width), scaled to [0, 1] and then
        normalized, and an int64 tensor (height, width). It flips left to right half of the time,
        and crops a region at a random position, after random scaling if you like; images smaller
        than `size` work, too. The returned mask contains only ids that were in the mask, and
        `ignore_index`.
    """
    ### BEGIN SOLUTION
    fills = {tv_tensors.Image: 0, tv_tensors.Mask: ignore_index}
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(p=0.5),
            v2.ScaleJitter(size, scale_range=(0.9, 2.0), antialias=True),
            v2.RandomCrop(size, pad_if_needed=True, fill=fills),
            v2.ColorJitter(brightness=0.2, contrast=0.2),
            v2.ToDtype({tv_tensors.Image: torch.float32, tv_tensors.Mask: torch.int64}, scale=True),
            v2.Normalize(list(mean), list(std)),
        ]
    )
    ### END SOLUTION


def get_val_transform(
    size: tuple[int, int], mean: Sequence[float], std: Sequence[float], ignore_index: int = 255
) -> Transform:
    """Return a deterministic transform that resizes the whole image and its mask.

    Args:
        size, mean, std, ignore_index: as for `get_train_transform`.
    Returns: a transform with the same inputs and outputs as that of `get_train_transform`. It
        resizes the whole image to `size` by bilinear interpolation, and its mask by nearest
        neighbor.
    """
    ### BEGIN SOLUTION
    return v2.Compose(
        [
            v2.Resize(size, antialias=True),
            v2.ToDtype({tv_tensors.Image: torch.float32, tv_tensors.Mask: torch.int64}, scale=True),
            v2.Normalize(list(mean), list(std)),
        ]
    )
    ### END SOLUTION
