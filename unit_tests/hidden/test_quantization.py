"""Hidden tests of `student_code.quantization`: comparison with int64 arithmetic in numpy."""

from typing import Any

import numpy as np
import torch
from torch import nn

from student_code import quantization
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for
from unit_tests.eight_bits import Branches, Stripes, accuracy, check_bytes, inputs, put_on_grid

# Scales are below 1 and stored in float32, which has a relative precision of 6e-8.
SCALE = 1e-7

FLOAT_ROUNDING = 1e-5  # float32 values of order 1


def watched(x: torch.Tensor) -> Any:
    """Return the student's observer of x, and its scale and zero point as Python numbers."""
    observer = quantization.MinMaxObserver()
    observer.observe(x)
    scale, zero = observer.params()
    return observer, float(scale), int(zero)


def weights_in_int8(weight: torch.Tensor) -> Any:
    """Quantize symmetrically for each output; return int64 integers and float64 scales."""
    rows = weight.detach().double().numpy()
    steps = np.abs(rows.reshape(len(rows), -1)).max(axis=1) / 127
    return np.rint(rows / steps.reshape(-1, *[1] * (rows.ndim - 1))).astype(np.int64), steps


def inputs_in_int8(x: torch.Tensor, scale: float, zero: int) -> np.ndarray:
    """Quantize x, subtract the zero point, and return int64 integers."""
    whole = np.clip(np.rint(x.double().numpy() / scale) + zero, -128, 127)
    return whole.astype(np.int64) - zero


def check_within_a_step(got: Any, sums: np.ndarray, unit: np.ndarray, bias: Any, said: str) -> None:
    """Check that the result is the integer sum plus the bias, to within one unit of the sum."""
    whole = (got.detach().double().numpy() - bias) / unit
    furthest = float(np.abs(whole - sums).max())
    # Allow one unit: half for a rounded bias, the rest for float32 and ties.
    called = said + ": distance from the integer sums, in units"
    expect.true(furthest <= 1.0, called, expected="no more than 1", got=furthest)


@task("quantization.quantization_params")
def test_ends_come_back() -> None:
    """For many ranges, the ends come back within half a step, and the zero point fits int8."""
    generator = torch.Generator().manual_seed(seed_for(31))
    ends = torch.randn(200, 2, generator=generator).double().sort(dim=1).values
    ends = ends * torch.logspace(-6, 6, 200).double()[:, None]
    for low, high in ends.tolist():
        scale, zero = (float(v) for v in quantization.quantization_params(low, high))
        called = f"quantization_params({low:.3g}, {high:.3g})"
        expect.true(-128 <= zero <= 127, called + "[1]", expected="an int8 number", got=zero)
        for end in (low, high, 0.0):
            whole = min(max(round(end / scale) + zero, -128), 127)
            off = abs((whole - zero) * scale - end) / scale
            said = f"{called}: error of {end:.3g} after a round trip, in steps"
            expect.true(off <= 0.5 + 1e-4, said, expected="at most 0.5", got=off)


@task("quantization.quantize")
def test_channels_of_a_square() -> None:
    """If all dimensions are equal, the scales still belong to the first dimension."""
    x = torch.linspace(-4, 4, 27).reshape(3, 3, 3)
    scale, zero = torch.tensor([0.05, 0.5, 0.1]), torch.tensor([3, -7, 0], dtype=torch.int32)
    got = quantization.quantize(x, scale, zero)
    for c in range(3):
        wanted = np.clip(np.rint(x[c].double().numpy() / float(scale[c])) + int(zero[c]), -128, 127)
        expect.close(got[c], wanted, f"quantize(x (3, 3, 3), 3 scales, 3 zero points)[{c}]", atol=0)


@task("quantization.dequantize")
def test_all_integers() -> None:
    """All 256 integers are dequantized to their own value."""
    q = torch.arange(-128, 128).to(torch.int8)
    for zero in (-128, -7, 127):
        got = quantization.dequantize(q, 0.03, zero)
        wanted = 0.03 * (np.arange(-128, 128) - zero)
        expect.close(got, wanted, f"dequantize(-128 ... 127, 0.03, {zero})", atol=FLOAT_ROUNDING)


