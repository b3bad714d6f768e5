"""The reference solution of Part 6 agrees with integer arithmetic and with its docstrings."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

from student_code.quantization import (
    MinMaxObserver,
    QuantizedConv2d,
    QuantizedLinear,
    dequantize,
    model_size_bytes,
    quantization_params,
    quantize,
    quantize_model,
)
from toolbox.models.backbones import course_alexnet

ENDS = st.floats(-1e6, 1e6, width=32)


@settings(max_examples=200, deadline=None)
@given(a=ENDS, b=ENDS, bits=st.integers(2, 8), even=st.booleans(), share=st.floats(0, 1))
def test_round_trip_is_within_half_a_step(
    a: float, b: float, bits: int, even: bool, share: float
) -> None:
    low, high = sorted((a, b))
    scale, zero_point = quantization_params(low, high, bits, even)
    for value in (low, high, 0.0, low + share * (high - low)):
        x = torch.tensor([value], dtype=torch.float32)
        q = quantize(x, scale, zero_point, bits)
        assert q.dtype == torch.int8
        assert -(2 ** (bits - 1)) <= int(q) < 2 ** (bits - 1)
        off = abs(float(dequantize(q, scale, zero_point)) - float(x))
        # float32 rounds the division and the product: 2e-7 of the value, on top of half a step.
        assert off <= float(scale) / 2 + 2e-7 * abs(float(x))


@settings(max_examples=60, deadline=None)
@given(whole=st.integers(-128, 127), zero=st.integers(-128, 127), power=st.integers(-20, 10))
def test_every_integer_survives_a_round_trip(whole: int, zero: int, power: int) -> None:
    q = torch.tensor([whole], dtype=torch.int8)
    x = dequantize(q, 2.0**power, zero)
    assert int(quantize(x, 2.0**power, zero)) == whole


def _whole(x: torch.Tensor, scale: float, zero: int) -> np.ndarray:
    """Return the integers of `x` minus `zero`. Both sides divide in float32, and round alike."""
    q = np.rint(x.numpy() / np.float32(scale)) + zero
    return np.clip(q, -128, 127).astype(np.int64) - zero


def _weights(weight: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    w = weight.detach().numpy()
    largest = np.abs(w.reshape(len(w), -1)).max(axis=1).astype(np.float64)
    step = (largest / 127).astype(np.float32)
    return np.rint(w / step.reshape(-1, *[1] * (w.ndim - 1))).astype(np.int64), step


def _convolved(q: np.ndarray, weight: np.ndarray, layer: nn.Conv2d) -> np.ndarray:
    """Return the integer sums of a convolution, one output at a time."""
    gap, groups, (down, right) = layer.dilation, layer.groups, layer.stride
    assert not isinstance(layer.padding, str)
    up, left = layer.padding
    q = np.pad(q, ((0, 0), (0, 0), (up, up), (left, left)))
    n, _, h, w = q.shape
    out, per_group, kh, kw = weight.shape
    rows = (h - gap[0] * (kh - 1) - 1) // int(down) + 1
    columns = (w - gap[1] * (kw - 1) - 1) // int(right) + 1
    sums = np.zeros((n, out, rows, columns), dtype=np.int64)
    for o in range(out):
        first = o // (out // groups) * per_group
        for i in range(rows):
            for j in range(columns):
                y, x = i * int(down), j * int(right)
                seen = q[
                    :,
                    first : first + per_group,
                    y : y + gap[0] * (kh - 1) + 1 : gap[0],
                    x : x + gap[1] * (kw - 1) + 1 : gap[1],
                ]
                sums[:, o, i, j] = (seen * weight[o]).sum(axis=(1, 2, 3))
    return sums


@settings(max_examples=25, deadline=None)
@given(
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 2)),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    groups=st.sampled_from([1, 2, 4]),
    bias=st.booleans(),
    seed=st.integers(0, 1000),
)
@example((2, 2), (1, 1), (0, 0), (1, 1), 2, False, 210)  # a pixel half way between two integers
def test_convolution_is_the_integer_sum(
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    groups: int,
    bias: bool,
    seed: int,
) -> None:
    torch.manual_seed(seed)
    layer = nn.Conv2d(4, 8, kernel, stride, padding, dilation, groups, bias)
    x = torch.randn(2, 4, 6, 7) + torch.randn(1)
    observer = MinMaxObserver()
    observer.observe(x)
    scale, zero = (float(v) for v in observer.params())
    whole, step = _weights(layer.weight)
    sums = _convolved(_whole(x, scale, int(zero)), whole, layer)
    got = QuantizedConv2d(layer, observer)(x).double().numpy()
    if layer.bias is not None:
        got = got - layer.bias.detach().double().numpy()[:, None, None]
    assert got.shape == sums.shape
    assert np.abs(got / (scale * step)[:, None, None] - sums).max() <= 1.0


@pytest.mark.parametrize("size", [1, 40, 1152])
def test_linear_is_the_integer_sum(size: int) -> None:
    torch.manual_seed(size)
    layer, x = nn.Linear(size, 9), 3 * torch.rand(5, size) - 0.4
    observer = MinMaxObserver()
    observer.observe(x)
    scale, zero = (float(v) for v in observer.params())
    whole, step = _weights(layer.weight)
    sums = _whole(x, scale, int(zero)) @ whole.T
    got = QuantizedLinear(layer, observer)(x).double().numpy() - layer.bias.detach().numpy()
    assert np.abs(got / (scale * step) - sums).max() <= 1.0


def test_sums_of_the_largest_size_used_do_not_overflow() -> None:
    """torchvision's AlexNet sums 9,216 products, which fit even if all have the largest size."""
    layer, x = nn.Linear(9216, 2, bias=False), torch.full((1, 9216), 2.0)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0], [-1.0]]).expand(2, 9216))
    observer = MinMaxObserver()
    observer.observe(torch.tensor([0.0, 2.0]))  # 0 is -128, and 2 is 127: products of 127 * 255
    got = QuantizedLinear(layer, observer)(x)
    assert 9216 * 127 * 255 < 2**31
    torch.testing.assert_close(got, torch.tensor([[18432.0, -18432.0]]), rtol=1e-5, atol=0.0)


