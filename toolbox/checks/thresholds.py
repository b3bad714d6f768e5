"""Convert the test accuracy of a trained network into points."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch

from toolbox.data.chosen_images import DRAWINGS, PHOTOGRAPHS

HARDLY = 0.15  # of the way from guessing to all points


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
    """The points of a checkpoint, and the sentence that explains them, as printed."""

    accuracy: float | None
    points: float
    reason: str


def verdict(
    found: float, threshold: Threshold, origin: str, *, chance: float, what: str = "Accuracy"
) -> NetworkVerdict:
    """Give all points at the threshold, none at `chance`, and a linear share in between."""
    wanted = threshold.wanted(origin)
    share = (found - chance) / (wanted - chance) if wanted > chance else float(found >= wanted)
    points = round(threshold.points * min(max(share, 0.0), 1.0), 2)
    kind = PHOTOGRAPHS if origin == "real" else DRAWINGS
    reason = f"{what} {found:.3f} on held-out images ({kind}); {wanted:g} earns all points."
    if share < HARDLY:
        reason += (
            f" Guessing gives {chance:.3f}: the network has learned almost nothing. If its "
            "training loss does not fall, check the learning rate; if it falls, check how "
            "the network is evaluated."
        )
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