@task("quantization.MinMaxObserver")
def test_many_batches() -> None:
    """Fifty batches of different shapes, some of them empty, give one range."""
    generator = torch.Generator().manual_seed(seed_for(33))
    observer, low, high = quantization.MinMaxObserver(), 0.0, 0.0
    for number in range(50):
        x = torch.randn(number % 4, 3, generator=generator)
        observer.observe(x)
        low, high = min([low, *x.flatten().tolist()]), max([high, *x.flatten().tolist()])
    expect.close(observer.params()[0], (high - low) / 255, "50 x observe; params()[0]", atol=SCALE)


@task("quantization.fold_batch_norm")
def test_folded_network() -> None:
    """Folding is correct for each channel of a convolution with groups."""
    torch.manual_seed(seed_for(34))
    layer, norm = nn.Conv2d(4, 6, 3, groups=2), nn.BatchNorm2d(6)
    with torch.no_grad():
        norm.running_mean.normal_()  # type: ignore[union-attr]
        norm.running_var.uniform_(0.01, 9)  # type: ignore[union-attr]
        norm.weight.normal_()
        norm.bias.normal_()
    norm.eval()
    x = torch.randn(2, 4, 6, 7)
    wanted = norm(layer(x))
    folded = quantization.fold_batch_norm(layer, norm)
    # Values up to 50, summed in float32 in a different order.
    expect.close(folded(x), wanted, "fold_batch_norm(layer, norm)(x)", atol=1e-3)


@task("quantization.QuantizedLinear")
def test_linear_against_int64() -> None:
    """A linear layer agrees with integer arithmetic in numpy to within one unit."""
    for seed, (size, out) in enumerate(((5, 3), (64, 10), (900, 7))):
        torch.manual_seed(seed_for(40 + seed))
        layer, x = nn.Linear(size, out), 2 * torch.randn(6, size) + 0.5
        observer, scale, zero = watched(x)
        got = quantization.QuantizedLinear(layer, observer)(x)
        whole, steps = weights_in_int8(layer.weight)
        sums = inputs_in_int8(x, scale, zero) @ whole.T
        bias = layer.bias.detach().double().numpy()
        said = f"QuantizedLinear(Linear({size}, {out}))(x)"
        check_within_a_step(got, sums, scale * steps, bias, said)


@task("quantization.QuantizedLinear")
def test_linear_weights_of_each_output() -> None:
    """An output with small weights has the same relative precision as one with large weights."""
    torch.manual_seed(seed_for(44))
    layer, x = nn.Linear(50, 4, bias=False), torch.randn(20, 50)
    with torch.no_grad():
        layer.weight.mul_(torch.tensor([[100.0], [1.0], [1e-2], [1e-4]]))
    observer, _, _ = watched(x)
    got = quantization.QuantizedLinear(layer, observer)(x).detach()
    off = (got - layer(x)).abs().mean(dim=0) / layer(x).abs().mean(dim=0)
    # int8 is off by about 1 % here; a single scale loses the small outputs completely.
    called = "QuantizedLinear(outputs that differ by 10**6)(x): relative error of each output"
    expect.true(float(off.max()) < 0.05, called, expected="below 0.05 for each", got=off)


