"""The course's metrics agree with torchmetrics on ten thousand random cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import (
    multiclass_confusion_matrix,
    multiclass_f1_score,
    multiclass_jaccard_index,
    multiclass_precision,
    multiclass_recall,
)

from student_code import segmentation_metrics as metrics

CASES = 10_000


def _case(rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Return a prediction, a target and a class count; some have one pixel, void or no class."""
    classes = int(rng.integers(2, 12))
    shape = (1, 1) if rng.random() < 0.1 else tuple(rng.integers(1, 9, 2).tolist())
    used = rng.permutation(classes)[: rng.integers(1, classes + 1)]
    said = rng.choice(rng.permutation(classes)[: rng.integers(1, classes + 1)], shape)
    truth = rng.choice(used, shape)
    truth[rng.random(shape) < rng.choice([0.0, 0.3, 1.0], p=[0.4, 0.5, 0.1])] = 255
    if rng.random() < 0.2:
        agree = (truth != 255) & (rng.random(shape) < 0.9)
        said[agree] = truth[agree]
    return torch.from_numpy(said), torch.from_numpy(truth), classes


def test_confusion_counts_agree_with_torchmetrics() -> None:
    rng = np.random.default_rng(0)
    voids = absents = singles = 0
    for _ in range(CASES):
        said, truth, classes = _case(rng)
        got = metrics.confusion_counts(said, truth, classes)
        known = truth != 255
        if known.any():
            referee = multiclass_confusion_matrix(
                said[known], truth[known], classes, validate_args=False
            )
        else:
            referee = torch.zeros(classes, classes, dtype=torch.int64)
            voids += 1
        assert torch.equal(got, referee)
        singles += truth.numel() == 1
        absents += bool(((got.sum(0) + got.sum(1)) == 0).any())
    assert min(voids, absents, singles) > 500  # the edge cases are covered


def test_metrics_agree_with_torchmetrics() -> None:
    """IoU, precision, recall and F1 of each class are equal; Dice is F1."""
    rng = np.random.default_rng(1)
    names = ("iou", "precision", "recall", "f1")
    referees = (
        multiclass_jaccard_index,
        multiclass_precision,
        multiclass_recall,
        multiclass_f1_score,
    )
    for number in range(CASES // 4):
        said, truth, classes = _case(rng)
        known = truth != 255
        counts = metrics.confusion_counts(said, truth, classes)
        iou = metrics.iou_per_class(counts)
        three = metrics.precision_recall_f1(counts)
        there = (counts.sum(0) + counts.sum(1)) > 0
        for found in (iou, *three, metrics.dice_per_class(counts)):
            assert torch.equal(found.isnan(), ~there)
        torch.testing.assert_close(metrics.dice_per_class(counts), three[2], equal_nan=True)
        if not known.any():
            assert math.isnan(metrics.mean_iou(counts))
            assert math.isnan(metrics.pixel_accuracy(counts))
            continue
        which = number % 4
        found = (iou, *three)[which][there].float()
        judged = referees[which](
            said[known], truth[known], classes, average=None, validate_args=False
        )
        assert torch.equal(found, judged[there]), names[which]
        right = float((said[known] == truth[known]).double().mean())
        assert metrics.pixel_accuracy(counts) == right
        assert metrics.mean_iou(counts) == pytest.approx(float(iou[there].mean()), rel=1e-14)
