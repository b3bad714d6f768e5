"""Public tests of `student_code.segmentation_metrics`."""

import math

import numpy as np
import torch

from student_code import segmentation_metrics
from toolbox.checks import after, expect, task

TRUTH = torch.tensor([[0, 0, 1, 255], [2, 1, 1, 255]])
SAID = torch.tensor([[0, 1, 1, 2], [2, 2, 1, 0]])
# Rows are the true classes: class 0 is predicted correctly once, and once as class 1.
TABLE = torch.tensor([[1, 1, 0], [0, 2, 1], [0, 0, 1]])
# Class 1 is present and never predicted, class 2 predicted and never present, class 3 neither.
GAPS = torch.tensor([[4, 0, 2, 0], [3, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
TIGHT = 1e-6  # ratios of order 1: single precision rounds them to 1e-7


@task("segmentation_metrics.confusion_counts", share=2)
def test_rows_are_the_truth() -> None:
    """Entry [t, p] counts the pixels of class t that were predicted as p."""
    got = segmentation_metrics.confusion_counts(SAID, TRUTH, 3)
    expect.equal(
        got, TABLE, "confusion_counts(prediction (2, 4), target (2, 4), 3)", picture="matrix"
    )


@task("segmentation_metrics.confusion_counts")
def test_counts_are_whole_numbers() -> None:
    """The counts are int64 of shape (num_classes, num_classes), including absent classes."""
    zeros = torch.zeros(3, 2, 5).long()
    got = segmentation_metrics.confusion_counts(zeros, zeros.clone(), 4)
    expect.shape(got, (4, 4), "confusion_counts(zeros (3, 2, 5), zeros (3, 2, 5), 4)")
    expect.dtype(got, torch.int64, "confusion_counts(...)")
    expect.equal(got[0, 0], 30, "confusion_counts(zeros (3, 2, 5), zeros (3, 2, 5), 4)[0, 0]")


@task("segmentation_metrics.confusion_counts", share=2)
def test_void_is_what_the_target_says() -> None:
    """Pixels whose target is void aren't counted, whatever the prediction is."""
    target = torch.tensor([[255, 255, 1], [0, 255, 1]], dtype=torch.uint8)
    said = torch.tensor([[0, 1, 1], [0, 0, 0]], dtype=torch.uint8)
    got = segmentation_metrics.confusion_counts(said, target, 2)
    expect.equal(
        got,
        [[1, 0], [1, 1]],
        "confusion_counts(uint8 masks with three void pixels)",
        picture="matrix",
    )
    nothing = segmentation_metrics.confusion_counts(said[:, 1:2], target[:, 1:2], 2)
    expect.equal(nothing, [[0, 0], [0, 0]], "confusion_counts(all pixels void)", picture="matrix")


@task("segmentation_metrics.confusion_counts")
def test_many_classes() -> None:
    """Twenty classes in uint8 masks are counted correctly, though 20 · 20 doesn't fit in a byte."""
    classes = torch.arange(20, dtype=torch.uint8)
    target = classes.repeat_interleave(20).reshape(20, 20)
    said = classes.repeat(20).reshape(20, 20)
    got = segmentation_metrics.confusion_counts(said, target, 20)
    expect.equal(
        got,
        torch.ones(20, 20).long(),
        "confusion_counts(each pair of 20 ids once)",
        picture="matrix",
    )


@task("segmentation_metrics.confusion_counts")
def test_inputs_stay() -> None:
    """`confusion_counts` modifies neither the prediction nor the target."""
    # Created here, because student code may have modified masks that the tests share.
    rows_said, rows_true = [[0, 1, 2], [2, 1, 0]], [[0, 255, 2], [1, 1, 255]]
    said, truth = torch.tensor(rows_said), torch.tensor(rows_true)
    segmentation_metrics.confusion_counts(said, truth, 3)
    expect.equal(after(truth), rows_true, "target after confusion_counts(prediction, target, 3)")
    expect.equal(after(said), rows_said, "prediction after confusion_counts(prediction, target, 3)")


@task("segmentation_metrics.iou_per_class", share=2)
def test_iou_of_a_small_table() -> None:
    """The IoU is the intersection over the union, and each pixel of the union counts once."""
    got = segmentation_metrics.iou_per_class(TABLE)
    expect.close(got, [1 / 2, 2 / 4, 1 / 2], f"iou_per_class({TABLE.tolist()})", atol=TIGHT)
    got = segmentation_metrics.iou_per_class(torch.tensor([[6, 2], [1, 3]]))
    expect.close(got, [6 / 9, 3 / 6], "iou_per_class([[6, 2], [1, 3]])", atol=TIGHT)


@task("segmentation_metrics.iou_per_class")
def test_iou_of_absent_classes() -> None:
    """The IoU is 0 for a class that is only present or only predicted, and NaN if it is neither."""
    got = segmentation_metrics.iou_per_class(GAPS)
    expect.close(got, [4 / 9, 0, 0, math.nan], f"iou_per_class({GAPS.tolist()})", atol=TIGHT)


@task("segmentation_metrics.dice_per_class", share=2)
def test_dice_of_a_small_table() -> None:
    """The Dice coefficient is twice the intersection over the sum of both areas."""
    got = segmentation_metrics.dice_per_class(TABLE)
    expect.close(got, [2 / 3, 4 / 6, 2 / 3], f"dice_per_class({TABLE.tolist()})", atol=TIGHT)
    got = segmentation_metrics.dice_per_class(torch.tensor([[6, 2], [1, 3]]))
    expect.close(got, [12 / 15, 6 / 9], "dice_per_class([[6, 2], [1, 3]])", atol=TIGHT)


@task("segmentation_metrics.dice_per_class")
def test_dice_of_absent_classes() -> None:
    """Dice is 0 for a class that is only present or only predicted, and NaN if it is neither."""
    got = segmentation_metrics.dice_per_class(GAPS)
    expect.close(got, [8 / 13, 0, 0, math.nan], f"dice_per_class({GAPS.tolist()})", atol=TIGHT)


@task("segmentation_metrics.precision_recall_f1", share=2)
def test_precision_recall_and_f1() -> None:
    """Precision divides by the predicted pixels, recall by the true ones; F1 lies between them."""
    three = segmentation_metrics.precision_recall_f1(torch.tensor([[6, 2], [1, 3]]))
    expect.equal(len(three), 3, "len(precision_recall_f1([[6, 2], [1, 3]]))")
    expected = ([6 / 7, 3 / 5], [6 / 8, 3 / 4], [12 / 15, 6 / 9])
    for name, got, wanted in zip(("precision", "recall", "F1"), three, expected, strict=True):
        expect.close(got, wanted, f"{name} of precision_recall_f1([[6, 2], [1, 3]])", atol=TIGHT)


@task("segmentation_metrics.precision_recall_f1")
def test_three_of_absent_classes() -> None:
    """All three are 0 for a class only present or only predicted, and NaN if it is neither."""
    three = segmentation_metrics.precision_recall_f1(GAPS)
    expected = ([4 / 7, 0, 0, math.nan], [4 / 6, 0, 0, math.nan], [8 / 13, 0, 0, math.nan])
    for name, got, wanted in zip(("precision", "recall", "F1"), three, expected, strict=True):
        expect.close(got, wanted, f"{name} of precision_recall_f1({GAPS.tolist()})", atol=TIGHT)


@task("segmentation_metrics.pixel_accuracy", share=2)
def test_accuracy_of_all_pixels() -> None:
    """The accuracy is the fraction of all pixels that were predicted correctly, as a float."""
    got = segmentation_metrics.pixel_accuracy(torch.tensor([[6, 2, 0], [1, 3, 0], [5, 0, 2]]))
    called = "pixel_accuracy([[6, 2, 0], [1, 3, 0], [5, 0, 2]])"
    expect.close(got, 11 / 19, called, atol=TIGHT)
    expect.instance(got, float, called)


@task("segmentation_metrics.pixel_accuracy")
def test_accuracy_of_nothing() -> None:
    """The accuracy is NaN if no pixel was counted."""
    got = segmentation_metrics.pixel_accuracy(torch.zeros(2, 2).long())
    expect.close(got, math.nan, "pixel_accuracy([[0, 0], [0, 0]])", atol=TIGHT)


@task("segmentation_metrics.pixel_accuracy_per_class", share=2)
def test_each_class_against_all_others() -> None:
    """The accuracy of a class is (TP + TN) / N: misses and false alarms are its only errors."""
    got = segmentation_metrics.pixel_accuracy_per_class(torch.tensor([[6, 2], [1, 3]]))
    called = "pixel_accuracy_per_class([[6, 2], [1, 3]])"
    expect.close(got, [9 / 12, 9 / 12], called, atol=TIGHT)
    got = segmentation_metrics.pixel_accuracy_per_class(TABLE)
    called = f"pixel_accuracy_per_class({TABLE.tolist()})"
    expect.close(got, [5 / 6, 4 / 6, 5 / 6], called, atol=TIGHT)


@task("segmentation_metrics.pixel_accuracy_per_class")
def test_confusions_of_other_classes_are_true_negatives() -> None:
    """Confusions between two other classes do not lower the accuracy of this class."""
    counts = torch.tensor([[4, 0, 0], [0, 1, 5], [0, 3, 2]])
    got = segmentation_metrics.pixel_accuracy_per_class(counts)
    called = f"pixel_accuracy_per_class({counts.tolist()})"
    expect.close(got, [1, 7 / 15, 7 / 15], called, atol=TIGHT)


@task("segmentation_metrics.pixel_accuracy_per_class")
def test_class_accuracy_of_absent_classes() -> None:
    """A class that is neither present nor predicted has an accuracy of 1; without pixels, NaN."""
    got = segmentation_metrics.pixel_accuracy_per_class(GAPS)
    called = f"pixel_accuracy_per_class({GAPS.tolist()})"
    expect.close(got, [5 / 10, 6 / 10, 7 / 10, 1], called, atol=TIGHT)
    got = segmentation_metrics.pixel_accuracy_per_class(torch.zeros(2, 2).long())
    called = "pixel_accuracy_per_class([[0, 0], [0, 0]])"
    expect.close(got, [math.nan, math.nan], called, atol=TIGHT)


@task("segmentation_metrics.mean_iou", share=2)
def test_every_class_counts_alike() -> None:
    """The mean IoU is a float and weights every class equally, whatever its size."""
    got = segmentation_metrics.mean_iou(torch.tensor([[96, 2], [1, 1]]))
    called = "mean_iou([[96, 2], [1, 1]])"
    expect.close(got, (96 / 99 + 1 / 4) / 2, called, atol=TIGHT)
    expect.instance(got, float, called)


@task("segmentation_metrics.mean_iou")
def test_mean_without_absent_classes() -> None:
    """The mean leaves out classes neither present nor predicted; a missed class counts as 0."""
    got = segmentation_metrics.mean_iou(GAPS)
    expect.close(got, (4 / 9 + 0 + 0) / 3, f"mean_iou({GAPS.tolist()})", atol=TIGHT)


PALETTE = np.array([[10, 20, 30], [200, 0, 100], [0, 255, 7]], dtype=np.uint8)


@task("segmentation_metrics.colorize_mask", share=2)
def test_each_class_has_its_colour() -> None:
    """A mask of shape (H, W) becomes uint8 (H, W, 3), and each pixel has the color of its class."""
    mask = np.array([[0, 1, 2, 2], [1, 1, 0, 2]], dtype=np.uint8)
    got = segmentation_metrics.colorize_mask(mask, PALETTE)
    expect.shape(got, (2, 4, 3), "colorize_mask(mask (2, 4), palette (3, 3))")
    expect.dtype(got, np.uint8, "colorize_mask(mask (2, 4), palette (3, 3))")
    expect.equal(got, PALETTE[mask], "colorize_mask(mask (2, 4), palette (3, 3))", picture="color")


@task("segmentation_metrics.colorize_mask")
def test_void_is_black() -> None:
    """Void and all other ids without a color are black, and the mask is not modified."""
    mask = torch.tensor([[255, 1], [0, 2], [3, 255]])
    before = mask.clone()
    got = segmentation_metrics.colorize_mask(mask, PALETTE)
    wanted = [[[0, 0, 0], [200, 0, 100]], [[10, 20, 30], [0, 255, 7]], [[0, 0, 0], [0, 0, 0]]]
    expect.equal(
        got,
        np.array(wanted, dtype=np.uint8),
        "colorize_mask([[255, 1], [0, 2], [3, 255]], 3 colors)",
        picture="color",
    )
    expect.equal(after(mask), before, "the mask after colorize_mask(mask, palette)")
