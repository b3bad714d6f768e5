"""Wrong implementations of quantized layers and networks."""

from __future__ import annotations

import copy
import time
from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong
from student_code.quantization import (
    Layer,
    MinMaxObserver,
    Norm,
    QuantizedConv2d,
    QuantizedLinear,
    fold_batch_norm,
    quantization_params,
    quantize,
)

F = nn.functional


class _Linear(nn.Module):
    """A quantized layer computed exactly in float64, with a configurable mistake."""

    per_tensor = keep_float = dynamic = wrap_sums = bias_lost = zero_point_lost = False

    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__()
        self.settings = {
            name: getattr(layer, name)
            for name in ("stride", "padding", "dilation", "groups")
            if hasattr(layer, name)
        }
        weight = layer.weight.detach()
        rows = weight.flatten(1)
        low, high = rows.amin(1), rows.amax(1)
        if self.per_tensor:
            low, high = low.min().expand(len(low)), high.max().expand(len(high))
        scale, zero = quantization_params(low, high, symmetric=True)
        self.weight = quantize(weight, scale, zero)
        if self.keep_float:
            self.weight = self.weight.float()
        self.weight_scale = scale
        self.bias = None if layer.bias is None or self.bias_lost else layer.bias.detach().clone()
        self.input_scale, self.input_zero = observer.params()

    def sums(self, q: Any, weight: Any) -> Any:
        return F.linear(q, weight)

    def forward(self, x: Any) -> Any:
        scale, zero = self.input_scale, self.input_zero
        if self.dynamic:
            scale, zero = quantization_params(x.min(), x.max())
        q = quantize(x, scale, zero).double()
        if not self.zero_point_lost:
            q = q - zero
        sums = self.sums(q, self.weight.double())
        if self.wrap_sums:
            sums = sums.to(torch.int64).to(torch.int16).double()
        channels = (-1,) if isinstance(self, _Flat) else (-1, 1, 1)
        result = sums * (scale * self.weight_scale).double().reshape(channels)
        if self.bias is not None:
            result = result + self.bias.reshape(channels)
        return result.float()


class _Flat(_Linear):
    pass


class _Convolution(_Linear):
    def sums(self, q: Any, weight: Any) -> Any:
        return F.conv2d(q, weight, **self.settings)


