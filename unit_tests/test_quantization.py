"""Public tests of `student_code.quantization`."""

import copy
import time
from typing import Any

import numpy as np
import torch
from torch import nn

from student_code import quantization
from toolbox.checks import after, expect, hand_over, kept, task
from toolbox.checks.seeds import seed_for
from unit_tests.eight_bits import (
    Doubled,
    Stripes,
    accuracy,
    bytes_in,
    check_bytes,
    inputs,
    put_on_grid,
    seeded,
)

# Scales are below 1 and stored in float32, which has a relative precision of 6e-8.
SCALE = 1e-7

# Float32 values of order 1: rounding is 1e-7, the smallest mistake 1e-3.
EXACT = 1e-5
# Sums of up to a hundred float32 products of order 1, in another order: 1e-5. A wrong zero point,
# scale or padding is off by at least one step of the inputs, 1/32.
SUMS = 1e-3
# Names and settings of one saved object; float weights take tens of thousands of bytes more.
NAMES = 4000


def observed(x: torch.Tensor) -> Any:
    """Return the student's observer after it has observed x."""
    observer = quantization.MinMaxObserver()
    observer.observe(x)
    return observer


# quantization_params


@task("quantization.quantization_params", share=2)
def test_affine_range() -> None:
    """The range is mapped to all 256 integers, and the zero point is rounded to nearest."""
    for low, high, zero in ((-1.0, 3.0, -64), (-1.3, 3.0, -51), (-2.0, 3.0, -26)):
        called = f"quantization_params({low}, {high})"
        scale, zero_point = quantization.quantization_params(low, high)
        expect.close(scale, (high - low) / 255, called + "[0]", atol=SCALE)
        expect.close(zero_point, zero, called + "[1]", atol=0)


@task("quantization.quantization_params")
def test_range_holds_zero() -> None:
    """A range above or below 0 is widened to 0, so the zero point is one of the integers."""
    for low, high, zero in ((1.0, 3.0, -128), (-3.0, -1.0, 127)):
        called = f"quantization_params({low}, {high})"
        scale, zero_point = quantization.quantization_params(low, high)
        expect.close(zero_point, zero, called + "[1]", atol=0)
        expect.close(scale, 3 / 255, called + "[0]", atol=SCALE)


@task("quantization.quantization_params")
def test_symmetric_range() -> None:
    """With `symmetric=True` the zero point is 0, and max(|x_min|, |x_max|) maps to 127."""
    for low, high in ((-1.0, 3.0), (-4.0, 1.0)):
        called = f"quantization_params({low}, {high}, symmetric=True)"
        scale, zero_point = quantization.quantization_params(low, high, symmetric=True)
        expect.close(zero_point, 0, called + "[1]", atol=0)
        expect.close(scale, max(-low, high) / 127, called + "[0]", atol=SCALE)


@task("quantization.quantization_params")
def test_constant_range() -> None:
    """A range of only 0 gives a finite scale above 0."""
    for symmetric in (False, True):
        called = f"quantization_params(0.0, 0.0, symmetric={symmetric})"
        scale, zero_point = quantization.quantization_params(0.0, 0.0, symmetric=symmetric)
        usable = 0 < float(scale) < float("inf")
        expect.true(usable, called + "[0]", expected="a finite number above 0", got=scale)
        inside = -128 <= float(zero_point) <= 127
        expect.true(inside, called + "[1]", expected="from -128 to 127", got=zero_point)


@task("quantization.quantization_params")
def test_fewer_bits() -> None:
    """With 4 bits there are 16 integers, from -8 to 7."""
    called = "quantization_params(-1.0, 3.0, num_bits=4)"
    scale, zero_point = quantization.quantization_params(-1.0, 3.0, num_bits=4)
    expect.close(scale, 4 / 15, called + "[0]", atol=SCALE)
    expect.close(zero_point, -4, called + "[1]", atol=0)
    called = "quantization_params(-1.0, 3.0, num_bits=4, symmetric=True)[0]"
    scale, _ = quantization.quantization_params(-1.0, 3.0, num_bits=4, symmetric=True)
    expect.close(scale, 3 / 7, called, atol=SCALE)


@task("quantization.quantization_params")
def test_ranges_of_channels() -> None:
    """If the range is given as tensors, each channel gets its own scale and zero point."""
    low, high = torch.tensor([-1.0, -0.1, 0.5]), torch.tensor([3.0, 0.0, 51.0])
    called = "quantization_params(tensor([-1, -0.1, 0.5]), tensor([3, 0, 51]))"
    scale, zero_point = quantization.quantization_params(low, high)
    expect.close(scale, [4 / 255, 0.1 / 255, 0.2], called + "[0]", atol=SCALE)
    expect.close(zero_point, [-64, 127, -128], called + "[1]", atol=0)


