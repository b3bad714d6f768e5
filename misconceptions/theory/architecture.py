"""Misconceptions about the sizes and costs of layers."""

from __future__ import annotations

import math
from typing import Any

from misconceptions.catalogue import wrong

# ------------------------------------------------------------------------------ conv_output_shape


def _out(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, rule: Any) -> Any:
    five = [
        v if isinstance(v, tuple) else (v, v) for v in (size, kernel, stride, padding, dilation)
    ]
    return tuple(int(rule(*(value[i] for value in five))) for i in (0, 1))


@wrong(
    "theory.conv_output_shape",
    looks_like="the division by the stride is rounded up",
    hints=("There is one place too many.", "May the kernel hang over the edge?"),
)
def rounds_up(size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Any:
    rule = lambda n, k, s, p, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the last + 1 is missing",
    hints=("There is one place too few.", "A kernel as large as its input: how many places?"),
)
def no_plus_one(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the padding is added on one side only",
    hints=("Padded layers come out too small.", "On how many sides is an image padded?"),
)
def padding_once(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the dilation is left out",
    hints=("A dilated kernel covers more than that.", "How far apart are its outer taps?"),
)
def no_dilation(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - k) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the dilation multiplies the whole kernel",
    hints=("A dilated kernel covers less than that.", "How many gaps are between k taps?"),
)
def dilation_times_kernel(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="width comes before height",
    hints=("The pair is turned round.", "Which of the two comes first?"),
)
def width_first(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)[::-1]


@wrong(
    "theory.conv_output_shape",
    looks_like="the stride divides only the input, before the kernel is taken off",
    hints=("Strided layers are off.", "Which places can the kernel start from?"),
)
def stride_too_early(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p) // s - d * (k - 1)  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


# -------------------------------------------------------------------------------- conv_parameters


@wrong(
    "theory.conv_parameters",
    looks_like="the biases are always left out",
    hints=("It is too small by the number of maps.", "What else does each output map learn?"),
)
def conv_no_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w


@wrong(
    "theory.conv_parameters",
    looks_like="there is a bias for each input channel",
    hints=("The number of biases is off.", "Where is a bias added: to inputs or to outputs?"),
)
def conv_input_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w + in_channels * bias


