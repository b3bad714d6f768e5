"""Find where a network looks: cover parts of the image and measure the change in prediction."""

from __future__ import annotations

import torch
from torch import nn

WHOLE = 64  # images in a batch


def occlusion_map(
    model: nn.Module, image: torch.Tensor, label: int, *, patch: int = 16, stride: int = 4
) -> torch.Tensor:
    """Return how much probability of class `label` is lost when a patch covers the image.

    image: float32 (C, H, W), as the model takes it; the patch has the image's mean value. Returns
    float32 (H, W): for each pixel, the mean loss over all patches that cover it. Positive pixels
    are evidence for the class, negative ones against it. The model predicts in eval mode, and its
    mode is restored. Raises `ValueError` if the patch is larger than the image.
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
    """Return the start positions of patches, such that the last patch ends at the border."""
    return sorted({*range(0, size - patch + 1, stride), size - patch})
