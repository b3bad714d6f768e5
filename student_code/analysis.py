"""What a classifier gets right, what it takes for what, and how sure it is when it is wrong."""

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
    """What the model says about every example, in eval mode and without gradients.

    Args:
        model: on `device`, gives raw scores (N, num_classes). It is left in the mode (train or
            eval) in which it came.
        loader: gives batches (images, labels); the last one may be smaller than the others.
        device: where the batches are moved.
    Returns: three tensors on the CPU, in the order in which the loader gives the examples:
        "y_true": int64 labels (N,); "y_pred": int64 predicted labels (N,);
        "y_prob": float32 probabilities (N, num_classes), each row adds up to 1.
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
    """How often each class was taken for each class.

    Args:
        y_true, y_pred: labels from 0 to num_classes - 1, of shape (N,), as a list, array or tensor.
        num_classes: K; a class that doesn't occur has its row and column all the same.
        normalize: give shares of the true class instead of counts?
    Returns: an array (K, K) whose rows are the truth and whose columns are the predictions: int64
        counts, or with `normalize` floats, where each row adds up to 1 and the row of a class
        without examples is all zeros.
    Raises: ValueError where y_true and y_pred differ in length, or a label is out of range.
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
    """The figures that a confusion matrix of counts holds.

    Args:
        confusion: counts (K, K), rows are the truth, with one example or more.
    Returns: "accuracy", a float; "precision", "recall" and "f1", float arrays (K,) with one number
        a class; "macro_precision", "macro_recall" and "macro_f1", the plain means of these over
        all K classes. Where there is nothing to divide by (a class that was never predicted has
        no precision, a class without examples no recall) the number is 0, and it counts as 0 in
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
    """The mistakes that are made most often.

    Args:
        confusion: counts or shares (K, K), rows are the truth.
        k: how many pairs are wanted.
    Returns: up to k triples (truth, predicted, entry of the matrix), the largest entry first, and
        of equal entries the one with the lower truth, then the lower prediction, first. What is
        right is no confusion, and pairs that never occur are left out. "a taken for b" and
        "b taken for a" are two pairs.
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
    """The mistakes of which the model was most certain.

    Args:
        predictions: what `predict` gives.
        k: how many are wanted.
    Returns: places (from 0) of up to k examples whose prediction is wrong, the one with the
        highest probability of its predicted class first, and of equal ones the earlier one first.
    """
    ### BEGIN SOLUTION
    wrong = (predictions["y_true"] != predictions["y_pred"]).nonzero().flatten()
    certainty = predictions["y_prob"][wrong, predictions["y_pred"][wrong]]
    order = certainty.argsort(descending=True, stable=True)
    return wrong[order][:k].tolist()
    ### END SOLUTION
