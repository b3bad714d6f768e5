"""Wrong answers to the questions about batch normalization."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code.theory_answers import batchnorm as right_batchnorm


def column(n: dict[str, Any], *, ddof: int = 0, root: bool = True) -> tuple[float, ...]:
    x = np.array(n["x"], dtype=float)
    spread = x.var(ddof=ddof)
    scale = math.sqrt(spread) if root else spread
    return tuple(float(v) for v in n["gamma"] * (x - x.mean()) / scale + n["beta"])


@wrong(
    "theory_answers.batchnorm",
    looks_like="the variance has N − 1 in its denominator",
    hints=(
        "Batch normalization uses the population variance.",
        "Do you have to divide by 4 or by 3?",
    ),
)
def normalised_batch__sample_variance() -> Answers:
    return {**right_batchnorm(), "normalised_batch": column(given("normalised_batch"), ddof=1)}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the centered values are divided by the variance instead of its square root",
    hints=(
        "The divisor should have the same unit as x.",
        "Which of the two has the unit of x: the variance or the standard deviation?",
    ),
)
def normalised_batch__no_root() -> Answers:
    return {**right_batchnorm(), "normalised_batch": column(given("normalised_batch"), root=False)}


@wrong(
    "theory_answers.batchnorm",
    looks_like="beta is added before the multiplication by gamma",
    hints=("The values are scaled first and shifted afterwards.", "What does gamma multiply?"),
)
def normalised_batch__shift_first() -> Answers:
    n = given("normalised_batch")
    shifted = {**n, "beta": n["beta"] * n["gamma"]}
    return {**right_batchnorm(), "normalised_batch": column(shifted)}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the centered values are divided by the running variance instead of its square root",
    hints=(
        "The divisor is the square root of the variance plus epsilon.",
        "Which of the two has the unit of x: the variance or the standard deviation?",
    ),
)
def normalised_in_test__no_root() -> Answers:
    n = given("normalised_in_test")
    out = n["gamma"] * (n["x"] - n["mean"]) / (n["var"] + n["eps"]) + n["beta"]
    return {**right_batchnorm(), "normalised_in_test": out}


@wrong(
    "theory_answers.batchnorm",
    looks_like="epsilon is added outside the square root",
    hints=(
        "Epsilon is added to the variance.",
        "Does epsilon belong inside or outside the square root?",
    ),
)
def normalised_in_test__eps_outside() -> Answers:
    n = given("normalised_in_test")
    out = n["gamma"] * (n["x"] - n["mean"]) / (math.sqrt(n["var"]) + n["eps"]) + n["beta"]
    return {**right_batchnorm(), "normalised_in_test": out}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the mean of the test batch is used, so the result is beta",
    hints=("At test time, the running statistics are used.", "Which mean is subtracted?"),
)
def normalised_in_test__own_mean() -> Answers:
    return {**right_batchnorm(), "normalised_in_test": given("normalised_in_test")["beta"]}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the value passes through unchanged",
    hints=("A batch of one value has a mean, too.", "What is the value minus that mean?"),
)
def batch_of_one__unchanged() -> Answers:
    return {**right_batchnorm(), "batch_of_one": given("batch_of_one")["x"]}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the mean is assumed to be 0",
    hints=("A batch of one value has its own mean.", "What is the mean of a single value?"),
)
def batch_of_one__no_mean() -> Answers:
    n = given("batch_of_one")
    out = n["gamma"] * n["x"] / math.sqrt(n["eps"]) + n["beta"]
    return {**right_batchnorm(), "batch_of_one": out}


@wrong(
    "theory_answers.batchnorm",
    looks_like="beta is left out",
    hints=(
        "Something is added after the normalization.",
        "What is the last step of batch normalization?",
    ),
)
def batch_of_one__zero() -> Answers:
    return {**right_batchnorm(), "batch_of_one": 0.0}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the dense layer is given biases",
    hints=("This dense layer has no biases.", "Which of the two layers does the shifting?"),
)
def dense_and_norm__bias() -> Answers:
    n = given("dense_and_norm")
    return {**right_batchnorm(), "dense_and_norm": (n["inputs"] + 3) * n["outputs"]}


@wrong(
    "theory_answers.batchnorm",
    looks_like="the running statistics are counted as learned parameters",
    hints=(
        "The running statistics get no gradient.",
        "Which two of the four does gradient descent update?",
    ),
)
def dense_and_norm__statistics() -> Answers:
    n = given("dense_and_norm")
    return {**right_batchnorm(), "dense_and_norm": (n["inputs"] + 4) * n["outputs"]}


@wrong(
    "theory_answers.batchnorm",
    looks_like="gamma and beta are counted only once for the layer",
    hints=("Each feature has its own gamma and beta.", "How many features are normalized?"),
)
def dense_and_norm__once() -> Answers:
    n = given("dense_and_norm")
    return {**right_batchnorm(), "dense_and_norm": n["inputs"] * n["outputs"] + 2}


@wrong(
    "theory_answers.batchnorm",
    looks_like="true and false are swapped",
    hints=(
        "Each answer is the opposite of the right one.",
        "Which of the two means that a statement holds: True or False?",
    ),
)
def true_or_false__turned() -> Answers:
    right = right_batchnorm()
    return {**right, "true_or_false": tuple(not truth for truth in right["true_or_false"])}


@wrong(
    "theory_answers.batchnorm",
    looks_like="only the true statements are listed",
    hints=(
        "There are fewer answers than statements.",
        "What is the answer for a statement that doesn't hold?",
    ),
)
def true_or_false__only_true_ones() -> Answers:
    right = right_batchnorm()
    numbers = tuple(i for i, truth in enumerate(right["true_or_false"], start=1) if truth)
    return {**right, "true_or_false": numbers}
