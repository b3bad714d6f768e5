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
    looks_like="the nearest one alone decides",
    hints=("k changes nothing.", "How many neighbours vote?"),
)
def knn_nearest_only(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    return train_y[_order(train_x, x)[0]]


@wrong(
    "theory.knn_predict",
    looks_like="the farthest ones vote",
    hints=("The order of the distances is turned round.", "Which end of the sorted list votes?"),
)
def knn_farthest(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    return _majority([train_y[i] for i in _order(train_x, x)[::-1][:k]])


@wrong(
    "theory.knn_predict",
    looks_like="a tie goes to the label that sorts first",
    hints=("Only ties are off.", "Which of two labels with as many votes should win?"),
)
def knn_tie_by_name(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    labels = [train_y[i] for i in _order(train_x, x)[:k]]
    return max(sorted(set(labels)), key=labels.count)


@wrong(
    "theory.knn_predict",
    looks_like="distances are sums of absolute differences",
    hints=("The nearest point is another one.", "How long is the straight line to (3, 3)?"),
)
def knn_city_blocks(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    distances = np.abs(np.asarray(train_x) - np.asarray(x)).sum(axis=1)
    return _majority([train_y[i] for i in np.argsort(distances, kind="stable")[:k]])


@wrong(
    "theory.knn_predict",
    looks_like="one neighbour too many votes",
    hints=("k + 1 points vote.", "Did you skip one, as if the point were among its neighbours?"),
)
def knn_one_more(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    return _majority([train_y[i] for i in _order(train_x, x)[: k + 1]])


@wrong(
    "theory.knn_predict",
    looks_like="all points vote",
    hints=("The same label wins everywhere.", "Which points may vote?"),
)
def knn_everybody(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    return _majority(list(train_y))


# --------------------------------------------------------------------------- logistic_probability


@wrong(
    "theory.logistic_probability",
    looks_like="the intercept is left out",
    hints=("beta[0] changes nothing.", "What is the score of an example whose features are 0?"),
)
def logistic_no_intercept(beta: Any, x: Any) -> float:
    return float(1 / (1 + np.exp(-np.dot(beta[1:], x))))


@wrong(
    "theory.logistic_probability",
    looks_like="the sign in the exponential is turned round",
    hints=("It is 1 − the right probability.", "Which way does a sigmoid rise?"),
)
def logistic_turned_round(beta: Any, x: Any) -> float:
    return float(1 / (1 + np.exp(beta[0] + np.dot(beta[1:], x))))


@wrong(
    "theory.logistic_probability",
    looks_like="the score itself is given",
    hints=("It is no probability.", "What turns a score into a number from 0 to 1?"),
)
def logistic_score(beta: Any, x: Any) -> float:
    return float(beta[0] + np.dot(beta[1:], x))


@wrong(
    "theory.logistic_probability",
    looks_like="the odds are given",
    hints=("It may exceed 1.", "Odds are p / (1 − p): solve for p."),
)
def logistic_odds(beta: Any, x: Any) -> float:
    return float(np.exp(beta[0] + np.dot(beta[1:], x)))


@wrong(
    "theory.logistic_probability",
    looks_like="the intercept is the last coefficient",
    hints=("The coefficients are shifted by one.", "Which of them is the intercept?"),
)
def logistic_intercept_last(beta: Any, x: Any) -> float:
    return float(1 / (1 + np.exp(-(beta[-1] + np.dot(beta[:-1], x)))))


# -------------------------------------------------------------------------- hours_for_probability


@wrong(
    "theory.hours_for_probability",
    looks_like="the logarithm is taken of p, not of the odds",
    hints=("The log-odds are off.", "What is the inverse of the sigmoid?"),
)
def hours_log_of_p(probability: float, beta: Any, gpa: float) -> float:
    return float((math.log(probability) - beta[0] - beta[2] * gpa) / beta[1])


@wrong(
    "theory.hours_for_probability",
    looks_like="hours and gpa have changed places",
    hints=("beta's order is off.", "Which coefficient belongs to the hours?"),
)
def hours_swapped(probability: float, beta: Any, gpa: float) -> float:
    odds = math.log(probability / (1 - probability))
    return float((odds - beta[0] - beta[1] * gpa) / beta[2])


@wrong(
    "theory.hours_for_probability",
    looks_like="the probability stands where the log-odds belong",
    hints=("It works as for a straight line.", "Is the probability linear in the hours?"),
)
def hours_linear(probability: float, beta: Any, gpa: float) -> float:
    return float((probability - beta[0] - beta[2] * gpa) / beta[1])


@wrong(
    "theory.hours_for_probability",
    looks_like="the gpa is left out",
    hints=("gpa changes nothing.", "Which terms of the score are fixed?"),
)
def hours_without_gpa(probability: float, beta: Any, gpa: float) -> float:
    return float((math.log(probability / (1 - probability)) - beta[0]) / beta[1])


@wrong(
    "theory.hours_for_probability",
    looks_like="the intercept is added instead of taken off",
    hints=("One sign is off.", "Bring every fixed term to the other side."),
)
def hours_intercept_added(probability: float, beta: Any, gpa: float) -> float:
    odds = math.log(probability / (1 - probability))
    return float((odds + beta[0] - beta[2] * gpa) / beta[1])


@wrong(
    "theory.hours_for_probability",
    looks_like="the odds are turned round",
    hints=(
        "Right for one half, too few hours above it.",
        "Does a higher probability need more or less?",
    ),
)
def hours_odds_turned_round(probability: float, beta: Any, gpa: float) -> float:
    odds = math.log((1 - probability) / probability)
    return float((odds - beta[0] - beta[2] * gpa) / beta[1])


# ------------------------------------------------------------------------- learning_rate_schedule


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate decays exponentially",
    hints=("It falls too fast.", "Is there a power in the formula?"),
)
def exponential_decay(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr * math.exp(-decay * iteration)


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate is divided by decay · iteration, without the 1",
    hints=("The first rate is infinite.", "What should iteration 0 give?"),
)
def decay_without_one(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr / (decay * iteration) if iteration else math.inf


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate falls in a straight line",
    hints=("It goes below 0.", "Is decay · iteration taken off, or divided by?"),
)
def linear_decay(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr * (1 - decay * iteration)


@wrong(
    "theory.learning_rate_schedule",
    looks_like="iterations are counted from 1",
    hints=("Every rate is one step late.", "What should iteration 0 give?"),
)
def decay_from_one(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr / (1 + decay * (iteration + 1))


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate grows",
    hints=("It rises.", "Is it multiplied or divided by 1 + decay · iteration?"),
)
def growing_rate(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr * (1 + decay * iteration)


@wrong(
    "theory.learning_rate_schedule",
    looks_like="the rate is multiplied by decay in every iteration",
    hints=("It falls too fast.", "Is there a power in the formula?"),
)
def step_decay(initial_lr: float, decay: float, iteration: float) -> float:
    return initial_lr * decay**iteration


# ---------------------------------------------------------------------------- generalization_loss


@wrong(
    "theory.generalization_loss",
    looks_like="each epoch is compared with the best of all epochs",
    hints=("The future is looked at.", "Which epochs are known when an epoch ends?"),
)
def loss_against_all(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * (errors / errors.min() - 1)


@wrong(
    "theory.generalization_loss",
    looks_like="each epoch is compared with the one before",
    hints=("Right while errors rise for one epoch.", "Lowest so far, or last?"),
)
def loss_against_last(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * (errors / np.concatenate([errors[:1], errors[:-1]]) - 1)


@wrong(
    "theory.generalization_loss",
    looks_like="it is a fraction, not percent",
    hints=("It is a hundred times too small.", "Which unit was asked for?"),
)
def loss_as_fraction(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return errors / np.minimum.accumulate(errors) - 1


@wrong(
    "theory.generalization_loss",
    looks_like="1 is not taken off",
    hints=("The best epoch has 100 percent.", "By how much is the best epoch worse than itself?"),
)
def loss_without_one(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * errors / np.minimum.accumulate(errors)


@wrong(
    "theory.generalization_loss",
    looks_like="the difference is divided by the epoch's own error",
    hints=("It is a little too small.", "100 percent of what?"),
)
def loss_of_own_error(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * (1 - np.minimum.accumulate(errors) / errors)


@wrong(
    "theory.generalization_loss",
    looks_like="each epoch is compared with the first one",
    hints=("It falls below 0.", "Lowest so far, or first?"),
)
def loss_against_first(validation_errors: Any) -> Any:
    errors = np.asarray(validation_errors)
    return 100 * (errors / errors[0] - 1)


# --------------------------------------------------------------------------- early_stopping_epoch


@wrong(
    "theory.early_stopping_epoch",
    looks_like="epochs are counted from 1",
    hints=("It is one too late.", "What is the number of the first epoch?"),
)
def stops_counting_from_one(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) > threshold)
    return int(above[0]) + 1 if above.size else None


@wrong(
    "theory.early_stopping_epoch",
    looks_like="the epoch of the lowest error is given",
    hints=("It is the best epoch, not the last.", "Which epoch does training stop at?"),
)
def stops_at_the_best(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) > threshold)
    return int(np.argmin(validation_errors[: above[0] + 1])) if above.size else None


@wrong(
    "theory.early_stopping_epoch",
    looks_like="the epoch of the largest loss is given",
    hints=("It is the worst epoch.", "First, or worst?"),
)
def stops_at_the_worst(validation_errors: Any, threshold: float) -> Any:
    loss = generalization_loss(validation_errors)
    return int(np.argmax(loss)) if loss.max() > threshold else None


@wrong(
    "theory.early_stopping_epoch",
    looks_like="to reach the threshold is enough",
    hints=("Only a loss equal to the threshold shows it.", "Exceeds, or reaches?"),
)
def stops_at_the_threshold(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) >= threshold)
    return int(above[0]) if above.size else None


@wrong(
    "theory.early_stopping_epoch",
    looks_like="the last epoch is given where no epoch exceeds the threshold",
    hints=("Training that never stops is said to stop.", "What says that no epoch did?"),
)
def stops_in_the_end(validation_errors: Any, threshold: float) -> Any:
    above = np.flatnonzero(generalization_loss(validation_errors) > threshold)
    return int(above[0]) if above.size else len(validation_errors) - 1


@wrong(
    "theory.early_stopping_epoch",
    looks_like="the last epoch above the threshold is given",
    hints=("Training went on after it should have stopped.", "First, or last?"),
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
    looks_like="the dot product is not divided by the lengths",
    hints=("Long vectors win.", "What does the cosine leave out?"),
)
def by_dot_product(feature: Any, sources: Any, n: int) -> str:
    return _ranked(list(sources), [np.dot(v, feature) for v in sources.values()], n)


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the distance between the vectors ranks them",
    hints=("Near points win, not like directions.", "Distance or angle?"),
)
def by_distance(feature: Any, sources: Any, n: int) -> str:
    distances = [-np.linalg.norm(np.subtract(v, feature)) for v in sources.values()]
    return _ranked(list(sources), distances, n)


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the least similar come first",
    hints=("The order is turned round.", "Does a large cosine mean like or unlike?"),
)
def least_similar_first(feature: Any, sources: Any, n: int) -> str:
    return _ranked(list(sources), [-c for c in _cosines(feature, sources)], n)


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the names are sorted by the alphabet in the end",
    hints=("The right names in the wrong order.", "What should the order say?"),
)
def in_alphabetical_order(feature: Any, sources: Any, n: int) -> str:
    return "".join(sorted(_ranked(list(sources), _cosines(feature, sources), n)))


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="the sign of the cosine is dropped",
    hints=("An opposite direction counts as like.", "What is the cosine of opposite vectors?"),
)
def opposite_is_alike(feature: Any, sources: Any, n: int) -> str:
    return _ranked(list(sources), np.abs(_cosines(feature, sources)), n)


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="of equally similar sources the last comes first",
    hints=("Only ties are off.", "Was a sorted list turned round?"),
)
def ties_turned_round(feature: Any, sources: Any, n: int) -> str:
    cosines = np.round(_cosines(feature, sources), 12)
    order = np.argsort(cosines, kind="stable")[::-1]
    return "".join(list(sources)[i] for i in order[:n])


@wrong(
    "theory.nearest_pseudolabels",
    looks_like="only the nearest one is given",
    hints=("n changes nothing.", "How many names were asked for?"),
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
    looks_like="no point is left out: it is the training error",
    hints=("It is too small.", "Has the fit seen the point that it is judged by?"),
)
def training_error(x: Any, y: Any, degree: int) -> float:
    return float(np.mean((np.polyval(np.polyfit(x, y, degree), x) - y) ** 2))


@wrong(
    "theory.loocv_mse",
    looks_like="the errors are not squared",
    hints=("It is the mean of absolute errors.", "What does the S in MSE say?"),
)
def absolute_errors(x: Any, y: Any, degree: int) -> float:
    return float(np.abs(_loo_errors(x, y, degree)).mean())


@wrong(
    "theory.loocv_mse",
    looks_like="the root is taken in the end",
    hints=("It is the root of what was asked for.", "MSE or RMSE?"),
)
def root_of_mse(x: Any, y: Any, degree: int) -> float:
    return float(np.sqrt(np.mean(_loo_errors(x, y, degree) ** 2)))


@wrong(
    "theory.loocv_mse",
    looks_like="the errors are added up, not averaged",
    hints=("It is too large by the number of points.", "Sum or mean?"),
)
def sum_of_squares(x: Any, y: Any, degree: int) -> float:
    return float(np.sum(_loo_errors(x, y, degree) ** 2))


@wrong(
    "theory.loocv_mse",
    looks_like="the polynomial has one coefficient too few",
    hints=("A straight line comes out as a constant.", "How many numbers has a line?"),
)
def degree_too_low(x: Any, y: Any, degree: int) -> float:
    return float(np.mean(_loo_errors(x, y, max(degree - 1, 0)) ** 2))


@wrong(
    "theory.loocv_mse",
    looks_like="the sum is divided by N − 1",
    hints=("It is a little too large.", "How many points are left out in turn?"),
)
def divides_by_n_minus_one(x: Any, y: Any, degree: int) -> float:
    return float(np.sum(_loo_errors(x, y, degree) ** 2) / (len(x) - 1))


@wrong(
    "theory.loocv_mse",
    looks_like="each fit is judged by the points that it was fitted to",
    hints=("It is too small.", "Which single point judges each fit?"),
)
def judged_by_the_others(x: Any, y: Any, degree: int) -> float:
    errors = []
    for i in range(len(x)):
        keep = np.arange(len(x)) != i
        fit = np.polyfit(x[keep], y[keep], degree)
        errors.append(np.mean((np.polyval(fit, x[keep]) - y[keep]) ** 2))
    return float(np.mean(errors))
