"""Convert the test accuracy of a trained network into points."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Threshold:
    """The accuracy that earns all `points`, for the real and for the synthetic images."""

    run: str  # the name passed to trainer.fit
    points: float
    real: float
    offline: float

    def __post_init__(self) -> None:
        for name, value in (("real", self.real), ("offline", self.offline)):
            if not 0 < value <= 1:
                raise ValueError(f"{name} must be an accuracy above 0 and at most 1, not {value}")

    def wanted(self, origin: str) -> float:
        """Return the threshold for images whose provenance has that `origin`."""
        return self.real if origin == "real" else self.offline


@dataclass(frozen=True)
class NetworkVerdict:
    """The points of a checkpoint, and the sentence that explains them."""

    accuracy: float | None
    points: float
    reason: str


def verdict(
    found: float, threshold: Threshold, origin: str, *, chance: float, what: str = "accuracy"
) -> NetworkVerdict:
    """Give all points at the threshold, none at `chance`, and a linear share in between."""
    wanted = threshold.wanted(origin)
    share = (found - chance) / (wanted - chance) if wanted > chance else float(found >= wanted)
    points = round(threshold.points * min(max(share, 0.0), 1.0), 2)
    reason = f"{what} {found:.3f} on held-out images ({origin}); {wanted:g} earns all points"
    return NetworkVerdict(found, points, reason)


def accuracy(
    predict: Callable[[torch.Tensor], torch.Tensor],
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
) -> float:
    """Return the fraction of correct predictions over all batches.

    `predict` maps images to class ids. Raises `ValueError` without images.
    """
    correct = count = 0
    for x, y in batches:
        correct += int((predict(x) == y).sum())
        count += len(y)
    if not count:
        raise ValueError("there are no images to measure on")
    return correct / count
