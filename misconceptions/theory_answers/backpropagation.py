"""Wrong answers about backpropagation."""

from __future__ import annotations

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code.theory_answers import backpropagation as right_backpropagation


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
