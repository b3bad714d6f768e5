"""The worth of a trained network, by its predictions for held-out images."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch


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
class NetworkVerdict:
    """What a checkpoint is worth, and the sentence that says why."""

    accuracy: float | None
    points: float
    reason: str


def verdict(
    found: float, threshold: Threshold, origin: str, *, chance: float, what: str = "accuracy"
) -> NetworkVerdict:
    """All points at the threshold, none at `chance`, in proportion between them."""
    wanted = threshold.wanted(origin)
    share = (found - chance) / (wanted - chance) if wanted > chance else float(found >= wanted)
    points = round(threshold.points * min(max(share, 0.0), 1.0), 2)
    reason = f"{what} {found:.3f} on held-out images ({origin}); {wanted:g} earns all points"
    return NetworkVerdict(found, points, reason)


def accuracy(
    predict: Callable[[torch.Tensor], torch.Tensor],
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
) -> float:
    """Return the fraction of right predictions over all batches.

    `predict` maps images to class ids. Raises `ValueError` without any images.
    """
    correct = count = 0
    for x, y in batches:
        correct += int((predict(x) == y).sum())
        count += len(y)
    if not count:
        raise ValueError("there are no images to measure on")
    return correct / count
