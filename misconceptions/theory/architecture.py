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
    hints=("The result is too large by 1.", "May the kernel extend beyond the edge of the image?"),
)
def rounds_up(size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Any:
    rule = lambda n, k, s, p, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the final + 1 is missing",
    hints=(
        "The result is too small by 1.",
        "How many positions does a kernel have that is as large as its input?",
    ),
)
def no_plus_one(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the padding is added on only one side",
    hints=(
        "The outputs of padded layers come out too small.",
        "How many sides of an image are padded?",
    ),
)
def padding_once(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the dilation is ignored",
    hints=(
        "A dilated kernel covers more of the input than that.",
        "How far apart are the outermost weights of a dilated kernel?",
    ),
)
def no_dilation(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - k) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the dilation multiplies the whole kernel size",
    hints=(
        "A dilated kernel covers less of the input than that.",
        "How many gaps are there between the k weights in a row?",
    ),
)
def dilation_times_kernel(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the width comes before the height",
    hints=("The two sizes are swapped.", "Which of the two should come first?"),
)
def width_first(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)[::-1]


@wrong(
    "theory.conv_output_shape",
    looks_like="the stride divides only the input size, before the kernel size is subtracted",
    hints=("The sizes of strided layers are wrong.", "At which positions can the kernel start?"),
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
    hints=(
        "The result is too small by the number of output maps.",
        "What else is learned for each output map?",
    ),
)
def conv_no_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w


@wrong(
    "theory.conv_parameters",
    looks_like="there is one bias per input channel",
    hints=("The number of biases is wrong.", "What is a bias added to: the inputs or the outputs?"),
)
def conv_input_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w + in_channels * bias


