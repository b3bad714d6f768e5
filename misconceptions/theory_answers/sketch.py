"""Wrong sketches of the five curves of bias and variance."""

from __future__ import annotations

from typing import Any

import numpy as np

from misconceptions.catalogue import wrong
from student_code.theory_answers import bias_variance_sketch as right_sketch

Sketch = dict[str, Any]


@wrong(
    "theory_answers.bias_variance_sketch",
    looks_like="bias and variance are swapped",
    hints=(
        "Two curves have each other's shape.",
        "Which model comes closer to the truth on average: a rigid or a flexible one?",
    ),
)
def sketch__swapped() -> Sketch:
    right = right_sketch()
    return {**right, "squared bias": right["variance"], "variance": right["squared bias"]}


@wrong(
    "theory_answers.bias_variance_sketch",
    looks_like="the test error keeps falling, like the training error",
    hints=(
        "The test error has a lowest point in between.",
        "What does a model that is too flexible do on new data?",
    ),
)
def sketch__test_falls() -> Sketch:
    right = right_sketch()
    return {**right, "test error": [error + 0.2 for error in right["training error"]]}


@wrong(
    "theory_answers.bias_variance_sketch",
    looks_like="the training error rises again, like the test error",
    hints=(
        "A more flexible model fits its training set at least as well.",
        "Can more freedom make a fit to the same points worse?",
    ),
)
def sketch__training_turns() -> Sketch:
    right = right_sketch()
    return {**right, "training error": [0.6 * error for error in right["test error"]]}


@wrong(
    "theory_answers.bias_variance_sketch",
    looks_like="the noise depends on the model",
    hints=("One curve is a property of the data.", "Can a model change the noise in the labels?"),
)
def sketch__noise_falls() -> Sketch:
    right = right_sketch()
    return {**right, "noise": np.linspace(0.3, 0.1, len(right["noise"])).tolist()}


@wrong(
    "theory_answers.bias_variance_sketch",
    looks_like="the test error falls below the noise",
    hints=(
        "The noise of new data can't be predicted.",
        "Which curve is the lower bound of the test error?",
    ),
)
def sketch__below_noise() -> Sketch:
    right = right_sketch()
    return {**right, "test error": [0.4 * error for error in right["test error"]]}


@wrong(
    "theory_answers.bias_variance_sketch",
    looks_like="the training error stays above the noise",
    hints=(
        "A flexible model also fits the noise of its training set.",
        "What is the training error of a curve through all points?",
    ),
)
def sketch__training_above_noise() -> Sketch:
    right = right_sketch()
    return {**right, "training error": [0.2 + error for error in right["training error"]]}


@wrong(
    "theory_answers.bias_variance_sketch",
    looks_like="a curve is missing from the sketch",
    hints=("The dict has too few entries.", "Which five curves does the docstring name?"),
)
def sketch__one_missing() -> Sketch:
    return {name: curve for name, curve in right_sketch().items() if name != "noise"}


@wrong(
    "theory_answers.bias_variance_sketch",
    looks_like="the curves have different lengths",
    hints=(
        "The lists do not have equally many heights.",
        "How many heights did you choose for each curve?",
    ),
)
def sketch__unequal() -> Sketch:
    right = right_sketch()
    return {**right, "noise": right["noise"][:-1]}
