"""Segmentation metrics from one confusion matrix over a whole data set."""

from __future__ import annotations

import numpy as np
import torch

Ids = torch.Tensor | np.ndarray


def confusion_counts(
    prediction: Ids, target: Ids, num_classes: int, ignore_index: int = 255
) -> torch.Tensor:
    """Count how many pixels of each class were predicted as each class.

    Args:
        prediction: class ids of any integer dtype and shape, from 0 to num_classes - 1 for every
            pixel whose target isn't void; a tensor or an array. It is not modified.
        target: the true ids, of the same shape; `ignore_index` marks void pixels. It is not
            modified.
        num_classes: the number of classes.
        ignore_index: pixels with this id in the *target* aren't counted at all.
    Returns: an int64 tensor of shape (num_classes, num_classes). Rows are the true classes: entry
        [t, p] is the number of pixels of class t that were predicted as p. Counts of several
        batches can simply be added.
    Raises: `ValueError` if the shapes differ.
    """
    ### BEGIN SOLUTION
    predicted, truth = torch.as_tensor(prediction), torch.as_tensor(target)
    if predicted.shape != truth.shape:
        raise ValueError(f"prediction is {tuple(predicted.shape)}, target {tuple(truth.shape)}")
    known = truth != ignore_index
    pairs = truth[known].long() * num_classes + predicted[known].long()
    counts = torch.bincount(pairs, minlength=num_classes * num_classes)
    return counts.reshape(num_classes, num_classes)
    ### END SOLUTION


def iou_per_class(counts: torch.Tensor) -> torch.Tensor:
    """Compute the intersection over union of each class.

    Args:
        counts: (K, K) int64, rows are the true classes; it is not modified.
    Returns: float64 of shape (K,): among the pixels that belong to the class or were predicted as
        it, the fraction that do both. NaN for a class that is neither present nor predicted.
    """
    ### BEGIN SOLUTION
    hits = counts.diagonal().double()
    union = counts.sum(dim=0) + counts.sum(dim=1) - counts.diagonal()
    return hits / union  # 0 / 0 is NaN
    ### END SOLUTION


def dice_per_class(counts: torch.Tensor) -> torch.Tensor:
    """Compute the Dice coefficient per class: twice the intersection over the sum of both areas.

    Args:
        counts: (K, K) int64, rows are the true classes; it is not modified.
    Returns: float64 of shape (K,). NaN for a class that is neither present nor predicted.
    """
    ### BEGIN SOLUTION
    areas = counts.sum(dim=0) + counts.sum(dim=1)
    return 2 * counts.diagonal().double() / areas
    ### END SOLUTION


def precision_recall_f1(counts: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Compute precision, recall and F1, their harmonic mean, for each class.

    Args:
        counts: (K, K) int64, rows are the true classes; it is not modified.
    Returns: three float64 tensors of shape (K,). Precision: among the pixels predicted as the
        class, the fraction that belong to it. Recall (also called the accuracy of the class):
        among the pixels that belong to the class, the fraction that were predicted as it. F1: the
        harmonic mean. All three are NaN for a class that is neither present nor predicted, and 0
        for a class that is only present or only predicted.
    """
    ### BEGIN SOLUTION
    hits = counts.diagonal().double()
    predicted, present = counts.sum(dim=0), counts.sum(dim=1)
    absent = (predicted + present) == 0
    three = (
        hits / predicted.clamp(min=1),
        hits / present.clamp(min=1),
        2 * hits / (predicted + present).clamp(min=1),
    )
    precision, recall, f1 = (values.masked_fill(absent, torch.nan) for values in three)
    return precision, recall, f1
    ### END SOLUTION


def pixel_accuracy(counts: torch.Tensor) -> float:
    """Return the fraction of all counted pixels that were predicted correctly.

    Args:
        counts: (K, K) int64, rows are the true classes; it is not modified.
    Returns: a float from 0 to 1; NaN if no pixel was counted.
    """
    ### BEGIN SOLUTION
    return float(counts.diagonal().sum().double() / counts.sum())
    ### END SOLUTION


def pixel_accuracy_per_class(counts: torch.Tensor) -> torch.Tensor:
    """Compute the accuracy of each class against all others: (TP + TN) / N.

    Args:
        counts: (K, K) int64, rows are the true classes; it is not modified.
    Returns: float64 of shape (K,): the fraction of all N counted pixels for which the question
        "does this pixel belong to the class?" was answered correctly. A pixel of another class
        that was predicted as any other class is a true negative (TN), even if these two classes
        differ. A class that is neither present nor predicted has an accuracy of 1; all values are
        NaN if no pixel was counted.
    """
    ### BEGIN SOLUTION
    errors = counts.sum(dim=0) + counts.sum(dim=1) - 2 * counts.diagonal()
    total = counts.sum()
    return (total - errors).double() / total
    ### END SOLUTION


def mean_iou(counts: torch.Tensor) -> float:
    """Return the mean of the IoUs of the classes: every class has the same weight, however rare.

    Args:
        counts: (K, K) int64 over the whole data set, rows are the true classes; it is not
            modified.
    Returns: a float from 0 to 1. Classes neither present nor predicted are left out; NaN if
        no class remains.
    """
    ### BEGIN SOLUTION
    return float(iou_per_class(counts).nanmean())
    ### END SOLUTION


def colorize_mask(mask: Ids, palette: Ids | list[list[int]]) -> np.ndarray:
    """Return the mask as a color image: each pixel gets the color of its class.

    Args:
        mask: ids of shape (H, W), any integer dtype, a tensor or an array; it is not modified.
        palette: (K, 3) colors from 0 to 255, one row per class; a tensor, an array or nested lists.
    Returns: uint8 array of shape (H, W, 3). An id without a row in the palette, such as void
        (255), is black.
    """
    ### BEGIN SOLUTION
    colours = np.asarray(palette, dtype=np.uint8)
    ids = np.asarray(mask).astype(np.int64)
    known = (ids >= 0) & (ids < len(colours))
    picture = colours[np.where(known, ids, 0)]
    picture[~known] = 0
    return picture
    ### END SOLUTION
