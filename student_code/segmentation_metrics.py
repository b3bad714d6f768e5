"""What a segmentation is worth, from one confusion matrix over a whole data set."""

from __future__ import annotations

import numpy as np
import torch

Ids = torch.Tensor | np.ndarray


def confusion_counts(
    prediction: Ids, target: Ids, num_classes: int, ignore_index: int = 255
) -> torch.Tensor:
    """How many pixels of each class were taken for which.

    Args:
        prediction: class ids of any integer dtype and shape, from 0 to num_classes - 1 wherever
            the target isn't void; a tensor or an array. It is left as it was.
        target: the true ids, of the same shape; `ignore_index` marks void pixels. It is left as
            it was.
        num_classes: how many classes there are.
        ignore_index: pixels whose *target* is this aren't counted at all.
    Returns: an int64 tensor of shape (num_classes, num_classes). Rows are the truth: the number
        at [t, p] is how many pixels of class t were predicted to be p. Counts of several batches
        may simply be added.
    Shapes that differ: `ValueError`.
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
    """Intersection over union of each class.

    Args:
        counts: (K, K) int64, rows are the truth; it is left as it was.
    Returns: float64 of shape (K,): of the pixels that are the class or were said to be, the
        fraction that are both. NaN for a class that is neither present nor predicted.
    """
    ### BEGIN SOLUTION
    hits = counts.diagonal().double()
    union = counts.sum(dim=0) + counts.sum(dim=1) - counts.diagonal()
    return hits / union  # 0 / 0 is NaN
    ### END SOLUTION


def dice_per_class(counts: torch.Tensor) -> torch.Tensor:
    """Dice coefficient of each class: twice the intersection over the sum of both areas.

    Args:
        counts: (K, K) int64, rows are the truth; it is left as it was.
    Returns: float64 of shape (K,). NaN for a class that is neither present nor predicted.
    """
    ### BEGIN SOLUTION
    areas = counts.sum(dim=0) + counts.sum(dim=1)
    return 2 * counts.diagonal().double() / areas
    ### END SOLUTION


def precision_recall_f1(counts: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Precision, recall and their harmonic mean for each class.

    Args:
        counts: (K, K) int64, rows are the truth; it is left as it was.
    Returns: three float64 tensors of shape (K,): of the pixels predicted to be the class, the
        fraction that are; of the pixels that are, the fraction that were found (this is also
        called the accuracy of the class); and F1. All three are NaN for a class that is neither
        present nor predicted, and 0 for a class that is only present or only predicted.
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
    """The fraction of all counted pixels that got their class.

    Args:
        counts: (K, K) int64, rows are the truth; it is left as it was.
    Returns: a float from 0 to 1; NaN where no pixel was counted.
    """
    ### BEGIN SOLUTION
    return float(counts.diagonal().sum().double() / counts.sum())
    ### END SOLUTION


def mean_iou(counts: torch.Tensor) -> float:
    """The mean of the classes' IoUs: every class counts alike, however rare.

    Args:
        counts: (K, K) int64 over the whole data set, rows are the truth; it is left as it was.
    Returns: a float from 0 to 1. Classes neither present nor predicted are left out; NaN where
        that leaves none.
    """
    ### BEGIN SOLUTION
    return float(iou_per_class(counts).nanmean())
    ### END SOLUTION


def colorize_mask(mask: Ids, palette: Ids | list[list[int]]) -> np.ndarray:
    """A mask as a picture: each pixel gets the colour of its class.

    Args:
        mask: ids of shape (H, W), any integer dtype, a tensor or an array; it is left as it was.
        palette: (K, 3) colours from 0 to 255, one row a class; a tensor, an array or nested lists.
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
