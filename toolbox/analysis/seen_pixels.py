"""Measure how many pixels one output of a stack of layers sees, with gradients."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional as F

MOST_PIXELS = 2048


def count_seen_pixels(layers: Sequence[tuple[int, int]]) -> int:
    """Return how many pixels in a row have an effect on the first output of a stack.

    The stack is applied to a row of pixels, with all weights 1. The output depends on the pixels
    whose gradient is not 0.

    Args:
        layers: (kernel, stride) of each layer, the one nearest to the input first.
    Raises: `ValueError` if one output sees more than 2048 pixels.
    """
    row = torch.ones(1, 1, MOST_PIXELS, dtype=torch.float64, requires_grad=True)
    out = row
    for kernel, stride in layers:
        if out.shape[-1] < kernel:
            raise ValueError(f"one output of {list(layers)} sees more than {MOST_PIXELS} pixels")
        out = F.conv1d(out, torch.ones(1, 1, kernel, dtype=torch.float64), stride=stride)
    (gradient,) = torch.autograd.grad(out[0, 0, 0], row)
    return int((gradient != 0).sum())
