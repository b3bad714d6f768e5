"""How good a segmentation network is on a whole data set, counted pixel by pixel."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from toolbox.data import VOID, Batches, ImageTensors
from toolbox.training.devices import bfloat16_pays


def predict(model: nn.Module, x: Tensor, size: tuple[int, int]) -> Tensor:
    """Class ids (N, *size) int64 of images x: the scores are enlarged, and then compared.

    model: gives a tuple whose first item is scores (N, K, h, w). Another shape: `ValueError`.
    """
    out: Any = model(x)
    scores = out[0] if isinstance(out, tuple) else out
    if not torch.is_tensor(scores) or scores.dim() != 4 or len(scores) != len(x):
        raise ValueError("scores of shape (N, num_classes, H, W) were expected")
    if tuple(scores.shape[2:]) != tuple(size):
        scores = F.interpolate(scores.float(), size=size, mode="bilinear", align_corners=False)
    return scores.argmax(dim=1)


def count_pixels(predicted: Tensor, truth: Tensor, num_classes: int) -> Tensor:
    """Pixels by true class (rows) and predicted class (columns), void left out; int64 (K, K)."""
    known = truth != VOID
    places = (truth[known].to(torch.int64), predicted[known].to(torch.int64))
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    return counts.index_put_(places, torch.ones_like(places[0]), accumulate=True)


def class_ious(counts: Tensor) -> Tensor:
    """Intersection over union of each class, float64; NaN where it neither is nor is said."""
    hits = counts.diag().double()
    return hits / (counts.sum(0) + counts.sum(1) - counts.diag())


def mean_of_known(ious: Tensor) -> float:
    """The mean without the classes that are NaN; 0 where all are."""
    known = ious[~ious.isnan()]
    return float(known.mean()) if len(known) else 0.0


@torch.no_grad()
def measure(
    model: nn.Module,
    data: ImageTensors,
    *,
    mean: Any,
    std: Any,
    masks: Tensor | None = None,
    batch_size: int = 8,
    device: str | torch.device = "cpu",
    precision: str = "float32",
) -> Tensor:
    """Counts (K, K) over a whole data set, in eval mode; the model keeps the mode it came in.

    masks: the truth at another size (N, H, W), to which the scores are enlarged; else the data's.
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
    """The context in which a network computes: "float32", or "bfloat16" for what can bear it.

    "auto" is bfloat16 on a GPU that has it, else float32. Anything else: `ValueError`.
    """
    place = torch.device(device)
    if precision == "auto":
        able = place.type == "cuda" and bfloat16_pays(place)
        precision = "bfloat16" if able else "float32"
    if precision == "float32":
        return nullcontext()
    if precision != "bfloat16":
        raise ValueError(f'precision is "auto", "float32" or "bfloat16", not {precision!r}')
    return torch.autocast(place.type, dtype=torch.bfloat16)
