"""Metrics count examples, so they depend neither on the order nor on the batches."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from student_code import dl_utils, training

FEW = settings(max_examples=30, deadline=None, derandomize=True)
SCORES = arrays(np.float32, (7, 3), elements=st.floats(-5, 5, width=32), unique=True)
LABELS = arrays(np.int64, 7, elements=st.integers(0, 2))
ORDERS = st.permutations(range(7))


@FEW
@given(SCORES, LABELS, ORDERS)
def test_accuracy_does_not_depend_on_the_order(
    scores: np.ndarray, labels: np.ndarray, order: list[int]
) -> None:
    x, y = torch.from_numpy(scores), torch.from_numpy(labels)
    plain = dl_utils.compute_accuracy(x, y)
    assert dl_utils.compute_accuracy(x[order], y[order]) == plain
    assert 0.0 <= plain <= 1.0


@FEW
@given(SCORES, st.permutations(range(3)))
def test_accuracy_does_not_depend_on_the_class_numbers(
    scores: np.ndarray, names: list[int]
) -> None:
    x = torch.from_numpy(scores)
    y = dl_utils.predict_labels(x)
    assert dl_utils.compute_accuracy(x, y) == 1.0
    renamed = torch.tensor(names)
    back = torch.argsort(renamed)
    assert dl_utils.compute_accuracy(x[:, back], renamed[y]) == 1.0


class Passes(torch.nn.Module):
    """A network that returns its input as scores."""

    def __init__(self) -> None:
        super().__init__()
        self.loss_criterion = torch.nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


@FEW
@given(SCORES, LABELS, ORDERS, st.integers(1, 7))
def test_evaluation_does_not_depend_on_the_batches(
    scores: np.ndarray, labels: np.ndarray, order: list[int], size: int
) -> None:
    x, y = torch.from_numpy(scores), torch.from_numpy(labels)
    at_once = training.evaluate(Passes(), [(x, y)])
    batches = list(zip(x[order].split(size), y[order].split(size), strict=True))
    loss, accuracy = training.evaluate(Passes(), batches)
    assert abs(loss - at_once[0]) < 1e-5  # float32 sums of seven losses up to 10
    assert abs(accuracy - at_once[1]) < 1e-12
