"""Alternative implementations of `student_code.segmentation_training`."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from misconceptions.catalogue import right

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
import albumentations as A
from albumentations.pytorch import ToTensorV2


@right("segmentation_training.poly_learning_rate")
def by_logarithms(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    """Use the exponential of a logarithm, and 0 at the end."""
    left = max_iter - curr_iter
    return base_lr * math.exp(power * math.log(left / max_iter)) if left else 0.0


@right("segmentation_training.poly_learning_rate")
def with_pow(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    """Apply `pow` to the remaining fraction."""
    return float(base_lr) * pow((max_iter - curr_iter) / max_iter, power)


def _albumentations(steps: list[Any], mean: Any, std: Any) -> Any:
    chain = A.Compose([*steps, A.Normalize(tuple(mean), tuple(std)), ToTensorV2()])

    def transform(image: Any, mask: Any) -> Any:
        pixels = np.array(torch.as_tensor(image).permute(1, 2, 0))
        found = chain(image=pixels, mask=np.array(torch.as_tensor(mask)))
        return found["image"].float(), torch.as_tensor(found["mask"]).long()

    return transform


@right("segmentation_training.get_train_transform")
def with_albumentations(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    """Use Albumentations with its own random numbers, with padding if the image is too small."""
    height, width = size
    steps = [
        A.RandomScale((-0.2, 0.4), p=0.7),
        A.PadIfNeeded(height, width, border_mode=0, fill=0, fill_mask=ignore_index),
        A.RandomCrop(height, width),
        A.HorizontalFlip(p=0.5),
    ]
    return _albumentations(steps, mean, std)


@right("segmentation_training.get_train_transform")
def by_indices(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    """Use plain tensors: enlarge if too small, flip, and crop, without any padding."""
    mid, scale = (torch.tensor(values).float()[:, None, None] for values in (mean, std))

    def transform(image: Any, mask: Any) -> Any:
        pixels = torch.as_tensor(image).float()[None] / 255
        ids = torch.as_tensor(mask).float()[None, None]
        factor = max(s / side for s, side in zip(size, ids.shape[2:], strict=True))
        if factor > 1:
            whole = [
                max(s, math.ceil(side * factor))
                for s, side in zip(size, ids.shape[2:], strict=True)
            ]
            pixels = F.interpolate(pixels, whole, mode="bilinear", align_corners=False)
            ids = F.interpolate(ids, whole, mode="nearest")
        top, left = (
            int(torch.randint(0, side - s + 1, ()))
            for s, side in zip(size, ids.shape[2:], strict=True)
        )
        view = (..., slice(top, top + size[0]), slice(left, left + size[1]))
        pixels, ids = pixels[view][0], ids[view][0, 0]
        if torch.rand(()) < 0.5:
            pixels, ids = pixels.flip(2), ids.flip(1)
        return (pixels - mid) / scale, ids.long()

    return transform


@right("segmentation_training.get_val_transform")
def val_with_albumentations(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    """Use Albumentations, which interpolates masks with the nearest neighbor."""
    return _albumentations([A.Resize(*size)], mean, std)


@right("segmentation_training.get_val_transform")
def val_by_interpolation(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    """Use torch's own interpolation on floats."""
    mid, scale = (torch.tensor(values).float()[:, None, None] for values in (mean, std))

    def transform(image: Any, mask: Any) -> Any:
        pixels = torch.as_tensor(image)[None].float() / 255
        ids = torch.as_tensor(mask)[None, None].float()
        pixels = F.interpolate(pixels, size, mode="bilinear", antialias=True)[0]
        ids = F.interpolate(ids, size, mode="nearest-exact")[0, 0]
        return (pixels - mid) / scale, ids.to(torch.int64)

    return transform