@wrong(
    "quantization.QuantizedLinear",
    looks_like="one scale is used for all outputs and repeated for each of them",
    hints=(
        "Outputs with small weights come out coarse or 0.",
        "Over which dimensions do you take the minimum and maximum of the weights?",
    ),
)
class OneScaleForAllOutputs(_Flat):
    per_tensor = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the weights are rounded to integers but stored as floats",
    hints=("Each weight still takes up four bytes.", "Which dtype do the stored weights have?"),
)
class WholeNumbersInFloat(_Flat):
    keep_float = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the float layer is kept inside the quantized layer",
    hints=(
        "The quantized layer takes up more memory than the float layer.",
        "What do you still need from the float layer once the weights are int8?",
    ),
)
class KeepsTheFloatLayer(QuantizedLinear):
    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__(layer, observer)
        self.original = [copy.deepcopy(layer)]


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the input range is measured on every input, including the test images",
    hints=(
        "The result for an input depends on the other inputs in its batch.",
        "Whose params should quantize the inputs once the layer is calibrated?",
    ),
)
class CalibratesOnWhatItMeasures(_Flat):
    dynamic = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the sums are accumulated in 16 bits",
    hints=(
        "Large sums wrap around to the opposite sign.",
        "How large can a product of two int8 numbers be, and how large a sum of 500 of them?",
    ),
)
class SixteenBitSums(_Flat):
    wrap_sums = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the zero point of the inputs is ignored",
    hints=(
        "Every output is shifted by a constant.",
        "Which q represents an input of 0, and what does it add to the sum?",
    ),
)
class ForgetsTheInputsZeroPoint(_Flat):
    zero_point_lost = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the bias is missing",
    hints=("The outputs are off by a constant.", "What does a linear layer add at the end?"),
)
class LosesTheBias(_Flat):
    bias_lost = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="one scale is used for all channels and repeated for each of them",
    hints=(
        "Channels with small weights come out coarse or 0.",
        "Over which dimensions do you take the minimum and maximum of the weights?",
    ),
)
class OneScaleForAllChannels(_Convolution):
    per_tensor = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the weights are rounded to integers but stored as floats",
    hints=("Each weight still takes up four bytes.", "Which dtype do the stored weights have?"),
)
class WholeKernelsInFloat(_Convolution):
    keep_float = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the images are padded with the integer 0",
    hints=(
        "The pixels along the border are wrong.",
        "Which integer represents a real 0?",
    ),
)
class PadsWithTheIntegerZero(_Convolution):
    zero_point_lost = True

    def sums(self, q: Any, weight: Any) -> Any:
        kind = dict(self.settings)
        offset = torch.ones_like(q) * self.input_zero
        kind["padding"] = 0
        size = weight.shape[2:]
        reach = [d * (k - 1) for d, k in zip(self.settings["dilation"], size, strict=True)]
        if self.settings["padding"] == "same":
            pad = [reach[1] // 2, reach[1] - reach[1] // 2, reach[0] // 2, reach[0] - reach[0] // 2]
        else:
            pad = [n for n in reversed(self.settings["padding"]) for _ in (0, 1)]
        constant = F.pad(offset, pad, value=float(self.input_zero))
        return F.conv2d(F.pad(q, pad), weight, **kind) - F.conv2d(constant, weight, **kind)


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the input range is measured on every input, including the test images",
    hints=(
        "The result for an image depends on the other images in its batch.",
        "Whose params should quantize the inputs once the layer is calibrated?",
    ),
)
class CalibratesOnTheImagesItSees(_Convolution):
    dynamic = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the stride and the dilation are ignored",
    hints=("The output has the wrong size.", "Which other settings does the float layer have?"),
)
class ForgetsStrideAndDilation(_Convolution):
    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__(layer, observer)
        self.settings.update(stride=1, dilation=1)


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the zero point of the inputs is ignored",
    hints=(
        "Every output is shifted by a constant.",
        "Which q represents an input of 0, and what does it add to the sum?",
    ),
)
class ForgetsThePixelsZeroPoint(_Convolution):
    zero_point_lost = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the float layer is kept inside the quantized layer",
    hints=(
        "The quantized layer takes up more memory than the float layer.",
        "What do you still need from the float layer once the weights are int8?",
    ),
)
class KeepsTheFloatConvolution(QuantizedConv2d):
    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__(layer, observer)
        self.original = copy.deepcopy(layer)


def _network(
    float_model: Any,
    loader: Any,
    *,
    copied: bool = True,
    mode: bool | None = False,
    take: Any = None,
    fold: bool = True,
    kinds: Any = (nn.Conv2d, nn.Linear),
    after: bool = False,
    live: bool = False,
    levels: float = 1.0,
    leave_hooks: bool = False,
    check: bool = True,
) -> Any:
    """Quantization of a network, with a configurable mistake."""
    batches = list(loader)
    if check and not batches:
        raise ValueError("no batch")
    model = copy.deepcopy(float_model) if copied else float_model
    if mode is not None:
        model.train(mode)
    if fold:
        for block in [m for m in model.modules() if isinstance(m, nn.Sequential)]:
            for i in range(len(block) - 1):
                layer, norm = block[i], block[i + 1]
                if isinstance(layer, Layer) and isinstance(norm, Norm):
                    block[i] = fold_batch_norm(layer, norm)
                    block[i + 1] = nn.Identity()
    watched = {m: MinMaxObserver() for m in model.modules() if isinstance(m, kinds)}
    hooks = [
        m.register_forward_pre_hook(lambda m, given: watched[m].observe(given[0])) for m in watched
    ]
    with torch.no_grad():
        for x, _ in batches[take] if take is not None else batches:
            model(x)
    for hook in [] if leave_hooks else hooks:
        hook.remove()
    return _replaced(model, watched, live=live, levels=levels).train(after)


def _replaced(model: Any, watched: Any, *, live: bool, levels: float) -> Any:
    if model in watched:
        return _converted(model, watched[model], live, levels)
    for name, child in model.named_children():
        setattr(model, name, _replaced(child, watched, live=live, levels=levels))
    return model