@task("quantization.quantization_params", share=0.5)
def test_no_range() -> None:
    """Reversed or non-finite ranges and unsupported values of `num_bits` raise `ValueError`."""
    params = quantization.quantization_params
    expect.raises(ValueError, lambda: params(2.0, 1.0), "quantization_params(2.0, 1.0)")
    nan = float("nan")
    expect.raises(ValueError, lambda: params(nan, 1.0), "quantization_params(nan, 1.0)")
    called = "quantization_params(0.0, 1.0, num_bits=1)"
    expect.raises(ValueError, lambda: params(0.0, 1.0, num_bits=1), called)


# quantize and dequantize


@task("quantization.quantize", share=2)
def test_rounds_to_nearest() -> None:
    """Each value is rounded to the nearest integer, for positive and negative values."""
    x = torch.tensor([[0.3, -0.3, 0.2, -0.2], [0.7, -0.7, 0.9, -0.9]])
    called = "quantize(tensor([[0.3, -0.3, 0.2, -0.2], [0.7, -0.7, 0.9, -0.9]]), 0.5, 0)"
    q = quantization.quantize(x.clone(), 0.5, 0)
    expect.equal(q, torch.tensor([[1, -1, 0, 0], [1, -1, 2, -2]]), called, picture="matrix")


@task("quantization.quantize")
def test_zero_point_is_added() -> None:
    """The value 0 is quantized to the zero point."""
    x = torch.tensor([0.0, 0.26, -0.26, 5.0])
    called = "quantize(tensor([0, 0.26, -0.26, 5]), 0.1, -20)"
    q = quantization.quantize(x, torch.tensor(0.1), torch.tensor(-20, dtype=torch.int32))
    expect.equal(q, torch.tensor([-20, -17, -23, 30]), called, picture="matrix")


@task("quantization.quantize")
def test_clamps() -> None:
    """Values outside the range become the last integer on their side."""
    x = torch.tensor([100.0, -100.0, 12.9, -13.0, float("inf")])
    called = "quantize(tensor([100, -100, 12.9, -13, inf]), 0.1, 3)"
    q = quantization.quantize(x, 0.1, 3)
    expect.equal(q, torch.tensor([127, -128, 127, -127, 127]), called, picture="matrix")


@task("quantization.quantize")
def test_is_int8() -> None:
    """`quantize` returns an int8 tensor in the shape of x, and doesn't modify x."""
    x = torch.tensor([[0.3, 1.2, -2.6], [0.0, 7.0, -0.1]])
    before = x.clone()
    q = quantization.quantize(x, 0.5, 1)
    called = "quantize(a tensor (2, 3), 0.5, 1)"
    expect.dtype(q, torch.int8, called)
    expect.shape(q, (2, 3), called)
    expect.equal(after(x), before, called + ": x afterwards")


@task("quantization.quantize")
def test_quantize_to_fewer_bits() -> None:
    """With 4 bits, values are clamped to -8 and 7, and stored in int8."""
    q = quantization.quantize(torch.tensor([-9.0, 9.0, 3.2]), 1.0, 0, num_bits=4)
    called = "quantize(tensor([-9, 9, 3.2]), 1.0, 0, num_bits=4)"
    expect.equal(q, torch.tensor([-8, 7, 3]), called, picture="matrix")
    expect.dtype(q, torch.int8, called)


@task("quantization.quantize")
def test_quantize_channels() -> None:
    """With one scale per channel, the channels are the first dimension of x."""
    x = torch.tensor([1.0, 2.0, 3.0])[:, None, None] * torch.ones(3, 2, 3)
    scale = torch.tensor([0.1, 1.0, 0.5])
    zero_point = torch.tensor([0, 5, -5], dtype=torch.int32)
    called = "quantize(x of shape (3, 2, 3), tensor([0.1, 1, 0.5]), tensor([0, 5, -5]))"
    q = quantization.quantize(x, scale, zero_point)
    wanted = torch.tensor([10, 7, 1])[:, None, None].expand(3, 2, 3)
    expect.equal(q, wanted, called, picture="image")


@task("quantization.quantize")
def test_round_trip() -> None:
    """After a round trip, each value in the range is within half a step of the original."""
    x = torch.linspace(-1.3, 3.0, 2001)
    step, zero = 4.3 / 255, -51
    q = quantization.quantize(x, step, zero)
    furthest = ((q.double() - zero) * step - x.double()).abs().max().item()
    called = f"quantize(2001 values from -1.3 to 3, 4.3 / 255, {zero}), scaled back"
    # Float32 adds 1e-7 of a value to the half step.
    said = f"at most {step / 2:.6f} from x"
    expect.true(furthest <= step / 2 + 1e-6, called, expected=said, got=furthest)


