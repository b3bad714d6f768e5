"""Misconceptions about quantized layers and networks."""

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
    """A quantized layer computed in exact float64, with a slip at choice."""

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
    looks_like="one scale is used for all outputs, and passed off as one for each",
    hints=(
        "Outputs with small weights come out rough or 0.",
        "Over which dimensions do you take the smallest and largest weight?",
    ),
)
class OneScaleForAllOutputs(_Flat):
    per_tensor = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the weights have whole values, but are kept in float",
    hints=("Each weight still takes four bytes.", "Which dtype do the weights have?"),
)
class WholeNumbersInFloat(_Flat):
    keep_float = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the float layer is kept inside",
    hints=(
        "The quantized layer is larger than the float one.",
        "What do you still need of the float layer once the weights are int8?",
    ),
)
class KeepsTheFloatLayer(QuantizedLinear):
    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__(layer, observer)
        self.original = [copy.deepcopy(layer)]


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the range is taken from whatever comes by, test images included",
    hints=(
        "An input's result depends on the other inputs in its batch.",
        "Whose params quantize the inputs once the layer is calibrated?",
    ),
)
class CalibratesOnWhatItMeasures(_Flat):
    dynamic = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="sums are kept in 16 bits",
    hints=(
        "Large sums wrap round to the other sign.",
        "How large can a product of two int8 numbers be, and a sum of 500 of them?",
    ),
)
class SixteenBitSums(_Flat):
    wrap_sums = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the zero point of the inputs is forgotten",
    hints=(
        "Every output is shifted by a constant.",
        "What does q hold for an input of 0, and what does it add to the sum?",
    ),
)
class ForgetsTheInputsZeroPoint(_Flat):
    zero_point_lost = True


@wrong(
    "quantization.QuantizedLinear",
    looks_like="the bias is lost",
    hints=("Outputs are off by a constant.", "What does a linear layer add at the end?"),
)
class LosesTheBias(_Flat):
    bias_lost = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="one scale is used for all channels, and passed off as one for each",
    hints=(
        "Channels with small weights come out rough or 0.",
        "Over which dimensions do you take the smallest and largest weight?",
    ),
)
class OneScaleForAllChannels(_Convolution):
    per_tensor = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the weights have whole values, but are kept in float",
    hints=("Each weight still takes four bytes.", "Which dtype do the weights have?"),
)
class WholeKernelsInFloat(_Convolution):
    keep_float = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="pictures are padded with the integer 0",
    hints=(
        "The pixels along the border are off.",
        "Which integer stands for a real 0?",
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
    looks_like="the range is taken from whatever comes by, test images included",
    hints=(
        "An image's result depends on the other images in its batch.",
        "Whose params quantize the inputs once the layer is calibrated?",
    ),
)
class CalibratesOnTheImagesItSees(_Convolution):
    dynamic = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="stride and dilation are forgotten",
    hints=("The output has another size.", "What else does the float layer know?"),
)
class ForgetsStrideAndDilation(_Convolution):
    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__(layer, observer)
        self.settings.update(stride=1, dilation=1)


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the zero point of the inputs is forgotten",
    hints=(
        "Every output is shifted by a constant.",
        "What does q hold for an input of 0, and what does it add to the sum?",
    ),
)
class ForgetsThePixelsZeroPoint(_Convolution):
    zero_point_lost = True


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="the float layer is kept inside",
    hints=(
        "The quantized layer is larger than the float one.",
        "What do you still need of the float layer once the weights are int8?",
    ),
)
class KeepsTheFloatConvolution(QuantizedConv2d):
    def __init__(self, layer: Any, observer: Any) -> None:
        super().__init__(layer, observer)
        self.original = copy.deepcopy(layer)


@wrong(
    "quantization.QuantizedConv2d",
    looks_like="any padding is taken for padding with zeros",
    hints=(
        "A layer that pads by reflection is quantized without a word, and computes something else.",
        "What does the docstring say of other padding modes?",
    ),
)
class TakesAnyPadding(QuantizedConv2d):
    def __init__(self, layer: Any, observer: Any) -> None:
        plain = copy.deepcopy(layer)
        plain.padding_mode = "zeros"
        super().__init__(plain, observer)


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
    """Quantizing a network with a slip at choice."""
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
    looks_like="the float model itself is changed",
    hints=(
        "Afterwards there is no float model left to compare with.",
        "Whose layers do you replace?",
    ),
)
def changes_the_float_model(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, copied=False)


@wrong(
    "quantization.quantize_model",
    looks_like="the float model is left in eval mode",
    hints=(
        "A network that came in train mode is in eval mode afterwards.",
        "Which network do you put in eval mode?",
    ),
)
def leaves_it_in_eval_mode(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model.eval(), calibration_loader)


