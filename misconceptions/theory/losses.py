"""Misconceptions about losses and regularization."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from misconceptions.catalogue import wrong
from student_code.theory import (
    binary_cross_entropy,
    cross_entropy,
    kl_divergence,
)

# --------------------------------------------------------------------------------------- softmax


@wrong(
    "theory.softmax",
    looks_like="e^z is taken of the scores as they are",
    hints=(
        "Small scores work, large ones give NaN.",
        "What is e^1000 for a computer? Which number may you subtract from every score first?",
    ),
)
def unstable_softmax(z: Any, axis: int = -1) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(np.asarray(z, dtype=np.float64))
        return powers / powers.sum(axis=axis, keepdims=True)


@wrong(
    "theory.softmax",
    looks_like="the sum runs over all entries, not along the axis",
    hints=(
        "A vector comes out right, a table doesn't.",
        "Over which entries should the results sum to 1?",
    ),
)
def softmax_over_everything(z: Any, axis: int = -1) -> Any:
    powers = np.exp(np.asarray(z) - np.max(z))
    return powers / powers.sum()


@wrong(
    "theory.softmax",
    looks_like="the scores are divided by their sum without an exponential",
    hints=("The results don't grow like e^z.", "What makes negative scores positive in softmax?"),
)
def normalised_scores(z: Any, axis: int = -1) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(z) / np.sum(z, axis=axis, keepdims=True)


@wrong(
    "theory.softmax",
    looks_like="the axis is always the last one",
    hints=("The argument axis changes nothing.", "Where in your function is axis read?"),
)
def softmax_ignores_axis(z: Any, axis: int = -1) -> Any:
    powers = np.exp(np.asarray(z) - np.max(z, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@wrong(
    "theory.softmax",
    looks_like="the axis is 0 unless told",
    hints=("Columns sum to 1 where rows should.", "Which axis does the signature promise?"),
)
def softmax_of_columns(z: Any, axis: int = 0) -> Any:
    powers = np.exp(np.asarray(z) - np.max(z, axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@wrong(
    "theory.softmax",
    looks_like="each score passes through a sigmoid of its own",
    hints=(
        "The results don't sum to 1.",
        "Which function turns K scores into one distribution, and which one score into one?",
    ),
)
def sigmoids(z: Any, axis: int = -1) -> Any:
    return np.exp(-np.logaddexp(0.0, -np.asarray(z, dtype=np.float64)))


@wrong(
    "theory.softmax",
    looks_like="the largest score is subtracted only above the fraction bar",
    hints=("The results don't sum to 1.", "Compare the powers above and below the fraction bar."),
)
def shifted_above_only(z: Any, axis: int = -1) -> Any:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        scores = np.asarray(z, dtype=np.float64)
        above = np.exp(scores - scores.max(axis=axis, keepdims=True))
        return above / np.exp(scores).sum(axis=axis, keepdims=True)


# --------------------------------------------------------------------------------- cross_entropy


@wrong(
    "theory.cross_entropy",
    looks_like="the logarithm has base 2",
    hints=("It is off by one factor everywhere.", "Which logarithm does the course use?"),
)
def cross_entropy_in_bits(p: Any, q: Any) -> float:
    return cross_entropy(p, q) / math.log(2)


@wrong(
    "theory.cross_entropy",
    looks_like="the logarithm has base 10",
    hints=("It is off by one factor everywhere.", "Is it np.log that you want, or np.log10?"),
)
def cross_entropy_base_ten(p: Any, q: Any) -> float:
    return cross_entropy(p, q) / math.log(10)


@wrong(
    "theory.cross_entropy",
    looks_like="the logarithm is taken of 1 − q",
    hints=(
        "A good prediction costs much, a bad one little.",
        "Whose logarithm counts: the probability of the right class, or of all others?",
    ),
)
def cross_entropy_of_one_minus_q(p: Any, q: Any) -> float:
    return cross_entropy(p, 1.0 - np.asarray(q))


@wrong(
    "theory.cross_entropy",
    looks_like="binary terms are added up over the classes",
    hints=(
        "The classes that are not the right one cost something too.",
        "Is there a term with 1 − p in the cross-entropy of one distribution over K classes?",
    ),
)
def sum_of_binary_terms(p: Any, q: Any) -> float:
    return len(p) * binary_cross_entropy(p, q)


@wrong(
    "theory.cross_entropy",
    looks_like="p and q have changed places",
    hints=("It is not symmetric.", "Which of the two does the logarithm belong to?"),
)
def cross_entropy_swapped(p: Any, q: Any) -> float:
    return cross_entropy(q, p)


@wrong(
    "theory.cross_entropy",
    looks_like="0 · log 0 is left to numpy",
    hints=(
        "It is NaN as soon as a true and a predicted probability are both 0.",
        "What should a class that never happens cost?",
    ),
)
def cross_entropy_of_zeros(p: Any, q: Any) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(-(np.asarray(p) * np.log(np.asarray(q))).sum())


@wrong(
    "theory.cross_entropy",
    looks_like="the minus sign is missing",
    hints=("A loss should not be below 0 here.", "What is the sign of the log of a probability?"),
)
def cross_entropy_negative(p: Any, q: Any) -> float:
    return -cross_entropy(p, q)


@wrong(
    "theory.cross_entropy",
    looks_like="the mean over the classes is taken instead of the sum",
    hints=("It is too small by the number of classes.", "Sum or mean?"),
)
def mean_over_classes(p: Any, q: Any) -> float:
    return cross_entropy(p, q) / len(p)


# -------------------------------------------------------------------------- binary_cross_entropy


@wrong(
    "theory.binary_cross_entropy",
    looks_like="the samples are added up, not averaged",
    hints=("It is too large by the number of samples.", "Sum or mean over the samples?"),
)
def bce_sum(y: Any, p: Any) -> float:
    return binary_cross_entropy(y, p) * len(y)


@wrong(
    "theory.binary_cross_entropy",
    looks_like="only the samples of label 1 count",
    hints=("A sample of label 0 costs nothing.", "What does the second half of the formula do?"),
)
def bce_of_ones(y: Any, p: Any) -> float:
    kept = np.asarray(y) == 1
    return float(-np.log(np.asarray(p)[kept]).sum() / len(kept))


@wrong(
    "theory.binary_cross_entropy",
    looks_like="p and 1 − p have changed places",
    hints=("Good predictions cost most.", "Which factor does log p stand with: y, or 1 − y?"),
)
def bce_swapped(y: Any, p: Any) -> float:
    return binary_cross_entropy(y, 1.0 - np.asarray(p))


@wrong(
    "theory.binary_cross_entropy",
    looks_like="0 · log 0 is left to numpy",
    hints=(
        "Predictions of exactly 0 and 1 give NaN.",
        "Which of the two terms does a sample of label 1 need at all?",
    ),
)
def bce_of_zeros(y: Any, p: Any) -> float:
    labels, guesses = np.asarray(y, dtype=float), np.asarray(p, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = labels * np.log(guesses) + (1 - labels) * np.log(1 - guesses)
    return float(-terms.mean())


@wrong(
    "theory.binary_cross_entropy",
    looks_like="the logarithm has base 2",
    hints=("It is off by one factor everywhere.", "Which logarithm does the course use?"),
)
def bce_in_bits(y: Any, p: Any) -> float:
    return binary_cross_entropy(y, p) / math.log(2)


@wrong(
    "theory.binary_cross_entropy",
    looks_like="it is the mean squared error",
    hints=("There is no logarithm in what came out.", "Which loss is this, and which was asked?"),
)
def bce_squared(y: Any, p: Any) -> float:
    return float(np.mean((np.asarray(y) - np.asarray(p)) ** 2))


# --------------------------------------------------------------------------------- kl_divergence


@wrong(
    "theory.kl_divergence",
    looks_like="p and q have changed places",
    hints=("KL divergence has a direction.", "Which of the two weighs the logarithms?"),
)
def kl_swapped(p: Any, q: Any) -> float:
    return kl_divergence(q, p)


@wrong(
    "theory.kl_divergence",
    looks_like="the cross-entropy is given, and the entropy of p not taken off",
    hints=("It isn't 0 where p and q are equal.", "What does p / q have that q alone hasn't?"),
)
def kl_without_entropy(p: Any, q: Any) -> float:
    return cross_entropy(p, q)


@wrong(
    "theory.kl_divergence",
    looks_like="the sign is turned round",
    hints=("A divergence is never below 0.", "Is it p / q in the logarithm, or q / p?"),
)
def kl_negative(p: Any, q: Any) -> float:
    return -kl_divergence(p, q)


@wrong(
    "theory.kl_divergence",
    looks_like="the logarithms are not weighed by p",
    hints=("Each class counts alike.", "How often does each class happen?"),
)
def kl_unweighted(p: Any, q: Any) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.nansum(np.log(np.asarray(p) / np.asarray(q))))


@wrong(
    "theory.kl_divergence",
    looks_like="0 · log 0 is left to numpy",
    hints=("A class that p rules out gives NaN.", "What does the term of such a class count?"),
)
def kl_of_zeros(p: Any, q: Any) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((np.asarray(p) * np.log(np.asarray(p) / np.asarray(q))).sum())


@wrong(
    "theory.kl_divergence",
    looks_like="both directions are averaged",
    hints=("It is the same both ways round.", "Is KL divergence symmetric?"),
)
def kl_symmetric(p: Any, q: Any) -> float:
    return (kl_divergence(p, q) + kl_divergence(q, p)) / 2


# ------------------------------------------------------------------------- cross_entropy_from_kl


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the divergence alone is given",
    hints=("It is too small for a soft target.", "Which second part is missing?"),
)
def divergence_alone(p: Any, q: Any) -> float:
    return kl_divergence(p, q)


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the entropy is that of q",
    hints=("One of the two parts belongs to q.", "Whose surprise can no prediction remove?"),
)
def entropy_of_the_prediction(p: Any, q: Any) -> float:
    return cross_entropy(q, q) + kl_divergence(p, q)


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the entropy is taken off instead of added",
    hints=("It may fall below 0.", "Solve KL = cross-entropy − entropy for the cross-entropy."),
)
def entropy_taken_off(p: Any, q: Any) -> float:
    return kl_divergence(p, q) - cross_entropy(p, p)


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the divergence runs the other way",
    hints=("One of the two parts is turned round.", "Which distribution weighs both parts?"),
)
def divergence_turned_round(p: Any, q: Any) -> float:
    return cross_entropy(p, p) + kl_divergence(np.maximum(q, 1e-12), np.maximum(p, 1e-12))


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the entropy is given in bits",
    hints=("The two parts don't have the same unit.", "Which logarithms did you use?"),
)
def entropy_in_bits(p: Any, q: Any) -> float:
    return cross_entropy(p, p) / math.log(2) + kl_divergence(p, q)


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the entropy is that of a uniform distribution",
    hints=("The entropy doesn't depend on p.", "When is the entropy of K classes log K?"),
)
def entropy_of_uniform(p: Any, q: Any) -> float:
    return math.log(len(p)) + kl_divergence(p, q)


# ------------------------------------------------------------------------- l2_regularized_update


@wrong(
    "theory.l2_regularized_update",
    looks_like="the penalty pushes the weights away from 0",
    hints=("Weights grow where they should shrink.", "Check the sign of the penalty's gradient."),
)
def penalty_upwards(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * (np.asarray(grad) - lam * np.asarray(w))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the penalty isn't scaled by the learning rate",
    hints=("Weights shrink too much.", "What does the learning rate multiply?"),
)
def penalty_without_rate(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * np.asarray(grad) - lam * np.asarray(w)


@wrong(
    "theory.l2_regularized_update",
    looks_like="the penalty counts twice",
    hints=("Weights shrink twice as much.", "What is the derivative of w²/2?"),
)
def penalty_twice(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * (np.asarray(grad) + 2 * lam * np.asarray(w))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the penalty's gradient is its sign, as for an L1 penalty",
    hints=(
        "All weights shrink by the same amount.",
        "Whose derivative depends on the size of w: w²/2 or |w|?",
    ),
)
def penalty_of_signs(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * (np.asarray(grad) + lam * np.sign(w))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the step goes up the gradient",
    hints=("The loss rises.", "Does gradient descent add the gradient?"),
)
def step_upwards(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) + lr * (np.asarray(grad) + lam * np.asarray(w))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the penalty is left out",
    hints=("lam changes nothing.", "Which term does the penalty add to the gradient?"),
)
def no_penalty(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * np.asarray(grad)
