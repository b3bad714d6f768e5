"""Alternative implementations of `student_code.quantization`."""

from __future__ import annotations

import copy
import math
import time
from typing import Any

import numpy as np
import torch
from torch import nn

from misconceptions.catalogue import right
from student_code.quantization import MinMaxObserver, QuantizedConv2d, QuantizedLinear

F = nn.functional


@right("quantization.quantization_params")
def in_numpy(x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False) -> Any:
    """Use NumPy in between; return plain numbers for plain numbers."""
    if num_bits not in range(2, 9):
        raise ValueError("bits")
    low, high = np.asarray(x_min, dtype=np.float64), np.asarray(x_max, dtype=np.float64)
    if not np.all(np.isfinite(low) & np.isfinite(high) & (low <= high)):
        raise ValueError("range")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    top = 2 ** (num_bits - 1) - 1
    scale = np.maximum(abs(low), high) / top if symmetric else (high - low) / (2 * top + 1)
    scale = np.where(scale < 1e-30, 1e-30, scale)
    zero = np.zeros_like(scale) if symmetric else np.clip(np.rint(-low / scale), 0, 2 * top + 1)
    zero = zero if symmetric else zero - top - 1
    if scale.ndim == 0:
        return float(scale), int(zero)
    return torch.as_tensor(scale).float(), torch.as_tensor(zero).int()


@right("quantization.quantization_params")
def zero_point_from_the_top(
    x_min: Any, x_max: Any, num_bits: int = 8, symmetric: bool = False
) -> Any:
    """Measure the zero point from the highest integer, and use float32 throughout."""
    low = torch.minimum(torch.as_tensor(x_min, dtype=torch.float32), torch.tensor(0.0))
    high = torch.maximum(torch.as_tensor(x_max, dtype=torch.float32), torch.tensor(0.0))
    bad = torch.as_tensor(x_min) > torch.as_tensor(x_max)
    if bad.any() or not (low + high).isfinite().all() or not 1 < num_bits < 9:
        raise ValueError("no range")
    if bool(torch.as_tensor(x_min).isnan().any() | torch.as_tensor(x_max).isnan().any()):
        raise ValueError("nan")
    top = 2 ** (num_bits - 1) - 1
    if symmetric:
        scale = torch.stack([-low, high]).amax(0) / top
        scale[scale == 0] = 1e-6
        return scale, torch.zeros_like(scale).int()
    scale = (high - low) / (2**num_bits - 1)
    scale = scale + (scale == 0) * 1e-6
    return scale, (top - high / scale).round().clamp(-top - 1, top).int()


