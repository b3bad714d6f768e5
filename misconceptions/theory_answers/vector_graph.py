"""Wrong answers to the questions about a computational graph of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code.theory_answers import backpropagation as right_backpropagation


@wrong(
    "theory_answers.backpropagation",
    looks_like="x is missing from the exponent",
    hints=("b has one arrow too few.", "Which variables appear in the formula of b?"),
)
def graph_of_the_vectors__one_arrow() -> Answers:
    return {**right_backpropagation(), "graph_of_the_vectors": ("xz", "a", "b", "c")}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the arrows skip the steps in between",
    hints=(
        "An arrow starts at a variable that appears in the formula itself.",
        "Does the formula of b contain z?",
    ),
)
def graph_of_the_vectors__all_before() -> Answers:
    return {**right_backpropagation(), "graph_of_the_vectors": ("xz", "xza", "xzab", "xzabc")}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the graph is treated as a chain from x to y, without z",
    hints=(
        "a is computed from two inputs.",
        "Which variables appear in the formula of a?",
    ),
)
def graph_of_the_vectors__chain() -> Answers:
    return {**right_backpropagation(), "graph_of_the_vectors": ("x", "xa", "b", "c")}


def gradients(n: dict[str, Any], *, base: int = 1, power: int = 1, count: int = 4) -> Any:
    x, z, (left, right) = np.array(n["x"]), np.array(n["z"]), n["modulo"]
    a, exponent = x + left % right + z, n["power"] * x
    by_b = n["factor"] / count
    by_base = by_b * exponent * a ** (exponent - 1)
    by_power = by_b * n["power"] * a**exponent * np.log(a)
    by_x = base * by_base + power * by_power
    return tuple(float(g) for g in (*by_x, *by_base))


@wrong(
    "theory_answers.backpropagation",
    looks_like="the exponent is treated as a constant",
    hints=(
        "x is in the base and in the exponent, so there are two paths.",
        "What is the derivative of a power by its exponent?",
    ),
)
def vector_gradients__base_only() -> Answers:
    found = gradients(given("vector_gradients"), power=0)
    return {**right_backpropagation(), "vector_gradients": found}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the base is treated as a constant where x is concerned",
    hints=(
        "x is in the base and in the exponent, so there are two paths.",
        "How does a change if x changes?",
    ),
)
def vector_gradients__exponent_only() -> Answers:
    found = gradients(given("vector_gradients"), base=0)
    return {**right_backpropagation(), "vector_gradients": found}


@wrong(
    "theory_answers.backpropagation",
    looks_like="the mean is treated as a sum",
    hints=(
        "All gradients are too large by the same factor.",
        "By how much does a mean of 4 numbers change if one of them grows by 1?",
    ),
)
def vector_gradients__sum() -> Answers:
    found = gradients(given("vector_gradients"), count=1)
    return {**right_backpropagation(), "vector_gradients": found}
