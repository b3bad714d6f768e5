"""Grading a trained network by what it does on held-out images, not by what somebody wrote down.

The weights are read as weights (nothing in the file is ever run), put into the student's class,
and measured here, by a loop that isn't the student's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from toolbox.checkpoints import CheckpointError, load_weights


@dataclass(frozen=True)
class Threshold:
    """The accuracy that earns all `points`, on the real images and on the offline ones."""

    run: str  # the name that was given to trainer.fit
    points: float
    real: float
    offline: float

    def __post_init__(self) -> None:
        for name, value in (("real", self.real), ("offline", self.offline)):
            if not 0 < value <= 1:
                raise ValueError(f"{name} is an accuracy above 0 and up to 1, not {value}")

    def wanted(self, origin: str) -> float:
        """The threshold for images whose provenance has that `origin`."""
        return self.real if origin == "real" else self.offline


@dataclass(frozen=True)
class Verdict:
    """What a checkpoint is worth, and the sentence that says why."""

    accuracy: float | None
    points: float
    reason: str


def judge(
    checkpoint: Path | str,
    model: nn.Module,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    threshold: Threshold,
    *,
    origin: str,
    num_classes: int,
) -> Verdict:
    """Measure the weights in `checkpoint` on held-out `batches`.

    All points at the threshold, none at chance (1 / num_classes), in proportion between them.
    A checkpoint that is missing, damaged, more than weights, or of another class earns nothing,
    and the reason says so. `model` is the student's class, freshly made.
    """
    try:
        load_weights(checkpoint, model)
        found = accuracy(model, batches)
    except CheckpointError as problem:
        return Verdict(None, 0.0, str(problem))
    except Exception as problem:  # the student's forward may do anything
        said = f"{type(problem).__name__}: {problem}"
        return Verdict(None, 0.0, f"the network can't be run: {said}")
    return verdict(found, threshold, origin, chance=1 / num_classes)


def verdict(
    found: float, threshold: Threshold, origin: str, *, chance: float, what: str = "accuracy"
) -> Verdict:
    """All points at the threshold, none at `chance`, in proportion between them."""
    wanted = threshold.wanted(origin)
    share = (found - chance) / (wanted - chance) if wanted > chance else float(found >= wanted)
    points = round(threshold.points * min(max(share, 0.0), 1.0), 2)
    reason = f"{what} {found:.3f} on held-out images ({origin}); {wanted:g} earns all points"
    return Verdict(found, points, reason)


def accuracy(model: nn.Module, batches: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> float:
    """The fraction of right predictions over all batches, in eval mode and without gradients.

    Raises `ValueError` if the scores have another shape than (N, K), or if there is no image.
    """
    model.eval()
    correct = count = 0
    with torch.no_grad():
        for x, y in batches:
            scores: Any = model(x.clone())
            if not torch.is_tensor(scores) or scores.dim() != 2 or len(scores) != len(y):
                raise ValueError("scores of shape (N, num_classes) were expected")
            correct += int((scores.argmax(dim=1) == y).sum())
            count += len(y)
    if not count:
        raise ValueError("there are no images to measure on")
    return correct / count
