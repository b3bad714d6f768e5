"""Wrong answers to the questions about learning in general."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code import theory
from student_code.theory_answers import learning as right_learning


@wrong(
    "theory_answers.learning",
    looks_like="bias and variance are swapped",
    hints=("A flexible model has a small bias.", "Which of the two falls with flexibility?"),
)
def five_curves__bias_and_variance() -> Answers:
    right = right_learning()
    noise, bias, variance, training, test = right["five_curves"]
    return {**right, "five_curves": (noise, variance, bias, training, test)}


@wrong(
    "theory_answers.learning",
    looks_like="training and test error are swapped",
    hints=(
        "One error keeps falling as a model becomes more flexible.",
        "Which of the two errors starts to rise again?",
    ),
)
def five_curves__training_and_test() -> Answers:
    right = right_learning()
    noise, bias, variance, training, test = right["five_curves"]
    return {**right, "five_curves": (noise, bias, variance, test, training)}


@wrong(
    "theory_answers.learning",
    looks_like="the farthest points vote",
    hints=(
        "The nearest points are those with the smallest distances.",
        "Which end of the sorted list should vote?",
    ),
)
def neighbours__farthest() -> Answers:
    n, right = given("neighbours"), right_learning()
    offsets = -np.linalg.norm(np.subtract(n["points"], n["asked"]), axis=1)
    order = [n["labels"][i] for i in np.argsort(offsets, kind="stable")]
    return {**right, "neighbours": tuple(max(order[:k], key=order[:k].count) for k in (1, 3, 5))}


@wrong(
    "theory_answers.learning",
    looks_like="the nearest point decides for every k",
    hints=("With k neighbors, the majority decides.", "How many votes does each label get?"),
)
def neighbours__nearest_only() -> Answers:
    right = right_learning()
    return {**right, "neighbours": (right["neighbours"][0],) * 3}


@wrong(
    "theory_answers.learning",
    looks_like="the intercept is left out",
    hints=("The score has a third term.", "What is the score at 0 hours and a gpa of 0?"),
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
    looks_like="the sign in the exponent is reversed",
    hints=("More hours should increase the probability.", "Does the sigmoid rise or fall?"),
)
def exam__sign() -> Answers:
    n, right = given("exam"), right_learning()
    hours = theory.hours_for_probability(1 - n["wanted"], n["beta"], n["gpa"])
    return {**right, "exam": (1 - right["exam"][0], hours)}


@wrong(
    "theory_answers.learning",
    looks_like="the probability is assumed to be linear in the hours, or to be the odds",
    hints=(
        "The log-odds are linear; the probability isn't.",
        "Which number do you get from log(p / (1 − p))?",
    ),
)
def exam__linear() -> Answers:
    n = given("exam")
    b0, b1, b2 = n["beta"]
    odds = math.exp(b0 + b1 * n["hours"] + b2 * n["gpa"])
    return {**right_learning(), "exam": (odds, (n["wanted"] - b0 - b2 * n["gpa"]) / b1)}


@wrong(
    "theory_answers.learning",
    looks_like="the rate decays exponentially",
    hints=(
        "The formula of this schedule contains no power.",
        "What do you get if you insert the numbers into the given formula?",
    ),
)
def learning_rate__exponential() -> Answers:
    n = given("learning_rate")
    rate = n["initial"] * math.exp(-n["decay"] * n["iteration"])
    return {**right_learning(), "learning_rate": rate}


@wrong(
    "theory_answers.learning",
    looks_like="iterations are counted from 1",
    hints=("The first iteration is number 0.", "How many iterations have passed?"),
)
def learning_rate__from_one() -> Answers:
    n = given("learning_rate")
    rate = n["initial"] / (1 + n["decay"] * (n["iteration"] + 1))
    return {**right_learning(), "learning_rate": rate}


@wrong(
    "theory_answers.learning",
    looks_like="the 1 in the denominator is left out",
    hints=(
        "At t = 0, the rate should be the initial one.",
        "What does the denominator look like at t = 0?",
    ),
)
def learning_rate__no_one() -> Answers:
    n = given("learning_rate")
    return {**right_learning(), "learning_rate": n["initial"] / (n["decay"] * n["iteration"])}


@wrong(
    "theory_answers.learning",
    looks_like="the order of the curves is reversed",
    hints=(
        "A large decay makes the rate fall fast.",
        "Which curve is the lowest after a few steps?",
    ),
)
def decay_curves__turned_round() -> Answers:
    right = right_learning()
    return {**right, "decay_curves": right["decay_curves"][::-1]}


@wrong(
    "theory_answers.learning",
    looks_like="the curves are numbered instead of lettered",
    hints=("The curves in the plot have no numbers.", "What is the label next to each curve?"),
)
def decay_curves__numbered() -> Answers:
    right = right_learning()
    numbers = tuple("ABCD".index(letter) + 1 for letter in right["decay_curves"])
    return {**right, "decay_curves": numbers}


@wrong(
    "theory_answers.learning",
    looks_like="epochs are counted from 1",
    hints=("The first epoch is number 0.", "Which number does the second epoch have?"),
)
def early_stopping__from_one() -> Answers:
    right = right_learning()
    late = tuple(None if e is None else e + 1 for e in right["early_stopping"])
    return {**right, "early_stopping": late}


@wrong(
    "theory_answers.learning",
    looks_like="each epoch is compared with the previous one instead of the best so far",
    hints=(
        "The reference is the lowest error so far.",
        "What is the minimum of all errors up to that epoch?",
    ),
)
def early_stopping__last_epoch() -> Answers:
    n, right = given("early_stopping"), right_learning()
    errors = n["errors"]
    rises = [0.0, *(100 * (b / a - 1) for a, b in pairwise(errors))]
    stops = [next((i for i, r in enumerate(rises) if r > t), None) for t in n["thresholds"]]
    return {**right, "early_stopping": tuple(stops)}


@wrong(
    "theory_answers.learning",
    looks_like="the best epoch before the stop is returned",
    hints=(
        "The question asks for the epoch at which training stops.",
        "Which epoch is the first one above the threshold?",
    ),
)
def early_stopping__best() -> Answers:
    n, right = given("early_stopping"), right_learning()
    best = [
        None if e is None else int(np.argmin(n["errors"][: e + 1])) for e in right["early_stopping"]
    ]
    return {**right, "early_stopping": tuple(best)}


@wrong(
    "theory_answers.learning",
    looks_like="the dot product is not divided by the lengths of the vectors",
    hints=(
        "The cosine doesn't depend on the lengths of the vectors.",
        "Should a longer vector be more similar?",
    ),
)
def pseudolabels__dot_product() -> Answers:
    n = given("pseudolabels")
    dots = {name: -float(np.dot(v, n["feature"])) for name, v in n["sources"].items()}
    return {**right_learning(), "pseudolabels": "".join(sorted(dots, key=dots.__getitem__)[:3])}


@wrong(
    "theory_answers.learning",
    looks_like="the vectors are ranked by their distance",
    hints=("Cosine similarity is about angles.", "Do the lengths of the vectors matter?"),
)
def pseudolabels__distance() -> Answers:
    n = given("pseudolabels")
    away = {name: math.dist(v, n["feature"]) for name, v in n["sources"].items()}
    return {**right_learning(), "pseudolabels": "".join(sorted(away, key=away.__getitem__)[:3])}


@wrong(
    "theory_answers.learning",
    looks_like="the least similar sources come first",
    hints=(
        "A large cosine means that two vectors are similar.",
        "Which end of your list should come first?",
    ),
)
def pseudolabels__least() -> Answers:
    n = given("pseudolabels")
    everything = theory.nearest_pseudolabels(n["feature"], n["sources"], 5)
    return {**right_learning(), "pseudolabels": everything[::-1][:3]}


@wrong(
    "theory_answers.learning",
    looks_like="no point is left out, so these are the training errors",
    hints=(
        "A model must not be fitted to the point that it is tested on.",
        "How many fits do you need, and to how many points each?",
    ),
)
def leave_one_out__training_error() -> Answers:
    n = given("leave_one_out")
    fits = [np.polyval(np.polyfit(n["x"], n["y"], degree), n["x"]) for degree in (0, 1)]
    errors = tuple(float(np.mean((fit - n["y"]) ** 2)) for fit in fits)
    return {**right_learning(), "leave_one_out": errors}


@wrong(
    "theory_answers.learning",
    looks_like="the squared errors are summed instead of averaged",
    hints=(
        "The result is too large by a factor of the number of points.",
        "What does the M in MSE stand for?",
    ),
)
def leave_one_out__sum() -> Answers:
    right = right_learning()
    return {**right, "leave_one_out": tuple(5 * v for v in right["leave_one_out"])}


@wrong(
    "theory_answers.learning",
    looks_like="the square root is taken at the end",
    hints=(
        "The mean squared error contains no square root.",
        "Does the question ask for the MSE or the RMSE?",
    ),
)
def leave_one_out__root() -> Answers:
    right = right_learning()
    return {**right, "leave_one_out": tuple(math.sqrt(v) for v in right["leave_one_out"])}
