"""Questions on backpropagation."""

from __future__ import annotations

from toolbox.questions.answer_forms import Row, Symbol, Whole
from toolbox.questions.question import NumberedQuestion, Numbers, no_numbers
from toolbox.questions.variant import Draw

SHAPES = ("x", "W1", "b1", "hidden", "W2", "b2", "output")
PARTIALS = ("dC_dx", "dC_dB", "dB_dA", "dA_dy", "dC_dy")


def _layer(draw: Draw) -> Numbers:
    d_in, d_hidden, classes, m = draw.sample(range(2, 40), 4)
    return {"d_in": d_in, "d_hidden": d_hidden, "classes": classes, "m": m}


def _layer_words(n: Numbers) -> str:
    return (
        f"A network has {n['d_in']} inputs, one hidden layer of {n['d_hidden']} leaky ReLU units "
        f"and a softmax over {n['classes']} classes. {n['m']} samples are processed at once, one "
        "in each column. Give the shape of each array as (rows, columns)."
    )


def _small_expression(draw: Draw) -> Numbers:
    while True:
        a, b, c = (draw.integer(-6, 6) for _ in range(3))
        apart = len({b * b, b, a * b, a * b + c, 2 * a * b + c, a, c}) == 7
        if 0 not in (a, b, c) and abs(b) > 1 and a * b + c != 0 and apart:
            return {"a": a, "b": b, "c": c}


def _small_expression_words(n: Numbers) -> str:
    return (
        f"L = (a·b + c)·b at a = {n['a']}, b = {n['b']}, c = {n['c']}. Compute ∂L/∂a, ∂L/∂b and "
        "∂L/∂c by hand, backwards along the graph. (Torch checks them below.)"
    )


QUESTIONS = (
    NumberedQuestion(
        "layer_shapes",
        "backpropagation",
        _layer,
        _layer_words,
        (Row(("rows", "columns")),) * 7,
        SHAPES,
    ),
    NumberedQuestion(
        "softmax_by_its_own_score",
        "backpropagation",
        no_numbers,
        lambda n: "For ŷ = softmax(z), what is ∂ŷ_k/∂z_k? Write `yk` for ŷ_k.",
        (Symbol(("yk",)),),
    ),
    NumberedQuestion(
        "softmax_by_another_score",
        "backpropagation",
        no_numbers,
        lambda n: "And ∂ŷ_k/∂z_i for i ≠ k? Write `yk` and `yi` for ŷ_k and ŷ_i.",
        (Symbol(("yk", "yi")),),
    ),
    NumberedQuestion(
        "loss_by_a_score",
        "backpropagation",
        no_numbers,
        lambda n: (
            "For the cross-entropy L = −Σ t_k log ŷ_k, with targets that sum to 1, what is "
            "∂L/∂z_i? Write `yi` and `ti` for ŷ_i and t_i."
        ),
        (Symbol(("yi", "ti")),),
    ),
    NumberedQuestion(
        "small_expression",
        "backpropagation",
        _small_expression,
        _small_expression_words,
        (Whole(),) * 3,
        ("dL_da", "dL_db", "dL_dc"),
    ),
    NumberedQuestion(
        "delta_rule",
        "backpropagation",
        no_numbers,
        lambda n: (
            "A sigmoid unit with output `o`, target `t` and input `x` learns with the rate `eta` "
            "from the loss (t − o)²/2. What is the update Δw of its weight?"
        ),
        (Symbol(("eta", "t", "o", "x")),),
    ),
    NumberedQuestion(
        "graph_partials",
        "backpropagation",
        no_numbers,
        lambda n: (
            "For A = y + z, B = e^A, C = x·B, give the five partial derivatives as expressions "
            "in `x`, `y` and `z`."
        ),
        (Symbol(("x", "y", "z")),) * 5,
        PARTIALS,
    ),
)
