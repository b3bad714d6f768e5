"""Wrong answers about learning in general."""

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
    looks_like="bias and variance have changed places",
    hints=("A flexible model has little bias.", "Which of the two falls with flexibility?"),
)
def five_curves__bias_and_variance() -> Answers:
    right = right_learning()
    noise, bias, variance, training, test = right["five_curves"]
    return {**right, "five_curves": (noise, variance, bias, training, test)}


@wrong(
    "theory_answers.learning",
    looks_like="training and test error have changed places",
    hints=("Which error keeps falling as a model becomes more flexible?", "Which one turns?"),
)
def five_curves__training_and_test() -> Answers:
    right = right_learning()
    noise, bias, variance, training, test = right["five_curves"]
    return {**right, "five_curves": (noise, bias, variance, test, training)}


@wrong(
    "theory_answers.learning",
    looks_like="the farthest points vote",
    hints=("Near means a small distance.", "Which end of the sorted list votes?"),
)
def neighbours__farthest() -> Answers:
    n, right = given("neighbours"), right_learning()
    offsets = -np.linalg.norm(np.subtract(n["points"], n["asked"]), axis=1)
    order = [n["labels"][i] for i in np.argsort(offsets, kind="stable")]
    return {**right, "neighbours": tuple(max(order[:k], key=order[:k].count) for k in (1, 3, 5))}


@wrong(
    "theory_answers.learning",
    looks_like="the nearest one decides for every k",
    hints=("With k neighbours, the majority decides.", "Count the votes."),
)
def neighbours__nearest_only() -> Answers:
    right = right_learning()
    return {**right, "neighbours": (right["neighbours"][0],) * 3}


@wrong(
    "theory_answers.learning",
    looks_like="the intercept is left out",
    hints=("The score has a third term.", "What is the score at 0 hours and gpa 0?"),
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
    looks_like="the sign in the exponential is turned round",
    hints=("More hours should help.", "Which way does the sigmoid rise?"),
)
def exam__sign() -> Answers:
    n, right = given("exam"), right_learning()
    hours = theory.hours_for_probability(1 - n["wanted"], n["beta"], n["gpa"])
    return {**right, "exam": (1 - right["exam"][0], hours)}


@wrong(
    "theory_answers.learning",
    looks_like="the probability is taken to be linear in the hours, or to be the odds",
    hints=("Log-odds are linear, probabilities aren't.", "Take log(p / (1 − p))."),
)
def exam__linear() -> Answers:
    n = given("exam")
    b0, b1, b2 = n["beta"]
    odds = math.exp(b0 + b1 * n["hours"] + b2 * n["gpa"])
    return {**right_learning(), "exam": (odds, (n["wanted"] - b0 - b2 * n["gpa"]) / b1)}


@wrong(
    "theory_answers.learning",
    looks_like="the rate decays exponentially",
    hints=("There is no power in this schedule.", "Put the numbers into the formula given."),
)
def learning_rate__exponential() -> Answers:
    n = given("learning_rate")
    rate = n["initial"] * math.exp(-n["decay"] * n["iteration"])
    return {**right_learning(), "learning_rate": rate}


@wrong(
    "theory_answers.learning",
    looks_like="iterations are counted from 1",
    hints=("The first iteration is 0.", "One iteration too many has passed."),
)
def learning_rate__from_one() -> Answers:
    n = given("learning_rate")
    rate = n["initial"] / (1 + n["decay"] * (n["iteration"] + 1))
    return {**right_learning(), "learning_rate": rate}


@wrong(
    "theory_answers.learning",
    looks_like="the 1 below the fraction bar is forgotten",
    hints=("At t = 0 the rate should be the initial one.", "Divide by 1 + decay · t."),
)
def learning_rate__no_one() -> Answers:
    n = given("learning_rate")
    return {**right_learning(), "learning_rate": n["initial"] / (n["decay"] * n["iteration"])}


@wrong(
    "theory_answers.learning",
    looks_like="the order is turned round",
    hints=("A large decay falls fast.", "Which curve is lowest after a few steps?"),
)
def decay_curves__turned_round() -> Answers:
    right = right_learning()
    return {**right, "decay_curves": right["decay_curves"][::-1]}