@right("quantization.quantize")
def half_away_from_zero(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    """Round halves away from 0 with NumPy, after the shift."""
    tail = (-1,) + (1,) * (x.ndim - 1)
    s, z = (
        v.reshape(tail) if v.ndim else v
        for v in (np.asarray(scale, dtype=np.float64), np.asarray(zero_point, dtype=np.float64))
    )
    raw = x.detach().numpy().astype(np.float64) / s
    whole = np.sign(raw) * np.floor(np.abs(raw) + 0.5) + z
    edge = 2 ** (num_bits - 1)
    return torch.from_numpy(np.clip(whole, -edge, edge - 1).astype(np.int8))


@right("quantization.quantize")
def channel_by_channel(x: Any, scale: Any, zero_point: Any, num_bits: int = 8) -> Any:
    """Quantize each channel separately, and stack the results."""
    if torch.as_tensor(scale).ndim:
        parts = zip(x, scale, torch.as_tensor(zero_point).expand(len(x)), strict=True)
        return torch.stack([channel_by_channel(p, s, z, num_bits) for p, s, z in parts])
    lowest = -(1 << (num_bits - 1))
    shifted = x.mul(1 / torch.as_tensor(scale).double()).add(torch.as_tensor(zero_point).double())
    return shifted.round().clip(lowest, -lowest - 1).char()


@right("quantization.dequantize")
def moves_the_channels_last(q: Any, scale: Any, zero_point: Any) -> Any:
    """Move the channels to the dimension where they broadcast, and back."""
    z = torch.as_tensor(zero_point).to(torch.float32)
    return ((q.float().movedim(0, -1) - z) * torch.as_tensor(scale)).movedim(-1, 0).contiguous()


@right("quantization.dequantize")
def multiplied_out(q: Any, scale: Any, zero_point: Any) -> Any:
    """Compute scale * q - scale * zero_point."""
    tail = [-1] + [1] * (q.ndim - 1)
    s, z = torch.as_tensor(scale).double(), torch.as_tensor(zero_point).double()
    s, z = (v.reshape(tail) if v.dim() else v for v in (s, z))
    return (s * q.double() - s * z).to(torch.float32)


@right("quantization.MinMaxObserver")
class WithTensors:
    """An observer that stores both ends as tensors, None at first."""

    def __init__(self, num_bits: int = 8, symmetric: bool = False) -> None:
        self.ends: Any = None
        self.how: Any = {"num_bits": num_bits, "symmetric": symmetric}

    def observe(self, x: Any) -> None:
        if x.numel() == 0:
            return
        new = torch.stack(torch.aminmax(x.detach()))
        if self.ends is not None:
            new = torch.stack([min(new[0], self.ends[0]), max(new[1], self.ends[1])])
        self.ends = new

    def params(self) -> Any:
        if self.ends is None:
            raise ValueError("nothing seen")
        from student_code.quantization import quantization_params

        return quantization_params(*self.ends, **self.how)


@right("quantization.MinMaxObserver")
class AsAModule(nn.Module):
    """An nn.Module with buffers that passes its input through."""

    def __init__(self, num_bits: int = 8, symmetric: bool = False) -> None:
        super().__init__()
        self.low: Any = nn.Buffer(torch.tensor(math.inf))
        self.high: Any = nn.Buffer(torch.tensor(-math.inf))
        self.bits, self.even = num_bits, symmetric

    def observe(self, x: Any) -> Any:
        values = x.detach().flatten()
        self.low = torch.cat([values, self.low.reshape(1)]).min()
        self.high = torch.cat([values, self.high.reshape(1)]).max()
        return x

    def params(self) -> Any:
        if torch.isinf(self.low):
            raise ValueError("nothing seen")
        from student_code.quantization import quantization_params

        return quantization_params(self.low.item(), self.high.item(), self.bits, self.even)


@right("quantization.fold_batch_norm")
def through_torch(layer: Any, norm: Any) -> Any:
    """Use torch's own function for folding at inference."""
    from torch.nn.utils.fusion import fuse_conv_bn_weights, fuse_linear_bn_weights

    fuse = fuse_conv_bn_weights if isinstance(layer, nn.Conv2d) else fuse_linear_bn_weights
    if norm.running_var is None:
        raise ValueError("no statistics")
    scale = torch.ones_like(norm.running_var) if norm.weight is None else norm.weight
    shift = torch.zeros_like(norm.running_var) if norm.bias is None else norm.bias
    made = copy.deepcopy(layer)
    given = (layer.weight, layer.bias, norm.running_mean, norm.running_var, norm.eps, scale, shift)
    weight, bias = fuse(*given)
    made.weight = nn.Parameter(weight.detach().clone())
    made.bias = nn.Parameter(bias.detach().clone())
    return made


@right("quantization.fold_batch_norm")
def by_asking_the_norm(layer: Any, norm: Any) -> Any:
    """Feed 0 and 1 through the batch normalization to find its offset and its factor."""
    if norm.running_var is None:
        raise ValueError("no statistics")
    quiet = copy.deepcopy(norm).eval()
    count = len(norm.running_var)
    shape = (1, count, 1, 1) if isinstance(layer, nn.Conv2d) else (1, count)
    with torch.no_grad():
        shift = quiet(torch.zeros(shape)).flatten()
        factor = quiet(torch.ones(shape)).flatten() - shift
        made = copy.deepcopy(layer)
        made.weight.copy_((layer.weight.transpose(0, -1) * factor).transpose(0, -1))
        made.bias = nn.Parameter(shift if layer.bias is None else layer.bias * factor + shift)
    return made


def _weights(layer: Any) -> tuple[Any, Any]:
    """A layer with int8 weights and one scale per output, computed row by row."""
    weight = layer.weight.detach()
    top = weight.abs().flatten(1).max(dim=1).values
    step = torch.where(top > 0, top / 127, 1.0)
    tail = [-1] + [1] * (weight.ndim - 1)
    return torch.round(weight / step.reshape(tail)).clamp(-127, 127).to(torch.int8), step


@right("quantization.QuantizedLinear")
class WholeBias(nn.Module):
    """A layer with an int32 bias that corrects for the zero point with the sums of the weights."""

    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__()
        self.scale, self.zero = observer.params()
        weight, self.step = _weights(layer)
        self.weight = nn.Parameter(weight, requires_grad=False)
        bias = torch.zeros(len(weight)) if layer.bias is None else layer.bias.detach()
        self.bias = torch.round(bias.double() / (self.step * self.scale)).to(torch.int32)
        self.offset = weight.to(torch.int32).sum(1, dtype=torch.int32) * int(self.zero)

    def forward(self, x: Any) -> Any:
        q = torch.round(x / self.scale + self.zero).clamp(-128, 127).to(torch.int32)
        sums = torch.einsum("...i,oi->...o", q, self.weight.to(torch.int32))
        return (sums - self.offset + self.bias).float() * self.step * self.scale


@right("quantization.QuantizedLinear")
class InExactFloats:
    """A class that is not a module; the sums are exact in float64."""

    training = False

    def __init__(self, layer: Any, observer: Any) -> None:
        self.scale, self.zero = (float(v) for v in observer.params())
        self.weight, self.step = _weights(layer)
        self.bias = 0 if layer.bias is None else layer.bias.detach().clone()

    def __call__(self, x: Any) -> Any:
        q = torch.round(x.double() / self.scale + self.zero).clamp(-128, 127) - self.zero
        return ((q @ self.weight.double().T) * self.scale * self.step + self.bias).float()


@right("quantization.QuantizedConv2d")
class ThroughUnfold(nn.Module):
    """A layer that uses F.unfold in float64, which represents the integers exactly."""

    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__()
        if layer.padding_mode != "zeros":
            raise ValueError("zeros only")
        self.scale, self.zero = observer.params()
        weight, self.step = _weights(layer)
        self.weight: Any = nn.Buffer(weight)
        self.bias = None if layer.bias is None else layer.bias.detach().clone()
        self.how = {"stride": layer.stride, "dilation": layer.dilation}
        self.groups, self.kernel = layer.groups, layer.kernel_size
        pad = layer.padding
        reach = [d * (k - 1) for d, k in zip(layer.dilation, layer.kernel_size, strict=True)]
        if pad == "same":
            ends = [(r // 2, r - r // 2) for r in reach]
        else:
            ends = [(0, 0)] * 2 if pad == "valid" else [(p, p) for p in pad]
        self.ends = (*ends[1], *ends[0])

    def forward(self, x: Any) -> Any:
        q = torch.round(x / self.scale + self.zero).clamp(-128, 127)
        q = F.pad(q, self.ends, value=float(self.zero)).double() - self.zero
        columns = F.unfold(q, self.kernel, **self.how)
        n, _, length = columns.shape
        columns = columns.reshape(n, self.groups, -1, length)
        weight = self.weight.double().reshape(self.groups, len(self.weight) // self.groups, -1)
        sums = torch.einsum("goi,ngil->ngol", weight, columns).reshape(n, -1, length)
        size = F.conv2d(q[:1, :1], torch.ones(1, 1, *self.kernel).double(), **self.how).shape[2:]
        result = sums.reshape(n, -1, *size) * (self.scale * self.step).reshape(-1, 1, 1)
        return (result if self.bias is None else result + self.bias.reshape(-1, 1, 1)).float()


@right("quantization.QuantizedConv2d")
class ThroughConvolution(nn.Module):
    """A layer that uses torch's convolution in float64 on integers, with an integer bias."""

    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__()
        if layer.padding_mode != "zeros":
            raise ValueError("zeros only")
        self.params = [float(v) for v in observer.params()]
        self.weight, self.step = _weights(layer)
        unit = self.step.double() * self.params[0]
        bias = torch.zeros(len(unit)) if layer.bias is None else layer.bias.detach()
        self.bias = torch.round(bias / unit).to(torch.int32)
        self.how = (layer.stride, layer.padding, layer.dilation, layer.groups)

    def forward(self, x: Any) -> Any:
        scale, zero = self.params
        q = (x / scale + zero).round().clamp(-128, 127).double() - zero
        sums = F.conv2d(q, self.weight.double(), self.bias.double(), *self.how)
        return sums.float() * (self.step * scale).reshape(1, -1, 1, 1)


@right("quantization.quantize_model")
def layer_by_layer(float_model: Any, calibration_loader: Any) -> Any:
    """Keep batch normalization in float, record the ranges by name, and set the layers by name."""
    model = copy.deepcopy(float_model).train(False)
    kinds = {nn.Conv2d: QuantizedConv2d, nn.Linear: QuantizedLinear}
    seen: dict[str, Any] = {}
    handles = []
    for name, module in model.named_modules():
        if type(module) in kinds:
            observer = seen[name] = MinMaxObserver()
            handles.append(
                module.register_forward_hook(
                    lambda m, i, o, observer=observer: observer.observe(*i)
                )
            )
    batches = 0
    with torch.inference_mode():
        for images, *_ in calibration_loader:
            model(images)
            batches += 1
    if not batches:
        raise ValueError("no images")
    [handle.remove() for handle in handles]
    for name, observer in seen.items():
        old = model.get_submodule(name)
        new: Any = kinds[type(old)](old, observer)
        if not name:
            return new.eval()
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, new)
    return model.eval()


@right("quantization.quantize_model")
def with_wrapped_layers(float_model: Any, calibration_loader: Any) -> Any:
    """Copy the model with observing layers, and replace them in a second pass."""

    class Watching(nn.Module):
        def __init__(self, layer: Any) -> None:
            super().__init__()
            self.layer, self.observer = layer, MinMaxObserver()

        def forward(self, x: Any) -> Any:
            self.observer.observe(x)
            return self.layer(x)

    def swap(module: Any, change: Any) -> Any:
        changed = change(module)
        if changed is not module:
            return changed
        for name, child in list(module.named_children()):
            module.add_module(name, swap(child, change))
        return module

    def watch(module: Any) -> Any:
        return Watching(module) if isinstance(module, (nn.Conv2d, nn.Linear)) else module

    def convert(module: Any) -> Any:
        if not isinstance(module, Watching):
            return module
        if isinstance(module.layer, nn.Linear):
            return QuantizedLinear(module.layer, module.observer)
        return QuantizedConv2d(module.layer, module.observer)

    batches = list(calibration_loader)
    if not batches:
        raise ValueError("no images")
    model = swap(copy.deepcopy(float_model), watch).eval()
    with torch.no_grad():
        for batch in batches:
            model(batch[0])
    return swap(model, convert).eval()


@right("quantization.model_size_bytes")
def by_identity(model: Any) -> Any:
    """Collect the tensors in a dictionary by identity."""
    every = {id(t): t for t in [*model.parameters(), *model.buffers()]}
    return int(sum(t.nbytes for t in every.values()))


@right("quantization.model_size_bytes")
def by_storage(model: Any) -> Any:
    """Distinguish the tensors in the state by their addresses in memory."""
    state = {t.data_ptr(): t for t in model.state_dict().values() if t.numel()}
    return sum(math.prod(t.shape) * t.dtype.itemsize for t in state.values())


@right("quantization.compare")
def one_after_the_other(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    """Collect all scores first, and evaluate them at the end."""

    def figures(model: Any, batches: Any) -> dict[str, Any]:
        mode = model.training
        model.train(False)
        spent, scores = 0, []
        with torch.inference_mode():
            for x, _ in batches:
                tick = time.perf_counter_ns()
                scores.append(model(x))
                spent += time.perf_counter_ns() - tick
        model.train(mode)
        labels = torch.cat([y for _, y in batches])
        guesses = torch.cat(scores).argmax(1)
        return {
            "accuracy": (guesses == labels).double().mean().item(),
            "latency_ms": spent / 1e6 / len(labels),
            "size_bytes": by_identity(model),
        }

    batches = list(loader)
    if not batches:
        raise ValueError("no images")
    return {
        "float": figures(float_model, batches),
        "quantized": figures(quantized_model, batches),
    }


@right("quantization.compare")
def batch_by_batch(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    """Show each batch to both networks in turn, and return additional metrics."""
    models = {"float": float_model, "quantized": quantized_model}
    modes = {name: model.training for name, model in models.items()}
    found: dict[str, Any] = {name: {"right": 0, "seconds": 0.0} for name in models}
    count = 0
    for x, y in loader:
        count += len(y)
        for name, model in models.items():
            model.eval()
            began = time.perf_counter()
            with torch.no_grad():
                guesses = model(x).max(1).indices
            found[name]["seconds"] += time.perf_counter() - began
            found[name]["right"] += guesses.eq(y).sum().item()
    if count == 0:
        raise ValueError("no images")
    for name, model in models.items():
        model.train(modes[name])
        found[name]["size_bytes"] = by_storage(model)
        found[name]["latency_ms"] = found[name]["seconds"] * 1e3 / count
        found[name]["accuracy"] = found[name]["right"] / count
    return found
