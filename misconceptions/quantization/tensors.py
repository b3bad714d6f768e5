"""Wrong implementations of scales, rounding, observers, folding and model sizes."""

from __future__ import annotations

import copy
import io
from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong
from student_code.quantization import MinMaxObserver


def _range(num_bits: int) -> tuple[int, int]:
    return -(2 ** (num_bits - 1)), 2 ** (num_bits - 1) - 1


def _params(
    x_min: Any,
    x_max: Any,
    num_bits: int = 8,
    symmetric: bool = False,
    *,
    rounding: Any = torch.round,
    hold_zero: bool = True,
    clamp: bool = True,
    steps: int = 0,
    unsigned: bool = False,
    guard: bool = True,
    checked: bool = True,
) -> Any:
    """Scale and zero point, with a configurable mistake."""
    low, high = torch.as_tensor(x_min).double(), torch.as_tensor(x_max).double()
    if checked and not (bool((low <= high).all()) and 2 <= num_bits <= 8):
        raise ValueError("no range")
    if hold_zero:
        low, high = low.clamp(max=0), high.clamp(min=0)
    lowest, highest = (0, 2**num_bits - 1) if unsigned else _range(num_bits)
    if symmetric:
        scale = torch.maximum(low.abs(), high.abs()) / _range(num_bits)[1]
    else:
        scale = (high - low) / (highest - lowest + steps)
    if guard:
        scale = torch.where(scale > 0, scale, 1.0)
    zero = torch.zeros_like(scale) if symmetric else rounding(lowest - low / scale)
    if clamp:
        zero = zero.clamp(lowest, highest)
    return scale.float(), zero.nan_to_num(0).to(torch.int32)


@wrong(
    "quantization.quantization_params",
    looks_like="the range isn't extended to include 0, and the zero point isn't clamped",
    hints=(
        "For a range from 1 to 3, the zero point lies outside the int8 range.",
        "Padding and ReLU produce zeros. Which integer represents 0 if the range begins at 1?",
    ),
)
def zero_point_not_clamped(
    x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False
) -> Any:
    return _params(x_min, x_max, num_bits, symmetric, hold_zero=False, clamp=False)


