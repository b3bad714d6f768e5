"""Metrics of a classifier beyond the confusion matrix: top-k accuracy and calibration.

Throughout, `y_true` contains labels (N,) from 0, and `y_prob` probabilities (N, num_classes), as
tensors or arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Numbers = np.ndarray


@dataclass(frozen=True)
class Reliability:
    """Predictions in bins by their confidence.

    edges: float (B + 1,) from 0 to 1. count: int (B,), the number of predictions in each bin.
    confidence, accuracy: float (B,), the mean probability of the predicted class and the share of
    correct predictions; NaN for an empty bin.
    """

    edges: Numbers
    count: Numbers
    confidence: Numbers
    accuracy: Numbers

    @property
    def error(self) -> float:
        """The expected calibration error: the difference between confidence and accuracy,
        averaged over all predictions."""
        filled = self.count > 0
        apart = np.abs(self.confidence[filled] - self.accuracy[filled])
        return float((apart * self.count[filled]).sum() / self.count.sum())


def top_k_accuracy(y_true: object, y_prob: object, k: int) -> float:
    """Return the share of examples whose true class is among the k most probable ones.

    On ties, the true class counts as the least probable. Raises `ValueError` if k is below 1, or
    if there are no examples.
    """
    labels, probabilities = _examples(y_true, y_prob)
    if k < 1:
        raise ValueError(f"k must be 1 or more, not {k}")
    own = probabilities[np.arange(len(labels)), labels][:, None]
    rank = (probabilities >= own).sum(axis=1)  # 1 for the most probable class
    return float((rank <= k).mean())


def reliability(y_true: object, y_prob: object, bins: int = 10) -> Reliability:
    """Sort predictions into `bins` equal bins by the probability of the predicted class."""
    labels, probabilities = _examples(y_true, y_prob)
    if bins < 1:
        raise ValueError(f"bins must be 1 or more, not {bins}")
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    places = np.minimum((sure * bins).astype(int), bins - 1)
    count = np.bincount(places, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(places, sure, minlength=bins) / count
        accuracy = np.bincount(places, right, minlength=bins) / count
    return Reliability(np.linspace(0, 1, bins + 1), count, confidence, accuracy)


def _examples(y_true: object, y_prob: object) -> tuple[Numbers, Numbers]:
    labels = np.asarray(y_true).astype(int)
    probabilities = np.asarray(y_prob, dtype=np.float64)
    if labels.ndim != 1 or probabilities.ndim != 2 or len(labels) != len(probabilities):
        raise ValueError("labels must be (N,) and probabilities (N, num_classes), with the same N")
    if not len(labels):
        raise ValueError("there are no examples")
    return labels, probabilities
