"""Load the images of a data set as tensors, and augment them as the lessons do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from tqdm.auto import tqdm

Split = tuple[Tensor, Tensor]  # images (N, C, H, W) uint8, labels (N,) int64


def decoded(path: Path, size: tuple[int, int], mode: str) -> Tensor:
    """Return one image file as (C, H, W) uint8, resized to size (height, width)."""
    with Image.open(path) as image:
        small = image.convert(mode).resize((size[1], size[0]), Image.Resampling.BILINEAR)
    pixels = torch.from_numpy(np.array(small))
    return pixels[None] if mode == "L" else pixels.permute(2, 0, 1).contiguous()


def image_folder(root: Path, size: tuple[int, int], mode: str) -> Split:
    """Return all images in `root/<class>` as tensors, with the classes in sorted order."""
    classes = sorted(d.name for d in root.iterdir() if d.is_dir())
    paths = [(p, i) for i, name in enumerate(classes) for p in sorted((root / name).iterdir())]
    images = torch.stack(
        [decoded(p, size, mode) for p, _ in tqdm(paths, desc=f"decoding {root.name}", leave=False)]
    )
    return images, torch.tensor([label for _, label in paths])


def segmentation_folder(root: Path, split: str, size: tuple[int, int]) -> Split:
    """Return `root/<split>/*.jpg` (N, 3, H, W) and `<split>annot/*.png` (N, H, W), ids 0 to 11."""
    paths = sorted((root / split).glob("*.jpg"))
    images = torch.stack(
        [decoded(p, size, "RGB") for p in tqdm(paths, desc=f"decoding {split}", leave=False)]
    )
    masks = []
    for path in paths:
        with Image.open(root / f"{split}annot" / f"{path.stem}.png") as image:
            small = image.resize((size[1], size[0]), Image.Resampling.NEAREST)
            masks.append(torch.from_numpy(np.array(small)).long())
    return images, torch.stack(masks)


def standardised(images: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Normalize to float32 by each channel's mean and standard deviation in the training set."""
    return (images.float() / 255 - mean) / std


def statistics(images: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and standard deviation of each channel, (C, 1, 1) each."""
    scaled = images[:: max(1, len(images) // 1000)].float() / 255
    return scaled.mean((0, 2, 3))[:, None, None], scaled.std((0, 2, 3))[:, None, None]


def flipped_and_cropped(batch: Tensor, generator: torch.Generator, zoom: float = 0.15) -> Tensor:
    """Mirror half of the images, and shift and scale each of them by up to `zoom`."""
    n = len(batch)
    sign = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    scale = 1 - zoom * torch.rand(n, generator=generator)
    move = (torch.rand(n, 2, generator=generator) * 2 - 1) * (1 - scale)[:, None]
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = sign * scale, scale
    theta[:, :, 2] = move
    grid = F.affine_grid(theta, list(batch.shape), align_corners=False)
    return F.grid_sample(
        batch, grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )
