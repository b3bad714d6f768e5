"""Alternative implementations of `student_code.segmentation_metrics`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from sklearn.metrics import confusion_matrix

from misconceptions.catalogue import right


@right("segmentation_metrics.confusion_counts")
def by_scikit_learn(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    """Return scikit-learn's confusion matrix as a tensor."""
    said, truth = np.asarray(prediction), np.asarray(target)
    if said.shape != truth.shape:
        raise ValueError("the masks have different shapes")
    known = truth != ignore_index
    if not known.any():
        return torch.zeros(num_classes, num_classes, dtype=torch.int64)
    table = confusion_matrix(truth[known], said[known], labels=list(range(num_classes)))
    return torch.from_numpy(table.astype(np.int64))


@right("segmentation_metrics.confusion_counts")
def pair_by_pair(prediction: Any, target: Any, num_classes: int, ignore_index: int = 255) -> Any:
    """Count each pair of classes separately."""
    said, truth = torch.as_tensor(prediction), torch.as_tensor(target)
    if said.shape != truth.shape:
        raise ValueError("the masks have different shapes")
    table = torch.zeros((num_classes, num_classes), dtype=torch.long)
    for t in range(num_classes):
        for p in range(num_classes):
            if t != ignore_index:
                table[t, p] = ((truth == t) & (said == p)).sum()
    return table


@right("segmentation_metrics.iou_per_class")
def iou_in_a_loop(counts: Any) -> Any:
    """Use plain numbers, class by class."""
    rows = counts.tolist()
    found = []
    for k, row in enumerate(rows):
        union = sum(row) + sum(other[k] for other in rows) - row[k]
        found.append(row[k] / union if union else math.nan)
    return torch.tensor(found, dtype=torch.float64)


@right("segmentation_metrics.iou_per_class")
def iou_from_errors(counts: Any) -> Any:
    """Use true positives, false negatives and false positives in double precision."""
    table = counts.to(torch.float64)
    hits = torch.diag(table)
    misses, alarms = table.sum(1) - hits, table.sum(0) - hits
    return hits / (hits + misses + alarms)


@right("segmentation_metrics.dice_per_class")
def dice_from_iou(counts: Any) -> Any:
    """Compute 2·IoU / (1 + IoU)."""
    iou = iou_from_errors(counts)
    return 2 * iou / (1 + iou)


@right("segmentation_metrics.dice_per_class")
def dice_with_numpy(counts: Any) -> Any:
    """Compute the sums with NumPy."""
    table = np.asarray(counts, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return torch.from_numpy(2 * table.diagonal() / (table.sum(0) + table.sum(1)))


@right("segmentation_metrics.precision_recall_f1")
def step_by_step(counts: Any) -> Any:
    """Divide first, then set the zeros and NaNs."""
    table = counts.double()
    hits, said, there = torch.diag(table), table.sum(0), table.sum(1)
    precision, recall = (hits / said).nan_to_num(0.0), (hits / there).nan_to_num(0.0)
    f1 = (2 * precision * recall / (precision + recall)).nan_to_num(0.0)
    nowhere = (said + there) == 0
    for values in (precision, recall, f1):
        values[nowhere] = float("nan")
    return precision, recall, f1


@right("segmentation_metrics.precision_recall_f1")
def plain_numbers(counts: Any) -> Any:
    """Go class by class, with the Dice score for F1."""
    rows = counts.tolist()
    three: list[list[float]] = [[], [], []]
    for k, row in enumerate(rows):
        said, there = sum(other[k] for other in rows), sum(row)
        if said + there == 0:
            values = [math.nan] * 3
        else:
            values = [row[k] / (said or 1), row[k] / (there or 1), 2 * row[k] / (said + there)]
        for column, value in zip(three, values, strict=True):
            column.append(value)
    return tuple(torch.tensor(column, dtype=torch.float64) for column in three)


@right("segmentation_metrics.pixel_accuracy")
def by_the_trace(counts: Any) -> Any:
    """Divide the trace by the sum."""
    total = counts.sum().item()
    return torch.trace(counts).item() / total if total else math.nan


@right("segmentation_metrics.pixel_accuracy")
def with_an_identity(counts: Any) -> Any:
    """Select the entries whose row and column are equal."""
    table = np.asarray(counts)
    if table.sum() == 0:
        return float("nan")
    return float(table[np.eye(len(table), dtype=bool)].sum() / table.sum())


@right("segmentation_metrics.pixel_accuracy_per_class")
def four_cells_of_each(counts: Any) -> Any:
    """Build the table of TP, FP, FN and TN of each class with plain numbers."""
    rows = counts.tolist()
    total = sum(map(sum, rows))
    found = []
    for k, row in enumerate(rows):
        hits, misses = row[k], sum(row) - row[k]
        alarms = sum(other[k] for other in rows) - hits
        correct = hits + (total - hits - misses - alarms)
        found.append(correct / total if total else math.nan)
    return torch.tensor(found, dtype=torch.float64)


@right("segmentation_metrics.pixel_accuracy_per_class")
def by_selecting_the_others(counts: Any) -> Any:
    """Sum the entries outside of the row and the column of each class."""
    table = np.asarray(counts, dtype=np.float64)
    found = np.full(len(table), np.nan)
    for k in range(len(table)) if table.sum() else []:
        others = np.delete(np.delete(table, k, axis=0), k, axis=1)
        found[k] = (table[k, k] + others.sum()) / table.sum()
    return torch.from_numpy(found)


@right("segmentation_metrics.mean_iou")
def mean_of_the_finite(counts: Any) -> Any:
    """Remove the NaNs, then average."""
    iou = iou_from_errors(counts)
    return iou[~torch.isnan(iou)].mean().item()


@right("segmentation_metrics.mean_iou")
def mean_in_a_loop(counts: Any) -> Any:
    """Use plain numbers."""
    known = [value for value in iou_in_a_loop(counts).tolist() if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


@right("segmentation_metrics.colorize_mask")
def class_by_class(mask: Any, palette: Any) -> Any:
    """Start with a black picture, and paint one class after another."""
    ids = np.array(mask)
    picture = np.zeros((*ids.shape, 3), dtype=np.uint8)
    for number, colour in enumerate(np.asarray(palette)):
        picture[ids == number] = colour
    return picture


@right("segmentation_metrics.colorize_mask")
def by_a_table(mask: Any, palette: Any) -> Any:
    """Use a table of 256 colors that is black for ids without a class."""
    table = np.zeros((256, 3), dtype=np.uint8)
    table[: len(palette)] = np.asarray(palette)
    return table[np.asarray(mask, dtype=np.int64)]


@right("segmentation_metrics.pixel_accuracy")
def in_single_precision(counts: torch.Tensor) -> float:
    """Divide two float32 numbers, which is exact to seven digits."""
    return (counts.diagonal().sum().float() / counts.sum().float()).item()


@right("segmentation_metrics.mean_iou")
def mean_in_single_precision(counts: torch.Tensor) -> float:
    """Average float32 values."""
    hits = counts.diagonal().float()
    return torch.nanmean(hits / (counts.sum(0) + counts.sum(1) - hits)).item()
