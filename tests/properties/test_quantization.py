"""Quantization moves no value by more than half a step, and 0 not at all."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from student_code.quantization import MinMaxObserver, dequantize, quantization_params, quantize

FEW = settings(max_examples=40, deadline=None, derandomize=True)
VALUES = st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=12)
BITS = st.integers(2, 8)


@FEW
@given(VALUES, BITS, st.booleans())
def test_a_round_trip_moves_no_value_by_more_than_half_a_step(
    values: list[float], bits: int, symmetric: bool
) -> None:
    x = torch.tensor(values)
    scale, zero_point = quantization_params(x.min().item(), x.max().item(), bits, symmetric)
    back = dequantize(quantize(x, scale, zero_point, bits), scale, zero_point)
    # The tolerance is half a step, plus the rounding of values up to 100 in float32. At the ends of
    # an affine range, the rounding of the zero point may add as much again.
    worst = scale * (0.5 if symmetric else 1.0) + 1e-4
    assert ((back - x).abs() <= worst).all()
    zero = torch.zeros(1)
    assert dequantize(quantize(zero, scale, zero_point, bits), scale, zero_point).item() == 0.0


@FEW
@given(VALUES, BITS, st.booleans())
def test_a_second_round_trip_changes_nothing(
    values: list[float], bits: int, symmetric: bool
) -> None:
    x = torch.tensor(values)
    scale, zero_point = quantization_params(x.min().item(), x.max().item(), bits, symmetric)
    once = quantize(x, scale, zero_point, bits)
    again = quantize(dequantize(once, scale, zero_point), scale, zero_point, bits)
    assert torch.equal(once, again)


@FEW
@given(st.lists(VALUES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_observers_do_not_depend_on_the_order_of_batches(
    batches: list[list[float]], random: object
) -> None:
    shuffled = list(batches)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def observed(order: list[list[float]]) -> tuple[torch.Tensor, torch.Tensor]:
        observer = MinMaxObserver()
        for batch in order:
            observer.observe(torch.tensor(batch))
        return observer.params()

    assert observed(batches) == observed(shuffled)
    assert observed(batches) == observed([[value for batch in batches for value in batch]])
