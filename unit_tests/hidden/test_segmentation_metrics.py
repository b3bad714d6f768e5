"""Hidden tests of `student_code.segmentation_metrics`."""

import math

import numpy as np
import torch

from student_code import segmentation_metrics
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for

TIGHT = 1e-6  # ratios of small integers: the next one is 1e-2 away, and float32 is exact to 1e-7
EXACT = 1e-12  # ratios in double precision


@task("segmentation_metrics.confusion_counts")
def test_counts_add_up() -> None:
    """The counts of two batches add up to those of both batches together."""
    generator = torch.Generator().manual_seed(seed_for(3))
    said = torch.randint(0, 5, (4, 7, 9), generator=generator)
    truth = torch.randint(0, 6, (4, 7, 9), generator=generator)
    truth[truth == 5] = 255
    expected = torch.zeros(5, 5).long()
    for t, p in zip(truth.flatten().tolist(), said.flatten().tolist(), strict=True):
        if t != 255:
            expected[t, p] += 1
    halves = [
        segmentation_metrics.confusion_counts(said[i : i + 2], truth[i : i + 2], 5) for i in (0, 2)
    ]
    expect.equal(halves[0] + halves[1], expected, "sum of confusion_counts over two batches")


@task("segmentation_metrics.confusion_counts")
def test_another_void_and_arrays() -> None:
    """`ignore_index` may be another number, even the id of a class, and masks may be arrays."""
    said = np.array([[0, 1, 2], [2, 2, 1]])
    truth = np.array([[0, 0, 2], [2, 1, 1]])
    got = segmentation_metrics.confusion_counts(said, truth, 3, ignore_index=0)
    called = "confusion_counts(prediction, target, 3, ignore_index=0)"
    expect.equal(got, [[0, 0, 0], [0, 1, 1], [0, 0, 2]], called)
    got = segmentation_metrics.confusion_counts(said, np.full((2, 3), -1), 3, ignore_index=-1)
    expect.equal(
        got, np.zeros((3, 3), dtype=int), "confusion_counts(all pixels void, ignore_index=-1)"
    )


@task("segmentation_metrics.confusion_counts")
def test_shapes_must_agree() -> None:
    """Masks of different shapes raise `ValueError`."""
    small, large = torch.zeros(1, 3).long(), torch.zeros(2, 3).long()
    expect.raises(
        ValueError,
        lambda: segmentation_metrics.confusion_counts(small, large, 2),
        "confusion_counts(prediction (1, 3), target (2, 3), 2)",
    )


@task("segmentation_metrics.iou_per_class")
def test_iou_in_double_precision() -> None:
    """For a large data set the IoU is precise (float64), and the counts are not modified."""
    counts = torch.tensor([[100_000_001, 1], [0, 7]])
    got = segmentation_metrics.iou_per_class(counts)
    expect.dtype(got, torch.float64, "iou_per_class(counts)")
    called = "iou_per_class([[100000001, 1], [0, 7]])"
    expect.close(got, [100_000_001 / 100_000_002, 7 / 8], called, atol=EXACT)
    expect.equal(counts, [[100_000_001, 1], [0, 7]], "counts after iou_per_class(counts)")


@task("segmentation_metrics.dice_per_class")
def test_dice_follows_from_iou() -> None:
    """Dice equals 2·IoU / (1 + IoU) for any counts."""
    counts = torch.tensor([[30, 5, 0], [2, 11, 9], [4, 0, 17]])
    iou = torch.tensor([30 / 41, 11 / 27, 17 / 30], dtype=torch.float64)
    got = segmentation_metrics.dice_per_class(counts)
    expect.close(got, 2 * iou / (1 + iou), f"dice_per_class({counts.tolist()})", atol=TIGHT)