@task("quantization.dequantize", share=2)
def test_back_to_real_numbers() -> None:
    """The result is scale * (q - zero_point), even if q - zero_point doesn't fit into int8."""
    q = torch.tensor([[-128, 127, 0], [5, -100, 100]], dtype=torch.int8)
    for zero in (0, 100, -128):
        called = f"dequantize(tensor([[-128, 127, 0], [5, -100, 100]], int8), 0.5, {zero})"
        x = quantization.dequantize(q, torch.tensor(0.5), torch.tensor(zero, dtype=torch.int8))
        expect.close(x, 0.5 * (q.double() - zero), called, atol=EXACT, picture="matrix")


@task("quantization.dequantize")
def test_dequantize_gives_float32() -> None:
    """`dequantize` returns float32 in the shape of q, and doesn't modify q."""
    q = torch.tensor([[1, 2, 3], [4, 5, 6]], dtype=torch.int8)
    before = q.clone()
    x = quantization.dequantize(q, 0.25, 2)
    called = "dequantize(an int8 tensor (2, 3), 0.25, 2)"
    expect.dtype(x, torch.float32, called)
    expect.shape(x, (2, 3), called)
    expect.equal(after(q), before, called + ": q afterwards")
    expect.close(x, 0.25 * (before.double() - 2), called, atol=EXACT, picture="matrix")


@task("quantization.dequantize")
def test_dequantize_channels() -> None:
    """Each channel is dequantized with its own scale and zero point."""
    q = torch.full((3, 2, 3), 10, dtype=torch.int8)
    scale, zero_point = torch.tensor([0.1, 1.0, 0.5]), torch.tensor([0, 5, -5], dtype=torch.int32)
    called = "dequantize(10s of shape (3, 2, 3), tensor([0.1, 1, 0.5]), tensor([0, 5, -5]))"
    x = quantization.dequantize(q, scale, zero_point)
    wanted = torch.tensor([1.0, 5.0, 7.5])[:, None, None].expand(3, 2, 3)
    expect.close(x, wanted, called, atol=EXACT, picture="image")


# MinMaxObserver


@task("quantization.MinMaxObserver", share=2)
def test_range_of_all_batches() -> None:
    """The range covers all observed values, in whatever order they were observed."""
    parts = [[0.5, 2.0], [-1.0, 1.0], [0.0, 3.0], [0.1, 0.2]]
    for order in (parts, parts[::-1]):
        observer = quantization.MinMaxObserver()
        for part in order:
            observer.observe(torch.tensor([part, part]))
        scale, zero_point = observer.params()
        called = f"observe({'), observe('.join(map(str, order))}); params()"
        expect.close(scale, 4 / 255, called + "[0]", atol=SCALE)
        expect.close(zero_point, -64, called + "[1]", atol=0)


@task("quantization.MinMaxObserver")
def test_negative_range() -> None:
    """If all values are below 0, the range ends at 0."""
    observer = quantization.MinMaxObserver()
    observer.observe(torch.tensor([[-3.0, -1.0], [-2.0, -2.5]]))
    scale, zero_point = observer.params()
    called = "observe([[-3, -1], [-2, -2.5]]); params()"
    expect.close(scale, 3 / 255, called + "[0]", atol=SCALE)
    expect.close(zero_point, 127, called + "[1]", atol=0)


@task("quantization.MinMaxObserver")
def test_observer_passes_its_settings_on() -> None:
    """`params` takes `num_bits` and `symmetric` of the observer into account."""
    for settings, wanted in (
        ({"num_bits": 4}, (4 / 15, -4)),
        ({"symmetric": True}, (3 / 127, 0)),
    ):
        observer = quantization.MinMaxObserver(**settings)
        observer.observe(torch.tensor([-1.0, 3.0]))
        called = f"MinMaxObserver({settings}).observe([-1, 3]); params()"
        expect.close(observer.params()[0], wanted[0], called + "[0]", atol=SCALE)
        expect.close(observer.params()[1], wanted[1], called + "[1]", atol=0)


@task("quantization.MinMaxObserver", share=0.5)
def test_observer_without_values() -> None:
    """`params` raises `ValueError` before any value has been observed."""
    observer = quantization.MinMaxObserver()
    expect.raises(ValueError, observer.params, "MinMaxObserver().params()")