@wrong(
    "quantization.quantize_model",
    looks_like="the network is calibrated in train mode",
    hints=(
        "Dropout and batch norm are still at work while the ranges are measured.",
        "In which mode will the quantized network be used?",
    ),
)
def calibrates_in_train_mode(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, mode=True)


@wrong(
    "quantization.quantize_model",
    looks_like="the network is calibrated in whatever mode it came",
    hints=(
        "A network in train mode gets other ranges than one in eval mode.",
        "In which mode will the quantized network be used?",
    ),
)
def calibrates_in_any_mode(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, mode=None)


@wrong(
    "quantization.quantize_model",
    looks_like="calibration goes on with the images that the network is tested on",
    hints=(
        "An image's scores change once another image was seen.",
        "When does calibration end, and what is left of its hooks?",
    ),
)
def calibrates_on_test_data(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, live=True)


@wrong(
    "quantization.quantize_model",
    looks_like="only the first batch is used for calibration",
    hints=("Larger values of later batches are cut off.", "How many batches does the loader give?"),
)
def calibrates_on_one_batch(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, take=slice(0, 1))


@wrong(
    "quantization.quantize_model",
    looks_like="the convolutions stay float",
    hints=(
        "The network holds fewer int8 numbers than it has weights.",
        "Which kinds of layers were to be replaced?",
    ),
)
def linear_layers_only(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, kinds=nn.Linear)


@wrong(
    "quantization.quantize_model",
    looks_like="only layers at the top are replaced, not those inside of other modules",
    hints=(
        "Layers within an inner Sequential stay float.",
        "What do children and modules of a network differ in?",
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
    looks_like="the accuracy falls below that of a linear probe",
    hints=(
        "The network is hardly better than guessing.",
        "Compare each layer's outputs with the float layer's: where do they part?",
    ),
)
def worse_than_a_linear_probe(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, levels=1.4)


@wrong(
    "quantization.quantize_model",
    looks_like="nothing is quantized at all",
    hints=("It is a copy of the float network.", "Where do replaced layers enter the network?"),
)
def only_a_copy(float_model: Any, calibration_loader: Any) -> Any:
    if not list(calibration_loader):
        raise ValueError("no batch")
    return copy.deepcopy(float_model).eval()


@wrong(
    "quantization.quantize_model",
    looks_like="the result is in train mode",
    hints=("Dropout is at work in the quantized network.", "Which mode was promised?"),
)
def ends_in_train_mode(float_model: Any, calibration_loader: Any) -> Any:
    return _network(float_model, calibration_loader, after=True)


@wrong(
    "quantization.quantize_model",
    looks_like="an empty loader is taken without a word",
    hints=("Nothing was calibrated, and nobody knows.", "How many batches did the loader give?"),
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
    """The comparison with a slip at choice."""
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
    looks_like="the means of the batches are averaged",
    hints=(
        "The last batch has one example, but weighs as much as a full one.",
        "Add up over the examples first. What do you divide by in the end?",
    ),
)
def averages_the_batches(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, mean_of_means=True)


@wrong(
    "quantization.compare",
    looks_like="the loader's time is counted as the network's",
    hints=(
        "A network that does nothing takes as long as the loader.",
        "Between which two lines should the clock run?",
    ),
)
def times_the_loader(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, timing="loop")


@wrong(
    "quantization.compare",
    looks_like="latency is in seconds",
    hints=("Latency is a thousand times too small.", "Which unit was asked for?"),
)
def in_seconds(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, unit=1.0)


@wrong(
    "quantization.compare",
    looks_like="latency is that of a batch, not of an image",
    hints=("Latency grows with the batches.", "By what number is the time divided?"),
)
def latency_of_a_batch(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, per="batch")


@wrong(
    "quantization.compare",
    looks_like="the networks are measured in the mode in which they came",
    hints=(
        "Dropout is at work where a network came in train mode.",
        "Which mode is for measuring?",
    ),
)
def measures_in_any_mode(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, mode=None)


@wrong(
    "quantization.compare",
    looks_like="the networks stay in eval mode",
    hints=(
        "A network that came in train mode is handed back in eval mode.",
        "Note the mode before you change it. When should it be set back?",
    ),
)
def stays_in_eval_mode(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, restore=False)


@wrong(
    "quantization.compare",
    looks_like="the two networks are swapped",
    hints=("The float network's figures stand under the other name.", "Which argument is which?"),
)
def swaps_the_networks(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(quantized_model, float_model, loader)


@wrong(
    "quantization.compare",
    looks_like="gradients are recorded while measuring",
    hints=(
        "The networks are asked with gradients switched on, which takes time and memory.",
        "How do you tell torch that no gradients are needed?",
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
    looks_like="an empty loader is taken without a word",
    hints=(
        "Figures come back, although no image was looked at.",
        "How many batches did the loader give? What should a caller hear of that?",
    ),
)
def compares_on_nothing(float_model: Any, quantized_model: Any, loader: Any) -> Any:
    return _figures(float_model, quantized_model, loader, check=False)