@wrong(
    "quantization.quantization_params",
    looks_like="the zero point is clamped, but the range isn't extended to include 0",
    hints=(
        "For a range from 1 to 3, the scale is that of a range of width 2.",
        "Which real values can the integers represent once the zero point is clamped?",
    ),
)
def range_without_zero(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    return _params(x_min, x_max, num_bits, symmetric, hold_zero=False)


@wrong(
    "quantization.quantization_params",
    looks_like="the zero point is truncated instead of rounded",
    hints=("Some zero points are too high by 1.", "What does int() do with -50.9?"),
)
def truncated_zero_point(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    return _params(x_min, x_max, num_bits, symmetric, rounding=torch.trunc)


@wrong(
    "quantization.quantization_params",
    looks_like="the range is divided by 256 steps instead of 255",
    hints=(
        "The scale is a little too small.",
        "How many steps are there between the first and the last of 256 integers?",
    ),
)
def one_step_too_many(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    return _params(x_min, x_max, num_bits, symmetric, steps=1)


@wrong(
    "quantization.quantization_params",
    looks_like="the zero point is computed for integers from 0 to 255",
    hints=("The zero point is too high by 128.", "Which integers can int8 represent?"),
)
def unsigned_zero_point(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    return _params(x_min, x_max, num_bits, symmetric, unsigned=True)


@wrong(
    "quantization.quantization_params",
    looks_like="a range that contains only 0 gives a scale of 0",
    hints=(
        "A layer whose inputs are always 0 divides by 0.",
        "What happens if both ends of the range are equal?",
    ),
)
def zero_scale(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    return _params(x_min, x_max, num_bits, symmetric, guard=False)


@wrong(
    "quantization.quantization_params",
    looks_like="the symmetric scale depends only on the upper end of the range",
    hints=(
        "A range that extends farther down than up is cut off.",
        "Which of the two ends is farther from 0?",
    ),
)
def symmetric_by_the_maximum(
    x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False
) -> Any:
    return _params(0 * x_min if symmetric else x_min, x_max, num_bits, symmetric)


@wrong(
    "quantization.quantization_params",
    looks_like="num_bits is ignored",
    hints=(
        "With 4 bits, the scale is still the one for 8 bits.",
        "How many integers can 4 bits represent?",
    ),
)
def always_eight_bits(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    _params(x_min, x_max, num_bits, symmetric)
    return _params(x_min, x_max, 8, symmetric)


@wrong(
    "quantization.quantization_params",
    looks_like="all channels share one range",
    hints=(
        "Every channel has the same scale.",
        "Do you take the minimum and maximum over all channels together?",
    ),
)
def one_range_for_all(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    low, high = torch.as_tensor(x_min).double(), torch.as_tensor(x_max).double()
    if not bool((low <= high).all()):
        raise ValueError("no range")
    same = torch.zeros_like(low)
    return _params(same + low.min(), same + high.max(), num_bits, symmetric)


@wrong(
    "quantization.quantization_params",
    looks_like="invalid ranges are accepted",
    hints=(
        "Neither a range from 2 to 1 nor a width of one bit raises an error.",
        "Which arguments does the docstring reject?",
    ),
)
def takes_anything(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    return _params(x_min, x_max, num_bits, symmetric, checked=False)


def _shaped(value: Any, x: Any, axis: int = 0) -> Any:
    value = torch.as_tensor(value)
    if value.ndim == 0:
        return value
    shape = [1] * x.ndim
    shape[axis] = -1
    return value.reshape(shape)


def _quantized(
    x: Any,
    scale: Any,
    zero_point: Any,
    num_bits: int = 8,
    *,
    rounding: Any = torch.round,
    clamp: bool = True,
    dtype: Any = torch.int8,
    shift: int = 1,
    axis: int = 0,
) -> Any:
    """Quantization to integers, with a configurable mistake."""
    whole = rounding(x / _shaped(scale, x, axis)) + shift * _shaped(zero_point, x, axis)
    if clamp:
        whole = whole.clamp(*_range(num_bits))
    elif dtype == torch.int8:
        return whole.clamp(-1e9, 1e9).to(torch.int64).to(dtype)  # wraps round
    return whole.to(dtype)


@wrong(
    "quantization.quantize",
    looks_like="the values are truncated instead of rounded",
    hints=(
        "The values come out too close to 0.",
        "What does a cast to an integer type do with 1.8?",
    ),
)
def truncates(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    return _quantized(x, scale, zero_point, num_bits, rounding=torch.trunc)


@wrong(
    "quantization.quantize",
    looks_like="the values are always rounded down",
    hints=("The values come out too low.", "Is the nearest integer always the one below?"),
)
def rounds_down(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    return _quantized(x, scale, zero_point, num_bits, rounding=torch.floor)


@wrong(
    "quantization.quantize",
    looks_like="nothing is clamped, so large values wrap around",
    hints=(
        "A value just beyond the range comes out at the opposite end.",
        "What does int8 turn 130 into?",
    ),
)
def wraps_round(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    return _quantized(x, scale, zero_point, num_bits, clamp=False)


@wrong(
    "quantization.quantize",
    looks_like="the values are clamped before the zero point is added",
    hints=(
        "Large values wrap around unless the zero point is 0.",
        "In which order do you shift and clamp?",
    ),
)
def clamps_before_shifting(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    whole = torch.round(x / _shaped(scale, x)).clamp(*_range(num_bits))
    return (whole + _shaped(zero_point, x)).to(torch.int64).to(torch.int8)


@wrong(
    "quantization.quantize",
    looks_like="the integers are kept in a float tensor",
    hints=(
        "The values are right, but each of them still takes up four bytes.",
        "Which dtype does the docstring promise?",
    ),
)
def stays_float(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    return _quantized(x, scale, zero_point, num_bits, dtype=torch.float32)


@wrong(
    "quantization.quantize",
    looks_like="the zero point is subtracted instead of added",
    hints=("A real 0 becomes minus the zero point.", "Which integer should a real 0 become?"),
)
def subtracts_the_zero_point(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    return _quantized(x, scale, zero_point, num_bits, shift=-1)


@wrong(
    "quantization.quantize",
    looks_like="the scales are broadcast along the last dimension",
    hints=(
        "The scales of the channels are applied along the wrong dimension.",
        "How is a tensor of shape (C,) broadcast against one of shape (C, 2, 3)?",
    ),
)
def last_dimension(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    return _quantized(x, scale, zero_point, num_bits, axis=-1)


@wrong(
    "quantization.quantize",
    looks_like="num_bits is ignored",
    hints=(
        "With 4 bits, the result contains values above 7.",
        "What is the largest integer with 4 bits?",
    ),
)
def eight_bits_whatever(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    return _quantized(x, scale, zero_point, 8)


@wrong(
    "quantization.dequantize",
    looks_like="the zero point is subtracted in int8, so the difference wraps around",
    hints=(
        "Some values are off by 256 steps.",
        "Which dtype does q minus the zero point have, and which values can it represent?",
    ),
)
def subtracts_in_int8(q: Any, scale: Any, zero_point: Any) -> Any:
    return (q - _shaped(zero_point, q).to(torch.int8)).float() * _shaped(scale, q)


@wrong(
    "quantization.dequantize",
    looks_like="the zero point is ignored",
    hints=(
        "All values are shifted by the same amount.",
        "Which real value should the zero point itself become?",
    ),
)
def forgets_the_zero_point(q: Any, scale: Any, zero_point: Any) -> Any:
    return q.float() * _shaped(scale, q)


@wrong(
    "quantization.dequantize",
    looks_like="the zero point is added instead of subtracted",
    hints=(
        "All values are shifted in the wrong direction.",
        "Which real value should the zero point itself become?",
    ),
)
def adds_the_zero_point(q: Any, scale: Any, zero_point: Any) -> Any:
    return (q.float() + _shaped(zero_point, q)) * _shaped(scale, q)


@wrong(
    "quantization.dequantize",
    looks_like="the zero point is subtracted after scaling",
    hints=(
        "The shift is applied to real numbers, but the zero point is an integer.",
        "Where do the parentheses belong?",
    ),
)
def shifts_after_scaling(q: Any, scale: Any, zero_point: Any) -> Any:
    return q.float() * _shaped(scale, q) - _shaped(zero_point, q)


@wrong(
    "quantization.dequantize",
    looks_like="the result is not float32",
    hints=(
        "The values are right, but their dtype isn't.",
        "Which dtype does the network compute in?",
    ),
)
def gives_float64(q: Any, scale: Any, zero_point: Any) -> Any:
    return (q.double() - _shaped(zero_point, q)) * _shaped(scale, q).double()


@wrong(
    "quantization.dequantize",
    looks_like="the scales are broadcast along the last dimension",
    hints=(
        "The scales of the channels are applied along the wrong dimension.",
        "How is a tensor of shape (C,) broadcast against one of shape (C, 2, 3)?",
    ),
)
def scales_the_last_dimension(q: Any, scale: Any, zero_point: Any) -> Any:
    return (q.float() - _shaped(zero_point, q, -1)) * _shaped(scale, q, -1)


@wrong(
    "quantization.MinMaxObserver",
    looks_like="each batch overwrites the previous ones",
    hints=(
        "The range is that of the last batch.",
        "What do you compare the new minimum and maximum with?",
    ),
)
class LastBatchOnly(MinMaxObserver):
    def observe(self, x: Any) -> None:
        self.low, self.high = x.min().item(), x.max().item()


@wrong(
    "quantization.MinMaxObserver",
    looks_like="only the first batch counts",
    hints=("Later batches have no effect.", "What happens in the second call of observe?"),
)
class FirstBatchOnly(MinMaxObserver):
    def observe(self, x: Any) -> None:
        if self.low > self.high:
            super().observe(x)


@wrong(
    "quantization.MinMaxObserver",
    looks_like="the minima and maxima of the batches are averaged",
    hints=(
        "The range is narrower than the observed values.",
        "Which values of an earlier batch are cut off?",
    ),
)
class AveragesTheEnds(MinMaxObserver):
    def observe(self, x: Any) -> None:
        if self.low > self.high:
            super().observe(x)
        self.low = (self.low + x.min().item()) / 2
        self.high = (self.high + x.max().item()) / 2


@wrong(
    "quantization.MinMaxObserver",
    looks_like="the range is initialized to 0 and 0",
    hints=(
        "An observer that has seen no data still returns a range.",
        "How can you recognize an observer that has seen no data?",
    ),
)
class StartsAtZero(MinMaxObserver):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.low = self.high = 0.0


@wrong(
    "quantization.MinMaxObserver",
    looks_like="the settings of the observer are ignored",
    hints=(
        "The observer always uses 8 bits and is never symmetric.",
        "What do you do with the arguments of the observer?",
    ),
)
class ForgetsItsSettings(MinMaxObserver):
    def __init__(self, num_bits: int = 8, symmetric: bool = False) -> None:
        super().__init__()


@wrong(
    "quantization.MinMaxObserver",
    looks_like="the absolute values are observed",
    hints=(
        "The lower end of the range is never negative.",
        "What is the smallest value in the batch?",
    ),
)
class ObservesAbsolutes(MinMaxObserver):
    def observe(self, x: Any) -> None:
        super().observe(x.abs())


@wrong(
    "quantization.MinMaxObserver",
    looks_like="all observed tensors are stored",
    hints=(
        "Memory use grows with every batch.",
        "Which two numbers of a batch are enough?",
    ),
)
class KeepsEverything(MinMaxObserver):
    def observe(self, x: Any) -> None:
        self.__dict__.setdefault("seen", []).append(x.clone())
        super().observe(x)


def _fold(
    layer: Any,
    norm: Any,
    *,
    eps: bool = True,
    root: bool = True,
    mean: bool = True,
    scale_bias: bool = True,
    in_place: bool = False,
    weight: bool = True,
) -> Any:
    """Batch normalization folding, with a configurable mistake."""
    folded = layer if in_place else copy.deepcopy(layer)
    with torch.no_grad():
        variance = norm.running_var + (norm.eps if eps else 0.0)
        factor = 1 / (variance.sqrt() if root else variance)
        shift = torch.zeros_like(factor) if norm.bias is None else norm.bias
        if norm.weight is not None:
            factor = factor * norm.weight
        bias = torch.zeros_like(factor) if layer.bias is None else layer.bias
        moved = bias - norm.running_mean if mean else bias
        folded.bias = nn.Parameter((moved * factor if scale_bias else moved) + shift)
        if weight:
            folded.weight.mul_(_shaped(factor, layer.weight))
    return folded


@wrong(
    "quantization.fold_batch_norm",
    looks_like="the variance is used instead of the standard deviation",
    hints=("The outputs have the wrong scale.", "What does batch normalization divide by?"),
)
def divides_by_the_variance(layer: Any, norm: Any) -> Any:
    return _fold(layer, norm, root=False)


@wrong(
    "quantization.fold_batch_norm",
    looks_like="eps is left out",
    hints=("The outputs are slightly too large.", "What is under the square root?"),
)
def without_eps(layer: Any, norm: Any) -> Any:
    return _fold(layer, norm, eps=False)


@wrong(
    "quantization.fold_batch_norm",
    looks_like="the running mean is ignored",
    hints=(
        "The outputs of each channel are shifted by a constant.",
        "What does batch normalization subtract?",
    ),
)
def without_the_mean(layer: Any, norm: Any) -> Any:
    return _fold(layer, norm, mean=False)


@wrong(
    "quantization.fold_batch_norm",
    looks_like="the bias isn't scaled with the weights",
    hints=(
        "The weights are right, but the bias isn't.",
        "What does batch normalization do with the bias that the layer has already added?",
    ),
)
def bias_not_scaled(layer: Any, norm: Any) -> Any:
    return _fold(layer, norm, scale_bias=False)


@wrong(
    "quantization.fold_batch_norm",
    looks_like="the weights aren't scaled",
    hints=("Only the bias has changed.", "Which factor does each output channel have?"),
)
def weights_not_scaled(layer: Any, norm: Any) -> Any:
    return _fold(layer, norm, weight=False)


@wrong(
    "quantization.fold_batch_norm",
    looks_like="the float layer itself is modified",
    hints=(
        "After folding, the original layer has changed.",
        "Whose weights do you overwrite?",
    ),
)
def folds_in_place(layer: Any, norm: Any) -> Any:
    return _fold(layer, norm, in_place=True)


@wrong(
    "quantization.model_size_bytes",
    looks_like="every number is counted as four bytes",
    hints=(
        "int8 numbers are counted like floats.",
        "What does a tensor know about the size of its elements?",
    ),
)
def four_bytes_each(model: Any) -> Any:
    return 4 * sum(t.numel() for t in [*model.parameters(), *model.buffers()])


@wrong(
    "quantization.model_size_bytes",
    looks_like="buffers are not counted",
    hints=(
        "Running statistics and int8 weights are missing from the size.",
        "What does a network store besides its parameters?",
    ),
)
def parameters_only(model: Any) -> Any:
    return sum(t.numel() * t.element_size() for t in model.parameters())


@wrong(
    "quantization.model_size_bytes",
    looks_like="numbers are counted instead of bytes",
    hints=(
        "The result is too small by a constant factor.",
        "How many bytes does one number take up?",
    ),
)
def counts_numbers(model: Any) -> Any:
    return sum(t.numel() for t in [*model.parameters(), *model.buffers()])


@wrong(
    "quantization.model_size_bytes",
    looks_like="shared tensors are counted once for each module that uses them",
    hints=(
        "A layer that is used twice is counted twice.",
        "How often is a shared tensor stored in memory?",
    ),
)
def counts_shared_twice(model: Any) -> Any:
    return sum(t.numel() * t.element_size() for t in model.state_dict().values())


@wrong(
    "quantization.model_size_bytes",
    looks_like="the size of a saved file is returned",
    hints=(
        "The result is larger than all numbers together.",
        "A file also contains names and headers. Which bytes does the task ask for?",
    ),
)
def size_of_a_file(model: Any) -> Any:
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    return file.tell()


@wrong(
    "quantization.model_size_bytes",
    looks_like="the result is in megabytes",
    hints=(
        "The result is too small by a factor of one million.",
        "Which unit does the task ask for?",
    ),
)
def in_megabytes(model: Any) -> Any:
    return sum(t.numel() * t.element_size() for t in [*model.parameters(), *model.buffers()]) / 1e6
