"""Confusion counts add up in any order, and metrics computed from them stay in range."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from student_code import analysis, animals, segmentation_metrics

FEW = settings(max_examples=40, deadline=None, derandomize=True)
CLASSES = 4
IDS = arrays(np.int64, 12, elements=st.integers(0, CLASSES - 1))
ORDERS = st.permutations(range(12))


@FEW
@given(IDS, IDS, ORDERS, st.integers(0, 12))
def test_counts_do_not_depend_on_order_or_batches(
    prediction: np.ndarray, truth: np.ndarray, order: list[int], cut: int
) -> None:
    def counts(p: np.ndarray, t: np.ndarray) -> torch.Tensor:
        return segmentation_metrics.confusion_counts(
            torch.from_numpy(p), torch.from_numpy(t), CLASSES
        )

    at_once = counts(prediction, truth)
    assert at_once.sum() == 12
    assert torch.equal(counts(prediction[order], truth[order]), at_once)
    parts = counts(prediction[:cut], truth[:cut]) + counts(prediction[cut:], truth[cut:])
    assert torch.equal(parts, at_once)
    assert torch.equal(counts(truth, prediction), at_once.T)


@FEW
@given(IDS, IDS, st.permutations(range(CLASSES)))
def test_metrics_follow_a_permutation_of_the_classes(
    prediction: np.ndarray, truth: np.ndarray, names: list[int]
) -> None:
    renamed = np.array(names)
    plain = segmentation_metrics.confusion_counts(prediction, truth, CLASSES)
    other = segmentation_metrics.confusion_counts(renamed[prediction], renamed[truth], CLASSES)
    for figure in (segmentation_metrics.iou_per_class, segmentation_metrics.dice_per_class):
        torch.testing.assert_close(figure(other)[names], figure(plain), equal_nan=True)
        known = figure(plain)[~figure(plain).isnan()]
        assert ((known >= 0) & (known <= 1)).all()
    assert segmentation_metrics.pixel_accuracy(plain) == np.mean(prediction == truth)


@FEW
@given(IDS, IDS, ORDERS)
def test_two_parts_of_the_course_count_equally(
    prediction: np.ndarray, truth: np.ndarray, order: list[int]
) -> None:
    matrix = analysis.generate_confusion_matrix(truth, prediction, CLASSES)
    counts = segmentation_metrics.confusion_counts(prediction, truth, CLASSES)
    np.testing.assert_array_equal(matrix, counts.numpy())
    shuffled = analysis.generate_confusion_matrix(truth[order], prediction[order], CLASSES)
    np.testing.assert_array_equal(shuffled, matrix)
    shares = analysis.generate_confusion_matrix(truth, prediction, CLASSES, normalize=True)
    sums = shares.sum(axis=1)
    np.testing.assert_allclose(sums, np.isin(range(CLASSES), truth), rtol=0, atol=1e-12)


@FEW
@given(st.lists(st.integers(3, 15), min_size=1, max_size=3), st.integers(0, 99), st.data())
def test_a_split_is_disjoint_complete_and_the_same_in_any_order(
    sizes: list[int], seed: int, data: st.DataObject
) -> None:
    pairs = [(f"root/{c}/{n}.png", c) for c, size in enumerate(sizes) for n in range(size)]
    shuffled = data.draw(st.permutations(pairs))
    split, again = (
        animals.split_dataset([path for path, _ in some], [label for _, label in some], seed=seed)
        for some in (pairs, shuffled)
    )
    assert split == again
    everyone = [sample for part in split for sample in part]
    assert sorted((str(path), label) for path, label in everyone) == sorted(pairs)
