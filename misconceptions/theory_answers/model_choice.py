"""Wrong answers to the questions about neighbors in three dimensions and about stopping."""

from __future__ import annotations

import numpy as np

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code.theory_answers import learning as right_learning


@wrong(
    "theory_answers.learning",
    looks_like="the distances are not square-rooted",
    hints=("The distances are too large.", "What is the length of the vector (3, 4)?"),
)
def three_features__squared() -> Answers:
    right = right_learning()
    *distances, one, three = right["three_features"]
    return {**right, "three_features": (*(d**2 for d in distances), one, three)}


@wrong(
    "theory_answers.learning",
    looks_like="the distance is the sum of the absolute differences",
    hints=(
        "The distance is along the straight line.",
        "How long is the straight line from (0, 0, 0) to (1, 1, 1)?",
    ),
)
def three_features__city_blocks() -> Answers:
    n, right = given("three_features"), right_learning()
    distances = np.abs(np.subtract(n["points"], n["asked"])).sum(axis=1)
    votes = right["three_features"][6:]
    return {**right, "three_features": (*map(float, distances), *votes)}


@wrong(
    "theory_answers.learning",
    looks_like="the third feature is left out",
    hints=("Some distances are too small.", "How many features does each example have?"),
)
def three_features__two_features() -> Answers:
    n, right = given("three_features"), right_learning()
    offsets = np.subtract(n["points"], n["asked"])[:, :2]
    votes = right["three_features"][6:]
    return {
        **right,
        "three_features": (*map(float, np.linalg.norm(offsets, axis=1)), *votes),
    }


@wrong(
    "theory_answers.learning",
    looks_like="the nearest example decides for K = 3 as well",
    hints=("With K = 3, the majority decides.", "Which labels do the three nearest have?"),
)
def three_features__nearest_only() -> Answers:
    right = right_learning()
    found = right["three_features"]
    return {**right, "three_features": (*found[:7], found[6])}


@wrong(
    "theory_answers.learning",
    looks_like="every alarm is taken for a correct detection",
    hints=(
        "After the first alarm, the error reaches a new minimum.",
        "Does the error fall below its earlier minimum after this mark?",
    ),
)
def stopping_curve__first_alarm() -> Answers:
    right = right_learning()
    low, high, _, best = right["stopping_curve"]
    return {**right, "stopping_curve": (low, high, low, best)}


@wrong(
    "theory_answers.learning",
    looks_like="the marks are numbered instead of lettered",
    hints=("The marks in the plot have no numbers.", "What is the label of each mark?"),
)
def stopping_curve__numbered() -> Answers:
    right = right_learning()
    numbers = tuple(1 + "ABCDEF".index(letter) for letter in right["stopping_curve"])
    return {**right, "stopping_curve": numbers}


@wrong(
    "theory_answers.learning",
    looks_like="the epoch of the stop is taken for the epoch of the smallest error",
    hints=(
        "Training stops after the error has risen.",
        "At which mark is the curve lowest?",
    ),
)
def stopping_curve__stop_is_best() -> Answers:
    right = right_learning()
    low, high, correct, _ = right["stopping_curve"]
    return {**right, "stopping_curve": (low, high, correct, correct)}
