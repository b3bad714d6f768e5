"""Questions on machine learning in general."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from toolbox.questions.answer_forms import Epoch, Letters, Number, Option
from toolbox.questions.question import NumberedQuestion, Numbers, table
from toolbox.questions.variant import Draw

CURVES = ("noise", "squared bias", "variance", "training error", "test error")
FRUITS = ("apple", "pear", "plum")
LETTERS = "ABCDE"
MILLIONTHS = 10**6


def _curves(draw: Draw) -> Numbers:
    return {"letters": draw.sample(LETTERS, 5)}


def _neighbours(draw: Draw) -> Numbers:
    while True:
        cells = [(x, y) for x in range(8) for y in range(8)]
        *points, asked = draw.sample(cells, 8)
        labels = [draw.choice(FRUITS) for _ in points]
        distances = [(x - asked[0]) ** 2 + (y - asked[1]) ** 2 for x, y in points]
        near = [labels[i] for i in sorted(range(7), key=distances.__getitem__)]
        winners = [_clear_winner(near[:k]) for k in (1, 3, 5)]
        # Equal distances would make the neighbors ambiguous; the same winner for all k, or a
        # farthest point with the label of the nearest, would be too easy.
        differ = len(set(winners)) >= 2 and labels[distances.index(max(distances))] != near[0]
        if len(set(distances)) == 7 and None not in winners and differ:
            return {"points": points, "labels": labels, "asked": asked}


def _clear_winner(labels: list[str]) -> str | None:
    counts = sorted(((labels.count(name), name) for name in set(labels)), reverse=True)
    return counts[0][1] if len(counts) == 1 or counts[0][0] > counts[1][0] else None


def _neighbours_words(n: Numbers) -> str:
    rows = [[*point, label] for point, label in zip(n["points"], n["labels"], strict=True)]
    return (
        f"What is the label of the point {n['asked']} according to its 1, its 3 and its 5 nearest "
        "neighbors (Euclidean distance)?" + table(["x", "y", "is"], rows)
    )


def _exam(draw: Draw) -> Numbers:
    hours, gpa = draw.integer(40, 70), draw.integer(25, 40)  # the gpa in tenths
    of_hours, of_gpa = draw.integer(4, 9), draw.integer(6, 14)  # in hundredths, in tenths
    # Chosen so that the probability is neither 0, nor 1, nor one half.
    score = draw.choice([-1, 1]) * draw.integer(4, 16)  # in tenths
    intercept = 10 * score - of_hours * hours - of_gpa * gpa  # in hundredths
    beta = [intercept / 100, of_hours / 100, of_gpa / 10]
    wanted = draw.choice([0.6, 0.7, 0.8, 0.9])
    return {"beta": beta, "hours": hours, "gpa": gpa / 10, "wanted": wanted}


def _exam_words(n: Numbers) -> str:
    b0, b1, b2 = n["beta"]
    return (
        "A logistic regression on the hours of study and the GPA has the intercept "
        f"{b0} and the coefficients {b1} per hour and {b2} per point of GPA. With what probability "
        f"does a student with {n['hours']} hours and a GPA of {n['gpa']} pass, and how many hours "
        f"would make it {n['wanted']} at that GPA?"
    )


def _rates(draw: Draw) -> Numbers:
    return {
        "initial": draw.choice([0.2, 0.4, 0.5, 0.8]),
        "decay": draw.choice([0.05, 0.1, 0.2]),
        "iteration": draw.integer(3, 12),
    }


def _rates_words(n: Numbers) -> str:
    return (
        f"The learning rate starts at {n['initial']} and decays as α₀ / (1 + {n['decay']}·t). What "
        f"is it at iteration t = {n['iteration']}, counted from 0?"
    )


def _decays(draw: Draw) -> Numbers:
    return {"decays": (0.01, 0.1, 0.5, 2.0), "letters": draw.sample("ABCD", 4)}


def _validation(draw: Draw) -> Numbers:
    while True:
        errors = [draw.integer(80, 100)]
        for _ in range(9):
            errors.append(errors[-1] + draw.choice([-14, -9, -6, 3, 5, 8, 12]))
        losses = [_rise(e, min(errors[: i + 1])) for i, e in enumerate(errors)]
        thresholds = sorted(draw.sample([3, 5, 7, 10, 14, 18, 24], 3))
        rises = [Fraction(0), *(_rise(b, a) for a, b in pairwise(errors))]
        stops, hasty = (
            [next((i for i, v in enumerate(values) if v > t), None) for t in thresholds]
            for values in (losses, rises)
        )
        fair = all(abs(v - t) > Fraction(1, 5) for v in losses for t in thresholds)
        # Three different answers, which change if epochs are compared with the previous one.
        varied = len(set(stops)) == 3 and (stops[0] or 0) > 1 and stops != hasty
        if min(errors) > 20 and fair and varied:
            return {"errors": [e / 100 for e in errors], "thresholds": thresholds}


def _rise(error: int, earlier: int) -> Fraction:
    """Return by how many percent `error` exceeds `earlier`."""
    return 100 * (Fraction(error, earlier) - 1)


def _validation_words(n: Numbers) -> str:
    t = ", ".join(f"{value} %" for value in n["thresholds"])
    return (
        f"The validation errors of ten epochs are {n['errors']}. Training stops at the first epoch "
        f"whose generalization loss exceeds a threshold. Which epoch is that (counted from 0, "
        f"`None` if there is none) for each of {t}?"
    )


def _sources(draw: Draw) -> Numbers:
    while True:
        vectors = [tuple(draw.integer(-5, 9) for _ in range(3)) for _ in range(5)]
        feature = tuple(draw.integer(1, 6) for _ in range(3))
        if all(any(v) for v in vectors) and _orders_differ(feature, vectors):
            return {"feature": feature, "sources": dict(zip(LETTERS, vectors, strict=True))}


def _orders_differ(feature: tuple[int, ...], vectors: list[tuple[int, ...]]) -> bool:
    """Return whether angle, dot product and distance select different three, without near ties."""
    dots = [sum(a * b for a, b in zip(v, feature, strict=True)) for v in vectors]
    angles = [_per_length(dot, v) for dot, v in zip(dots, vectors, strict=True)]
    distances = [-sum((a - b) ** 2 for a, b in zip(v, feature, strict=True)) for v in vectors]
    ranked = [
        sorted(range(5), key=lambda i, s=scores: -s[i])[:3]  # type: ignore[misc]
        for scores in (angles, dots, distances)
    ]
    gaps = sorted(angles)
    apart = all(20 * (b - a) > MILLIONTHS for a, b in pairwise(gaps))
    return apart and len(set(dots)) == 5 and ranked[0] not in ranked[1:]


def _per_length(dot: int, vector: tuple[int, ...]) -> int:
    """Return `dot` divided by the length of `vector`, in millionths: an exact integer."""
    size = math.isqrt(dot * dot * MILLIONTHS**2 // sum(a * a for a in vector))
    return size if dot >= 0 else -size


def _sources_words(n: Numbers) -> str:
    rows = [[name, vector] for name, vector in n["sources"].items()]
    return (
        f"An unlabeled image has the feature {n['feature']}. Name the three sources that are most "
        "similar to it by cosine similarity, nearest first." + table(["source", "feature"], rows)
    )


def _polynomial(draw: Draw) -> Numbers:
    while True:
        x = sorted(draw.sample(range(-4, 6), 5))
        y = [draw.integer(-4, 6) for _ in x]
        if len(set(y)) >= 4:
            return {"x": x, "y": y}


def _polynomial_words(n: Numbers) -> str:
    return (
        f"Five points have x = {n['x']} and y = {n['y']}. What is the leave-one-out mean squared "
        "error of the best constant, and that of the best straight line?"
    )


QUESTIONS = (
    NumberedQuestion(
        "five_curves",
        "learning",
        _curves,
        lambda n: (
            "The figure shows the noise, squared bias, variance, training error and test error of "
            "a model against its flexibility. Which letter belongs to which?"
        ),
        (Option(tuple(LETTERS)),) * 5,
        CURVES,
        told_at_once=False,
    ),
    NumberedQuestion(
        "neighbours",
        "learning",
        _neighbours,
        _neighbours_words,
        (Option(FRUITS),) * 3,
        ("k = 1", "k = 3", "k = 5"),
    ),
    NumberedQuestion(
        "exam",
        "learning",
        _exam,
        _exam_words,
        (Number(), Number(2)),
        ("probability", "hours"),
    ),
    NumberedQuestion("learning_rate", "learning", _rates, _rates_words, (Number(4),)),
    NumberedQuestion(
        "decay_curves",
        "learning",
        _decays,
        lambda n: (
            "The figure shows the learning rate 1 / (1 + decay·t) for four decays: "
            f"{', '.join(map(str, n['decays']))}. Which letter belongs to each, in this order?"
        ),
        (Option(tuple("ABCD")),) * 4,
        ("0.01", "0.1", "0.5", "2.0"),
        told_at_once=False,
    ),
    NumberedQuestion(
        "early_stopping",
        "learning",
        _validation,
        _validation_words,
        (Epoch(),) * 3,
        ("lowest threshold", "middle", "highest"),
    ),
    NumberedQuestion("pseudolabels", "learning", _sources, _sources_words, (Letters(3),)),
    NumberedQuestion(
        "leave_one_out",
        "learning",
        _polynomial,
        _polynomial_words,
        (Number(2), Number(2)),
        ("constant", "line"),
    ),
)
