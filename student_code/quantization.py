"""Eight-bit networks in plain tensors: integers with a scale and a zero point.

A real number x is stored as an integer q, such that x is close to scale * (q - zero_point). With
`num_bits` bits the integers range from -2**(num_bits - 1) to 2**(num_bits - 1) - 1: from -128 to
127 for eight bits.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

Real = float | torch.Tensor
Layer = nn.Conv2d | nn.Linear
Norm = nn.BatchNorm1d | nn.BatchNorm2d


def quantization_params(
    x_min: Real, x_max: Real, num_bits: int = 8, symmetric: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Compute the scale and the zero point that map [x_min, x_max] into `num_bits` bits.

    Args:
        x_min, x_max: the ends of the range: numbers, or tensors (C,) with one range per channel.
            A range that doesn't contain 0 is widened to include it, so that 0 is stored exactly.
        num_bits: 2 to 8.
        symmetric: False: x_min maps to the lowest integer and x_max to the highest, to within
            half a step. True: the zero point is 0, and the larger of |x_min| and |x_max| maps to
            the highest integer, 2**(num_bits - 1) - 1.
    Returns: (scale, zero_point), a float32 and an int32 tensor in the shape of the range: () or
        (C,). The scale is above 0 and finite even if the range consists of 0 alone. The zero point
        is one of the integers of `num_bits` bits.
    Raises: `ValueError` if x_min > x_max, if an end isn't finite, or for any other num_bits.
    """
    ### BEGIN SOLUTION
    if not 2 <= num_bits <= 8:
        raise ValueError(f"num_bits is {num_bits}; it must be from 2 to 8")
    low = torch.as_tensor(x_min, dtype=torch.float64)
    high = torch.as_tensor(x_max, dtype=torch.float64)
    if not (torch.isfinite(low).all() and torch.isfinite(high).all() and (low <= high).all()):
        raise ValueError(f"[{x_min}, {x_max}] is no range: give two finite numbers in order")
    low, high = low.clamp(max=0.0), high.clamp(min=0.0)
    lowest, highest = -(2 ** (num_bits - 1)), 2 ** (num_bits - 1) - 1
    scale = torch.maximum(-low, high) / highest
    if not symmetric:
        scale = (high - low) / (highest - lowest)
    scale = torch.where(scale > 0, scale.clamp(min=torch.finfo(torch.float32).tiny), 1.0)
    scale = scale.float()
    if symmetric:
        return scale, torch.zeros_like(scale, dtype=torch.int32)
    zero_point = torch.round(lowest - low / scale).clamp(lowest, highest)
    return scale, zero_point.to(torch.int32)
    ### END SOLUTION


def quantize(x: torch.Tensor, scale: Real, zero_point: Real, num_bits: int = 8) -> torch.Tensor:
    """Quantize real numbers to integers: divide by the scale, round to nearest, shift, and clamp.

    Args:
        x: a float tensor of any shape; it is not modified.
        scale, zero_point: numbers or tensors () for all of x, or tensors (C,) if x is (C, ...):
            the first dimension of x then holds the channels, and each channel has its own.
        num_bits: results outside the range of `num_bits`-bit integers are clamped to it.
    Returns: an int8 tensor in the shape of x, also for fewer than 8 bits. For x within the range
        that the scale was made for, `dequantize` restores x to within scale / 2.
    """
    ### BEGIN SOLUTION
    scale, zero_point = _along_channels(scale, x), _along_channels(zero_point, x)
    q = torch.round(x / scale) + zero_point
    return q.clamp(-(2 ** (num_bits - 1)), 2 ** (num_bits - 1) - 1).to(torch.int8)
    ### END SOLUTION


def dequantize(q: torch.Tensor, scale: Real, zero_point: Real) -> torch.Tensor:
    """Convert integers back to real numbers: scale * (q - zero_point).

    Args:
        q: an int8 tensor of any shape, as returned by `quantize`; it is not modified.
        scale, zero_point: those that q was quantized with: numbers, () or (C,).
    Returns: a float32 tensor in the shape of q.
    """
    ### BEGIN SOLUTION
    scale, zero_point = _along_channels(scale, q), _along_channels(zero_point, q)
    return (q.to(torch.int32) - zero_point).float() * scale