@task("quantization.MinMaxObserver")
def test_observer_keeps_nothing() -> None:
    """`observe` neither modifies nor stores the tensors."""
    observer = quantization.MinMaxObserver()
    x = 4 * torch.rand(10, 100, generator=seeded(15)) - 1
    x[0, 0], x[-1, -1] = -1, 3
    before = x.clone()
    for _ in range(5):
        observer.observe(x)
    expect.equal(after(x), before, "observe(x): x afterwards")
    size = bytes_in(observer)
    called = "5 times observe(1000 values): bytes of the tensors that the observer stores"
    expect.true(size <= 64, called, expected="a few numbers", got=size)
    again = check_bytes(observer, NAMES, "5 times observe(1000 values)")
    called = "the observer of 5 times 1000 values, saved and loaded again: params()"
    expect.close(again.params()[0], 4 / 255, called + "[0]", atol=SCALE)
    expect.close(again.params()[1], -64, called + "[1]", atol=0)


# fold_batch_norm


def settled(norm: Any, seed: int) -> Any:
    """Return the batch norm in eval mode, with statistics and weights as if it had been trained."""
    generator = torch.Generator().manual_seed(seed_for(seed))
    count = norm.num_features
    norm.running_mean.copy_(torch.randn(count, generator=generator))
    norm.running_var.copy_(0.2 + 4 * torch.rand(count, generator=generator))
    if norm.weight is not None:
        with torch.no_grad():
            norm.weight.copy_(torch.randn(count, generator=generator))
            norm.bias.copy_(torch.randn(count, generator=generator))
    return norm.eval()


def check_fold(layer: Any, norm: Any, x: torch.Tensor, called: str) -> None:
    """Check that the folded layer, and a layer with its state, compute the same as the two."""
    settled(norm, 3)
    with torch.no_grad():
        wanted = norm(layer(x))  # values of order 10
    folded = quantization.fold_batch_norm(layer, norm)
    expect.instance(folded, type(layer), called)
    with torch.no_grad():
        expect.close(folded(x), wanted, called + "(x)", atol=1e-4)
        state = folded.state_dict()
        expect.equal(sorted(state), ["bias", "weight"], called + ".state_dict(): its keys")
        twin = copy.deepcopy(layer)
        twin.weight, twin.bias = (nn.Parameter(state[name]) for name in ("weight", "bias"))
        expect.close(twin(x), wanted, "a layer with the state of " + called, atol=1e-4)


@task("quantization.fold_batch_norm", share=2)
def test_folded_convolution() -> None:
    """A folded convolution with a bias computes what convolution and batch norm computed."""
    torch.manual_seed(seed_for(11))
    layer = nn.Conv2d(3, 5, (3, 2), stride=2, padding=1)
    x = torch.randn(2, 3, 7, 9)
    check_fold(layer, nn.BatchNorm2d(5), x, "fold_batch_norm(Conv2d(3, 5, (3, 2)), BatchNorm2d(5))")


@task("quantization.fold_batch_norm")
def test_folded_without_bias() -> None:
    """A layer without a bias has one after folding."""
    torch.manual_seed(seed_for(12))
    layer, x = nn.Conv2d(3, 4, 3, bias=False), torch.randn(2, 3, 5, 6)
    check_fold(layer, nn.BatchNorm2d(4), x, "fold_batch_norm(Conv2d(..., bias=False), norm)")


@task("quantization.fold_batch_norm")
def test_folded_linear() -> None:
    """Linear layers can be folded, too, as can a batch norm without weight and bias."""
    torch.manual_seed(seed_for(13))
    layer, x = nn.Linear(6, 4), torch.randn(5, 6)
    norm = nn.BatchNorm1d(4, eps=0.1, affine=False)
    check_fold(
        layer, norm, x, "fold_batch_norm(Linear(6, 4), BatchNorm1d(4, eps=0.1, affine=False))"
    )


@task("quantization.fold_batch_norm")
def test_fold_leaves_both_as_they_were() -> None:
    """Folding modifies neither the layer nor the batch norm."""
    torch.manual_seed(seed_for(14))
    parts = [hand_over(nn.Conv2d(2, 3, 3)), hand_over(settled(nn.BatchNorm2d(3), 4))]
    before = [value.clone() for part in parts for value in part.state_dict().values()]
    quantization.fold_batch_norm(*parts)
    now = [value for part in parts for value in part.state_dict().values()]
    for old, new in zip(before, now, strict=True):
        expect.equal(new, old, "fold_batch_norm(layer, norm): their state afterwards")


# QuantizedLinear and QuantizedConv2d


def check_layer(kind: Any, layer: Any, x: torch.Tensor, called: str) -> None:
    """Check that on the grid the quantized layer computes the same as the float layer."""
    put_on_grid(layer)
    got = kind(layer, observed(x))(x)
    expect.shape(got, tuple(layer(x).shape), called)
    expect.dtype(got, torch.float32, called)
    expect.close(got, layer(x), called, atol=SUMS, picture="matrix")


