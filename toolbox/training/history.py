"""The record of a training run, epoch by epoch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass
class History:
    """One entry per epoch in each list. Losses are means per example, accuracies from 0 to 1."""

    name: str = ""
    device: str = "cpu"
    seed: int = 0
    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    metric: str = "accuracy"  # what the accuracies are, for example "mean IoU"

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def best_epoch(self) -> int:
        """The epoch (from 0) with the lowest validation loss. `ValueError` if there is none."""
        if not self.validation_loss:
            raise ValueError("no epoch has been trained yet")
        return min(range(len(self)), key=lambda i: _or_infinity(self.validation_loss[i]))

    @property
    def gap(self) -> float:
        """Training accuracy minus validation accuracy in the last epoch."""
        return self.train_accuracy[-1] - self.validation_accuracy[-1]

    def summary(self) -> str:
        """Return one line with the metrics of the last epoch."""
        return (
            f"{self.name}: {len(self)} epochs, "
            f"train loss {self.train_loss[-1]:.3f}, {self.metric} {self.train_accuracy[-1]:.3f}; "
            f"validation loss {self.validation_loss[-1]:.3f}, "
            f"{self.metric} {self.validation_accuracy[-1]:.3f}"
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def _or_infinity(value: float) -> float:
    return value if value == value else float("inf")


def logged_history(folder: Path, name: str = "") -> History:
    """Return the history that `train.txt` and `validation.txt` in `folder` contain.

    Each file has a head line and one line per epoch, separated by tabs, with the columns `loss` and
    `accuracy`, as the student's `train_and_keep` writes them.
    """
    found = History(name)
    for split in ("train", "validation"):
        table = np.genfromtxt(folder / f"{split}.txt", names=True, delimiter="\t")
        for key in ("loss", "accuracy"):
            setattr(found, f"{split}_{key}", np.atleast_1d(table[key]).tolist())
    return found
