"""Wrong answers to the questions about backpropagation."""

from __future__ import annotations

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code.theory_answers import backpropagation as right_backpropagation


@wrong(
    "theory_answers.backpropagation",
    looks_like="the samples are rows instead of columns",
    hints=(
        "In this question, each sample is a column.",
        "Which shape does x have if the samples are columns?",
    ),
)
def layer_shapes__rows() -> Answers:
    right = right_backpropagation()
    turned = tuple((columns, rows) for rows, columns in right["layer_shapes"])
    return {**right, "layer_shapes": turned}


@wrong(
    "theory_answers.backpropagation",
    looks_like="there is one bias per sample",
    hints=("A bias is a single column.", "Does the number of biases depend on the batch?"),
)
def layer_shapes__bias_per_sample() -> Answers:
    n = given("layer_shapes")
    right = right_backpropagation()
    shapes = list(right["layer_shapes"])
    shapes[2], shapes[5] = (n["d_hidden"], n["m"]), (n["classes"], n["m"])
    return {**right, "layer_shapes": tuple(shapes)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="only a single sample is passed through the network",
    hints=(
        "The number of samples is missing from the shapes.",
        "How many columns does W1 · x have?",
    ),
)
def layer_shapes__one_sample() -> Answers:
    right = right_backpropagation()
    shapes = list(right["layer_shapes"])
    shapes[3], shapes[6] = (shapes[3][0], 1), (shapes[6][0], 1)
    return {**right, "layer_shapes": tuple(shapes)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the sum in the denominator is treated as a constant",
    hints=(
        "z_k is also part of the denominator.",
        "Which differentiation rule applies to a fraction?",
    ),
)
def softmax_by_its_own_score__numerator_only() -> Answers:
    return {**right_backpropagation(), "softmax_by_its_own_score": "yk"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the sign of the derivative with i = k is reversed",
    hints=(
        "If a score grows, its own probability grows.",
        "Are the signs in your quotient rule right?",
    ),
)
def softmax_by_its_own_score__sign() -> Answers:
    return {**right_backpropagation(), "softmax_by_its_own_score": "yk*(yk - 1)"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="only the derivative of the denominator is included",
    hints=(
        "z_k is also part of the numerator.",
        "Which differentiation rule applies to a fraction?",
    ),
)
def softmax_by_its_own_score__denominator_only() -> Answers:
    return {**right_backpropagation(), "softmax_by_its_own_score": "-yk**2"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the sign of the derivative with i ≠ k is reversed",
    hints=(
        "If another score grows, this probability falls.",
        "Are the signs in your quotient rule right?",
    ),
)
def softmax_by_another_score__sign() -> Answers:
    return {**right_backpropagation(), "softmax_by_another_score": "yk*yi"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="ŷ_k is assumed not to depend on z_i",
    hints=("All probabilities share one sum in the denominator.", "Where does z_i appear?"),
)
def softmax_by_another_score__zero() -> Answers:
    return {**right_backpropagation(), "softmax_by_another_score": 0}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the derivative is computed as if i were equal to k",
    hints=(
        "Here, z_i appears only in the denominator.",
        "What does the quotient rule give for i ≠ k?",
    ),
)
def softmax_by_another_score__as_own() -> Answers:
    return {**right_backpropagation(), "softmax_by_another_score": "yk*(1 - yi)"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the sign of the gradient of the loss is reversed",
    hints=("The loss falls if the correct score grows.", "What happens to the minus sign of L?"),
)
def loss_by_a_score__sign() -> Answers:
    return {**right_backpropagation(), "loss_by_a_score": "ti - yi"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the derivative is taken with respect to ŷ_i instead of z_i",
    hints=(
        "The chain rule has one more step.",
        "Which derivatives of the softmax are still missing?",
    ),
)
def loss_by_a_score__stops_at_y() -> Answers:
    return {**right_backpropagation(), "loss_by_a_score": "-ti/yi"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="only the path through ŷ_i is included",
    hints=("z_i changes every ŷ_k.", "Which k does the sum run over?"),
)
def loss_by_a_score__one_path() -> Answers:
    return {**right_backpropagation(), "loss_by_a_score": "-ti*(1 - yi)"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="only one of the two paths from b is followed",
    hints=("b is used twice, so there are two paths.", "How many edges start at b in the graph?"),
)
def small_expression__outer_path_only() -> Answers:
    n, right = given("small_expression"), right_backpropagation()
    da, _, dc = right["small_expression"]
    return {**right, "small_expression": (da, n["a"] * n["b"] + n["c"], dc)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the derivative at the inner node is not multiplied by the outer one",
    hints=(
        "The chain rule multiplies the derivatives along the path.",
        "What comes between the sum and L?",
    ),
)
def small_expression__local_only() -> Answers:
    n, right = given("small_expression"), right_backpropagation()
    return {**right, "small_expression": (n["b"], n["a"], 1)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="only the inner path from b is followed",
    hints=("b is used twice, so there are two paths.", "Where else does b appear as a factor?"),
)
def small_expression__inner_path_only() -> Answers:
    n, right = given("small_expression"), right_backpropagation()
    da, _, dc = right["small_expression"]
    return {**right, "small_expression": (da, n["a"] * n["b"], dc)}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the error has the wrong sign: o − t",
    hints=(
        "The step goes in the wrong direction.",
        "If the output of a unit is too low, should it become even lower?",
    ),
)
def delta_rule__sign() -> Answers:
    return {**right_backpropagation(), "delta_rule": "eta*(o - t)*o*(1 - o)*x"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the derivative of the sigmoid is left out",
    hints=("This is the delta rule of a linear unit.", "What is the derivative of the sigmoid?"),
)
def delta_rule__linear() -> Answers:
    return {**right_backpropagation(), "delta_rule": "eta*(t - o)*x"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the input is left out",
    hints=("Each weight has its own input.", "What is w multiplied by?"),
)
def delta_rule__no_input() -> Answers:
    return {**right_backpropagation(), "delta_rule": "eta*(t - o)*o*(1 - o)"}


@wrong(
    "theory_answers.backpropagation",
    looks_like="dC/dx and dC/dB are swapped",
    hints=(
        "C = x·B is a product of two factors.",
        "What is the derivative of a product with respect to one of its factors?",
    ),
)
def graph_partials__swapped() -> Answers:
    partials = ("x", "exp(y + z)", "exp(y + z)", 1, "x*exp(y + z)")
    return {**right_backpropagation(), "graph_partials": partials}


@wrong(
    "theory_answers.backpropagation",
    looks_like="e^A is differentiated like a power of A, and one factor is lost",
    hints=(
        "The derivative of e^A is not A·e^(A−1).",
        "What is special about the derivative of e^A?",
    ),
)
def graph_partials__power_rule() -> Answers:
    slope = "(y + z)*exp(y + z - 1)"
    partials = ("exp(y + z)", "x", slope, 1, f"x*{slope}")
    return {**right_backpropagation(), "graph_partials": partials}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the derivative of the sum is taken to be y, and dC/dy to be only e^A",
    hints=(
        "If y grows by 1, then y + z grows by 1.",
        "Which derivatives lie on the path from C to y?",
    ),
)
def graph_partials__short() -> Answers:
    partials = ("exp(y + z)", "x", "exp(y + z)", "y", "exp(y + z)")
    return {**right_backpropagation(), "graph_partials": partials}