def check_kept(kind: Any, layer: Any, x: torch.Tensor, called: str) -> None:
    """Check that the weights are stored in int8, and not also as a float tensor anywhere."""
    made = kind(put_on_grid(layer), observed(x))
    weights, out = layer.weight.numel(), layer.weight.shape[0]
    # One byte per weight; a bias, scale and zero point per channel, up to 8 bytes each; some slack.
    allowed = weights + 24 * out + 100
    large = [t.dtype for t in kept(made) if t.numel() >= weights]
    expect.equal(large, [torch.int8], called + ": dtypes of the tensors as large as the weights")
    size = bytes_in(made)
    expect.true(size <= allowed, called + ": bytes stored", expected=f"<= {allowed}", got=size)
    again = check_bytes(made, allowed + NAMES, called)
    expect.close(again(x), layer(x), called + ", saved and loaded again: (x)", atol=SUMS)


def check_calibrated(kind: Any, layer: Any, x: torch.Tensor, called: str) -> None:
    """Check that the calibrated range is used: it clips, and doesn't adapt to later inputs."""
    put_on_grid(layer)
    made, far = kind(layer, observed(x)), x.clone()
    far[0] = 3 * far[0]
    got = made(far)
    clipped = far.clamp(x.min(), x.max())
    expect.close(got[1:], layer(x)[1:], called + ", other inputs in the batch", atol=SUMS)
    expect.close(got, layer(clipped), called + ", inputs beyond the range", atol=SUMS)


@task("quantization.QuantizedLinear", share=2)
def test_linear_is_exact_on_the_grid() -> None:
    """A `QuantizedLinear` equals the float layer if eight bits represent its numbers exactly."""
    x = inputs(4, 12)
    check_layer(quantization.QuantizedLinear, nn.Linear(12, 6), x, "QuantizedLinear(...)(4 inputs)")
    layer = nn.Linear(12, 6, bias=False)
    check_layer(quantization.QuantizedLinear, layer, x, "QuantizedLinear(no bias)(4 inputs)")


@task("quantization.QuantizedLinear")
def test_linear_sums_are_large() -> None:
    """Sums far outside the ranges of int8 and int16 are computed correctly."""
    x = torch.full((2, 500), (255 - 78) / 32).float()
    layer = nn.Linear(500, 3).float()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[127.0], [-127.0], [64.0]]).expand(3, 500) / 128)
        layer.bias.zero_()
    made = quantization.QuantizedLinear(
        layer, observed(torch.cat([x, torch.full((1, 500), -2.4375).float()]))
    )
    # Not quite on the grid, since the range isn't: half a step for each of 500 inputs.
    called = "QuantizedLinear(Linear(500, 3))(all inputs at the end of the range)"
    expect.close(made(x), layer(x), called, atol=0.0, rtol=0.02)


@task("quantization.QuantizedLinear", share=2)
def test_linear_keeps_int8() -> None:
    """A `QuantizedLinear` stores its weights in int8, and nowhere in float."""
    layer, x = nn.Linear(1200, 10), inputs(4, 1200)
    check_kept(quantization.QuantizedLinear, layer, x, "QuantizedLinear(Linear(1200, 10))")


@task("quantization.QuantizedLinear")
def test_linear_range_is_fixed() -> None:
    """A `QuantizedLinear` quantizes inputs with the observer's range, not with their own."""
    called = "QuantizedLinear(layer, observer)(x)"
    check_calibrated(quantization.QuantizedLinear, nn.Linear(12, 6), inputs(4, 12), called)


@task("quantization.QuantizedLinear")
def test_linear_leaves_the_layer() -> None:
    """The float layer is not modified, and inputs may have more leading dimensions."""
    layer, x = put_on_grid(nn.Linear(7, 5)), inputs(2, 3, 7)
    before, wanted = layer.weight.detach().clone(), layer(x).detach()
    layer = hand_over(layer)
    made = quantization.QuantizedLinear(layer, observed(x))
    expect.close(made(x), wanted, "QuantizedLinear(...)(x of shape (2, 3, 7))", atol=SUMS)
    expect.equal(layer.weight, before, "QuantizedLinear(layer, ...): layer.weight afterwards")
    expect.dtype(
        layer.weight, torch.float32, "QuantizedLinear(layer, ...): layer.weight afterwards"
    )


@task("quantization.QuantizedConv2d", share=2)
def test_convolution_is_exact_on_the_grid() -> None:
    """A `QuantizedConv2d` equals the float layer if eight bits represent its numbers exactly."""
    layer = nn.Conv2d(3, 4, (3, 2))
    x = inputs(2, 3, 6, 9)
    check_layer(quantization.QuantizedConv2d, layer, x, "QuantizedConv2d(Conv2d(3, 4, (3, 2)))(x)")
    layer = nn.Conv2d(3, 4, 3, bias=False)
    check_layer(quantization.QuantizedConv2d, layer, x, "QuantizedConv2d(Conv2d(no bias))(x)")


