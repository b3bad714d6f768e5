"""Wrong answers to the questions about complete networks."""

from __future__ import annotations

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code.theory_answers import architecture as right_architecture

POOLINGS = (2, 5, 9, 13, 17)  # rows of the complete VGG-16 table
UNITS = (*[64] * 2, *[128] * 2, *[256] * 3, *[512] * 6, 4096, 4096)


@wrong(
    "theory_answers.architecture",
    looks_like="the biases are included in the table of weights",
    hints=(
        "This table lists weights without biases.",
        "How many biases did you count in this row?",
    ),
)
def vgg16_full_table__with_biases() -> Answers:
    right = right_architecture()
    biases = [*UNITS, given("vgg16_full_table")["classes"]]
    rows = list(right["vgg16_full_table"][:-1])
    layers = [i for i in range(len(rows)) if i not in POOLINGS]
    for i, bias in zip(layers, biases, strict=True):
        rows[i] = (rows[i][0], rows[i][1] + bias)
    total = tuple(map(sum, zip(*rows, strict=True)))
    return {**right, "vgg16_full_table": (*rows, total)}


@wrong(
    "theory_answers.architecture",
    looks_like="pooling halves only one of the two sides",
    hints=(
        "A 2 x 2 pooling halves the height and the width.",
        "By which factor does the number of activations fall?",
    ),
)
def vgg16_full_table__one_side() -> Answers:
    right = right_architecture()
    rows = list(right["vgg16_full_table"][:-1])
    for i in POOLINGS:
        rows[i] = (2 * rows[i][0], 0)
    total = tuple(map(sum, zip(*rows, strict=True)))
    return {**right, "vgg16_full_table": (*rows, total)}


@wrong(
    "theory_answers.architecture",
    looks_like="the poolings are left out of the total",
    hints=(
        "The outputs of the poolings are activations, too.",
        "Which rows does the total add up?",
    ),
)
def vgg16_full_table__total_of_layers() -> Answers:
    right = right_architecture()
    *rows, (activations, weights) = right["vgg16_full_table"]
    pooled = sum(rows[i][0] for i in POOLINGS)
    return {**right, "vgg16_full_table": (*rows, (activations - pooled, weights))}


@wrong(
    "theory_answers.architecture",
    looks_like="subsampling is assumed to learn nothing, like max pooling",
    hints=(
        "In this network, each map of a subsampling learns two numbers.",
        "What does the question say about S2 and S4?",
    ),
)
def lenet_layers__max_pooling() -> Answers:
    right = right_architecture()
    convolutions, _, dense, *most = right["lenet_layers"]
    return {**right, "lenet_layers": (convolutions, 0, dense, *most)}


@wrong(
    "theory_answers.architecture",
    looks_like="the biases of the LeNet layers are left out",
    hints=(
        "Every map and every unit has a bias.",
        "What else is learned besides the kernels and connections?",
    ),
)
def lenet_layers__no_bias() -> Answers:
    n, right = given("lenet_layers"), right_architecture()
    convolutions, subsampling, dense, *most = right["lenet_layers"]
    convolutions -= sum(n["maps"])
    dense -= n["units"] + n["classes"]
    return {**right, "lenet_layers": (convolutions, subsampling, dense, *most)}


@wrong(
    "theory_answers.architecture",
    looks_like="C5 is taken for a convolution because of its name",
    hints=(
        "The kernel of C5 is as large as its input.",
        "At how many positions is the kernel of C5 applied?",
    ),
)
def lenet_layers__by_name_twice() -> Answers:
    right = right_architecture()
    *counts, _, _ = right["lenet_layers"]
    return {**right, "lenet_layers": (*counts, "convolution", "convolution")}
