"""Misconceptions about losses and regularization."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from misconceptions.catalogue import variant_of, wrong
from student_code.theory import (
    binary_cross_entropy,
    cross_entropy,
    kl_divergence,
)

# --------------------------------------------------------------------------------------- softmax


@wrong(
    "theory.softmax",
    looks_like="e^z is computed directly from the scores and overflows",
    hints=(
        "Small scores work, but large ones give NaN.",
        "What is e^1000 in floating point, and what may you subtract from all scores without any "
        "effect?",
    ),
)
def unstable_softmax(z: Any, axis: int = -1) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(np.asarray(z, dtype=np.float64))
        return powers / powers.sum(axis=axis, keepdims=True)


@wrong(
    "theory.softmax",
    looks_like="the sum is taken over the whole array instead of along the axis",
    hints=(
        "The result is right for a vector, but wrong for a matrix.",
        "Which entries of the result should add up to 1?",
    ),
)
def softmax_over_everything(z: Any, axis: int = -1) -> Any:
    powers = np.exp(np.asarray(z) - np.max(z))
    return powers / powers.sum()


@wrong(
    "theory.softmax",
    looks_like="the scores are divided by their sum, without the exponential",
    hints=("The results don't grow like e^z.", "What makes negative scores positive in a softmax?"),
)
def normalised_scores(z: Any, axis: int = -1) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(z) / np.sum(z, axis=axis, keepdims=True)


@wrong(
    "theory.softmax",
    looks_like="the axis is always the last one",
    hints=("The argument `axis` has no effect.", "Where does your code use `axis`?"),
)
def softmax_ignores_axis(z: Any, axis: int = -1) -> Any:
    powers = np.exp(np.asarray(z) - np.max(z, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@wrong(
    "theory.softmax",
    looks_like="the default axis is 0",
    hints=(
        "By default, the columns add up to 1 instead of the rows.",
        "Which default does the signature promise?",
    ),
)
def softmax_of_columns(z: Any, axis: int = 0) -> Any:
    powers = np.exp(np.asarray(z) - np.max(z, axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@wrong(
    "theory.softmax",
    looks_like="each score goes through its own sigmoid",
    hints=(
        "The results don't add up to 1.",
        "Which function turns K scores into one distribution, and which one maps a single score?",
    ),
)
def sigmoids(z: Any, axis: int = -1) -> Any:
    return np.exp(-np.logaddexp(0.0, -np.asarray(z, dtype=np.float64)))


@wrong(
    "theory.softmax",
    looks_like="the largest score is subtracted only in the numerator",
    hints=(
        "The results don't add up to 1.",
        "Do the numerator and the denominator use the same exponents?",
    ),
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
    hints=("All results are wrong by the same factor.", "Which logarithm does the course use?"),
)
def cross_entropy_in_bits(p: Any, q: Any) -> float:
    return cross_entropy(p, q) / math.log(2)


@wrong(
    "theory.cross_entropy",
    looks_like="the logarithm has base 10",
    hints=("All results are wrong by the same factor.", "Do you need np.log or np.log10?"),
)
def cross_entropy_base_ten(p: Any, q: Any) -> float:
    return cross_entropy(p, q) / math.log(10)


@wrong(
    "theory.cross_entropy",
    looks_like="the logarithm is taken of 1 − q",
    hints=(
        "A good prediction has a high loss, and a bad one a low loss.",
        "Which probability's logarithm counts: that of the correct class, or that of all others?",
    ),
)
def cross_entropy_of_one_minus_q(p: Any, q: Any) -> float:
    return cross_entropy(p, 1.0 - np.asarray(q))


@wrong(
    "theory.cross_entropy",
    looks_like="binary cross-entropy terms are summed over the classes",
    hints=(
        "Classes other than the correct one contribute to the loss.",
        "Does the cross-entropy of one distribution over K classes contain a term with 1 − p?",
    ),
)
def sum_of_binary_terms(p: Any, q: Any) -> float:
    return len(p) * binary_cross_entropy(p, q)


@wrong(
    "theory.cross_entropy",
    looks_like="p and q are swapped",
    hints=(
        "Cross-entropy is not symmetric.",
        "Which of the two distributions is inside the logarithm?",
    ),
)
def cross_entropy_swapped(p: Any, q: Any) -> float:
    return cross_entropy(q, p)


@wrong(
    "theory.cross_entropy",
    looks_like="0 · log 0 is not handled and becomes NaN",
    hints=(
        "The result is NaN if a true and a predicted probability are both 0.",
        "What should a class with a true probability of 0 contribute to the loss?",
    ),
)
def cross_entropy_of_zeros(p: Any, q: Any) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(-(np.asarray(p) * np.log(np.asarray(q))).sum())


@wrong(
    "theory.cross_entropy",
    looks_like="the minus sign is missing",
    hints=("The loss is negative.", "What is the sign of the log of a probability?"),
)
def cross_entropy_negative(p: Any, q: Any) -> float:
    return -cross_entropy(p, q)


@wrong(
    "theory.cross_entropy",
    looks_like="the terms are averaged over the classes instead of summed",
    hints=(
        "The result is too small by a factor of the number of classes.",
        "Should you take the sum or the mean over the classes?",
    ),
)
def mean_over_classes(p: Any, q: Any) -> float:
    return cross_entropy(p, q) / len(p)


# -------------------------------------------------------------------------- binary_cross_entropy


@wrong(
    "theory.binary_cross_entropy",
    looks_like="the samples are summed instead of averaged",
    hints=(
        "The result is too large by a factor of the number of samples.",
        "Should you take the sum or the mean over the samples?",
    ),
)
def bce_sum(y: Any, p: Any) -> float:
    return binary_cross_entropy(y, p) * len(y)


@wrong(
    "theory.binary_cross_entropy",
    looks_like="only samples with label 1 contribute",
    hints=("A sample with label 0 has a loss of 0.", "What is the second half of the formula for?"),
)
def bce_of_ones(y: Any, p: Any) -> float:
    kept = np.asarray(y) == 1
    return float(-np.log(np.asarray(p)[kept]).sum() / len(kept))


@wrong(
    "theory.binary_cross_entropy",
    looks_like="p and 1 − p are swapped",
    hints=(
        "Good predictions have the highest loss.",
        "Which factor is log p multiplied by: y or 1 − y?",
    ),
)
def bce_swapped(y: Any, p: Any) -> float:
    return binary_cross_entropy(y, 1.0 - np.asarray(p))


@wrong(
    "theory.binary_cross_entropy",
    looks_like="0 · log 0 is not handled and becomes NaN",
    hints=(
        "Predictions of exactly 0 and 1 give NaN.",
        "Which of the two terms matters for a sample with label 1?",
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
    hints=("All results are wrong by the same factor.", "Which logarithm does the course use?"),
)
def bce_in_bits(y: Any, p: Any) -> float:
    return binary_cross_entropy(y, p) / math.log(2)


@wrong(
    "theory.binary_cross_entropy",
    looks_like="the mean squared error is computed instead of the cross-entropy",
    hints=(
        "The result does not involve any logarithm.",
        "Which loss is this, and which one does the task ask for?",
    ),
)
def bce_squared(y: Any, p: Any) -> float:
    return float(np.mean((np.asarray(y) - np.asarray(p)) ** 2))


# --------------------------------------------------------------------------------- kl_divergence


@wrong(
    "theory.kl_divergence",
    looks_like="p and q are swapped",
    hints=(
        "The KL divergence is not symmetric.",
        "Which of the two distributions weights the logarithms?",
    ),
)
def kl_swapped(p: Any, q: Any) -> float:
    return kl_divergence(q, p)


@wrong(
    "theory.kl_divergence",
    looks_like="the entropy of p is not subtracted, so the result is the cross-entropy",
    hints=("The result isn't 0 if p and q are equal.", "How does log(p / q) differ from −log q?"),
)
def kl_without_entropy(p: Any, q: Any) -> float:
    return cross_entropy(p, q)


@wrong(
    "theory.kl_divergence",
    looks_like="the sign is reversed",
    hints=("The divergence is negative.", "Should the logarithm contain p / q or q / p?"),
)
def kl_negative(p: Any, q: Any) -> float:
    return -kl_divergence(p, q)


@wrong(
    "theory.kl_divergence",
    looks_like="the logarithms are not weighted by p",
    hints=("All classes count equally.", "How often does each class occur?"),
)
def kl_unweighted(p: Any, q: Any) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.nansum(np.log(np.asarray(p) / np.asarray(q))))


@wrong(
    "theory.kl_divergence",
    looks_like="0 · log 0 is not handled and becomes NaN",
    hints=(
        "The result is NaN if a class has p = 0.",
        "What should the term of such a class contribute?",
    ),
)
def kl_of_zeros(p: Any, q: Any) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((np.asarray(p) * np.log(np.asarray(p) / np.asarray(q))).sum())


@wrong(
    "theory.kl_divergence",
    looks_like="the divergences in both directions are averaged",
    hints=("The result stays the same if p and q are swapped.", "Is the KL divergence symmetric?"),
)
def kl_symmetric(p: Any, q: Any) -> float:
    return (kl_divergence(p, q) + kl_divergence(q, p)) / 2


# ------------------------------------------------------------------------- cross_entropy_from_kl


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="only the divergence is returned",
    hints=("The result is too small for a soft target.", "Which term is missing?"),
)
def divergence_alone(p: Any, q: Any) -> float:
    return kl_divergence(p, q)


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the entropy of q is used instead of that of p",
    hints=(
        "One of the two terms depends on the wrong distribution.",
        "Whose entropy remains even with a perfect prediction?",
    ),
)
def entropy_of_the_prediction(p: Any, q: Any) -> float:
    return cross_entropy(q, q) + kl_divergence(p, q)


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the entropy is subtracted instead of added",
    hints=(
        "The result can be negative.",
        "The KL divergence is the cross-entropy minus an entropy. What is the cross-entropy, then?",
    ),
)
def entropy_taken_off(p: Any, q: Any) -> float:
    return kl_divergence(p, q) - cross_entropy(p, p)


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the divergence is computed in the wrong direction",
    hints=(
        "One of the two terms has its arguments swapped.",
        "Which distribution weights the logarithms in both terms?",
    ),
)
def divergence_turned_round(p: Any, q: Any) -> float:
    return cross_entropy(p, p) + kl_divergence(np.maximum(q, 1e-12), np.maximum(p, 1e-12))


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the entropy is computed in bits",
    hints=("The two terms have different units.", "Which logarithms do you use?"),
)
def entropy_in_bits(p: Any, q: Any) -> float:
    return cross_entropy(p, p) / math.log(2) + kl_divergence(p, q)


@wrong(
    "theory.cross_entropy_from_kl",
    looks_like="the entropy of a uniform distribution is used",
    hints=(
        "The entropy doesn't depend on p.",
        "For which distribution is the entropy of K classes log K?",
    ),
)
def entropy_of_uniform(p: Any, q: Any) -> float:
    return math.log(len(p)) + kl_divergence(p, q)


# ------------------------------------------------------------------------- l2_regularized_update


@wrong(
    "theory.l2_regularized_update",
    looks_like="the penalty pushes the weights away from 0",
    hints=(
        "The weights grow instead of shrinking.",
        "Which sign does the gradient of the penalty have?",
    ),
)
def penalty_upwards(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * (np.asarray(grad) - lam * np.asarray(w))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the penalty isn't scaled by the learning rate",
    hints=("The weights shrink too much.", "Which terms does the learning rate multiply?"),
)
def penalty_without_rate(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * np.asarray(grad) - lam * np.asarray(w)


@wrong(
    "theory.l2_regularized_update",
    looks_like="the gradient of the penalty is counted twice",
    hints=("The weights shrink twice as much as they should.", "What is the derivative of w²/2?"),
)
def penalty_twice(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * (np.asarray(grad) + 2 * lam * np.asarray(w))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the gradient of the penalty is its sign, as for an L1 penalty",
    hints=(
        "All weights shrink by the same amount.",
        "Which derivative depends on the size of w: that of w²/2 or that of |w|?",
    ),
)
def penalty_of_signs(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * (np.asarray(grad) + lam * np.sign(w))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the step goes uphill along the gradient",
    hints=("The loss rises.", "Does gradient descent add or subtract the gradient?"),
)
def step_upwards(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) + lr * (np.asarray(grad) + lam * np.asarray(w))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the penalty is left out",
    hints=("lam has no effect.", "Which term does the penalty add to the gradient?"),
)
def no_penalty(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return np.asarray(w) - lr * np.asarray(grad)


@wrong(
    "theory.cross_entropy",
    looks_like="a small number is added inside the logarithm",
    hints=(
        "All results are slightly too small, and a q of 0 gives a finite number.",
        "What is the value of −log q if q is 0? Only terms in which p is 0 need care.",
    ),
)
def log_with_eps(p: Any, q: Any) -> float:
    return float(-np.sum(np.asarray(p) * np.log(np.asarray(q, dtype=np.float64) + 1e-8)))


@variant_of(log_with_eps)
def log_with_tiny_eps(p: Any, q: Any) -> float:
    return float(-np.sum(np.asarray(p) * np.log(np.asarray(q, dtype=np.float64) + 1e-12)))


@variant_of(log_with_eps)
def log_clipped(p: Any, q: Any) -> float:
    clipped = np.clip(np.asarray(q, dtype=np.float64), 1e-12, 1.0)
    return float(-np.sum(np.asarray(p) * np.log(clipped)))


@wrong(
    "theory.l2_regularized_update",
    looks_like="the gradient of the penalty is halved",
    hints=(
        "The weights shrink by half of what they should.",
        "What is the derivative of (lam/2) · w²?",
    ),
)
def penalty_halved(w: Any, grad: Any, lr: float, lam: float) -> Any:
    weights = np.asarray(w, dtype=np.float64)
    return weights - lr * (np.asarray(grad) + lam / 2 * weights)