@task("quantization.QuantizedConv2d", share=2)
def test_padding_is_zero() -> None:
    """Padding is a real 0, which isn't the integer 0, and may differ for rows and columns."""
    layer = nn.Conv2d(3, 4, 3, padding=(1, 2))
    called = "QuantizedConv2d(Conv2d(3, 4, 3, padding=(1, 2)))(x)"
    check_layer(quantization.QuantizedConv2d, layer, inputs(2, 3, 6, 9), called)


@task("quantization.QuantizedConv2d")
def test_stride_and_dilation() -> None:
    """Stride and dilation are those of the float layer."""
    for settings in ({"stride": (2, 3)}, {"dilation": (2, 1), "padding": 1}):
        layer = nn.Conv2d(2, 3, (3, 2), **settings)
        called = f"QuantizedConv2d(Conv2d(2, 3, (3, 2), {settings}))(x)"
        check_layer(quantization.QuantizedConv2d, layer, inputs(2, 2, 8, 9), called)


@task("quantization.QuantizedConv2d")
def test_groups() -> None:
    """With groups, each group of output channels depends only on its own input channels."""
    layer = nn.Conv2d(4, 6, 3, groups=2)
    called = "QuantizedConv2d(Conv2d(4, 6, 3, groups=2))(x)"
    check_layer(quantization.QuantizedConv2d, layer, inputs(2, 4, 5, 7), called)


@task("quantization.QuantizedConv2d", share=2)
def test_convolution_keeps_int8() -> None:
    """A `QuantizedConv2d` stores its weights in int8, and nowhere in float."""
    layer, x = nn.Conv2d(128, 10, 3), inputs(2, 128, 5, 6)
    check_kept(quantization.QuantizedConv2d, layer, x, "QuantizedConv2d(Conv2d(128, 10, 3))")


@task("quantization.QuantizedConv2d")
def test_convolution_range_is_fixed() -> None:
    """A `QuantizedConv2d` quantizes inputs with the observer's range, not with their own."""
    called = "QuantizedConv2d(layer, observer)(x)"
    layer = nn.Conv2d(3, 4, 3, padding=1)
    check_calibrated(quantization.QuantizedConv2d, layer, inputs(3, 3, 5, 7), called)


@task("quantization.QuantizedConv2d")
def test_same_padding() -> None:
    """The padding may also be given as "same"."""
    layer, x = nn.Conv2d(3, 4, (3, 5), padding="same"), inputs(2, 3, 6, 9)
    called = "QuantizedConv2d(Conv2d(3, 4, (3, 5), padding='same'))(x)"
    check_layer(quantization.QuantizedConv2d, layer, x, called)


# quantize_model


@task("quantization.quantize_model", share=2)
def test_model_keeps_its_accuracy() -> None:
    """The quantized network is as accurate as the float one, and far better than a linear probe."""
    stripes = Stripes()
    network = stripes.network()
    model = quantization.quantize_model(network, stripes.batches())
    before, after = accuracy(network, stripes.test), accuracy(model, stripes.test)
    called = "quantize_model(a network of accuracy 1.00, ...): accuracy on 300 other images"
    # A linear probe of the pixels gets 0.25 here; rounding may change the class of an image or two.
    expect.true(after >= before - 0.01, called, expected=f"at least {before - 0.01:.2f}", got=after)


@task("quantization.quantize_model", share=2)
def test_model_is_int8() -> None:
    """Every convolution and linear layer is stored in int8, and nothing is also stored in float."""
    # A layer left in float takes 12,000 bytes more, which names and settings don't.
    convolutions = nn.Sequential(nn.Conv2d(8, 64, 3), nn.ReLU(), nn.Conv2d(64, 8, 3))
    linear = nn.Sequential(nn.Linear(32, 128), nn.Sequential(nn.ReLU(), nn.Linear(128, 40)))
    model = nn.Sequential(convolutions, nn.ReLU(), nn.Flatten(), linear).float()
    x = inputs(3, 8, 6, 6)
    weights, wanted = sum(p.numel() for p in model.parameters() if p.ndim > 1), model(x)
    made = quantization.quantize_model(model, [(x, torch.zeros(3))])
    found = sum(t.numel() for t in kept(made) if t.dtype == torch.int8)
    called = "quantize_model(2 convolutions and 2 linear layers, loader): "
    expect.true(found >= weights, called + "int8 numbers", expected=f">= {weights}", got=found)
    # One byte per weight, plus the numbers of 240 channels.
    allowed = weights + 240 * 24 + 400
    size = bytes_in(made)
    expect.true(size <= allowed, called + "bytes stored", expected=f"<= {allowed}", got=size)
    again = check_bytes(made, allowed + NAMES, called.removesuffix(": "))
    off = (again(x) - wanted).abs().max() / wanted.abs().max()
    # Eight bits in four layers cause an error of 1 to 2 %.
    called += "saved and loaded again, relative error of its scores"
    expect.true(float(off) < 0.1, called, expected="below 0.1", got=off)