def test_ranges_per_channel_are_no_worse_than_a_common_one() -> None:
    torch.manual_seed(3)
    weight = torch.randn(16, 40) * torch.logspace(-2, 1, 16)[:, None]
    errors = []
    for low, high in ((weight.amin(1), weight.amax(1)), (weight.min(), weight.max())):
        scale, zero_point = quantization_params(low, high, symmetric=True)
        back = dequantize(quantize(weight, scale, zero_point), scale, zero_point)
        errors.append((back - weight).abs().mean(dim=1))
    assert (errors[0] <= errors[1] + 1e-9).all()
    assert errors[0][0] < errors[1][0] / 10  # the channel with the smallest weights


def test_a_quantized_alexnet_has_a_quarter_of_the_size() -> None:
    torch.manual_seed(4)
    network = course_alexnet(15)
    made = quantize_model(network, [(torch.randn(2, 3, 64, 64), torch.zeros(2))])
    assert model_size_bytes(network) / model_size_bytes(made) >= 3.9
    weights = sum(p.numel() for p in network.parameters() if p.ndim > 1)
    in_int8 = sum(b.numel() for b in made.buffers() if b.dtype == torch.int8)
    assert in_int8 == weights
    x = torch.randn(3, 3, 64, 64)
    off = (made(x) - network.eval()(x)).norm() / network(x).norm()
    # Measured 0.01 to 0.02 for several seeds; a wrong range or zero point gives 0.3 or more.
    assert off < 0.06


def test_a_batch_norm_without_statistics_is_not_folded() -> None:
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4, track_running_stats=False))
    made = quantize_model(network, [(torch.randn(4, 1, 6, 6), torch.zeros(4))])
    assert isinstance(made[1], nn.BatchNorm2d)  # type: ignore[index]
