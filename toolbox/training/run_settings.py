"""Identify the settings of a training run: everything but its length and the student's code.

A finished run is reused only if its key is the same. The key depends on everything that a student
may change in a cell: the network, the optimizer, the loaders, the images and their labels.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from toolbox.training.protocols import Loader, Scheduler


def key_of(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: Scheduler | None,
    train: Loader,
    validation: Loader,
    seed: int,
    patience: int | None,
) -> str:
    """Return a hash of the settings that identify a run."""
    shapes = [(key, tuple(value.shape)) for key, value in model.state_dict().items()]
    groups = [
        {k: str(v) for k, v in group.items() if k != "params"} for group in optimizer.param_groups
    ]
    parts = [
        *(str(model), shapes, type(optimizer).__name__, groups),
        *(type(scheduler).__name__, list(_of_loader(train)), list(_of_loader(validation))),
        *(seed, patience),
    ]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:16]


def _of_loader(loader: Loader) -> Iterator[str]:
    """Yield the data of a loader, and how it batches, orders, augments and normalizes them."""
    data = getattr(loader, "dataset", None)
    yield str(getattr(data, "provenance", None))
    yield str(len(data)) if data is not None and hasattr(data, "__len__") else "None"
    for tensor in (getattr(data, "images", None), getattr(data, "targets", None)):
        yield _content(tensor) if torch.is_tensor(tensor) else ""
    augment = getattr(loader, "augment", None)
    yield getattr(augment, "__qualname__", None) or str(augment).split(" at 0x")[0]
    for name in ("batch_size", "shuffle", "drop_last", "seed"):
        yield str(getattr(loader, name, None))
    yield type(getattr(loader, "sampler", None)).__name__  # of a DataLoader, instead of shuffle
    for name in ("mean", "std"):
        yield _rounded(getattr(loader, name, None))


def _content(tensor: torch.Tensor) -> str:
    return hashlib.sha256(tensor.detach().cpu().contiguous().numpy().tobytes()).hexdigest()


def _rounded(values: Any) -> str:
    """Return numbers with four digits, since the last ones may differ between machines."""
    if not torch.is_tensor(values):
        return str(values)
    return str([f"{value:.4g}" for value in values.flatten().tolist()])