def _along_channels(value: Real, x: torch.Tensor) -> torch.Tensor:
    """Reshape a number, or one number for each x[c], so that it broadcasts against x."""
    value = torch.as_tensor(value)
    if value.ndim == 0:
        return value
    return value.reshape(-1, *[1] * (x.ndim - 1))
    ### END SOLUTION


class MinMaxObserver:
    """An observer that records the smallest and the largest value of all tensors it is shown."""

    def __init__(self, num_bits: int = 8, symmetric: bool = False) -> None:
        """
        Args:
            num_bits, symmetric: passed to `quantization_params`.
        """
        ### BEGIN SOLUTION
        self.num_bits, self.symmetric = num_bits, symmetric
        self.low, self.high = float("inf"), float("-inf")
        ### END SOLUTION

    def observe(self, x: torch.Tensor) -> None:
        """Record the values of x, a float tensor of any shape; can be called any number of times.

        x is neither modified nor stored. An x without any values changes nothing.
        """
        ### BEGIN SOLUTION
        if x.numel():
            self.low = min(self.low, x.min().item())
            self.high = max(self.high, x.max().item())
        ### END SOLUTION

    def params(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (scale, zero_point) for the range observed so far, each a tensor ().

        Raises: `ValueError` if no value has been observed yet.
        """
        ### BEGIN SOLUTION
        if self.low > self.high:
            raise ValueError("no values were observed yet: call observe first")
        return quantization_params(self.low, self.high, self.num_bits, self.symmetric)
        ### END SOLUTION


def fold_batch_norm(layer: Layer, norm: Norm) -> Layer:
    """Return one layer that computes what `layer` followed by `norm` computes in eval mode.

    Args:
        layer: an `nn.Conv2d` or `nn.Linear`, with or without a bias.
        norm: the `nn.BatchNorm2d` or `nn.BatchNorm1d` after it, with its running statistics, with
            or without a learned weight and bias (`affine`). Neither module is modified.
    Returns: a new layer of the same type as `layer`, with a bias.
    Raises: `ValueError` if `norm` has no running statistics.
    """
    ### BEGIN SOLUTION
    if norm.running_mean is None or norm.running_var is None:
        raise ValueError("this batch norm keeps no running statistics, so it can't be folded")
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        factor = (norm.running_var + norm.eps).rsqrt()
        if norm.weight is not None:
            factor = factor * norm.weight
        shift = -norm.running_mean if layer.bias is None else layer.bias - norm.running_mean
        bias = shift * factor
        if norm.bias is not None:
            bias = bias + norm.bias
        folded.weight.mul_(_along_channels(factor, layer.weight))
        folded.bias = nn.Parameter(bias)
    return folded
    ### END SOLUTION


class QuantizedLinear(nn.Module):
    """An `nn.Linear` that computes with int8 weights and inputs, and sums in int32."""

    def __init__(self, layer: nn.Linear, observer: MinMaxObserver) -> None:
        """
        Args:
            layer: the float layer (with or without a bias); it is neither modified nor stored.
            observer: has observed the inputs of the layer: its `params` quantize all later inputs.
        The weights are stored in int8 only, symmetric, with one scale per output. The bias may
        stay float32, or be stored as int32 integers.
        """
        super().__init__()
        ### BEGIN SOLUTION
        _keep_in_integers(self, layer, observer)

    weight: torch.Tensor  # int8, in the shape of the float layer's
    weight_scale: torch.Tensor  # (out,)
    bias: torch.Tensor  # (out,)
    input_scale: torch.Tensor
    input_zero_point: torch.Tensor
    ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """
        Args:
            x: float32 (..., in_features). It is quantized with the observer's scale and zero point.
        Returns: float32 (..., out_features): the int32 sums, rescaled, plus the bias.
        """
        ### BEGIN SOLUTION
        sums = _centred(self, x) @ self.weight.to(torch.int32).T
        return sums * (self.input_scale * self.weight_scale) + self.bias


def _keep_in_integers(kept: nn.Module, layer: Layer, observer: MinMaxObserver) -> None:
    """Store the int8 weights of `layer`, and the scales they need, in the module `kept`."""
    weight = layer.weight.detach()
    rows = weight.flatten(1)
    scale, zero_point = quantization_params(rows.amin(1), rows.amax(1), symmetric=True)
    input_scale, input_zero_point = observer.params()
    bias = torch.zeros(len(weight)) if layer.bias is None else layer.bias.detach().clone()
    kept.register_buffer("weight", quantize(weight, scale, zero_point))
    kept.register_buffer("weight_scale", scale)
    kept.register_buffer("bias", bias)
    kept.register_buffer("input_scale", input_scale)
    kept.register_buffer("input_zero_point", input_zero_point)


def _centred(kept: Any, x: torch.Tensor) -> torch.Tensor:
    """Quantize x as `kept` was calibrated, and subtract the zero point; int32."""
    q = quantize(x, kept.input_scale, kept.input_zero_point)
    return q.to(torch.int32) - kept.input_zero_point
    ### END SOLUTION


class QuantizedConv2d(nn.Module):
    """An `nn.Conv2d` that computes with int8 weights and inputs, and sums in int32."""

    def __init__(self, layer: nn.Conv2d, observer: MinMaxObserver) -> None:
        """
        Args:
            layer: the float layer, with any kernel size, stride, dilation, groups and zero padding
                (numbers, "same" or "valid"), with or without a bias. It is neither modified nor
                stored.
            observer: has observed the inputs of the layer: its `params` quantize all later inputs.
        The weights are stored in int8 only, symmetric, with one scale per output channel. The bias
        may stay float32, or be stored as int32 integers.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.stride, self.dilation, self.groups = layer.stride, layer.dilation, layer.groups
        reach = [d * (k - 1) for d, k in zip(layer.dilation, layer.kernel_size, strict=True)]
        if layer.padding == "same":
            before = [r // 2 for r in reach]
            after = [r - b for r, b in zip(reach, before, strict=True)]
        else:
            around = (0, 0) if isinstance(layer.padding, str) else layer.padding
            before = after = list(around)
        self.border = (before[1], after[1], before[0], after[0])  # left, right, top, bottom
        _keep_in_integers(self, layer, observer)

    weight: torch.Tensor  # int8, in the shape of the float layer's
    weight_scale: torch.Tensor  # (out,)
    bias: torch.Tensor  # (out,)
    input_scale: torch.Tensor
    input_zero_point: torch.Tensor
    ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """
        Args:
            x: float32 (N, C, H, W). It is quantized with the observer's scale and zero point.
        Returns: float32 (N, out_channels, H', W'): the int32 sums, rescaled, plus the bias.
        """
        ### BEGIN SOLUTION
        # Padding is a real 0, which is the integer 0 once the zero point has been subtracted.
        q = nn.functional.pad(_centred(self, x), self.border)
        weight = self.weight.to(torch.int32)
        out, per_group, *kernel = weight.shape
        size = [
            (q.shape[2 + i] - self.dilation[i] * (kernel[i] - 1) - 1) // self.stride[i] + 1
            for i in (0, 1)
        ]
        weight = weight.reshape(1, self.groups, out // self.groups, per_group, *kernel)
        sums = torch.zeros(1, dtype=torch.int32)
        for row in range(kernel[0]):
            for column in range(kernel[1]):
                seen = _shifted(q, (row, column), size, self.stride, self.dilation)
                seen = seen.reshape(len(x), self.groups, per_group, -1)
                sums = sums + weight[..., row, column] @ seen
        sums = sums.reshape(len(x), out, *size)
        scale = (self.input_scale * self.weight_scale)[:, None, None]
        return sums * scale + self.bias[:, None, None]


def _shifted(
    q: torch.Tensor,
    start: tuple[int, int],
    size: list[int],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> torch.Tensor:
    """Return the pixels of q that one position of the kernel meets, `size` rows and columns."""
    cuts = []
    for place, count, step, gap in zip(start, size, stride, dilation, strict=True):
        first = place * gap
        cuts.append(slice(first, first + step * (count - 1) + 1, step))
    return q[:, :, cuts[0], cuts[1]]
    ### END SOLUTION


def quantize_model(float_model: nn.Module, calibration_loader: Iterable[Any]) -> nn.Module:
    """Return a quantized copy of a trained network: each Conv2d and Linear computes in int8.

    Args:
        float_model: any network, in any mode; it is left unchanged, including its mode and its
            statistics. A batch norm that directly follows a convolution or linear layer in an
            `nn.Sequential` is folded into it.
        calibration_loader: yields batches (images, labels). All images pass through the network
            once, in eval mode; the range of the inputs that a layer receives in this pass becomes
            its fixed input range.
    Returns: a new network in eval mode, whose submodules have the same names as those of
        `float_model`.
    Raises: `ValueError` if the loader yields no batches.
    """
    ### BEGIN SOLUTION
    model = copy.deepcopy(float_model).eval()
    _fold_all(model)
    observers = {
        layer: MinMaxObserver() for layer in model.modules() if type(layer) in _quantized_kinds()
    }
    hooks = [
        layer.register_forward_pre_hook(lambda layer, given: observers[layer].observe(given[0]))
        for layer in observers
    ]
    count = 0
    with torch.no_grad():
        for x, _ in calibration_loader:
            model(x)
            count += 1
    if count == 0:
        raise ValueError("the calibration loader gave no batch")
    for hook in hooks:
        hook.remove()
    ready = {layer: _quantized_kinds()[type(layer)](layer, o) for layer, o in observers.items()}
    for parent in list(model.modules()):
        for name, child in list(parent._modules.items()):
            if child in ready:
                parent._modules[name] = ready[child]
    return ready.get(model, model).eval()


def _quantized_kinds() -> dict[type, Any]:
    """Map each type of layer that is replaced to its quantized replacement."""
    return {nn.Conv2d: QuantizedConv2d, nn.Linear: QuantizedLinear}


def _fold_all(model: nn.Module) -> None:
    """Fold every batch norm that follows a layer in an `nn.Sequential`, in place."""
    for block in [m for m in model.modules() if isinstance(m, nn.Sequential)]:
        for i in range(len(block) - 1):
            layer, norm = block[i], block[i + 1]
            if isinstance(layer, Layer) and isinstance(norm, Norm) and norm.track_running_stats:
                block[i] = fold_batch_norm(layer, norm)
                block[i + 1] = nn.Identity()
    ### END SOLUTION


def model_size_bytes(model: nn.Module) -> int:
    """Count the bytes of all parameters and buffers of a network.

    An element of a float32 tensor takes 4 bytes, an element of an int8 tensor 1. A tensor shared by
    several modules counts once.
    """
    ### BEGIN SOLUTION
    tensors = [*model.parameters(), *model.buffers()]  # both yield a shared tensor only once
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    ### END SOLUTION


def compare(
    float_model: nn.Module, quantized_model: nn.Module, loader: Iterable[Any]
) -> dict[str, dict[str, float]]:
    """Compare the size, latency and accuracy of two networks on the same images.

    Args:
        float_model, quantized_model: return scores (N, K); they are measured in eval mode, and
            left in the mode they were in.
        loader: yields batches (images, labels); the last one may be smaller than the others.
    Returns: {"float": metrics, "quantized": metrics}, where metrics are
        "size_bytes": as counted by `model_size_bytes`,
        "latency_ms": milliseconds of computation per image (excluding the loader's own time),
        "accuracy": the fraction of images whose highest score belongs to their label.
    Raises: `ValueError` if the loader yields no batches.
    """
    ### BEGIN SOLUTION
    batches = list(loader)
    if not batches:
        raise ValueError("the loader gave no batch to compare on")
    count = sum(len(y) for _, y in batches)
    found = {}
    for name, model in (("float", float_model), ("quantized", quantized_model)):
        was_training, right, seconds = model.training, 0, 0.0
        model.eval()
        with torch.no_grad():
            for x, y in batches:
                began = time.perf_counter()
                scores = model(x)
                seconds += time.perf_counter() - began
                right += int((scores.argmax(dim=1) == y).sum())
        model.train(was_training)
        found[name] = {
            "size_bytes": model_size_bytes(model),
            "latency_ms": 1000 * seconds / count,
            "accuracy": right / count,
        }
    return found
    ### END SOLUTION
