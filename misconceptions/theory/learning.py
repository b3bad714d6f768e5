"""Misconceptions about classifiers, schedules and model selection."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from misconceptions.catalogue import wrong
from student_code.theory import (
    generalization_loss,
)

# ------------------------------------------------------------------------------------ knn_predict


def _order(train_x: Any, x: Any) -> list[int]:
    distances = np.linalg.norm(np.asarray(train_x) - np.asarray(x), axis=1)
    return [int(i) for i in np.argsort(distances, kind="stable")]


def _majority(labels: list[Any]) -> Any:
    return max(labels, key=lambda label: (labels.count(label), -labels.index(label)))


@wrong(
    "theory.knn_predict",
    looks_like="only the nearest neighbor decides",
    hints=("k has no effect.", "How many neighbors should vote?"),
)
def knn_nearest_only(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    return train_y[_order(train_x, x)[0]]


@wrong(
    "theory.knn_predict",
    looks_like="the farthest points vote",
    hints=("The order of the distances is reversed.", "Which end of the sorted list should vote?"),
)
def knn_farthest(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    return _majority([train_y[i] for i in _order(train_x, x)[::-1][:k]])


@wrong(
    "theory.knn_predict",
    looks_like="a tie goes to the label that sorts first",
    hints=(
        "Only ties are decided wrongly.",
        "Which label should win if two labels have equally many votes?",
    ),
)
def knn_tie_by_name(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    labels = [train_y[i] for i in _order(train_x, x)[:k]]
    return max(sorted(set(labels)), key=labels.count)


@wrong(
    "theory.knn_predict",
    looks_like="the distance is the sum of the absolute differences",
    hints=(
        "A different point is considered the nearest.",
        "How long is the straight line from (0, 0) to (3, 3)?",
    ),
)
def knn_city_blocks(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    distances = np.abs(np.asarray(train_x) - np.asarray(x)).sum(axis=1)
    return _majority([train_y[i] for i in np.argsort(distances, kind="stable")[:k]])


@wrong(
    "theory.knn_predict",
    looks_like="one neighbor too many votes",
    hints=(
        "k + 1 points vote.",
        "Do you skip a point, as if the query were among its own neighbors?",
    ),
)
def knn_one_more(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    return _majority([train_y[i] for i in _order(train_x, x)[: k + 1]])


@wrong(
    "theory.knn_predict",
    looks_like="all points vote",
    hints=("The same label wins for every query.", "Which points should vote?"),
)
def knn_everybody(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    return _majority(list(train_y))


# --------------------------------------------------------------------------- logistic_probability


@wrong(
    "theory.logistic_probability",
    looks_like="the intercept is left out",
    hints=("beta[0] has no effect.", "What is the score of an example whose features are all 0?"),
)
def logistic_no_intercept(beta: Any, x: Any) -> float:
    return float(1 / (1 + np.exp(-np.dot(beta[1:], x))))


@wrong(
    "theory.logistic_probability",
    looks_like="the sign in the exponent is reversed",
    hints=("The result is 1 minus the right probability.", "Does a sigmoid rise or fall?"),
)
def logistic_turned_round(beta: Any, x: Any) -> float:
    return float(1 / (1 + np.exp(beta[0] + np.dot(beta[1:], x))))


@wrong(
    "theory.logistic_probability",
    looks_like="the score itself is returned",
    hints=(
        "The result is not a probability.",
        "Which function maps a score to a number between 0 and 1?",
    ),
)
def logistic_score(beta: Any, x: Any) -> float:
    return float(beta[0] + np.dot(beta[1:], x))


@wrong(
    "theory.logistic_probability",
    looks_like="the odds are returned instead of the probability",
    hints=("The result can be larger than 1.", "The odds are p / (1 − p). What is p, then?"),
)
def logistic_odds(beta: Any, x: Any) -> float:
    return float(np.exp(beta[0] + np.dot(beta[1:], x)))


@wrong(
    "theory.logistic_probability",
    looks_like="the last coefficient is used as the intercept",
    hints=("The coefficients are shifted by one position.", "Which coefficient is the intercept?"),
)
def logistic_intercept_last(beta: Any, x: Any) -> float:
    return float(1 / (1 + np.exp(-(beta[-1] + np.dot(beta[:-1], x)))))


# -------------------------------------------------------------------------- hours_for_probability


@wrong(
    "theory.hours_for_probability",
    looks_like="the logarithm of p is used instead of the log-odds",
    hints=("The log-odds are wrong.", "What is the inverse function of the sigmoid?"),
)
def hours_log_of_p(probability: float, beta: Any, gpa: float) -> float:
    return float((math.log(probability) - beta[0] - beta[2] * gpa) / beta[1])


@wrong(
    "theory.hours_for_probability",
    looks_like="the coefficients of hours and gpa are swapped",
    hints=(
        "The coefficients in beta are used in the wrong order.",
        "Which coefficient belongs to the hours?",
    ),
)
def hours_swapped(probability: float, beta: Any, gpa: float) -> float:
    odds = math.log(probability / (1 - probability))
    return float((odds - beta[0] - beta[1] * gpa) / beta[2])


@wrong(
    "theory.hours_for_probability",
    looks_like="the probability is used in place of the log-odds",
    hints=(
        "The probability is treated as a linear function.",
        "Is the probability linear in the hours?",
    ),
)
def hours_linear(probability: float, beta: Any, gpa: float) -> float:
    return float((probability - beta[0] - beta[2] * gpa) / beta[1])


@wrong(
    "theory.hours_for_probability",
    looks_like="the gpa is left out",
    hints=("gpa has no effect.", "Which terms of the score don't depend on the hours?"),
)
def hours_without_gpa(probability: float, beta: Any, gpa: float) -> float:
    return float((math.log(probability / (1 - probability)) - beta[0]) / beta[1])


@wrong(
    "theory.hours_for_probability",
    looks_like="the intercept is added instead of subtracted",
    hints=(
        "One sign is wrong.",
        "What happens to the sign of a term that moves to the other side of the equation?",
    ),
)
def hours_intercept_added(probability: float, beta: Any, gpa: float) -> float:
    odds = math.log(probability / (1 - probability))
    return float((odds + beta[0] - beta[2] * gpa) / beta[1])


@wrong(
    "theory.hours_for_probability",
    looks_like="the odds are inverted",
    hints=(
        "The result is right for p = 0.5, but there are too few hours for larger p.",
        "Does a higher probability require more hours or fewer?",
    ),
)
def hours_odds_turned_round(probability: float, beta: Any, gpa: float) -> float:
    odds = math.log((1 - probability) / probability)
    return float((odds - beta[0] - beta[2] * gpa) / beta[1])


# ------------------------------------------------------------------------- learning_rate_schedule


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate decays exponentially",
    hints=("The learning rate falls too fast.", "Does the formula contain a power?"),
)
def exponential_decay(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr * math.exp(-decay * iteration)


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate is divided by decay · iteration, without adding 1",
    hints=("The first learning rate is infinite.", "Which rate should iteration 0 have?"),
)
def decay_without_one(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr / (decay * iteration) if iteration else math.inf


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate falls linearly",
    hints=(
        "The learning rate becomes negative.",
        "Is decay · iteration subtracted, or is it part of a divisor?",
    ),
)
def linear_decay(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr * (1 - decay * iteration)


@wrong(
    "theory.learning_rate_schedule",
    looks_like="iterations are counted from 1",
    hints=("Every learning rate is late by one step.", "Which rate should iteration 0 have?"),
)
def decay_from_one(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr / (1 + decay * (iteration + 1))


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate grows instead of falling",
    hints=(
        "The learning rate rises.",
        "Is the rate multiplied or divided by 1 + decay · iteration?",
    ),
)
def growing_rate(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr * (1 + decay * iteration)


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate is multiplied by the decay in every iteration",
    hints=("The learning rate falls too fast.", "Does the formula contain a power?"),
)
def step_decay(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr * decay**iteration


# ---------------------------------------------------------------------------- generalization_loss


@wrong(
    "theory.generalization_loss",
    looks_like="each epoch is compared with the lowest error of all epochs, including later ones",
    hints=(
        "The result depends on future epochs.",
        "Which errors are known at the end of an epoch?",
    ),
)
def loss_against_all(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * (errors / errors.min() - 1)


@wrong(
    "theory.generalization_loss",
    looks_like="each epoch is compared with the previous one",
    hints=(
        "The result is right only if the error rises for a single epoch.",
        "Should you compare with the lowest error so far or with the last one?",
    ),
)
def loss_against_last(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * (errors / np.concatenate([errors[:1], errors[:-1]]) - 1)


@wrong(
    "theory.generalization_loss",
    looks_like="the loss is a fraction instead of a percentage",
    hints=("The result is too small by a factor of 100.", "Which unit does the task ask for?"),
)
def loss_as_fraction(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return errors / np.minimum.accumulate(errors) - 1


@wrong(
    "theory.generalization_loss",
    looks_like="1 is not subtracted from the ratio",
    hints=(
        "The best epoch has a generalization loss of 100 percent.",
        "By how much is the best epoch worse than itself?",
    ),
)
def loss_without_one(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * errors / np.minimum.accumulate(errors)


@wrong(
    "theory.generalization_loss",
    looks_like="the difference is divided by the error of the epoch itself",
    hints=("The result is slightly too small.", "Which error represents 100 percent?"),
)
def loss_of_own_error(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * (1 - np.minimum.accumulate(errors) / errors)


@wrong(
    "theory.generalization_loss",
    looks_like="each epoch is compared with the first one",
    hints=(
        "The result can be negative.",
        "Should you compare with the lowest error so far or with the first one?",
    ),
)
def loss_against_first(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * (errors / errors[0] - 1)


# --------------------------------------------------------------------------- early_stopping_epoch


@wrong(
    "theory.early_stopping_epoch",
    looks_like="epochs are counted from 1",
    hints=("The result is too large by 1.", "Which number does the first epoch have?"),
)
def stops_counting_from_one(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) > threshold)
    return int(above[0]) + 1 if above.size else None


@wrong(
    "theory.early_stopping_epoch",
    looks_like="the epoch with the lowest error is returned",
    hints=(
        "The result is the best epoch instead of the last one.",
        "At which epoch does training stop?",
    ),
)
def stops_at_the_best(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) > threshold)
    return int(np.argmin(validation_errors[: above[0] + 1])) if above.size else None


@wrong(
    "theory.early_stopping_epoch",
    looks_like="the epoch with the largest loss is returned",
    hints=(
        "The result is the worst epoch.",
        "Should you return the first epoch above the threshold or the worst one?",
    ),
)
def stops_at_the_worst(validation_errors: Any, threshold: float) -> Any:
    loss = generalization_loss(validation_errors)
    return int(np.argmax(loss)) if loss.max() > threshold else None


@wrong(
    "theory.early_stopping_epoch",
    looks_like="a loss equal to the threshold already stops the training",
    hints=(
        "The difference is visible only if a loss is equal to the threshold.",
        "Should the loss reach the threshold or exceed it?",
    ),
)
def stops_at_the_threshold(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) >= threshold)
    return int(above[0]) if above.size else None


@wrong(
    "theory.early_stopping_epoch",
    looks_like="the last epoch is returned if no epoch exceeds the threshold",
    hints=(
        "The result is an epoch even if training is never stopped.",
        "Which result means that no epoch exceeds the threshold?",
    ),
)
def stops_in_the_end(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) > threshold)
    return int(above[0]) if above.size else len(validation_errors) - 1


@wrong(
    "theory.early_stopping_epoch",
    looks_like="the last epoch above the threshold is returned",
    hints=(
        "The result is an epoch after training should have stopped.",
        "Should you return the first epoch above the threshold or the last one?",
    ),
)
def stops_last(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) > threshold)
    return int(above[-1]) if above.size else None


# --------------------------------------------------------------------------- nearest_pseudolabels


def _ranked(names: list[str], scores: Any, n: int) -> str:
    order = np.argsort(-np.round(np.asarray(scores, dtype=float), 12), kind="stable")
    return "".join(names[i] for i in order[:n])


def _cosines(feature: Any, sources: Any) -> list[float]:
    return [
        float(np.dot(v, feature) / np.linalg.norm(v) / np.linalg.norm(feature))
        for v in sources.values()
    ]


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the dot product is not divided by the lengths of the vectors",
    hints=("Long vectors win.", "Which property of the vectors does the cosine ignore?"),
)
def by_dot_product(feature: Any, sources: Any, n: int) -> str:
    return _ranked(list(sources), [np.dot(v, feature) for v in sources.values()], n)


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the vectors are ranked by their distance",
    hints=(
        "Near points win instead of similar directions.",
        "Does the task ask for a distance or an angle?",
    ),
)
def by_distance(feature: Any, sources: Any, n: int) -> str:
    distances = [-np.linalg.norm(np.subtract(v, feature)) for v in sources.values()]
    return _ranked(list(sources), distances, n)


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the least similar sources come first",
    hints=("The order is reversed.", "Does a large cosine mean similar or dissimilar?"),
)
def least_similar_first(feature: Any, sources: Any, n: int) -> str:
    return _ranked(list(sources), [-c for c in _cosines(feature, sources)], n)


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the names are sorted alphabetically at the end",
    hints=(
        "The right names are in the wrong order.",
        "What should determine the order of the names?",
    ),
)
def in_alphabetical_order(feature: Any, sources: Any, n: int) -> str:
    return "".join(sorted(_ranked(list(sources), _cosines(feature, sources), n)))


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the sign of the cosine is ignored",
    hints=(
        "A vector in the opposite direction is considered similar.",
        "What is the cosine of two opposite vectors?",
    ),
)
def opposite_is_alike(feature: Any, sources: Any, n: int) -> str:
    return _ranked(list(sources), np.abs(_cosines(feature, sources)), n)


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="ties are ordered with the last source first",
    hints=("Only ties are in the wrong order.", "Do you reverse a sorted list?"),
)
def ties_turned_round(feature: Any, sources: Any, n: int) -> str:
    cosines = np.round(_cosines(feature, sources), 12)
    order = np.argsort(cosines, kind="stable")[::-1]
    return "".join(list(sources)[i] for i in order[:n])


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="only the nearest source is returned",
    hints=("n has no effect.", "How many names should you return?"),
)
def nearest_alone(feature: Any, sources: Any, n: int) -> str:
    return _ranked(list(sources), _cosines(feature, sources), 1)


# -------------------------------------------------------------------------------------- loocv_mse


def _loo_errors(x: Any, y: Any, degree: int) -> Any:
    kept = [np.arange(len(x)) != i for i in range(len(x))]
    fits = [np.polyfit(x[keep], y[keep], degree) for keep in kept]
    return np.array([np.polyval(fit, x[i]) - y[i] for i, fit in enumerate(fits)])


@wrong(
    "theory.loocv_mse",
    looks_like="no point is left out, so the result is the training error",
    hints=(
        "The result is too small.",
        "Has the model been fitted to the point that it is tested on?",
    ),
)
def training_error(x: Any, y: Any, degree: int) -> float:
    return float(np.mean((np.polyval(np.polyfit(x, y, degree), x) - y) ** 2))


@wrong(
    "theory.loocv_mse",
    looks_like="the errors are not squared",
    hints=("The result is the mean of the absolute errors.", "What does the S in MSE stand for?"),
)
def absolute_errors(x: Any, y: Any, degree: int) -> float:
    return float(np.abs(_loo_errors(x, y, degree)).mean())


@wrong(
    "theory.loocv_mse",
    looks_like="the square root is taken at the end",
    hints=(
        "The result is the square root of the right one.",
        "Does the task ask for the MSE or the RMSE?",
    ),
)
def root_of_mse(x: Any, y: Any, degree: int) -> float:
    return float(np.sqrt(np.mean(_loo_errors(x, y, degree) ** 2)))


@wrong(
    "theory.loocv_mse",
    looks_like="the errors are summed instead of averaged",
    hints=(
        "The result is too large by a factor of the number of points.",
        "Should you take the sum or the mean?",
    ),
)
def sum_of_squares(x: Any, y: Any, degree: int) -> float:
    return float(np.sum(_loo_errors(x, y, degree) ** 2))


@wrong(
    "theory.loocv_mse",
    looks_like="the polynomial has one coefficient too few",
    hints=(
        "A straight line becomes a constant.",
        "How many coefficients does a straight line have?",
    ),
)
def degree_too_low(x: Any, y: Any, degree: int) -> float:
    return float(np.mean(_loo_errors(x, y, max(degree - 1, 0)) ** 2))


@wrong(
    "theory.loocv_mse",
    looks_like="the sum is divided by N − 1",
    hints=(
        "The result is slightly too large.",
        "How many fits do you make, each without one point?",
    ),
)
def divides_by_n_minus_one(x: Any, y: Any, degree: int) -> float:
    return float(np.sum(_loo_errors(x, y, degree) ** 2) / (len(x) - 1))


@wrong(
    "theory.loocv_mse",
    looks_like="each fit is tested on the points that it was fitted to",
    hints=("The result is too small.", "Which single point should each fit be tested on?"),
)
def judged_by_the_others(x: Any, y: Any, degree: int) -> float:
    errors = []
    for i in range(len(x)):
        keep = np.arange(len(x)) != i
        fit = np.polyfit(x[keep], y[keep], degree)
        errors.append(np.mean((np.polyval(fit, x[keep]) - y[keep]) ** 2))
    return float(np.mean(errors))
