"""Analyze a classifier: its metrics, its confusions, and its confident mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

Batch = tuple[torch.Tensor, torch.Tensor]


def predict(
    model: nn.Module, loader: Iterable[Batch], device: str | torch.device = "cpu"
) -> dict[str, torch.Tensor]:
    """Return the model's predictions for every example, computed in eval mode without gradients.

    Args:
        model: a model on `device` that returns raw scores (N, num_classes). It is left in the
            mode (train or eval) it was in.
        loader: yields batches (images, labels); the last one may be smaller than the others.
        device: the device to move the batches to.
    Returns: three tensors on the CPU, in the order in which the loader yields the examples:
        "y_true": int64 labels (N,); "y_pred": int64 predicted labels (N,);
        "y_prob": float32 probabilities (N, num_classes); each row sums to 1.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    labels, probabilities = [], []
    with torch.no_grad():
        for x, y in loader:
            probabilities.append(model(x.to(device)).softmax(dim=1).cpu())
            labels.append(y.cpu())
    model.train(was_training)
    y_prob = torch.cat(probabilities)
    return {"y_true": torch.cat(labels), "y_pred": y_prob.argmax(dim=1), "y_prob": y_prob}
    ### END SOLUTION


def generate_confusion_matrix(
    y_true: Sequence[int] | np.ndarray | torch.Tensor,
    y_pred: Sequence[int] | np.ndarray | torch.Tensor,
    num_classes: int,
    normalize: bool = False,
) -> np.ndarray:
    """Count how often each true class was predicted as each class.

    Args:
        y_true, y_pred: labels from 0 to num_classes - 1, of shape (N,), as a list, array or tensor.
        num_classes: K; a class that doesn't occur still has a row and a column.
        normalize: whether to return fractions of the true class instead of counts.
    Returns: an array (K, K) with the true classes in rows and the predictions in columns: int64
        counts, or floats if `normalize` is true. In the latter case each row sums to 1, and the
        row of a class without examples is all zeros.
    Raises: ValueError if y_true and y_pred differ in length, or if a label is out of range.
    """
    ### BEGIN SOLUTION
    true, predicted = np.asarray(y_true), np.asarray(y_pred)
    if true.shape != predicted.shape:
        raise ValueError(f"{true.size} labels, but {predicted.size} predictions")
    both = np.concatenate([true, predicted])
    if both.size and not 0 <= both.min() <= both.max() < num_classes:
        raise ValueError(f"labels go from 0 to {num_classes - 1}")
    counts = np.zeros((num_classes, num_classes), np.int64)
    np.add.at(counts, (true.astype(int), predicted.astype(int)), 1)
    if not normalize:
        return counts
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ### END SOLUTION


def accuracy_precision_recall_f1(confusion: np.ndarray) -> dict[str, Any]:
    """Compute classification metrics from a confusion matrix of counts.

    Args:
        confusion: counts (K, K) of at least one example; rows are the true classes.
    Returns: "accuracy", a float; "precision", "recall" and "f1", float arrays (K,) with one value
        per class; "macro_precision", "macro_recall" and "macro_f1", the unweighted means of these
        over all K classes. If the denominator is zero (a class that was never predicted has no
        precision, a class without examples has no recall), the value is 0, and it counts as 0 in
        the mean. F1 is the harmonic mean of a class's precision and recall.
    """
    ### BEGIN SOLUTION
    counts = np.asarray(confusion, dtype=np.float64)
    hits, examples, predicted = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)

    def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
        return np.divide(above, below, out=np.zeros_like(above), where=below > 0)

    figures = {
        "precision": ratio(hits, predicted),
        "recall": ratio(hits, examples),
        "f1": ratio(2 * hits, examples + predicted),
    }
    macro = {f"macro_{name}": float(values.mean()) for name, values in figures.items()}
    return {"accuracy": float(hits.sum() / counts.sum()), **figures, **macro}
    ### END SOLUTION


def most_confused(confusion: np.ndarray, k: int) -> list[tuple[int, int, float]]:
    """Return the most frequent confusions between two classes.

    Args:
        confusion: counts or fractions (K, K); rows are the true classes.
        k: the maximum number of pairs to return.
    Returns: up to k triples (true class, predicted class, matrix entry), the largest entry first.
        Ties are ordered by the lower true class, then by the lower predicted class. Correct
        predictions are not confusions, and pairs that never occur are left out. "a predicted as b"
        and "b predicted as a" are two different pairs.
    """
    ### BEGIN SOLUTION
    matrix = np.asarray(confusion)
    pairs = [
        (row, column, matrix[row, column].item())
        for row, column in np.ndindex(*matrix.shape)
        if row != column and matrix[row, column] > 0
    ]
    return sorted(pairs, key=lambda pair: -pair[2])[:k]
    ### END SOLUTION


def misclassified(predictions: Mapping[str, torch.Tensor], k: int) -> list[int]:
    """Return the wrong predictions of which the model was most confident.

    Args:
        predictions: the dictionary that `predict` returns.
        k: the maximum number of examples to return.
    Returns: the indices (from 0) of up to k misclassified examples, ordered by the probability of
        the predicted class, highest first. Of equal probabilities, the earlier example comes first.
    """
    ### BEGIN SOLUTION
    wrong = (predictions["y_true"] != predictions["y_pred"]).nonzero().flatten()
    certainty = predictions["y_prob"][wrong, predictions["y_pred"][wrong]]
    order = certainty.argsort(descending=True, stable=True)
    return wrong[order][:k].tolist()
    ### END SOLUTION
