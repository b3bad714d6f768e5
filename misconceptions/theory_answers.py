"""Wrong answers to the numbered questions of the theory, each with its cause.

An entry is named `question__slip`. It answers the whole topic of its question, all other questions
rightly, so that it can take the place of a student's function.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from misconceptions.catalogue import wrong
from student_code import theory
from student_code.theory_answers import architecture as right_architecture
from student_code.theory_answers import backpropagation as right_backpropagation
from student_code.theory_answers import batchnorm as right_batchnorm
from student_code.theory_answers import learning as right_learning
from student_code.theory_answers import losses as right_losses
from student_code.theory_answers import student_id
from toolbox import answers

Answers = dict[str, Any]


def given(question: str) -> dict[str, Any]:
    return answers.numbers(question, student_id())


# ------------------------------------------------------------------------------------ student_id


@wrong(
    "theory_answers.student_id",
    looks_like="no id was written between the quotes",
    hints=("The text is empty.", "Which id does the course know you by?"),
)
def student_id__empty() -> str:
    return ""


@wrong(
    "theory_answers.student_id",
    looks_like="the id consists of spaces",
    hints=("There is nothing but space in the text.", "Which id does the course know you by?"),
)
def student_id__spaces() -> str:
    return "   "


@wrong(
    "theory_answers.student_id",
    looks_like="the id is given as a number",
    hints=("It is a number, not a text.", "Is it in quotes?"),
)
def student_id__number() -> Any:
    return 123456


@wrong(
    "theory_answers.student_id",
    looks_like="the id is printed and not returned",
    hints=("The function returns nothing.", "Is there a return?"),
)
def student_id__nothing() -> Any:
    return None


@wrong(
    "theory_answers.student_id",
    looks_like="the example was left as it was",
    hints=("That is an example's id.", "Write your own in its place."),
)
def student_id__example() -> str:
    return "ab123"


@wrong(
    "theory_answers.student_id",
    looks_like="the id is in a list",
    hints=("It is a list that holds a text.", "Return the text alone."),
)
def student_id__list() -> Any:
    return ["cd456"]


# ---------------------------------------------------------------------------------------- losses


def chance(n: dict[str, Any]) -> float:
    """The probability that was predicted for the right class."""
    return n["prediction"][n["right"]]


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm has base 10",
    hints=("Use the natural logarithm.", "What does the log key of your calculator compute?"),
)
def cross_entropy__base_ten() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log10(chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm has base 2",
    hints=("Use the natural logarithm.", "Which unit do you want: bits or nats?"),
)
def cross_entropy__base_two() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log2(chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm is taken of 1 − p",
    hints=(
        "Which probability counts: that of the right class, or of the others?",
        "Look at log p.",
    ),
)
def cross_entropy__one_minus_p() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log(1 - chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="binary terms are added up over the classes",
    hints=("Only the right class has a term.", "Is there a term with 1 − p for K classes?"),
)
def cross_entropy__binary_terms() -> Answers:
    n = given("cross_entropy")
    others = [1 - q for i, q in enumerate(n["prediction"]) if i != n["right"]]
    return {**right_losses(), "cross_entropy": -sum(map(math.log, [chance(n), *others]))}


@wrong(
    "theory_answers.losses",
    looks_like="the mean over the classes is taken",
    hints=("Sum over the classes, don't average.", "How many terms differ from 0?"),
)
def cross_entropy__mean() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log(chance(given("cross_entropy"))) / 4}


@wrong(
    "theory_answers.losses",
    looks_like="p and q have changed places",
    hints=("KL divergence has a direction.", "Which of the two weighs the logarithms?"),
)
def entropy_and_divergence__swapped() -> Answers:
    n = given("entropy_and_divergence")
    p, q = n["q"], n["p"]
    wrong_ones = (
        theory.cross_entropy(p, p),
        theory.kl_divergence(p, q),
        theory.cross_entropy(p, q),
    )
    return {**right_losses(), "entropy_and_divergence": wrong_ones}


@wrong(
    "theory_answers.losses",
    looks_like="the logarithms have base 2",
    hints=("Use the natural logarithm.", "Which unit do you want: bits or nats?"),
)
def entropy_and_divergence__bits() -> Answers:
    right = right_losses()
    in_bits = tuple(v / math.log(2) for v in right["entropy_and_divergence"])
    return {**right, "entropy_and_divergence": in_bits}


@wrong(
    "theory_answers.losses",
    looks_like="the signs are turned round",
    hints=("None of the three is ever below 0.", "What is the sign of the log of a share?"),
)
def entropy_and_divergence__signs() -> Answers:
    right = right_losses()
    return {**right, "entropy_and_divergence": tuple(-v for v in right["entropy_and_divergence"])}


@wrong(
    "theory_answers.losses",
    looks_like="the samples are added up, not averaged",
    hints=("Take the mean over the samples.", "How many samples are there?"),
)
def binary_cross_entropy__sum() -> Answers:
    right = right_losses()
    return {**right, "binary_cross_entropy": 4 * right["binary_cross_entropy"]}


@wrong(
    "theory_answers.losses",
    looks_like="1 − p stands where p belongs, and the other way round",
    hints=("Which label does the probability belong to?", "Which factor stands with log p?"),
)
def binary_cross_entropy__swapped() -> Answers:
    n = given("binary_cross_entropy")
    swapped = theory.binary_cross_entropy(n["labels"], [1 - p for p in n["predictions"]])
    return {**right_losses(), "binary_cross_entropy": swapped}


@wrong(
    "theory_answers.losses",
    looks_like="only the samples of label 1 are counted",
    hints=("Samples of label 0 cost something too.", "What does the second term do?"),
)
def binary_cross_entropy__ones_only() -> Answers:
    n = given("binary_cross_entropy")
    pairs = zip(n["labels"], n["predictions"], strict=True)
    total = -sum(math.log(p) for label, p in pairs if label == 1)
    return {**right_losses(), "binary_cross_entropy": total / 4}


@wrong(
    "theory_answers.losses",
    looks_like="the half in front of the penalty is forgotten",
    hints=("The penalty is twice what it should be.", "Read the penalty again."),
)
def l2_loss__no_half() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] * sum(w * w for w in n["weights"])}


@wrong(
    "theory_answers.losses",
    looks_like="the norm isn't squared",
    hints=("A root is left over.", "‖w‖² is the sum of which numbers?"),
)
def l2_loss__root() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * math.hypot(*n["weights"])}


@wrong(
    "theory_answers.losses",
    looks_like="the weights are summed before they are squared",
    hints=("Weights of opposite signs cancel.", "Square first, then add."),
)
def l2_loss__square_of_sum() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * sum(n["weights"]) ** 2}


@wrong(
    "theory_answers.losses",
    looks_like="absolute values are summed, as for an L1 penalty",
    hints=("That is another penalty.", "L1 or L2?"),
)
def l2_loss__l1() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * sum(map(abs, n["weights"]))}


@wrong(
    "theory_answers.losses",
    looks_like="the penalty pushes the weight away from 0",
    hints=("One sign is off.", "Which way should a penalty move a positive weight?"),
)
def l2_update__sign() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*(g - lam*w)"}


@wrong(
    "theory_answers.losses",
    looks_like="the penalty's gradient is 2λw",
    hints=("A factor of 2 too many.", "What is the derivative of w²/2?"),
)
def l2_update__twice() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*(g + 2*lam*w)"}


@wrong(
    "theory_answers.losses",
    looks_like="the learning rate doesn't scale the penalty",
    hints=("The penalty is part of the gradient.", "What does the learning rate multiply?"),
)
def l2_update__no_rate() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*g - lam*w"}


@wrong(
    "theory_answers.losses",
    looks_like="the step goes up the gradient",
    hints=("The loss rises.", "Does gradient descent add the gradient?"),
)
def l2_update__upwards() -> Answers:
    return {**right_losses(), "l2_update": "w + eta*(g + lam*w)"}


# ------------------------------------------------------------------------------- backpropagation


@wrong(
    "theory_answers.backpropagation",
    looks_like="samples are in rows",
    hints=("Each sample is a column here.", "What shape does x have with samples in columns?"),
)
def layer_shapes__rows() -> Answers:
    right = right_backpropagation()
    turned = tuple((columns, rows) for rows, columns in right["layer_shapes"])
    return {**right, "layer_shapes": turned}


@wrong(
    "theory_answers.backpropagation",
    looks_like="there is a bias for each sample",
    hints=("A bias is one column.", "Does the number of biases depend on the batch?"),
)
def layer_shapes__bias_per_sample() -> Answers:
    n = given("layer_shapes")
    right = right_backpropagation()
    shapes = list(right["layer_shapes"])
    shapes[2], shapes[5] = (n["d_hidden"], n["m"]), (n["classes"], n["m"])
    return {**right, "layer_shapes": tuple(shapes)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="one sample goes through, not all of them",
    hints=("The number of samples is forgotten.", "How many columns has W1 · x?"),
)
def layer_shapes__one_sample() -> Answers:
    right = right_backpropagation()
    shapes = list(right["layer_shapes"])
    shapes[3], shapes[6] = (shapes[3][0], 1), (shapes[6][0], 1)
    return {**right, "layer_shapes": tuple(shapes)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the sum below the fraction bar is taken to be constant",
    hints=("z_k stands below the fraction bar too.", "Use the quotient rule."),
)
def softmax_by_its_own_score__numerator_only() -> Answers:
    return {**right_backpropagation(), "softmax_by_its_own_score": "yk"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the sign is turned round",
    hints=("A score that grows makes its own share grow.", "Check the quotient rule's signs."),
)
def softmax_by_its_own_score__sign() -> Answers:
    return {**right_backpropagation(), "softmax_by_its_own_score": "yk*(yk - 1)"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="only the part from below the fraction bar is there",
    hints=("z_k stands above the fraction bar too.", "Use the quotient rule."),
)
def softmax_by_its_own_score__denominator_only() -> Answers:
    return {**right_backpropagation(), "softmax_by_its_own_score": "-yk**2"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the sign is turned round",
    hints=("When another score grows, this share falls.", "Check the quotient rule's signs."),
)
def softmax_by_another_score__sign() -> Answers:
    return {**right_backpropagation(), "softmax_by_another_score": "yk*yi"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="ŷ_k is taken not to depend on z_i",
    hints=("All shares have one sum below the fraction bar.", "Where does z_i stand?"),
)
def softmax_by_another_score__zero() -> Answers:
    return {**right_backpropagation(), "softmax_by_another_score": 0}


@wrong(
    "theory_answers.backpropagation",
    looks_like="it is computed as for i = k",
    hints=("Here z_i stands only below the fraction bar.", "Use the quotient rule with i ≠ k."),
)
def softmax_by_another_score__as_own() -> Answers:
    return {**right_backpropagation(), "softmax_by_another_score": "yk*(1 - yi)"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the sign is turned round",
    hints=("The loss falls when the right score grows.", "Where did the minus of L go?"),
)
def loss_by_a_score__sign() -> Answers:
    return {**right_backpropagation(), "loss_by_a_score": "ti - yi"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="it is the derivative by ŷ_i, not by z_i",
    hints=("The chain rule goes one step further.", "Multiply by the softmax's derivatives."),
)
def loss_by_a_score__stops_at_y() -> Answers:
    return {**right_backpropagation(), "loss_by_a_score": "-ti/yi"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="only the path through ŷ_i is counted",
    hints=("z_i changes every ŷ_k.", "Sum over all k, not over k = i alone."),
)
def loss_by_a_score__one_path() -> Answers:
    return {**right_backpropagation(), "loss_by_a_score": "-ti*(1 - yi)"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="b is followed along one of its two paths",
    hints=("b enters twice: add both paths.", "How many arrows leave b in the graph?"),
)
def small_expression__outer_path_only() -> Answers:
    n, right = given("small_expression"), right_backpropagation()
    da, _, dc = right["small_expression"]
    return {**right, "small_expression": (da, n["a"] * n["b"] + n["c"], dc)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the derivative at the inner node is not multiplied by the outer one",
    hints=("The chain rule multiplies along the path.", "What stands between the sum and L?"),
)
def small_expression__local_only() -> Answers:
    n, right = given("small_expression"), right_backpropagation()
    return {**right, "small_expression": (n["b"], n["a"], 1)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="b is followed along its inner path only",
    hints=("b enters twice: add both paths.", "The last product has b as a factor too."),
)
def small_expression__inner_path_only() -> Answers:
    n, right = given("small_expression"), right_backpropagation()
    da, _, dc = right["small_expression"]
    return {**right, "small_expression": (da, n["a"] * n["b"], dc)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the error is o − t",
    hints=("The step goes the wrong way.", "Should a unit that says too little say less?"),
)
def delta_rule__sign() -> Answers:
    return {**right_backpropagation(), "delta_rule": "eta*(o - t)*o*(1 - o)*x"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the slope of the sigmoid is left out",
    hints=("That is the rule of a linear unit.", "What is the sigmoid's derivative?"),
)
def delta_rule__linear() -> Answers:
    return {**right_backpropagation(), "delta_rule": "eta*(t - o)*x"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the input is left out",
    hints=("Each weight has an input of its own.", "What does w multiply?"),
)
def delta_rule__no_input() -> Answers:
    return {**right_backpropagation(), "delta_rule": "eta*(t - o)*o*(1 - o)"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="dC/dx and dC/dB have changed places",
    hints=("In C = x·B, take one factor away.", "What remains when x is taken away?"),
)
def graph_partials__swapped() -> Answers:
    partials = ("x", "exp(y + z)", "exp(y + z)", 1, "x*exp(y + z)")
    return {**right_backpropagation(), "graph_partials": partials}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the power of e is differentiated like a power of A, and a factor lost on the way",
    hints=("The derivative of e^A is not A·e^(A−1).", "What is special about e^A?"),
)
def graph_partials__power_rule() -> Answers:
    slope = "(y + z)*exp(y + z - 1)"
    partials = ("exp(y + z)", "x", slope, 1, f"x*{slope}")
    return {**right_backpropagation(), "graph_partials": partials}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the derivative of the sum is y, and of C by y only e^A",
    hints=("y + z grows by 1 when y does.", "Multiply along the whole path from C to y."),
)
def graph_partials__short() -> Answers:
    partials = ("exp(y + z)", "x", "exp(y + z)", "y", "exp(y + z)")
    return {**right_backpropagation(), "graph_partials": partials}


# ---------------------------------------------------------------------------------- architecture


def layer_size(n: dict[str, Any], *, up: int = 0, plus: int = 1, dilated: bool = True) -> Any:
    dilation = n["dilation"] if dilated else 1
    room = [s + 2 * n["padding"] - dilation * (n["kernel"] - 1) - 1 for s in n["size"]]
    return tuple((r + up * (n["stride"] - 1)) // n["stride"] + plus for r in room)


@wrong(
    "theory_answers.architecture",
    looks_like="the division by the stride is rounded up",
    hints=("The kernel may not hang over the edge.", "Up or down?"),
)
def layer_size__rounded_up() -> Answers:
    return {**right_architecture(), "layer_size": layer_size(given("layer_size"), up=1)}


@wrong(
    "theory_answers.architecture",
    looks_like="the last + 1 is missing",
    hints=("A kernel as large as its input has one place.", "Count the starts, not the steps."),
)
def layer_size__no_plus_one() -> Answers:
    return {**right_architecture(), "layer_size": layer_size(given("layer_size"), plus=0)}


@wrong(
    "theory_answers.architecture",
    looks_like="the padding is added on one side only",
    hints=("Both sides are padded.", "How much wider is a padded image?"),
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
    looks_like="the biases are forgotten",
    hints=("Every map and every class has a bias.", "What else is learnt besides the kernels?"),
)
def conv_net_parameters__no_bias() -> Answers:
    counts = net_parameters(given("conv_net_parameters"), bias=0)
    return {**right_architecture(), "conv_net_parameters": counts}


@wrong(
    "theory_answers.architecture",
    looks_like="a kernel is taken to see one input map only",
    hints=("A kernel is as deep as its input.", "How many input maps does each kernel see?"),
)
def conv_net_parameters__flat() -> Answers:
    n = given("conv_net_parameters")
    counts = net_parameters({**n, "channels": 1}, deep=False)
    return {**right_architecture(), "conv_net_parameters": counts}


@wrong(
    "theory_answers.architecture",
    looks_like="the pooling before the fully connected layer is forgotten",
    hints=("Pooling makes the maps smaller.", "What size has a map when it is flattened?"),
)
def conv_net_parameters__no_pooling() -> Answers:
    n, right = given("conv_net_parameters"), right_architecture()
    first, second, _, _ = right["conv_net_parameters"]
    dense = net_parameters(n, pool=1)[2]
    counts = (first, second, dense, first + second + dense)
    return {**right, "conv_net_parameters": counts}


@wrong(
    "theory_answers.architecture",
    looks_like="the biases are forgotten",
    hints=("Every map and every unit has a bias.", "How many biases has this layer?"),
)
def vgg16_table__no_bias() -> Answers:
    right = right_architecture()
    units = [*[64] * 2, *[128] * 2, *[256] * 3, *[512] * 6, 4096, 4096]
    units.append(given("vgg16_table")["classes"])
    rows = zip(right["vgg16_table"], units, strict=True)
    return {**right, "vgg16_table": tuple((a, p - unit) for (a, p), unit in rows)}


@wrong(
    "theory_answers.architecture",
    looks_like="the activations are counted after the pooling",
    hints=("Count before the pooling.", "What does the convolution itself put out?"),
)
def vgg16_table__pooled() -> Answers:
    right = right_architecture()
    pooled = {1, 3, 6, 9, 12}
    rows = enumerate(right["vgg16_table"])
    return {**right, "vgg16_table": tuple((a // 4 if i in pooled else a, p) for i, (a, p) in rows)}


@wrong(
    "theory_answers.architecture",
    looks_like="the image is taken to be 224 x 224",
    hints=("The size of the image is another one here.", "Which layers' sizes does it change?"),
)
def vgg16_table__usual_size() -> Answers:
    right, size = right_architecture(), given("vgg16_table")["size"]
    rows = [(a * 224**2 // size**2, p) for a, p in right["vgg16_table"][:13]]
    dense = (4096, 512 * 49 * 4096 + 4096)
    return {**right, "vgg16_table": (*rows, dense, *right["vgg16_table"][14:])}


@wrong(
    "theory_answers.architecture",
    looks_like="the bias is forgotten",
    hints=("Every map has a bias, and every place a connection to it.", "Count it too."),
)
def lenet_first_layer__no_bias() -> Answers:
    n = given("lenet_first_layer")
    weights, places = n["maps"] * n["kernel"] ** 2, (n["size"] - n["kernel"] + 1) ** 2
    return {**right_architecture(), "lenet_first_layer": (weights, weights * places)}


@wrong(
    "theory_answers.architecture",
    looks_like="the map is taken to be as large as the image",
    hints=("Without padding, the map is smaller.", "At how many places does the kernel fit?"),
)
def lenet_first_layer__padded() -> Answers:
    n, right = given("lenet_first_layer"), right_architecture()
    parameters = right["lenet_first_layer"][0]
    return {**right, "lenet_first_layer": (parameters, parameters * n["size"] ** 2)}


@wrong(
    "theory_answers.architecture",
    looks_like="connections are taken for parameters, as if no weight was shared",
    hints=("All places of a map share one kernel.", "Which of the two is larger?"),
)
def lenet_first_layer__not_shared() -> Answers:
    right = right_architecture()
    connections = right["lenet_first_layer"][1]
    return {**right, "lenet_first_layer": (connections, connections)}


@wrong(
    "theory_answers.architecture",
    looks_like="the biases are forgotten",
    hints=("Every map has a bias.", "What is learnt besides the kernels?"),
)
def lenet_c3__no_bias() -> Answers:
    total = sum(maps * seen * 25 for maps, seen in given("lenet_c3")["groups"])
    return {**right_architecture(), "lenet_c3": total}


@wrong(
    "theory_answers.architecture",
    looks_like="every map is taken to see all six inputs",
    hints=("Each group sees only some inputs.", "Read the table's second column."),
)
def lenet_c3__all_inputs() -> Answers:
    total = sum(maps * (6 * 25 + 1) for maps, _ in given("lenet_c3")["groups"])
    return {**right_architecture(), "lenet_c3": total}


@wrong(
    "theory_answers.architecture",
    looks_like="there is a bias for every pair of a map and an input",
    hints=("A map has one bias, however many inputs it sees.", "Count the biases again."),
)
def lenet_c3__bias_per_input() -> Answers:
    total = sum(maps * seen * 26 for maps, seen in given("lenet_c3")["groups"])
    return {**right_architecture(), "lenet_c3": total}


@wrong(
    "theory_answers.architecture",
    looks_like="the pooling is taken to give no maps, or to cost 9 operations a place",
    hints=("Pooling keeps its maps and multiplies nothing.", "What leaves the fourth branch?"),
)
def inception_naive__pooling() -> Answers:
    n, right = given("inception_naive"), right_architecture()
    maps, operations = right["inception_naive"]
    extra = 9 * n["in_channels"] * math.prod(n["size"])
    return {**right, "inception_naive": (maps - n["in_channels"], operations + extra)}


@wrong(
    "theory_answers.architecture",
    looks_like="the maps are added up instead of stacked, and one place is counted",
    hints=("The branches' maps stand side by side, at every place.", "Multiply by H · W."),
)
def inception_naive__one_place() -> Answers:
    n, right = given("inception_naive"), right_architecture()
    operations = right["inception_naive"][1] // math.prod(n["size"])
    return {**right, "inception_naive": (max(*n["out"], n["in_channels"]), operations)}


@wrong(
    "theory_answers.architecture",
    looks_like="the large kernels still see all maps, as if there was no reduction",
    hints=("The second step of a branch sees the first one's maps.", "Chain the steps."),
)
def inception_reduced__not_chained() -> Answers:
    n, right = given("inception_reduced"), right_architecture()
    (_, naive), places = right["inception_naive"], math.prod(n["size"])
    reductions = n["in_channels"] * sum(n["reduced"]) * places
    maps = sum(n["out"]) + sum(n["reduced"])
    return {**right, "inception_reduced": (maps, naive + reductions)}


@wrong(
    "theory_answers.architecture",
    looks_like="the reductions themselves are taken to cost nothing, and the pooled maps are kept",
    hints=("A 1 x 1 convolution costs something too.", "How many maps leave the fourth branch?"),
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
    looks_like="the biases are forgotten",
    hints=("Every map of every layer has a bias.", "Count them among the parameters."),
)
def stacks_of_seven__no_bias() -> Answers:
    rows = stacks(given("stacks_of_seven"), bias=0)
    return {**right_architecture(), "stacks_of_seven": rows}


@wrong(
    "theory_answers.architecture",
    looks_like="a kernel is taken to see one map only",
    hints=("A kernel is as deep as its input.", "How many input maps does each kernel see?"),
)
def stacks_of_seven__flat() -> Answers:
    rows = stacks(given("stacks_of_seven"), deep=False)
    return {**right_architecture(), "stacks_of_seven": rows}


@wrong(
    "theory_answers.architecture",
    looks_like="the maps are taken to shrink, though they are padded",
    hints=("Padding keeps the size.", "What size has the map after the first layer?"),
)
def stacks_of_seven__shrinking() -> Answers:
    rows = stacks(given("stacks_of_seven"), shrink=True)
    return {**right_architecture(), "stacks_of_seven": rows}


@wrong(
    "theory_answers.architecture",
    looks_like="the strides are left out",
    hints=("After a stride, a step is wider.", "How far apart are neighbours of a strided map?"),
)
def receptive_field__no_strides() -> Answers:
    field = 1 + sum(kernel - 1 for kernel, _ in given("receptive_field")["layers"])
    return {**right_architecture(), "receptive_field": field}


@wrong(
    "theory_answers.architecture",
    looks_like="a layer's own stride widens the layer",
    hints=("A stride acts on later layers only.", "In which order do you update the two?"),
)
def receptive_field__own_stride() -> Answers:
    field, step = 1, 1
    for kernel, stride in given("receptive_field")["layers"]:
        step *= stride
        field += (kernel - 1) * step
    return {**right_architecture(), "receptive_field": field}


@wrong(
    "theory_answers.architecture",
    looks_like="only the stride of the layer just before counts",
    hints=("Strides multiply.", "How do two strides in a row act?"),
)
def receptive_field__last_stride() -> Answers:
    field, step = 1, 1
    for kernel, stride in given("receptive_field")["layers"]:
        field += (kernel - 1) * step
        step = stride
    return {**right_architecture(), "receptive_field": field}


# --------------------------------------------------------------------------- batch normalisation


def column(n: dict[str, Any], *, ddof: int = 0, root: bool = True) -> tuple[float, ...]:
    x = np.array(n["x"], dtype=float)
    spread = x.var(ddof=ddof)
    scale = math.sqrt(spread) if root else spread
    return tuple(float(v) for v in n["gamma"] * (x - x.mean()) / scale + n["beta"])


@wrong(
    "theory_answers.batchnorm",
    looks_like="the variance divides by N − 1",
    hints=("Batch norm uses the population variance.", "Divide by 4, or by 3?"),
)
def normalised_batch__sample_variance() -> Answers:
    return {**right_batchnorm(), "normalised_batch": column(given("normalised_batch"), ddof=1)}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the variance divides, not its root",
    hints=("Take the root of the variance.", "Which of the two has the unit of x?"),
)
def normalised_batch__no_root() -> Answers:
    return {**right_batchnorm(), "normalised_batch": column(given("normalised_batch"), root=False)}


@wrong(
    "theory_answers.batchnorm",
    looks_like="beta is added before gamma multiplies",
    hints=("Scale first, then shift.", "What does gamma multiply?"),
)
def normalised_batch__shift_first() -> Answers:
    n = given("normalised_batch")
    shifted = {**n, "beta": n["beta"] * n["gamma"]}
    return {**right_batchnorm(), "normalised_batch": column(shifted)}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the running variance divides, not its root",
    hints=("Take the root of variance and epsilon.", "Which of the two has the unit of x?"),
)
def normalised_in_test__no_root() -> Answers:
    n = given("normalised_in_test")
    out = n["gamma"] * (n["x"] - n["mean"]) / (n["var"] + n["eps"]) + n["beta"]
    return {**right_batchnorm(), "normalised_in_test": out}


@wrong(
    "theory_answers.batchnorm",
    looks_like="epsilon is added outside of the root",
    hints=("Epsilon is added to the variance.", "Inside or outside of the root?"),
)
def normalised_in_test__eps_outside() -> Answers:
    n = given("normalised_in_test")
    out = n["gamma"] * (n["x"] - n["mean"]) / (math.sqrt(n["var"]) + n["eps"]) + n["beta"]
    return {**right_batchnorm(), "normalised_in_test": out}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the test batch's own mean is used, so that beta comes out",
    hints=("In test the running statistics are used.", "Whose mean is taken off?"),
)
def normalised_in_test__own_mean() -> Answers:
    return {**right_batchnorm(), "normalised_in_test": given("normalised_in_test")["beta"]}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the value passes through unchanged",
    hints=("A batch of one has a mean.", "What is the value less that mean?"),
)
def batch_of_one__unchanged() -> Answers:
    return {**right_batchnorm(), "batch_of_one": given("batch_of_one")["x"]}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the mean is taken to be 0",
    hints=("A batch of one has a mean of its own.", "What is the mean of one value?"),
)
def batch_of_one__no_mean() -> Answers:
    n = given("batch_of_one")
    out = n["gamma"] * n["x"] / math.sqrt(n["eps"]) + n["beta"]
    return {**right_batchnorm(), "batch_of_one": out}


@wrong(
    "theory_answers.batchnorm",
    looks_like="beta is forgotten",
    hints=("Something is added after the normalisation.", "Read the last step again."),
)
def batch_of_one__zero() -> Answers:
    return {**right_batchnorm(), "batch_of_one": 0.0}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the dense layer is given biases",
    hints=("This dense layer has none.", "Which of the two layers shifts?"),
)
def dense_and_norm__bias() -> Answers:
    n = given("dense_and_norm")
    return {**right_batchnorm(), "dense_and_norm": (n["inputs"] + 3) * n["outputs"]}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the running statistics are counted as learnt",
    hints=("They get no gradient.", "Which two of the four does training learn by descent?"),
)
def dense_and_norm__statistics() -> Answers:
    n = given("dense_and_norm")
    return {**right_batchnorm(), "dense_and_norm": (n["inputs"] + 4) * n["outputs"]}


@wrong(
    "theory_answers.batchnorm",
    looks_like="gamma and beta are counted once for the layer",
    hints=("Each feature has its own.", "How many features are normalised?"),
)
def dense_and_norm__once() -> Answers:
    n = given("dense_and_norm")
    return {**right_batchnorm(), "dense_and_norm": n["inputs"] * n["outputs"] + 2}


@wrong(
    "theory_answers.batchnorm",
    looks_like="true and false have changed places",
    hints=("Each answer is the opposite of what holds.", "Which of the two is True?"),
)
def true_or_false__turned() -> Answers:
    right = right_batchnorm()
    return {**right, "true_or_false": tuple(not truth for truth in right["true_or_false"])}


@wrong(
    "theory_answers.batchnorm",
    looks_like="only the statements that hold are listed",
    hints=("There are fewer answers than statements.", "What belongs to one that doesn't hold?"),
)
def true_or_false__only_true_ones() -> Answers:
    right = right_batchnorm()
    numbers = tuple(i for i, truth in enumerate(right["true_or_false"], start=1) if truth)
    return {**right, "true_or_false": numbers}


# --------------------------------------------------------------------------- learning in general


@wrong(
    "theory_answers.learning",
    looks_like="bias and variance have changed places",
    hints=("A flexible model has little bias.", "Which of the two falls with flexibility?"),
)
def five_curves__bias_and_variance() -> Answers:
    right = right_learning()
    noise, bias, variance, training, test = right["five_curves"]
    return {**right, "five_curves": (noise, variance, bias, training, test)}


@wrong(
    "theory_answers.learning",
    looks_like="training and test error have changed places",
    hints=("Which error keeps falling as a model becomes more flexible?", "Which one turns?"),
)
def five_curves__training_and_test() -> Answers:
    right = right_learning()
    noise, bias, variance, training, test = right["five_curves"]
    return {**right, "five_curves": (noise, bias, variance, test, training)}


@wrong(
    "theory_answers.learning",
    looks_like="the farthest points vote",
    hints=("Near means a small distance.", "Which end of the sorted list votes?"),
)
def neighbours__farthest() -> Answers:
    n, right = given("neighbours"), right_learning()
    offsets = -np.linalg.norm(np.subtract(n["points"], n["asked"]), axis=1)
    order = [n["labels"][i] for i in np.argsort(offsets, kind="stable")]
    return {**right, "neighbours": tuple(max(order[:k], key=order[:k].count) for k in (1, 3, 5))}


@wrong(
    "theory_answers.learning",
    looks_like="the nearest one decides for every k",
    hints=("With k neighbours, the majority decides.", "Count the votes."),
)
def neighbours__nearest_only() -> Answers:
    right = right_learning()
    return {**right, "neighbours": (right["neighbours"][0],) * 3}


@wrong(
    "theory_answers.learning",
    looks_like="the intercept is left out",
    hints=("The score has a third term.", "What is the score at 0 hours and gpa 0?"),
)
def exam__no_intercept() -> Answers:
    n = given("exam")
    beta = [0.0, *n["beta"][1:]]
    wrong_ones = (
        theory.logistic_probability(beta, [n["hours"], n["gpa"]]),
        theory.hours_for_probability(n["wanted"], beta, n["gpa"]),
    )
    return {**right_learning(), "exam": wrong_ones}


@wrong(
    "theory_answers.learning",
    looks_like="the sign in the exponential is turned round",
    hints=("More hours should help.", "Which way does the sigmoid rise?"),
)
def exam__sign() -> Answers:
    n, right = given("exam"), right_learning()
    hours = theory.hours_for_probability(1 - n["wanted"], n["beta"], n["gpa"])
    return {**right, "exam": (1 - right["exam"][0], hours)}


@wrong(
    "theory_answers.learning",
    looks_like="the probability is taken to be linear in the hours, or to be the odds",
    hints=("Log-odds are linear, probabilities aren't.", "Take log(p / (1 − p))."),
)
def exam__linear() -> Answers:
    n = given("exam")
    b0, b1, b2 = n["beta"]
    odds = math.exp(b0 + b1 * n["hours"] + b2 * n["gpa"])
    return {**right_learning(), "exam": (odds, (n["wanted"] - b0 - b2 * n["gpa"]) / b1)}


@wrong(
    "theory_answers.learning",
    looks_like="the rate decays exponentially",
    hints=("There is no power in this schedule.", "Put the numbers into the formula given."),
)
def learning_rate__exponential() -> Answers:
    n = given("learning_rate")
    rate = n["initial"] * math.exp(-n["decay"] * n["iteration"])
    return {**right_learning(), "learning_rate": rate}


@wrong(
    "theory_answers.learning",
    looks_like="iterations are counted from 1",
    hints=("The first iteration is 0.", "One iteration too many has passed."),
)
def learning_rate__from_one() -> Answers:
    n = given("learning_rate")
    rate = n["initial"] / (1 + n["decay"] * (n["iteration"] + 1))
    return {**right_learning(), "learning_rate": rate}


@wrong(
    "theory_answers.learning",
    looks_like="the 1 below the fraction bar is forgotten",
    hints=("At t = 0 the rate should be the initial one.", "Divide by 1 + decay · t."),
)
def learning_rate__no_one() -> Answers:
    n = given("learning_rate")
    return {**right_learning(), "learning_rate": n["initial"] / (n["decay"] * n["iteration"])}


@wrong(
    "theory_answers.learning",
    looks_like="the order is turned round",
    hints=("A large decay falls fast.", "Which curve is lowest after a few steps?"),
)
def decay_curves__turned_round() -> Answers:
    right = right_learning()
    return {**right, "decay_curves": right["decay_curves"][::-1]}


@wrong(
    "theory_answers.learning",
    looks_like="the curves are numbered, not lettered",
    hints=("The figure has no numbers.", "What stands next to each curve?"),
)
def decay_curves__numbered() -> Answers:
    right = right_learning()
    numbers = tuple("ABCD".index(letter) + 1 for letter in right["decay_curves"])
    return {**right, "decay_curves": numbers}


@wrong(
    "theory_answers.learning",
    looks_like="epochs are counted from 1",
    hints=("The first epoch is 0.", "Take one off."),
)
def early_stopping__from_one() -> Answers:
    right = right_learning()
    late = tuple(None if e is None else e + 1 for e in right["early_stopping"])
    return {**right, "early_stopping": late}


@wrong(
    "theory_answers.learning",
    looks_like="each epoch is compared with the one before, not with the best so far",
    hints=("Compare with the lowest error so far.", "Keep a running minimum."),
)
def early_stopping__last_epoch() -> Answers:
    n, right = given("early_stopping"), right_learning()
    errors = n["errors"]
    rises = [0.0, *(100 * (b / a - 1) for a, b in pairwise(errors))]
    stops = [next((i for i, r in enumerate(rises) if r > t), None) for t in n["thresholds"]]
    return {**right, "early_stopping": tuple(stops)}


@wrong(
    "theory_answers.learning",
    looks_like="the best epoch before the stop is given",
    hints=("The question asks where training stops.", "First epoch above the threshold."),
)
def early_stopping__best() -> Answers:
    n, right = given("early_stopping"), right_learning()
    best = [
        None if e is None else int(np.argmin(n["errors"][: e + 1])) for e in right["early_stopping"]
    ]
    return {**right, "early_stopping": tuple(best)}


@wrong(
    "theory_answers.learning",
    looks_like="the dot product is not divided by the lengths",
    hints=("Divide by both lengths.", "Should a longer vector be more alike?"),
)
def pseudolabels__dot_product() -> Answers:
    n = given("pseudolabels")
    dots = {name: -float(np.dot(v, n["feature"])) for name, v in n["sources"].items()}
    return {**right_learning(), "pseudolabels": "".join(sorted(dots, key=dots.__getitem__)[:3])}


@wrong(
    "theory_answers.learning",
    looks_like="the distance between the vectors ranks them",
    hints=("Cosine similarity is about angles.", "Do the lengths matter?"),
)
def pseudolabels__distance() -> Answers:
    n = given("pseudolabels")
    away = {name: math.dist(v, n["feature"]) for name, v in n["sources"].items()}
    return {**right_learning(), "pseudolabels": "".join(sorted(away, key=away.__getitem__)[:3])}


@wrong(
    "theory_answers.learning",
    looks_like="the least similar come first",
    hints=("A large cosine means alike.", "Turn the order round."),
)
def pseudolabels__least() -> Answers:
    n = given("pseudolabels")
    everything = theory.nearest_pseudolabels(n["feature"], n["sources"], 5)
    return {**right_learning(), "pseudolabels": everything[::-1][:3]}


@wrong(
    "theory_answers.learning",
    looks_like="no point is left out: these are the training errors",
    hints=("The fit may not see the point that judges it.", "Fit five times, to four points."),
)
def leave_one_out__training_error() -> Answers:
    n = given("leave_one_out")
    fits = [np.polyval(np.polyfit(n["x"], n["y"], degree), n["x"]) for degree in (0, 1)]
    errors = tuple(float(np.mean((fit - n["y"]) ** 2)) for fit in fits)
    return {**right_learning(), "leave_one_out": errors}


@wrong(
    "theory_answers.learning",
    looks_like="the squared errors are added up, not averaged",
    hints=("Take the mean over the five points.", "What does the M in MSE say?"),
)
def leave_one_out__sum() -> Answers:
    right = right_learning()
    return {**right, "leave_one_out": tuple(5 * v for v in right["leave_one_out"])}


@wrong(
    "theory_answers.learning",
    looks_like="the root is taken in the end",
    hints=("The mean squared error has no root.", "MSE or RMSE?"),
)
def leave_one_out__root() -> Answers:
    right = right_learning()
    return {**right, "leave_one_out": tuple(math.sqrt(v) for v in right["leave_one_out"])}