def _converted(layer: Any, observer: Any, live: bool, levels: float) -> Any:
    if levels != 1.0:
        layer = copy.deepcopy(layer)
        step = layer.weight.detach().abs().max() / levels
        layer.weight.data = (layer.weight.data / step).round() * step
    made: Any = QuantizedConv2d if isinstance(layer, nn.Conv2d) else QuantizedLinear
    made = made(layer, observer)
    if live:

        def go_on(module: Any, given: Any) -> None:
            observer.observe(given[0])
            module.input_scale, module.input_zero_point = observer.params()

        made.register_forward_pre_hook(go_on)
    return made


@wrong(
    "quantization.quantize_model",
    looks_like="the float model itself is modified",
    hints=(
        "After the call, there is no float model left to compare with.",
        "Whose layers do you replace?",
    ),
)
def changes_the_float_model(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, copied=False)


@wrong(
    "quantization.quantize_model",
    looks_like="the float model is left in eval mode",
    hints=(
        "A network that was in train mode is in eval mode after the call.",
        "Which network do you put into eval mode?",
    ),
)
def leaves_it_in_eval_mode(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model.eval(), calibration_loader)


@wrong(
    "quantization.quantize_model",
    looks_like="the network is calibrated in train mode",
    hints=(
        "Dropout and batch normalization are still in train mode while the ranges are measured.",
        "In which mode will the quantized network be used?",
    ),
)
def calibrates_in_train_mode(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, mode=True)


@wrong(
    "quantization.quantize_model",
    looks_like="the network is calibrated in whatever mode it was passed in",
    hints=(
        "A network in train mode gets other ranges than the same network in eval mode.",
        "In which mode will the quantized network be used?",
    ),
)
def calibrates_in_any_mode(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, mode=None)


@wrong(
    "quantization.quantize_model",
    looks_like="the calibration continues with the images that the network is tested on",
    hints=(
        "The scores of an image change after the network has seen another image.",
        "When does the calibration end, and which of its hooks are left?",
    ),
)
def calibrates_on_test_data(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, live=True)


@wrong(
    "quantization.quantize_model",
    looks_like="only the first batch is used for calibration",
    hints=(
        "Larger values in later batches are cut off.",
        "How many batches does the loader return?",
    ),
)
def calibrates_on_one_batch(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, take=slice(0, 1))


@wrong(
    "quantization.quantize_model",
    looks_like="the convolutions are not quantized",
    hints=(
        "The network has fewer int8 numbers than weights.",
        "Which kinds of layers does the task ask you to replace?",
    ),
)
def linear_layers_only(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, kinds=nn.Linear)


@wrong(
    "quantization.quantize_model",
    looks_like="only the top-level layers are replaced, and nested ones are not",
    hints=(
        "Layers inside a nested Sequential stay float.",
        "What is the difference between the children and the modules of a network?",
    ),
)
def top_level_only(float_model: Any, calibration_loader: Any) -> Any:
    made = _network(float_model, calibration_loader)
    for name, child in float_model.named_children():
        if not isinstance(child, nn.Conv2d | nn.Linear):
            setattr(made, name, copy.deepcopy(child).eval())
    return made


@wrong(
    "quantization.quantize_model",
    looks_like="the quantized network is less accurate than a linear probe",
    hints=(
        "The network is hardly better than guessing.",
        "Compare the outputs of each layer with those of the float layer. Where do they start to "
        "differ?",
    ),
)
def worse_than_a_linear_probe(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, levels=1.4)


@wrong(
    "quantization.quantize_model",
    looks_like="no layer is quantized",
    hints=(
        "The result is a copy of the float network.",
        "Where do you put the quantized layers into the network?",
    ),
)
def only_a_copy(float_model: Any, calibration_loader: Any) -> Any:
    if not list(calibration_loader):
        raise ValueError("no batch")
    return copy.deepcopy(float_model).eval()


@wrong(
    "quantization.quantize_model",
    looks_like="the result is in train mode",
    hints=("Dropout is active in the quantized network.", "Which mode does the docstring promise?"),
)
def ends_in_train_mode(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, after=True)