@task("quantization.quantize_model", share=2)
def test_float_model_stays() -> None:
    """The float network is not modified: neither weights, statistics, layers, mode nor hooks."""
    stripes = Stripes()
    network = stripes.network()
    network.get_submodule("0.1").train()
    network = hand_over(network)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    modes = [module.training for module in network.modules()]
    kinds = [type(module).__name__ for module in network.modules()]
    quantization.quantize_model(network, stripes.batches())
    called = "quantize_model(network, loader): network afterwards: "
    expect.equal([type(m).__name__ for m in network.modules()], kinds, called + "its modules")
    for name, value in before.items():
        expect.equal(network.state_dict()[name], value, called + name)
    expect.equal([m.training for m in network.modules()], modes, called + "training of each module")
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules())
    expect.equal(hooks, 0, called + "remaining hooks")


@task("quantization.quantize_model", share=2)
def test_calibrated_in_eval_mode() -> None:
    """The network is calibrated in eval mode, even if it is passed in train mode."""
    layer, x = put_on_grid(nn.Linear(12, 6)), inputs(4, 12)
    model = nn.Sequential(Doubled(), layer).train()
    made = quantization.quantize_model(model, [(x, torch.zeros(4))])
    expect.equal(made.training, False, "quantize_model(a model in train mode, loader).training")
    called = "quantize_model(a model in train mode, loader)(x)"
    expect.close(made(x), layer(x), called, atol=SUMS)


@task("quantization.quantize_model")
def test_calibrated_on_every_batch() -> None:
    """The calibrated ranges cover all batches of the loader, not only the first or the last."""
    layer, x = put_on_grid(nn.Linear(12, 6)), inputs(6, 12)
    inner = (x / 4).round(decimals=0) / 32
    batches = [(part, torch.zeros(len(part))) for part in (inner[:2], x, inner[2:4])]
    made = quantization.quantize_model(nn.Sequential(nn.Identity(), layer), batches)
    called = "quantize_model(model, 3 batches, the second with the largest values)(x)"
    expect.close(made(x), layer(x), called, atol=SUMS)


@task("quantization.quantize_model")
def test_model_learns_nothing_afterwards() -> None:
    """After calibration the ranges are fixed: the scores of an image depend on no other image."""
    layer, x = put_on_grid(nn.Conv2d(2, 3, 3)), inputs(4, 2, 5, 6)
    made = quantization.quantize_model(nn.Sequential(layer, nn.ReLU()), [(x, torch.zeros(4))])
    wanted = layer(x).relu()
    made(9 * x)
    called = "quantize_model(model, loader): made(9 * x), then made(x)"
    expect.close(made(x), wanted, called, atol=SUMS)


@task("quantization.quantize_model", share=0.5)
def test_no_calibration() -> None:
    """`quantize_model` raises `ValueError` if the calibration loader yields no batches."""
    model = nn.Sequential(nn.Linear(3, 2))
    called = "quantize_model(model, [])"
    expect.raises(ValueError, lambda: quantization.quantize_model(model, []), called)


# model_size_bytes and compare


@task("quantization.model_size_bytes")
def test_size_of_floats() -> None:
    """A float32 element of a parameter or buffer counts four bytes, an int64 element eight."""
    size = quantization.model_size_bytes
    expect.equal(size(nn.Linear(10, 5).float()), 220, "model_size_bytes(Linear(10, 5))")
    called = "model_size_bytes(Sequential(Conv2d(2, 3, (3, 2)), BatchNorm2d(3)))"
    model = nn.Sequential(nn.Conv2d(2, 3, (3, 2)), nn.BatchNorm2d(3)).float()
    expect.equal(size(model), 4 * (36 + 3 + 12) + 8, called)
    expect.instance(size(model), (int, np.integer), called)


@task("quantization.model_size_bytes")
def test_size_of_other_numbers() -> None:
    """A half-precision element counts two bytes, an int8 element one."""
    model = nn.Linear(10, 5).half()
    model.register_buffer("whole", torch.zeros(7, 3, dtype=torch.int8))
    called = "model_size_bytes(Linear(10, 5).half() with an int8 buffer of 21)"
    expect.equal(quantization.model_size_bytes(model), 110 + 21, called)


