"""Wrong answers to the questions about architectures."""

from __future__ import annotations

import math
from typing import Any

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code.theory_answers import architecture as right_architecture


def layer_size(n: dict[str, Any], *, up: int = 0, plus: int = 1, dilated: bool = True) -> Any:
    dilation = n["dilation"] if dilated else 1
    room = [s + 2 * n["padding"] - dilation * (n["kernel"] - 1) - 1 for s in n["size"]]
    return tuple((r + up * (n["stride"] - 1)) // n["stride"] + plus for r in room)


@wrong(
    "theory_answers.architecture",
    looks_like="the division by the stride is rounded up",
    hints=(
        "The kernel must not extend beyond the edge of the input.",
        "Do you have to round up or down?",
    ),
)
def layer_size__rounded_up() -> Answers:
    return {**right_architecture(), "layer_size": layer_size(given("layer_size"), up=1)}


@wrong(
    "theory_answers.architecture",
    looks_like="the final + 1 is missing",
    hints=(
        "A kernel that is as large as its input has one position.",
        "Do you count the positions of the kernel or the steps between them?",
    ),
)
def layer_size__no_plus_one() -> Answers:
    return {**right_architecture(), "layer_size": layer_size(given("layer_size"), plus=0)}


@wrong(
    "theory_answers.architecture",
    looks_like="the padding is added on only one side",
    hints=("The padding is added on both sides.", "How much wider is a padded image?"),
)
def layer_size__padded_once() -> Answers:
    n = given("layer_size")
    size = [s - n["padding"] for s in n["size"]]
    return {**right_architecture(), "layer_size": layer_size({**n, "size": size})}


def net_parameters(n: dict[str, Any], bias: int = 1, deep: bool = True, pool: int = 2) -> Any:
    channels, size, counts = n["channels"], n["size"], []
    for maps, kernel in zip(n["maps"], n["kernels"], strict=True):
        counts.append(maps * ((channels if deep else 1) * kernel * kernel + bias))
        size, channels = [(s - kernel + 1) // pool for s in size], maps
    counts.append(n["classes"] * (channels * math.prod(size) + bias))
    return (*counts, sum(counts))


@wrong(
    "theory_answers.architecture",
    looks_like="the biases of the convolutional network are left out",
    hints=(
        "Every feature map and every class has a bias.",
        "What else is learned besides the kernels?",
    ),
)
def conv_net_parameters__no_bias() -> Answers:
    counts = net_parameters(given("conv_net_parameters"), bias=0)
    return {**right_architecture(), "conv_net_parameters": counts}


@wrong(
    "theory_answers.architecture",
    looks_like="each kernel is assumed to cover only one input map",
    hints=("A kernel is as deep as its input.", "How many input maps does each kernel cover?"),
)
def conv_net_parameters__flat() -> Answers:
    n = given("conv_net_parameters")
    counts = net_parameters({**n, "channels": 1}, deep=False)
    return {**right_architecture(), "conv_net_parameters": counts}


@wrong(
    "theory_answers.architecture",
    looks_like="the pooling before the fully connected layer is left out",
    hints=(
        "Pooling makes the feature maps smaller.",
        "Which size does a feature map have when it is flattened?",
    ),
)
def conv_net_parameters__no_pooling() -> Answers:
    n, right = given("conv_net_parameters"), right_architecture()
    first, second, _, _ = right["conv_net_parameters"]
    dense = net_parameters(n, pool=1)[2]
    counts = (first, second, dense, first + second + dense)
    return {**right, "conv_net_parameters": counts}


@wrong(
    "theory_answers.architecture",
    looks_like="the biases in the VGG-16 table are left out",
    hints=("Every feature map and every unit has a bias.", "How many biases does this layer have?"),
)
def vgg16_table__no_bias() -> Answers:
    right = right_architecture()
    units = [*[64] * 2, *[128] * 2, *[256] * 3, *[512] * 6, 4096, 4096]
    units.append(given("vgg16_table")["classes"])
    rows = zip(right["vgg16_table"], units, strict=True)
    return {**right, "vgg16_table": tuple((a, p - unit) for (a, p), unit in rows)}


@wrong(
    "theory_answers.architecture",
    looks_like="the activations are counted after the pooling instead of before",
    hints=(
        "Pooling is a separate step after the convolution.",
        "How many activations does the convolution itself return?",
    ),
)
def vgg16_table__pooled() -> Answers:
    right = right_architecture()
    pooled = {1, 3, 6, 9, 12}
    rows = enumerate(right["vgg16_table"])
    return {**right, "vgg16_table": tuple((a // 4 if i in pooled else a, p) for i, (a, p) in rows)}


@wrong(
    "theory_answers.architecture",
    looks_like="the image is assumed to be 224 x 224",
    hints=(
        "The image has another size in your question.",
        "Which layers depend on the size of the image?",
    ),
)
def vgg16_table__usual_size() -> Answers:
    right, size = right_architecture(), given("vgg16_table")["size"]
    rows = [(a * 224**2 // size**2, p) for a, p in right["vgg16_table"][:13]]
    dense = (4096, 512 * 49 * 4096 + 4096)
    return {**right, "vgg16_table": (*rows, dense, *right["vgg16_table"][14:])}


@wrong(
    "theory_answers.architecture",
    looks_like="the bias of the first LeNet layer is left out",
    hints=(
        "Every map has a bias, and the bias is connected to every position.",
        "Which other input does each position have besides the pixels?",
    ),
)
def lenet_first_layer__no_bias() -> Answers:
    n = given("lenet_first_layer")
    weights, places = n["maps"] * n["kernel"] ** 2, (n["size"] - n["kernel"] + 1) ** 2
    return {**right_architecture(), "lenet_first_layer": (weights, weights * places)}


@wrong(
    "theory_answers.architecture",
    looks_like="the feature map is assumed to be as large as the image",
    hints=(
        "Without padding, the feature map is smaller than the image.",
        "At how many positions does the kernel fit into the image?",
    ),
)
def lenet_first_layer__padded() -> Answers:
    n, right = given("lenet_first_layer"), right_architecture()
    parameters = right["lenet_first_layer"][0]
    return {**right, "lenet_first_layer": (parameters, parameters * n["size"] ** 2)}


@wrong(
    "theory_answers.architecture",
    looks_like="the connections are counted as parameters, as if no weights were shared",
    hints=(
        "All positions in a feature map share one kernel.",
        "Which of the two numbers should be larger?",
    ),
)
def lenet_first_layer__not_shared() -> Answers:
    right = right_architecture()
    connections = right["lenet_first_layer"][1]
    return {**right, "lenet_first_layer": (connections, connections)}


@wrong(
    "theory_answers.architecture",
    looks_like="the biases of C3 are left out",
    hints=("Every feature map has a bias.", "What else is learned besides the kernels?"),
)
def lenet_c3__no_bias() -> Answers:
    total = sum(maps * seen * 25 for maps, seen in given("lenet_c3")["groups"])
    return {**right_architecture(), "lenet_c3": total}


@wrong(
    "theory_answers.architecture",
    looks_like="every map is assumed to be connected to all six inputs",
    hints=(
        "Each group is connected to only some of the inputs.",
        "What does the second column of the table tell you?",
    ),
)
def lenet_c3__all_inputs() -> Answers:
    total = sum(maps * (6 * 25 + 1) for maps, _ in given("lenet_c3")["groups"])
    return {**right_architecture(), "lenet_c3": total}


@wrong(
    "theory_answers.architecture",
    looks_like="there is one bias for every pair of a map and an input",
    hints=(
        "A map has a single bias, regardless of the number of its inputs.",
        "How many biases are there in total?",
    ),
)
def lenet_c3__bias_per_input() -> Answers:
    total = sum(maps * seen * 26 for maps, seen in given("lenet_c3")["groups"])
    return {**right_architecture(), "lenet_c3": total}


@wrong(
    "theory_answers.architecture",
    looks_like="the pooling is assumed to contribute no maps and to cost 9 operations per position",
    hints=(
        "Pooling keeps its maps and does not multiply anything.",
        "How many maps does the fourth branch return?",
    ),
)
def inception_naive__pooling() -> Answers:
    n, right = given("inception_naive"), right_architecture()
    maps, operations = right["inception_naive"]
    extra = 9 * n["in_channels"] * math.prod(n["size"])
    return {**right, "inception_naive": (maps - n["in_channels"], operations + extra)}


@wrong(
    "theory_answers.architecture",
    looks_like=(
        "the maps are added instead of concatenated, and the operations of one position are counted"
    ),
    hints=(
        "The maps of the branches are concatenated, and the kernels are applied at every position.",
        "How many positions does a map have?",
    ),
)
def inception_naive__one_place() -> Answers:
    n, right = given("inception_naive"), right_architecture()
    operations = right["inception_naive"][1] // math.prod(n["size"])
    return {**right, "inception_naive": (max(*n["out"], n["in_channels"]), operations)}


@wrong(
    "theory_answers.architecture",
    looks_like=(
        "the large kernels are assumed to cover all input maps, as if there were no reduction"
    ),
    hints=(
        "The second step of a branch gets the maps of the first one.",
        "How many maps does each step get as its input?",
    ),
)
def inception_reduced__not_chained() -> Answers:
    n, right = given("inception_reduced"), right_architecture()
    (_, naive), places = right["inception_naive"], math.prod(n["size"])
    reductions = n["in_channels"] * sum(n["reduced"]) * places
    maps = sum(n["out"]) + sum(n["reduced"])
    return {**right, "inception_reduced": (maps, naive + reductions)}


@wrong(
    "theory_answers.architecture",
    looks_like="the reductions are assumed to cost nothing, and the pooled maps are all kept",
    hints=("A 1 x 1 convolution has a cost, too.", "How many maps does the fourth branch return?"),
)
def inception_reduced__free() -> Answers:
    n, right = given("inception_reduced"), right_architecture()
    maps, operations = right["inception_reduced"]
    free = n["in_channels"] * sum(n["reduced"]) * math.prod(n["size"])
    wrong_maps = maps - n["reduced"][2] + n["in_channels"]
    return {**right, "inception_reduced": (wrong_maps, operations - free)}


def stacks(n: dict[str, Any], bias: int = 1, deep: bool = True, shrink: bool = False) -> Any:
    rows = []
    for kernels in ([7], [5, 3], [3, 5], [3, 3, 3], [3, 1, 5]):
        parameters, operations, (height, width) = 0, 0, n["size"]
        for k in kernels:
            height, width = (height - k + 1, width - k + 1) if shrink else (height, width)
            weights = k * k * n["channels"] * (n["channels"] if deep else 1)
            parameters += weights + bias * n["channels"]
            operations += weights * height * width
        rows.append((parameters, operations))
    return tuple(rows)


@wrong(
    "theory_answers.architecture",
    looks_like="the biases of the stacked layers are left out",
    hints=(
        "Every map in every layer has a bias.",
        "What else belongs to the parameters besides the kernels?",
    ),
)
def stacks_of_seven__no_bias() -> Answers:
    rows = stacks(given("stacks_of_seven"), bias=0)
    return {**right_architecture(), "stacks_of_seven": rows}


@wrong(
    "theory_answers.architecture",
    looks_like="each kernel is assumed to cover only one map",
    hints=("A kernel is as deep as its input.", "How many input maps does each kernel cover?"),
)
def stacks_of_seven__flat() -> Answers:
    rows = stacks(given("stacks_of_seven"), deep=False)
    return {**right_architecture(), "stacks_of_seven": rows}


@wrong(
    "theory_answers.architecture",
    looks_like="the feature maps are assumed to shrink although they are padded",
    hints=(
        "The padding keeps the size of the maps.",
        "Which size does the map have after the first layer?",
    ),
)
def stacks_of_seven__shrinking() -> Answers:
    rows = stacks(given("stacks_of_seven"), shrink=True)
    return {**right_architecture(), "stacks_of_seven": rows}


@wrong(
    "theory_answers.architecture",
    looks_like="the strides are ignored",
    hints=(
        "After a stride, each step covers more pixels of the image.",
        "How far apart are neighboring outputs of a layer with a stride?",
    ),
)
def receptive_field__no_strides() -> Answers:
    field = 1 + sum(kernel - 1 for kernel, _ in given("receptive_field")["layers"])
    return {**right_architecture(), "receptive_field": field}


@wrong(
    "theory_answers.architecture",
    looks_like="the stride of a layer also widens the layer itself",
    hints=(
        "A stride affects only the later layers.",
        "In which order do you update the receptive field and the step size?",
    ),
)
def receptive_field__own_stride() -> Answers:
    field, step = 1, 1
    for kernel, stride in given("receptive_field")["layers"]:
        step *= stride
        field += (kernel - 1) * step
    return {**right_architecture(), "receptive_field": field}


@wrong(
    "theory_answers.architecture",
    looks_like="only the stride of the preceding layer counts",
    hints=("Every earlier stride counts.", "How do two strides in a row combine?"),
)
def receptive_field__last_stride() -> Answers:
    field, step = 1, 1
    for kernel, stride in given("receptive_field")["layers"]:
        field += (kernel - 1) * step
        step = stride
    return {**right_architecture(), "receptive_field": field}
