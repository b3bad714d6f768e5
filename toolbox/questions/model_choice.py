"""Questions on neighbors in three dimensions, and on when to stop training."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

from toolbox.questions.answer_forms import Number, Option
from toolbox.questions.question import NumberedQuestion, Numbers, table
from toolbox.questions.variant import Draw

COLORS = ("red", "green")
MARKS = "ABCDEF"
PLACES = ("1st", "2nd", "3rd", "4th", "5th", "6th")


def _three_features(draw: Draw) -> Numbers:
    while True:
        *points, asked = ([draw.integer(-3, 3) for _ in range(3)] for _ in range(7))
        labels = [draw.choice(COLORS) for _ in points]
        squares = [sum((a - b) ** 2 for a, b in zip(p, asked, strict=True)) for p in points]
        near = [labels[i] for i in sorted(range(6), key=squares.__getitem__)]
        apart = len(set(squares)) == 6 and min(squares) > 1
        # One neighbor and three neighbors give different labels, so k matters.
        if apart and near[1] == near[2] != near[0]:
            return {"points": points, "labels": labels, "asked": asked}


def _three_features_words(n: Numbers) -> str:
    rows = zip(PLACES, n["points"], n["labels"], strict=True)
    return (
        f"Six examples have three features each. Compute the Euclidean distance of each to the "
        f"point {n['asked']}, and the label of that point according to its K = 1 and its K = 3 "
        "nearest neighbors."
        + table(
            ["example", "x1", "x2", "x3", "label"],
            [[place, *point, label] for place, point, label in rows],
        )
    )


def _stopping(draw: Draw) -> Numbers:
    while True:
        errors = _validation_curve(draw)
        low, high = draw.choice([4, 5, 6]), draw.choice([9, 12, 15])
        lowest = list(accumulate(errors, min))
        best = errors.index(lowest[-1])
        pairs = list(zip(errors, lowest, strict=True))
        stops = [_first(pairs, low, 0), _first(pairs, high, 0), _first(pairs, low, best)]
        answers = [*stops, best]
        # The alarm at the lower threshold is a false one, and each answer has its own mark.
        if (
            None in stops
            or len(set(answers)) < 4
            or stops[0] > best
            or errors.count(min(errors)) > 1
        ):
            continue
        others = [e for e in range(1, len(errors)) if e not in answers]
        marks = sorted([*answers, *draw.sample(others, 2)])
        apart = all(b - a >= 2 for a, b in pairwise(marks))
        if apart and all(_clear(*pair, t) for pair in pairs for t in (low, high)):
            numbers = {"errors": [e / 100 for e in errors], "thresholds": (low, high)}
            return {**numbers, "marks": marks}


def _validation_curve(draw: Draw) -> list[int]:
    """Return errors that fall, rise for a while, fall again, and rise in the end."""
    errors = [draw.integer(85, 99)]
    for low, high, least, most in ((-6, -3, 5, 7), (2, 4, 2, 5), (-3, -1, 6, 9), (1, 3, 8, 10)):
        for _ in range(draw.integer(least, most)):
            errors.append(errors[-1] + draw.integer(low, high))
    return errors


def _first(pairs: list[tuple[int, int]], threshold: int, start: int) -> Any:
    """Return the first epoch from `start` on whose error is too far above the lowest one."""
    over = (i for i, (e, low) in enumerate(pairs) if 100 * (e - low) > threshold * low)
    return next((i for i in over if i >= start), None)


def _clear(error: int, low: int, threshold: int) -> bool:
    """Return whether the rise differs from the threshold by more than half a percent."""
    return 2 * abs(100 * (error - low) - threshold * low) > low


def _stopping_words(n: Numbers) -> str:
    low, high = n["thresholds"]
    return (
        "The figure shows the validation error of each epoch, with the epochs A to F marked. "
        f"Training stops at the first epoch whose generalization loss exceeds a threshold. Which "
        f"mark is that for {low} %, and which for {high} %? A rise above {low} % is a correct "
        "detection of overfitting if the error never falls below its earlier minimum again: at "
        f"which mark is overfitting first correctly detected with {low} %? And at which mark is "
        "the generalization error smallest, as far as the validation set tells?"
    )


QUESTIONS = (
    NumberedQuestion(
        "three_features",
        "learning",
        _three_features,
        _three_features_words,
        (*(Number(),) * 6, Option(COLORS), Option(COLORS)),
        (*PLACES, "K = 1", "K = 3"),
    ),
    NumberedQuestion(
        "stopping_curve",
        "learning",
        _stopping,
        _stopping_words,
        (Option(tuple(MARKS)),) * 4,
        ("lower threshold", "higher threshold", "correct detection", "smallest error"),
        told_at_once=False,
    ),
)