@task("segmentation_metrics.precision_recall_f1")
def test_three_classes() -> None:
    """Precision, recall and F1 are correct for three classes with confusions."""
    counts = torch.tensor([[8, 2, 0], [1, 5, 4], [3, 0, 7]])
    three = segmentation_metrics.precision_recall_f1(counts)
    expected = (
        [8 / 12, 5 / 7, 7 / 11],
        [8 / 10, 5 / 10, 7 / 10],
        [16 / 22, 10 / 17, 14 / 21],
    )
    for name, got, wanted in zip(("precision", "recall", "F1"), three, expected, strict=True):
        called = f"{name} of precision_recall_f1({counts.tolist()})"
        expect.close(got, wanted, called, atol=TIGHT)


@task("segmentation_metrics.pixel_accuracy")
def test_accuracy_counts_pixels() -> None:
    """Frequent classes have more weight in the accuracy, absent ones none."""
    counts = torch.tensor([[90, 0, 0], [9, 1, 0], [0, 0, 0]])
    got = segmentation_metrics.pixel_accuracy(counts)
    expect.close(got, 0.91, f"pixel_accuracy({counts.tolist()})", atol=TIGHT)


@task("segmentation_metrics.pixel_accuracy_per_class")
def test_class_accuracy_of_a_rare_class() -> None:
    """A rare class that is missed completely has an accuracy near 1, exact in double precision."""
    counts = torch.tensor([[100_000_001, 0], [3, 0]])
    got = segmentation_metrics.pixel_accuracy_per_class(counts)
    called = "pixel_accuracy_per_class([[100000001, 0], [3, 0]])"
    expect.dtype(got, torch.float64, called)
    share = 100_000_001 / 100_000_004
    expect.close(got, [share, share], called, atol=TIGHT)
    expect.equal(counts, [[100_000_001, 0], [3, 0]], "counts after the call")


@task("segmentation_metrics.pixel_accuracy_per_class")
def test_class_accuracy_of_four_classes() -> None:
    """Each class has its own errors: the rest of its row and of its column."""
    counts = torch.tensor([[7, 1, 0, 2], [0, 3, 4, 0], [5, 0, 6, 1], [0, 0, 0, 9]])
    got = segmentation_metrics.pixel_accuracy_per_class(counts)
    called = f"pixel_accuracy_per_class({counts.tolist()})"
    expect.close(got, [30 / 38, 33 / 38, 28 / 38, 35 / 38], called, atol=TIGHT)


@task("segmentation_metrics.mean_iou")
def test_mean_of_nothing() -> None:
    """The mean IoU is NaN without any pixels, and 1 for a perfect prediction."""
    got = segmentation_metrics.mean_iou(torch.zeros(3, 3).long())
    expect.close(got, math.nan, "mean_iou(all zeros)", atol=TIGHT)
    got = segmentation_metrics.mean_iou(torch.diag(torch.tensor([5, 0, 9])))
    expect.close(got, 1.0, "mean_iou([[5, 0, 0], [0, 0, 0], [0, 0, 9]])", atol=TIGHT)


@task("segmentation_metrics.colorize_mask")
def test_lists_and_tensors() -> None:
    """The palette may be nested lists or a tensor, and the mask int64 or uint8."""
    for palette in ([[1, 2, 3], [250, 251, 252]], torch.tensor([[1, 2, 3], [250, 251, 252]])):
        for kind in (torch.uint8, torch.int64):
            mask = torch.tensor([[1, 0, 255]], dtype=kind)
            got = segmentation_metrics.colorize_mask(mask, palette)
            expect.equal(got, [[[250, 251, 252], [1, 2, 3], [0, 0, 0]]], f"colorize_mask({kind})")
            expect.dtype(got, np.uint8, "colorize_mask(...)")


@task("segmentation_metrics.precision_recall_f1")
def test_figures_of_a_table_without_mistakes() -> None:
    """Without mistakes all three are 1, even for a class of a single pixel."""
    precision, recall, f1 = segmentation_metrics.precision_recall_f1(torch.tensor([[1, 0], [0, 3]]))
    for got, name in ((precision, "precision"), (recall, "recall"), (f1, "F1")):
        expect.equal(got, torch.ones(2, dtype=torch.float64), f"{name} of [[1, 0], [0, 3]]")