@wrong(
    "theory.conv_parameters",
    looks_like="a kernel covers only one input channel",
    hints=("The number of input channels has no effect.", "How deep is a single kernel?"),
)
def conv_flat_kernel(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return out_channels * (h * w + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="the side of the kernel is not squared",
    hints=(
        "A kernel has more weights than that.",
        "How many weights are there in a slice of k x k?",
    ),
)
def conv_one_side(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    side = kernel[0] if isinstance(kernel, tuple) else kernel
    return out_channels * (in_channels * side + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="there is one bias per kernel slice",
    hints=("There are too many biases.", "How many biases does one output map have?"),
)
def conv_bias_per_slice(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * (h * w + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="the whole layer shares one bias",
    hints=("There are too few biases.", "Does each output map have its own bias?"),
)
def conv_single_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w + bias


# ------------------------------------------------------------------------------ linear_parameters


@wrong(
    "theory.linear_parameters",
    looks_like="the biases are always left out",
    hints=(
        "The result is too small by the number of outputs.",
        "What else is learned for each output?",
    ),
)
def linear_no_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features * out_features


@wrong(
    "theory.linear_parameters",
    looks_like="there is one bias per input",
    hints=("The number of biases is wrong.", "What is a bias added to: the inputs or the outputs?"),
)
def linear_input_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return (in_features * out_features) + in_features * bias


@wrong(
    "theory.linear_parameters",
    looks_like="the whole layer shares one bias",
    hints=("There are too few biases.", "Does each output have its own bias?"),
)
def linear_single_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features * out_features + bias


@wrong(
    "theory.linear_parameters",
    looks_like="the argument `bias` is ignored",
    hints=("A layer without a bias still gets one.", "Where does your code use `bias`?"),
)
def linear_always_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return (in_features + 1) * out_features


@wrong(
    "theory.linear_parameters",
    looks_like="the inputs and outputs are added instead of multiplied",
    hints=(
        "The result is far too small.",
        "How many connections are there between 10 inputs and 3 outputs?",
    ),
)
def linear_added(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features + out_features * (1 + bias)


# ------------------------------------------------------------------------------ count_activations


@wrong(
    "theory.count_activations",
    looks_like="the sizes of the dimensions are added instead of multiplied",
    hints=(
        "The result is far too small.",
        "How many cells does a table of 3 rows and 4 columns have?",
    ),
)
def activations_added(shape: Any) -> int:
    return sum(shape)


@wrong(
    "theory.count_activations",
    looks_like="the channels are left out",
    hints=("Only one channel is counted.", "How many feature maps of that size are there?"),
)
def activations_of_one_map(shape: Any) -> int:
    return math.prod(shape[1:])


@wrong(
    "theory.count_activations",
    looks_like="the feature map is assumed to be square",
    hints=("The result is wrong if height and width differ.", "Which sizes do you multiply?"),
)
def activations_square(shape: Any) -> int:
    return shape[0] * shape[-1] ** 2 if len(shape) == 3 else shape[0]


@wrong(
    "theory.count_activations",
    looks_like="only the first dimension counts",
    hints=(
        "The result is the number of feature maps.",
        "How many numbers does each feature map contain?",
    ),
)
def activations_first(shape: Any) -> int:
    return shape[0]


@wrong(
    "theory.count_activations",
    looks_like="one is added, as if for a bias",
    hints=("The result is too large by 1.", "Are biases activations?"),
)
def activations_and_one(shape: Any) -> int:
    return math.prod(shape) + 1


# -------------------------------------------------------------------------------- receptive_field


@wrong(
    "theory.receptive_field",
    looks_like="the kernel sizes are simply added up",
    hints=(
        "The result is too large.",
        "By how much does a 3 x 3 kernel extend a receptive field of 1?",
    ),
)
def kernels_added(layers: Any) -> int:
    return sum(kernel for kernel, _ in layers) or 1


@wrong(
    "theory.receptive_field",
    looks_like="the strides are ignored",
    hints=(
        "The result is right without strides and too small with them.",
        "How far apart are neighboring outputs of a layer with a stride, in pixels of the image?",
    ),
)
def strides_ignored(layers: Any) -> int:
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@wrong(
    "theory.receptive_field",
    looks_like="the stride of a layer also widens the layer itself",
    hints=(
        "The result is too large if there are strides.",
        "Does a stride affect its own kernel or the kernels of later layers?",
    ),
)
def stride_before_kernel(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        field += (kernel - 1) * step
    return field


@wrong(
    "theory.receptive_field",
    looks_like="only the stride of the preceding layer counts",
    hints=(
        "The result is right for one stride and too small for two.",
        "How do two strides in a row combine?",
    ),
)
def last_stride_only(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step = stride
    return field


@wrong(
    "theory.receptive_field",
    looks_like="the strides are added instead of multiplied",
    hints=(
        "The result is right for one stride and wrong for two.",
        "How far apart are neighboring outputs after two strides of 2?",
    ),
)
def strides_added(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step += stride if stride > 1 else 0
    return field


@wrong(
    "theory.receptive_field",
    looks_like="the layers are processed from last to first",
    hints=("The order of the layers is reversed.", "Which layer reads the image?"),
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
    hints=("There are too few parameters.", "What else is learned for each output map?"),
)
def stack_no_bias(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(k * k for k in kernels) * channels**2
    return weights, weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="the additions of the biases are counted as operations",
    hints=(
        "There are too many operations.",
        "Does the task count an addition as a multiply-accumulate operation?",
    ),
)
def stack_bias_in_operations(kernels: Any, channels: int, height: int, width: int) -> Any:
    parameters = sum(k * k for k in kernels) * channels**2 + channels * len(kernels)
    return parameters, parameters * height * width


@wrong(
    "theory.stack_cost",
    looks_like="a kernel covers only one channel",
    hints=("Both numbers are too small.", "How deep is a single kernel?"),
)
def stack_flat(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(k * k for k in kernels) * channels
    return weights + channels * len(kernels), weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="the feature map shrinks with every layer",
    hints=("There are too few operations.", "What does the padding do to the size of the map?"),
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
    looks_like="the sides of the kernels are not squared",
    hints=("Both numbers are too small.", "How many weights are there in a slice of k x k?"),
)
def stack_sides(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(kernels) * channels**2
    return weights + channels * len(kernels), weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="the operations are counted for a single position of the map",
    hints=(
        "The number of operations doesn't depend on the size of the map.",
        "At how many positions is a kernel applied?",
    ),
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
    looks_like="every step of a branch gets the input of the block",
    hints=(
        "There are too many operations after a reduction.",
        "What is the input of the second step?",
    ),
)
def steps_not_chained(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(in_channels, branches, height * width, chained=False, free=True)


@wrong(
    "theory.inception_cost",
    looks_like="pooling is counted as a 3 x 3 convolution of each map",
    hints=(
        "Pooling contributes to the number of operations.",
        "Does taking a maximum multiply anything?",
    ),
)
def pooling_costs(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(in_channels, branches, height * width, chained=True, free=False)


@wrong(
    "theory.inception_cost",
    looks_like="a branch that only pools contributes no maps",
    hints=("The output has too few channels.", "How many maps does a pooling layer return?"),
)
def pooling_gives_nothing(in_channels: int, branches: Any, height: int, width: int) -> Any:
    out, operations = _inception(in_channels, branches, height * width, True, True)
    return out - in_channels * sum(b[-1][1] is None for b in branches), operations


@wrong(
    "theory.inception_cost",
    looks_like="the maps of the branches are added instead of concatenated",
    hints=(
        "The output has the number of channels of a single branch.",
        "How are the branches combined?",
    ),
)
def branches_added(in_channels: int, branches: Any, height: int, width: int) -> Any:
    operations = _inception(in_channels, branches, height * width, True, True)[1]
    return max(b[-1][1] or in_channels for b in branches), operations


@wrong(
    "theory.inception_cost",
    looks_like="the maps of the inner steps are concatenated, too",
    hints=(
        "The output has too many channels.",
        "Which step of a branch contributes to the output?",
    ),
)
def inner_steps_stacked(in_channels: int, branches: Any, height: int, width: int) -> Any:
    operations = _inception(in_channels, branches, height * width, True, True)[1]
    return sum(wanted or in_channels for b in branches for _, wanted in b), operations


@wrong(
    "theory.inception_cost",
    looks_like="the branches run one after another",
    hints=(
        "The number of operations is wrong from the second branch on.",
        "What is the input of each branch?",
    ),
)
def branches_in_a_row(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(
        in_channels, [[step for branch in branches for step in branch]], height * width, True, True
    )


@wrong(
    "theory.inception_cost",
    looks_like="the biases are counted as operations",
    hints=(
        "There are slightly too many operations.",
        "Is the addition of a bias a multiply-accumulate operation?",
    ),
)
def biases_as_operations(in_channels: int, branches: Any, height: int, width: int) -> Any:
    out, operations = _inception(in_channels, branches, height * width, True, True)
    biases = sum(wanted or 0 for b in branches for _, wanted in b)
    return out, operations + biases * height * width


# ---------------------------------------------------------------------------- lenet_c3_parameters


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="the biases are left out",
    hints=("The result is too small by the number of maps.", "What else is learned for each map?"),
)
def lenet_no_bias(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * kernel**2 for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="there is one bias for each pair of an input map and an output map",
    hints=(
        "The result contains too many biases.",
        "How many biases does an output map with three inputs have?",
    ),
)
def lenet_bias_per_input(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * (kernel**2 + 1) for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="every output map is connected to all inputs",
    hints=("The result is too large.", "Which inputs is each group of maps connected to?"),
)
def lenet_full(groups: Any, kernel: int = 5) -> int:
    most = max(inputs for _, inputs in groups) + 1
    return sum(maps * (most * kernel**2 + 1) for maps, _ in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="there is only one bias per group",
    hints=("The result contains too few biases.", "Do the maps in a group share any parameters?"),
)
def lenet_bias_per_group(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * kernel**2 + 1 for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="each group counts as a single map",
    hints=("The result is too small.", "What is the meaning of the first number in a pair?"),
)
def lenet_one_map(groups: Any, kernel: int = 5) -> int:
    return sum(inputs * kernel**2 + 1 for _, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="the kernel is always 5 x 5",
    hints=("The argument `kernel` has no effect.", "Where does your code use `kernel`?"),
)
def lenet_always_five(groups: Any, kernel: int = 5) -> int:
    return sum(maps * (inputs * 25 + 1) for maps, inputs in groups)