@task("quantization.QuantizedConv2d", share=2)
def test_convolution_against_int64() -> None:
    """A convolution agrees with integer arithmetic in numpy to within one unit."""
    torch.manual_seed(seed_for(45))
    layer = nn.Conv2d(3, 4, (3, 2), stride=(1, 2), padding=(2, 1))
    x = torch.randn(2, 3, 6, 7) + 0.7
    observer, scale, zero = watched(x)
    got = quantization.QuantizedConv2d(layer, observer)(x)
    whole, steps = weights_in_int8(layer.weight)
    q = np.pad(inputs_in_int8(x, scale, zero), ((0, 0), (0, 0), (2, 2), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(q, (3, 2), axis=(2, 3))[:, :, :, ::2]
    sums = np.einsum("nchwij,ocij->nohw", windows, whole)
    expect.shape(got, sums.shape, "QuantizedConv2d(layer, observer)(x)")
    unit, bias = (scale * steps)[:, None, None], layer.bias.detach().double().numpy()[:, None, None]  # type: ignore[union-attr]
    check_within_a_step(got, sums, unit, bias, "QuantizedConv2d(Conv2d(3, 4, (3, 2), ...))(x)")


@task("quantization.QuantizedConv2d")
def test_depthwise_convolution() -> None:
    """A depthwise convolution equals the float layer if eight bits hold its numbers exactly."""
    layer = put_on_grid(nn.Conv2d(4, 8, 3, groups=4, padding=1, dilation=2), seed=6)
    x = inputs(1, 4, 9, 7, seed=7)
    observer, _, _ = watched(x)
    got = quantization.QuantizedConv2d(layer, observer)(x)
    # On the grid, only the order of float32 sums of order 10 differs; a step is 1/32.
    expect.close(got, layer(x), "QuantizedConv2d(Conv2d(4, 8, 3, groups=4, ...))(x)", atol=1e-3)


@task("quantization.quantize_model")
def test_any_network() -> None:
    """Networks that aren't Sequential are quantized, even if a layer is used twice."""
    torch.manual_seed(seed_for(47))
    network, x = Branches(), torch.randn(40, 1, 8, 9)
    made = quantization.quantize_model(
        network, [(x[:30], torch.zeros(30)), (x[30:], torch.zeros(10))]
    )
    off = (made(x) - network(x)).abs().max() / network(x).abs().max()
    # Eight bits in five layers cause some 1 to 2 %, a wrong range 10 % or more.
    expect.true(
        float(off) < 0.06, "quantize_model(network, loader)(x)", expected="within 6 %", got=off
    )
    kinds = sum(isinstance(m, (nn.Conv2d, nn.Linear)) for m in made.modules())
    expect.equal(kinds, 0, "quantize_model(network, loader): remaining float layers")
    wide = Branches(48)
    called = "quantize_model(a network of 21,456 weights, loader)"
    made = check_bytes(
        quantization.quantize_model(wide, [(x, torch.zeros(40))]), 21_456 + 102 * 24 + 4000, called
    )
    off = (made(x) - wide(x)).abs().max() / wide(x).abs().max()
    said = called + ", saved and loaded again: (x)"
    expect.true(float(off) < 0.06, said, expected="within 6 %", got=off)


@task("quantization.quantize_model")
def test_better_than_a_linear_probe() -> None:
    """Calibrated on batches of one, the network is still far better than a linear probe."""
    stripes = Stripes()
    made = quantization.quantize_model(stripes.network().train(), stripes.batches(1))
    got, probe = accuracy(made, stripes.test), stripes.linear_probe()
    called = "quantize_model(...): accuracy, compared with a linear probe at " + f"{probe:.2f}"
    # The float network gets all 300 images right; half of the way up from the probe is generous.
    expect.true(got > (1 + probe) / 2, called, expected="far higher", got=got)


@task("quantization.model_size_bytes")
def test_size_of_a_network() -> None:
    """The size of a nested network counts a tied weight only once."""
    first, second = nn.Linear(6, 6).float(), nn.Linear(6, 6).float()
    second.weight = first.weight
    model = nn.Sequential(first, nn.Sequential(second, nn.BatchNorm1d(6).float()))
    expect.equal(
        quantization.model_size_bytes(model), 4 * (36 + 6 + 6 + 24) + 8, "model_size_bytes"
    )


@task("quantization.compare")
def test_compare_a_quantized_network() -> None:
    """A quantized network is reported with its accuracy and as smaller than its original."""
    stripes = Stripes()
    network = stripes.network()
    made = quantization.quantize_model(network, stripes.batches())
    x, y = stripes.test
    found = quantization.compare(network, made, list(zip(x.split(70), y.split(70), strict=True)))
    for name, model in (("float", network), ("quantized", made)):
        called = f"compare(...)[{name!r}]"
        got = found[name].get("accuracy")
        expect.close(
            got, accuracy(model, stripes.test), called + "['accuracy']", atol=FLOAT_ROUNDING
        )
    sizes = [found[name].get("size_bytes", 0) for name in ("float", "quantized")]
    expect.true(
        sizes[0] > sizes[1] > 0, "compare(...): sizes", expected="a smaller second size", got=sizes
    )