@wrong(
    "quantization.quantize_model",
    looks_like="an empty loader is accepted without an error",
    hints=(
        "Nothing was calibrated, and the caller isn't told.",
        "How many batches did the loader return?",
    ),
)
def calibrates_on_nothing(float_model: Any, calibration_loader: Any) -> Any:
    batches = list(calibration_loader)
    return _network(float_model, batches) if batches else copy.deepcopy(float_model)


def _figures(
    float_model: Any,
    quantized_model: Any,
    loader: Any,
    *,
    mode: bool | None = False,
    restore: bool = True,
    timing: str = "model",
    unit: float = 1000.0,
    per: str = "image",
    mean_of_means: bool = False,
    check: bool = True,
) -> Any:
    """The comparison of two networks, with a configurable mistake."""
    found = {}
    for name, model in (("float", float_model), ("quantized", quantized_model)):
        before, seconds, means, right, count = model.training, 0.0, [], 0, 0
        if mode is not None:
            model.train(mode)
        began = time.perf_counter()
        with torch.no_grad():
            for x, y in loader:
                start = time.perf_counter()
                hits = model(x).argmax(dim=1) == y
                seconds += time.perf_counter() - start
                means.append(hits.double().mean().item())
                right, count = right + int(hits.sum()), count + len(y)
        if timing == "loop":
            seconds = time.perf_counter() - began
        if restore:
            model.train(before)
        if check and not count:
            raise ValueError("no batch")
        size = sum(t.numel() * t.element_size() for t in [*model.parameters(), *model.buffers()])
        found[name] = {
            "size_bytes": size,
            "latency_ms": unit * seconds / max(count if per == "image" else len(means), 1),
            "accuracy": sum(means) / len(means) if mean_of_means else right / max(count, 1),
        }
    return found


@wrong(
    "quantization.compare",
    looks_like="the means of the batches are averaged without regard to their sizes",
    hints=(
        "The last batch has only one example but counts as much as a full batch.",
        "What do you have to add up, and what do you divide by in the end?",
    ),
)
def averages_the_batches(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, mean_of_means=True)


@wrong(
    "quantization.compare",
    looks_like="the time of the loader is counted as time of the network",
    hints=(
        "A network that does nothing takes as long as the loader.",
        "Between which two lines should you measure the time?",
    ),
)
def times_the_loader(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, timing="loop")


@wrong(
    "quantization.compare",
    looks_like="the latency is in seconds",
    hints=("The latency is too small by a factor of 1,000.", "Which unit does the task ask for?"),
)
def in_seconds(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, unit=1.0)


@wrong(
    "quantization.compare",
    looks_like="the latency is that of a batch instead of an image",
    hints=("The latency grows with the batch size.", "Which number do you divide the time by?"),
)
def latency_of_a_batch(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, per="batch")


@wrong(
    "quantization.compare",
    looks_like="the networks are measured in whatever mode they were passed in",
    hints=(
        "Dropout is active if a network was in train mode.",
        "Which mode should a network be in while you measure it?",
    ),
)
def measures_in_any_mode(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, mode=None)


@wrong(
    "quantization.compare",
    looks_like="the networks stay in eval mode",
    hints=(
        "A network that was in train mode is in eval mode after the call.",
        "Which mode was the network in before you changed it, and where do you restore it?",
    ),
)
def stays_in_eval_mode(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, restore=False)


@wrong(
    "quantization.compare",
    looks_like="the two networks are swapped",
    hints=(
        "The metrics of the float network are under the name of the other network.",
        "Which of the two arguments is which?",
    ),
)
def swaps_the_networks(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(quantized_model, float_model, loader)


@wrong(
    "quantization.compare",
    looks_like="gradients are recorded during the measurement",
    hints=(
        "The networks run with gradients enabled, which costs time and memory.",
        "How do you tell torch that you need no gradients?",
    ),
)
def compares_with_gradients(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    batches = list(loader)
    found = _figures(float_model, quantized_model, batches)
    for model in (float_model, quantized_model):
        model(batches[0][0])
    return found


@wrong(
    "quantization.compare",
    looks_like="an empty loader is accepted without an error",
    hints=(
        "The function returns metrics although it has not seen any image.",
        "How many batches did the loader return, and what should the caller learn about that?",
    ),
)
def compares_on_nothing(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, check=False)