@wrong(
    "theory_answers.learning",
    looks_like="the curves are numbered, not lettered",
    hints=("The figure has no numbers.", "What stands next to each curve?"),
)
def decay_curves__numbered() -> Answers:
    right = right_learning()
    numbers = tuple("ABCD".index(letter) + 1 for letter in right["decay_curves"])
    return {**right, "decay_curves": numbers}


@wrong(
    "theory_answers.learning",
    looks_like="epochs are counted from 1",
    hints=("The first epoch is 0.", "Take one off."),
)
def early_stopping__from_one() -> Answers:
    right = right_learning()
    late = tuple(None if e is None else e + 1 for e in right["early_stopping"])
    return {**right, "early_stopping": late}


@wrong(
    "theory_answers.learning",
    looks_like="each epoch is compared with the one before, not with the best so far",
    hints=("Compare with the lowest error so far.", "Keep a running minimum."),
)
def early_stopping__last_epoch() -> Answers:
    n, right = given("early_stopping"), right_learning()
    errors = n["errors"]
    rises = [0.0, *(100 * (b / a - 1) for a, b in pairwise(errors))]
    stops = [next((i for i, r in enumerate(rises) if r > t), None) for t in n["thresholds"]]
    return {**right, "early_stopping": tuple(stops)}


@wrong(
    "theory_answers.learning",
    looks_like="the best epoch before the stop is given",
    hints=("The question asks where training stops.", "First epoch above the threshold."),
)
def early_stopping__best() -> Answers:
    n, right = given("early_stopping"), right_learning()
    best = [
        None if e is None else int(np.argmin(n["errors"][: e + 1])) for e in right["early_stopping"]
    ]
    return {**right, "early_stopping": tuple(best)}


@wrong(
    "theory_answers.learning",
    looks_like="the dot product is not divided by the lengths",
    hints=("Divide by both lengths.", "Should a longer vector be more alike?"),
)
def pseudolabels__dot_product() -> Answers:
    n = given("pseudolabels")
    dots = {name: -float(np.dot(v, n["feature"])) for name, v in n["sources"].items()}
    return {**right_learning(), "pseudolabels": "".join(sorted(dots, key=dots.__getitem__)[:3])}


@wrong(
    "theory_answers.learning",
    looks_like="the distance between the vectors ranks them",
    hints=("Cosine similarity is about angles.", "Do the lengths matter?"),
)
def pseudolabels__distance() -> Answers:
    n = given("pseudolabels")
    away = {name: math.dist(v, n["feature"]) for name, v in n["sources"].items()}
    return {**right_learning(), "pseudolabels": "".join(sorted(away, key=away.__getitem__)[:3])}


@wrong(
    "theory_answers.learning",
    looks_like="the least similar come first",
    hints=("A large cosine means alike.", "Turn the order round."),
)
def pseudolabels__least() -> Answers:
    n = given("pseudolabels")
    everything = theory.nearest_pseudolabels(n["feature"], n["sources"], 5)
    return {**right_learning(), "pseudolabels": everything[::-1][:3]}


@wrong(
    "theory_answers.learning",
    looks_like="no point is left out: these are the training errors",
    hints=("The fit may not see the point that judges it.", "Fit five times, to four points."),
)
def leave_one_out__training_error() -> Answers:
    n = given("leave_one_out")
    fits = [np.polyval(np.polyfit(n["x"], n["y"], degree), n["x"]) for degree in (0, 1)]
    errors = tuple(float(np.mean((fit - n["y"]) ** 2)) for fit in fits)
    return {**right_learning(), "leave_one_out": errors}


@wrong(
    "theory_answers.learning",
    looks_like="the squared errors are added up, not averaged",
    hints=("Take the mean over the five points.", "What does the M in MSE say?"),
)
def leave_one_out__sum() -> Answers:
    right = right_learning()
    return {**right, "leave_one_out": tuple(5 * v for v in right["leave_one_out"])}


@wrong(
    "theory_answers.learning",
    looks_like="the root is taken in the end",
    hints=("The mean squared error has no root.", "MSE or RMSE?"),
)
def leave_one_out__root() -> Answers:
    right = right_learning()
    return {**right, "leave_one_out": tuple(math.sqrt(v) for v in right["leave_one_out"])}
