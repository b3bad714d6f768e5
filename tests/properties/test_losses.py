"""Identities between the losses, and between the theory functions."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from student_code import theory

FEW = settings(max_examples=40, deadline=None, derandomize=True)
SCORES = arrays(np.float64, 5, elements=st.floats(-30, 30))
CLOSE = 1e-9  # values of order 1 to 100 in float64


@FEW
@given(SCORES, st.floats(-1e3, 1e3))
def test_softmax_is_a_distribution_invariant_to_shifts(z: np.ndarray, shift: float) -> None:
    p = theory.softmax(z)
    assert (p > 0).all()
    np.testing.assert_allclose(p.sum(), 1, rtol=0, atol=CLOSE)
    np.testing.assert_allclose(theory.softmax(z + shift), p, rtol=0, atol=CLOSE)


@FEW
@given(SCORES, st.permutations(range(5)))
def test_softmax_follows_a_permutation_of_its_scores(z: np.ndarray, order: list[int]) -> None:
    np.testing.assert_allclose(
        theory.softmax(z[order]), theory.softmax(z)[order], rtol=0, atol=CLOSE
    )


@FEW
@given(SCORES, SCORES)
def test_cross_entropy_is_entropy_plus_divergence(a: np.ndarray, b: np.ndarray) -> None:
    p, q = theory.softmax(a), theory.softmax(b)
    both = theory.cross_entropy(p, p) + theory.kl_divergence(p, q)
    np.testing.assert_allclose(theory.cross_entropy(p, q), both, rtol=0, atol=CLOSE)
    np.testing.assert_allclose(theory.cross_entropy_from_kl(p, q), both, rtol=0, atol=CLOSE)
    assert theory.kl_divergence(p, q) >= -CLOSE
    assert abs(theory.kl_divergence(p, p)) <= CLOSE


@FEW
@given(SCORES, st.integers(0, 4))
def test_the_gradient_is_that_of_torch(z: np.ndarray, label: int) -> None:
    scores = torch.tensor(z, requires_grad=True)
    torch.nn.functional.cross_entropy(scores[None], torch.tensor([label])).backward()
    got = theory.softmax_cross_entropy_gradient(z, np.eye(5)[label])
    assert scores.grad is not None
    np.testing.assert_allclose(got, scores.grad.numpy(), rtol=0, atol=CLOSE)
    np.testing.assert_allclose(got.sum(), 0, rtol=0, atol=CLOSE)


@FEW
@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 4), st.integers(0, 3))
def test_padding_is_equivalent_to_a_larger_input(
    size: int, kernel: int, stride: int, pad: int
) -> None:
    larger = size + 2 * pad
    if kernel > larger:
        return
    shape = theory.conv_output_shape(size, kernel, stride, pad)
    assert shape == theory.conv_output_shape(larger, kernel, stride)
    assert shape[0] == shape[1] >= 1


@FEW
@given(arrays(np.float64, (6, 3), elements=st.floats(-100, 100)), st.permutations(range(6)))
def test_batch_norm_does_not_depend_on_the_order_of_the_batch(
    x: np.ndarray, order: list[int]
) -> None:
    def out(batch: np.ndarray) -> np.ndarray:
        state = {"mean": np.zeros(3), "var": np.ones(3)}
        return theory.batchnorm_forward(batch, np.ones(3), np.zeros(3), state)

    # Dividing by √(0 + 1e-5) may enlarge a rounding error of 1e-14 to 1e-11.
    np.testing.assert_allclose(out(x[order]), out(x)[order], rtol=0, atol=1e-8)
