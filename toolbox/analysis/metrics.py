"""Figures of a classifier beyond the confusion matrix: top-k, and whether it knows what it knows.

Everywhere `y_true` holds labels (N,) from 0, and `y_prob` probabilities (N, num_classes), as
tensors or arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Numbers = np.ndarray


@dataclass(frozen=True)
class Reliability:
    """Predictions sorted into bins by how sure they were.

    edges: float (B + 1,) from 0 to 1. count: int (B,), the predictions in each bin.
    confidence, accuracy: float (B,), the mean probability of the predicted class and the share of
    right predictions; NaN where a bin is empty.
    """

    edges: Numbers
    count: Numbers
    confidence: Numbers
    accuracy: Numbers

    @property
    def error(self) -> float:
        """The expected calibration error: how far confidence and accuracy are apart, on average
        over all predictions."""
        filled = self.count > 0
        apart = np.abs(self.confidence[filled] - self.accuracy[filled])
        return float((apart * self.count[filled]).sum() / self.count.sum())


def top_k_accuracy(y_true: Any, y_prob: Any, k: int) -> float:
    """The share of examples whose true class is among the k most probable ones.

    A true class with as much probability as others counts as behind them. `ValueError` for k below
    1, or without examples.
    """
    labels, probabilities = _examples(y_true, y_prob)
    if k < 1:
        raise ValueError(f"k is 1 or more, not {k}")
    own = probabilities[np.arange(len(labels)), labels][:, None]
    rank = (probabilities >= own).sum(axis=1)  # 1 for the most probable
    return float((rank <= k).mean())


def reliability(y_true: Any, y_prob: Any, bins: int = 10) -> Reliability:
    """Predictions in `bins` equal bins of the probability of the predicted class."""
    labels, probabilities = _examples(y_true, y_prob)
    if bins < 1:
        raise ValueError(f"bins is 1 or more, not {bins}")
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    places = np.minimum((sure * bins).astype(int), bins - 1)
    count = np.bincount(places, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(places, sure, minlength=bins) / count
        accuracy = np.bincount(places, right, minlength=bins) / count
    return Reliability(np.linspace(0, 1, bins + 1), count, confidence, accuracy)


def _examples(y_true: Any, y_prob: Any) -> tuple[Numbers, Numbers]:
    labels = np.asarray(y_true).astype(int)
    probabilities = np.asarray(y_prob, dtype=np.float64)
    if labels.ndim != 1 or probabilities.ndim != 2 or len(labels) != len(probabilities):
        raise ValueError("labels (N,) and probabilities (N, num_classes) are wanted")
    if not len(labels):
        raise ValueError("there are no examples")
    return labels, probabilities