@task("quantization.model_size_bytes")
def test_size_of_shared_weights() -> None:
    """A tensor shared by two modules counts only once."""
    layer = nn.Linear(10, 5).float()
    called = "model_size_bytes(Sequential(layer, ReLU(), the same layer))"
    model = nn.Sequential(layer, nn.ReLU(), layer)
    expect.equal(quantization.model_size_bytes(model), 220, called)


class Fixed(nn.Module):
    """A model that always predicts class `answer`, after a delay, and records its modes."""

    def __init__(self, answer: int, seconds: float = 0.0, numbers: int = 3) -> None:
        super().__init__()
        self.answer, self.seconds = answer, seconds
        self.register_buffer("numbers", torch.zeros(numbers, dtype=torch.float32))
        self.modes: list[tuple[bool, bool]] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.modes.append((self.training, torch.is_grad_enabled()))
        time.sleep(self.seconds)
        return nn.functional.one_hot(torch.full((len(x),), self.answer), 3).float()


LABELS = torch.tensor([0, 1, 1, 2, 2])
ATTEMPTS = 5


class SlowLoader:
    """A loader that yields the images of `labels` in batches, each after a delay."""

    def __init__(self, labels: torch.Tensor = LABELS, size: int = 2, seconds: float = 0.0) -> None:
        self.labels, self.size, self.seconds = labels, size, seconds

    def __iter__(self) -> Any:
        for y in self.labels.split(self.size):
            time.sleep(self.seconds)
            yield torch.zeros(len(y), 4), y


@task("quantization.compare", share=2)
def test_compare_sizes_and_accuracies() -> None:
    """Each network's size in bytes and accuracy per example are reported under its own name."""
    found = quantization.compare(Fixed(1, numbers=40), Fixed(0, numbers=10), SlowLoader())
    called = "compare(160 bytes that predict 1, 40 bytes that predict 0, 5 images)"
    expect.equal(sorted(found), ["float", "quantized"], called + ": its keys")
    for name, size, right in (("float", 160, 0.4), ("quantized", 40, 0.2)):
        expect.equal(found[name].get("size_bytes"), size, f"{called}[{name!r}]['size_bytes']")
        got = found[name].get("accuracy")
        expect.close(got, right, f"{called}[{name!r}]['accuracy']", atol=EXACT)


@task("quantization.compare")
def test_compare_latency() -> None:
    """The latency is the computation time per image in milliseconds, excluding the loader."""
    slow = fast = float("inf")
    for _ in range(ATTEMPTS):  # a busy machine takes longer, but hardly every time
        loader = SlowLoader(torch.zeros(50, dtype=torch.int64), 20, seconds=0.08)
        found = quantization.compare(Fixed(1, seconds=0.05), Fixed(0), loader)
        slow = min(slow, found["float"].get("latency_ms", 0.0))
        fast = min(fast, found["quantized"].get("latency_ms", 0.0))
        if slow < 20 and fast < 3.5:
            break
    called = "compare(50 ms for each of 3 batches, no delay, 50 images from a slow loader)"
    # 3 batches of 50 ms for 50 images are 3 ms per image, but 50 ms per batch.
    said = "3 ms per image, or slightly more"
    expect.true(2.9 <= slow < 20, called + "['float']['latency_ms']", expected=said, got=slow)
    # The loader alone would add 4.8 ms per image.
    said = "above 0, but almost 0"
    expect.true(0 < fast < 3.5, called + "['quantized']['latency_ms']", expected=said, got=fast)


@task("quantization.compare")
def test_compare_in_eval_mode() -> None:
    """Both networks are measured in eval mode without gradients, and left in their own mode."""
    first, second = Fixed(1).train(), Fixed(0).eval()
    quantization.compare(first, second, SlowLoader())
    for name, model in (("float", first), ("quantized", second)):
        called = f"compare(a float model in train mode, the other in eval mode, ...): {name}"
        modes = sorted(set(model.modes))
        expect.equal(modes, [(False, False)], called + ": (training, gradients) in forward")
    expect.equal((first.training, second.training), (True, False), "compare(...): modes afterwards")
    enabled = torch.is_grad_enabled()
    torch.set_grad_enabled(True)  # for the following tests, in case it was left switched off
    expect.true(enabled, "compare(...) afterwards", expected="gradients enabled", got="disabled")


@task("quantization.compare", share=0.5)
def test_compare_on_nothing() -> None:
    """`compare` raises `ValueError` if the loader yields no batches."""
    called = "compare(model, model, [])"
    expect.raises(ValueError, lambda: quantization.compare(Fixed(0), Fixed(0), []), called)
