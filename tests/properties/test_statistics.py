"""The scaler gives the same statistics however the values are split into batches."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from student_code.scaler import StreamingScaler

FEW = settings(max_examples=40, deadline=None, derandomize=True)
VALUES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


def fitted(*batches: Any) -> StreamingScaler:
    scaler = StreamingScaler()
    for batch in batches:
        scaler.partial_fit(batch)
    return scaler


def same(one: StreamingScaler, other: StreamingScaler) -> None:
    assert one.count_ == other.count_
    # Values reach 1e3 and squares reach 1e6, where float64 is accurate to 1e-9.
    np.testing.assert_allclose(one.mean_, other.mean_, rtol=0, atol=1e-9)
    np.testing.assert_allclose(one.var_, other.var_, rtol=0, atol=1e-6)


@FEW
@given(st.lists(VALUES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_statistics_do_not_depend_on_order_or_size_of_batches(
    batches: list[list[float]], random: Any
) -> None:
    shuffled = list(batches)
    random.shuffle(shuffled)
    at_once = fitted([value for batch in batches for value in batch])
    same(fitted(*batches), at_once)
    same(fitted(*shuffled), at_once)


@FEW
@given(VALUES, VALUES, VALUES)
def test_merging_is_associative_and_commutative(
    a: list[float], b: list[float], c: list[float]
) -> None:
    left = fitted(a).merge(fitted(b)).merge(fitted(c))
    right = fitted(c).merge(fitted(a).merge(fitted(b)))
    same(left, right)
    same(left, fitted(a + b + c))


@FEW
@given(arrays(np.float64, (3, 4), elements=st.floats(-1e3, 1e3)))
def test_inverse_undoes_transform(values: np.ndarray) -> None:
    scaler = fitted(values)
    back = scaler.inverse_transform(scaler.transform(values))
    assert back.shape == values.shape
    np.testing.assert_allclose(back, values, rtol=0, atol=1e-9)  # three roundings of 1e3


@FEW
@given(VALUES, st.floats(-100, 100), st.floats(0.1, 10))
def test_shifting_and_scaling_values_shifts_and_scales_statistics(
    values: list[float], shift: float, stretch: float
) -> None:
    plain = fitted(values)
    moved = fitted(np.asarray(values) * stretch + shift)
    # Values reach 1e4, and squares reach 1e8.
    np.testing.assert_allclose(moved.mean_, plain.mean_ * stretch + shift, rtol=0, atol=1e-8)
    np.testing.assert_allclose(moved.var_, plain.var_ * stretch**2, rtol=0, atol=1e-4)