@wrong(
    "theory.conv_parameters",
    looks_like="a kernel sees one input channel only",
    hints=("The number of input channels changes nothing.", "How deep is one kernel?"),
)
def conv_flat_kernel(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return out_channels * (h * w + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="the kernel's side is not squared",
    hints=("A kernel has more numbers than that.", "How many cells has a k x k kernel?"),
)
def conv_one_side(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    side = kernel[0] if isinstance(kernel, tuple) else kernel
    return out_channels * (in_channels * side + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="there is a bias for every kernel slice",
    hints=("There are too many biases.", "How many biases does one output map have?"),
)
def conv_bias_per_slice(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * (h * w + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="one bias serves the whole layer",
    hints=("There are too few biases.", "Does each output map have a bias of its own?"),
)
def conv_single_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w + bias


# ------------------------------------------------------------------------------ linear_parameters


@wrong(
    "theory.linear_parameters",
    looks_like="the biases are always left out",
    hints=("It is too small by the number of outputs.", "What else does each output learn?"),
)
def linear_no_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features * out_features


@wrong(
    "theory.linear_parameters",
    looks_like="there is a bias for each input",
    hints=("The number of biases is off.", "Where is a bias added: to inputs or to outputs?"),
)
def linear_input_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return (in_features * out_features) + in_features * bias


@wrong(
    "theory.linear_parameters",
    looks_like="one bias serves the whole layer",
    hints=("There are too few biases.", "Does each output have a bias of its own?"),
)
def linear_single_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features * out_features + bias


@wrong(
    "theory.linear_parameters",
    looks_like="the argument bias is ignored",
    hints=("A layer without bias has one still.", "Where is bias read?"),
)
def linear_always_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return (in_features + 1) * out_features


@wrong(
    "theory.linear_parameters",
    looks_like="inputs and outputs are added, not multiplied",
    hints=("It is far too small.", "How many arrows lead from 10 inputs to 3 outputs?"),
)
def linear_added(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features + out_features * (1 + bias)


# ------------------------------------------------------------------------------ count_activations


@wrong(
    "theory.count_activations",
    looks_like="the lengths are added",
    hints=("It is far too small.", "How many cells has a table of 3 rows and 4 columns?"),
)
def activations_added(shape: Any) -> int:
    return sum(shape)


@wrong(
    "theory.count_activations",
    looks_like="the channels are left out",
    hints=("One channel is counted.", "How many maps of that size are there?"),
)
def activations_of_one_map(shape: Any) -> int:
    return math.prod(shape[1:])


@wrong(
    "theory.count_activations",
    looks_like="the map is taken to be square",
    hints=("Height and width differ here.", "Which lengths did you multiply?"),
)
def activations_square(shape: Any) -> int:
    return shape[0] * shape[-1] ** 2 if len(shape) == 3 else shape[0]


@wrong(
    "theory.count_activations",
    looks_like="only the first length counts",
    hints=("It is the number of maps.", "How many numbers does each map hold?"),
)
def activations_first(shape: Any) -> int:
    return shape[0]


@wrong(
    "theory.count_activations",
    looks_like="one is added, as for a bias",
    hints=("It is too large by 1.", "Are biases activations?"),
)
def activations_and_one(shape: Any) -> int:
    return math.prod(shape) + 1


# -------------------------------------------------------------------------------- receptive_field


@wrong(
    "theory.receptive_field",
    looks_like="the kernels are added up",
    hints=("It is too large.", "By how much does a 3 x 3 kernel widen a field of 1?"),
)
def kernels_added(layers: Any) -> int:
    return sum(kernel for kernel, _ in layers) or 1


@wrong(
    "theory.receptive_field",
    looks_like="the strides are left out",
    hints=("Right without strides, too small with them.", "What does a step mean after a stride?"),
)
def strides_ignored(layers: Any) -> int:
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@wrong(
    "theory.receptive_field",
    looks_like="a layer's stride widens the layer itself",
    hints=("It is too large after strides.", "Does a stride act on its own kernel or on later?"),
)
def stride_before_kernel(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        field += (kernel - 1) * step
    return field


@wrong(
    "theory.receptive_field",
    looks_like="only the stride of the layer just before counts",
    hints=("Right for one stride, too small for two.", "How do two strides in a row act?"),
)
def last_stride_only(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step = stride
    return field


@wrong(
    "theory.receptive_field",
    looks_like="the strides are added, not multiplied",
    hints=("Right for one stride, off for two.", "Two strides of 2: how far apart are neighbours?"),
)
def strides_added(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step += stride if stride > 1 else 0
    return field


@wrong(
    "theory.receptive_field",
    looks_like="the last layer is taken first",
    hints=("The order of the layers is turned round.", "Which layer touches the image?"),
)
def layers_reversed(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in reversed(layers):
        field += (kernel - 1) * step
        step *= stride
    return field


# ------------------------------------------------------------------------------------- stack_cost


@wrong(
    "theory.stack_cost",
    looks_like="the biases are left out",
    hints=("The parameters are too few.", "What else does each output map learn?"),
)
def stack_no_bias(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(k * k for k in kernels) * channels**2
    return weights, weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="adding the biases counts as operations",
    hints=("The operations are too many.", "Is an addition a multiply-accumulate here?"),
)
def stack_bias_in_operations(kernels: Any, channels: int, height: int, width: int) -> Any:
    parameters = sum(k * k for k in kernels) * channels**2 + channels * len(kernels)
    return parameters, parameters * height * width


@wrong(
    "theory.stack_cost",
    looks_like="a kernel sees one channel only",
    hints=("Both figures are too small.", "How deep is one kernel?"),
)
def stack_flat(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(k * k for k in kernels) * channels
    return weights + channels * len(kernels), weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="the map shrinks with every layer",
    hints=("The operations are too few.", "What does the padding keep?"),
)
def stack_shrinks(kernels: Any, channels: int, height: int, width: int) -> Any:
    parameters, operations = 0, 0
    for k in kernels:
        height, width = max(height - k + 1, 1), max(width - k + 1, 1)
        parameters += k * k * channels**2 + channels
        operations += k * k * channels**2 * height * width
    return parameters, operations


@wrong(
    "theory.stack_cost",
    looks_like="the kernels' sides are not squared",
    hints=("Both figures are too small.", "How many cells has a k x k kernel?"),
)
def stack_sides(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(kernels) * channels**2
    return weights + channels * len(kernels), weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="the operations are counted for one place of the map",
    hints=("The operations don't depend on the size.", "At how many places is a kernel applied?"),
)
def stack_one_place(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(k * k for k in kernels) * channels**2
    return weights + channels * len(kernels), weights


# --------------------------------------------------------------------------------- inception_cost


def _inception(in_channels: int, branches: Any, places: int, chained: bool, free: bool) -> Any:
    out, operations = 0, 0
    for branch in branches:
        channels, last = in_channels, in_channels
        for kernel, wanted in branch:
            if wanted is None:
                operations += 0 if free else 9 * channels * places
                continue
            operations += kernel * kernel * channels * wanted * places
            last = wanted
            channels = wanted if chained else channels
        out += last
    return out, operations


@wrong(
    "theory.inception_cost",
    looks_like="every step of a branch sees the block's input",
    hints=("The operations after a reduction are too many.", "What goes into a second step?"),
)
def steps_not_chained(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(in_channels, branches, height * width, chained=False, free=True)


@wrong(
    "theory.inception_cost",
    looks_like="pooling counts as a 3 x 3 convolution over each map",
    hints=("Pooling costs something.", "Does taking a maximum multiply anything?"),
)
def pooling_costs(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(in_channels, branches, height * width, chained=True, free=False)


@wrong(
    "theory.inception_cost",
    looks_like="a branch of pooling alone gives no maps",
    hints=("The output has too few channels.", "How many maps leave a pooling?"),
)
def pooling_gives_nothing(in_channels: int, branches: Any, height: int, width: int) -> Any:
    out, operations = _inception(in_channels, branches, height * width, True, True)
    return out - in_channels * sum(b[-1][1] is None for b in branches), operations


@wrong(
    "theory.inception_cost",
    looks_like="the branches' maps are added, not stacked",
    hints=("The output has the channels of one branch.", "How are the branches joined?"),
)
def branches_added(in_channels: int, branches: Any, height: int, width: int) -> Any:
    operations = _inception(in_channels, branches, height * width, True, True)[1]
    return max(b[-1][1] or in_channels for b in branches), operations


@wrong(
    "theory.inception_cost",
    looks_like="the inner steps' maps are stacked too",
    hints=("The output has too many channels.", "Which step of a branch reaches the output?"),
)
def inner_steps_stacked(in_channels: int, branches: Any, height: int, width: int) -> Any:
    operations = _inception(in_channels, branches, height * width, True, True)[1]
    return sum(wanted or in_channels for b in branches for _, wanted in b), operations


@wrong(
    "theory.inception_cost",
    looks_like="the branches follow each other",
    hints=("The operations are off from the second branch.", "What goes into each branch?"),
)
def branches_in_a_row(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(
        in_channels, [[step for branch in branches for step in branch]], height * width, True, True
    )


@wrong(
    "theory.inception_cost",
    looks_like="the biases count as operations",
    hints=("The operations are a little too many.", "Is adding a bias a multiply-accumulate?"),
)
def biases_as_operations(in_channels: int, branches: Any, height: int, width: int) -> Any:
    out, operations = _inception(in_channels, branches, height * width, True, True)
    biases = sum(wanted or 0 for b in branches for _, wanted in b)
    return out, operations + biases * height * width


# ---------------------------------------------------------------------------- lenet_c3_parameters


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="the biases are left out",
    hints=("It is too small by the number of maps.", "What else does each map learn?"),
)
def lenet_no_bias(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * kernel**2 for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="there is a bias for each connection of maps",
    hints=("It has too many biases.", "How many biases does a map of three inputs have?"),
)
def lenet_bias_per_input(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * (kernel**2 + 1) for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="every map sees all inputs",
    hints=("It is too large.", "Which inputs does each group of maps see?"),
)
def lenet_full(groups: Any, kernel: int = 5) -> int:
    most = max(inputs for _, inputs in groups) + 1
    return sum(maps * (most * kernel**2 + 1) for maps, _ in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="there is one bias for each group",
    hints=("It has too few biases.", "Do the maps of a group share anything?"),
)
def lenet_bias_per_group(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * kernel**2 + 1 for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="each group counts as one map",
    hints=("It is too small.", "What does the first number of a pair say?"),
)
def lenet_one_map(groups: Any, kernel: int = 5) -> int:
    return sum(inputs * kernel**2 + 1 for _, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="the kernel is always 5 x 5",
    hints=("The argument kernel changes nothing.", "Where is it read?"),
)
def lenet_always_five(groups: Any, kernel: int = 5) -> int:
    return sum(maps * (inputs * 25 + 1) for maps, inputs in groups)
