"""Evaluate a segmentation network on a whole data set, pixel by pixel."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from toolbox.data import VOID, Batches, ImageTensors, PerChannel
from toolbox.training.devices import bfloat16_pays


def predict(model: nn.Module, x: Tensor, size: tuple[int, int]) -> Tensor:
    """Return class ids (N, *size) int64 of images x: the argmax of the upsampled scores.

    model: returns a tuple whose first item is scores (N, K, h, w). Raises `ValueError` for scores
    of another shape.
    """
    out: Any = model(x)
    scores = out[0] if isinstance(out, tuple) else out
    if not torch.is_tensor(scores) or scores.dim() != 4 or len(scores) != len(x):
        raise ValueError("scores of shape (N, num_classes, H, W) were expected")
    if tuple(scores.shape[2:]) != tuple(size):
        scores = F.interpolate(scores.float(), size=size, mode="bilinear", align_corners=False)
    return scores.argmax(dim=1)


def count_pixels(predicted: Tensor, truth: Tensor, num_classes: int) -> Tensor:
    """Count pixels, except void, by true (rows) and predicted class (columns); int64 (K, K)."""
    known = truth != VOID
    places = (truth[known].to(torch.int64), predicted[known].to(torch.int64))
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    return counts.index_put_(places, torch.ones_like(places[0]), accumulate=True)


def class_ious(counts: Tensor) -> Tensor:
    """Return the IoU of each class, float64; NaN for a class neither present nor predicted."""
    hits = counts.diag().double()
    return hits / (counts.sum(0) + counts.sum(1) - counts.diag())


def mean_of_known(ious: Tensor) -> float:
    """Return the mean of the values that are not NaN; 0 if there are none."""
    known = ious[~ious.isnan()]
    return float(known.mean()) if len(known) else 0.0


@torch.no_grad()
def measure(
    model: nn.Module,
    data: ImageTensors,
    *,
    mean: PerChannel,
    std: PerChannel,
    masks: Tensor | None = None,
    batch_size: int = 8,
    device: str | torch.device = "cpu",
    precision: str = "float32",
) -> Tensor:
    """Return the pixel counts (K, K) over a data set, in eval mode; the model's mode is restored.

    masks: the truth at another size (N, H, W), to which scores are upsampled; by default the data's
    masks.
    """
    was_training = model.training
    model.eval()
    size = len(data.classes)
    counts = torch.zeros(size, size, dtype=torch.int64)
    truth = data.masks if masks is None else masks
    start = 0
    try:
        for x, _ in Batches(data, batch_size, mean=mean, std=std):
            wanted = truth[start : start + len(x)]
            start += len(x)
            with lowered(precision, device):
                predicted = predict(model, x.to(device), (wanted.shape[1], wanted.shape[2]))
            counts += count_pixels(predicted.cpu(), wanted, size)
    finally:
        model.train(was_training)
    return counts


def lowered(precision: str, device: str | torch.device) -> AbstractContextManager[Any]:
    """Return the context in which a network computes: "float32" or "bfloat16".

    "auto" is bfloat16 on a GPU that supports it, else float32. Raises `ValueError` for other names.
    """
    place = torch.device(device)
    if precision == "auto":
        able = place.type == "cuda" and bfloat16_pays(place)
        precision = "bfloat16" if able else "float32"
    if precision == "float32":
        return nullcontext()
    if precision != "bfloat16":
        raise ValueError(f'precision must be "auto", "float32" or "bfloat16", not {precision!r}')
    return torch.autocast(place.type, dtype=torch.bfloat16)
