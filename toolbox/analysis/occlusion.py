"""Where a network looks: cover a part of the image, and see what becomes of its prediction."""

from __future__ import annotations

import torch
from torch import nn

WHOLE = 64  # images in a batch


def occlusion_map(
    model: nn.Module, image: torch.Tensor, label: int, *, patch: int = 16, stride: int = 4
) -> torch.Tensor:
    """How much of the probability of class `label` is lost where a patch covers the image.

    image: float32 (C, H, W), as the model takes it; the patch is its mean. Returns float32 (H, W):
    for each pixel the mean loss over all patches that cover it. Positive where the pixels speak for
    the class, negative where they speak against it. The model predicts in eval mode and is left as
    it came. `ValueError` for a patch that is larger than the image.
    """
    _, height, width = image.shape
    if not 0 < patch <= min(height, width):
        raise ValueError(f"a patch of {patch} doesn't fit an image of {height} x {width}")
    corners = [
        (i, j) for i in _starts(height, patch, stride) for j in _starts(width, patch, stride)
    ]
    covered = image.repeat(len(corners), 1, 1, 1)
    for one, (i, j) in zip(covered, corners, strict=True):
        one[:, i : i + patch, j : j + patch] = image.mean()
    was_training = model.training
    model.eval()
    with torch.no_grad():
        before = model(image[None]).softmax(dim=1)[0, label]
        after = torch.cat([model(some).softmax(dim=1)[:, label] for some in covered.split(WHOLE)])
    model.train(was_training)
    lost, times = torch.zeros(2, height, width)
    for fall, (i, j) in zip((before - after).cpu(), corners, strict=True):
        lost[i : i + patch, j : j + patch] += fall
        times[i : i + patch, j : j + patch] += 1
    return lost / times


def _starts(size: int, patch: int, stride: int) -> list[int]:
    """Where patches begin, so that the last one ends at the border."""
    return sorted({*range(0, size - patch + 1, stride), size - patch})
