"""Wrong answers to the questions about losses."""

from __future__ import annotations

import math
from typing import Any

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code import theory
from student_code.theory_answers import losses as right_losses


def chance(n: dict[str, Any]) -> float:
    """Return the predicted probability of the correct class."""
    return n["prediction"][n["right"]]


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm has base 10",
    hints=(
        "The logarithm should be the natural one.",
        "What does the log key of your calculator compute?",
    ),
)
def cross_entropy__base_ten() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log10(chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm has base 2",
    hints=(
        "The logarithm should be the natural one.",
        "Which unit does the question ask for: bits or nats?",
    ),
)
def cross_entropy__base_two() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log2(chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm is taken of 1 − p",
    hints=(
        "The wrong probability is inside the logarithm.",
        "Which probability counts: that of the correct class, or that of the others?",
    ),
)
def cross_entropy__one_minus_p() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log(1 - chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="binary cross-entropy terms are summed over the classes",
    hints=(
        "Only the correct class contributes a term.",
        "Does the formula for K classes contain a term with 1 − p?",
    ),
)
def cross_entropy__binary_terms() -> Answers:
    n = given("cross_entropy")
    others = [1 - q for i, q in enumerate(n["prediction"]) if i != n["right"]]
    return {**right_losses(), "cross_entropy": -sum(map(math.log, [chance(n), *others]))}


@wrong(
    "theory_answers.losses",
    looks_like="the terms are averaged over the classes",
    hints=("The terms should be summed over the classes.", "How many of the terms differ from 0?"),
)
def cross_entropy__mean() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log(chance(given("cross_entropy"))) / 4}


@wrong(
    "theory_answers.losses",
    looks_like="p and q are swapped",
    hints=(
        "The KL divergence is not symmetric.",
        "Which of the two distributions weights the logarithms?",
    ),
)
def entropy_and_divergence__swapped() -> Answers:
    n = given("entropy_and_divergence")
    p, q = n["q"], n["p"]
    wrong_ones = (
        theory.cross_entropy(p, p),
        theory.kl_divergence(p, q),
        theory.cross_entropy(p, q),
    )
    return {**right_losses(), "entropy_and_divergence": wrong_ones}


@wrong(
    "theory_answers.losses",
    looks_like="the logarithms have base 2",
    hints=(
        "The logarithms should be natural ones.",
        "Which unit does the question ask for: bits or nats?",
    ),
)
def entropy_and_divergence__bits() -> Answers:
    right = right_losses()
    in_bits = tuple(v / math.log(2) for v in right["entropy_and_divergence"])
    return {**right, "entropy_and_divergence": in_bits}


@wrong(
    "theory_answers.losses",
    looks_like="the signs are reversed",
    hints=(
        "None of the three numbers can be negative.",
        "Which sign does the logarithm of a probability have?",
    ),
)
def entropy_and_divergence__signs() -> Answers:
    right = right_losses()
    return {**right, "entropy_and_divergence": tuple(-v for v in right["entropy_and_divergence"])}


@wrong(
    "theory_answers.losses",
    looks_like="the samples are summed instead of averaged",
    hints=("The result should be the mean over the samples.", "How many samples are there?"),
)
def binary_cross_entropy__sum() -> Answers:
    right = right_losses()
    return {**right, "binary_cross_entropy": 4 * right["binary_cross_entropy"]}


@wrong(
    "theory_answers.losses",
    looks_like="p and 1 − p are swapped",
    hints=("The probability belongs to the other label.", "Which factor is log p multiplied by?"),
)
def binary_cross_entropy__swapped() -> Answers:
    n = given("binary_cross_entropy")
    swapped = theory.binary_cross_entropy(n["labels"], [1 - p for p in n["predictions"]])
    return {**right_losses(), "binary_cross_entropy": swapped}


@wrong(
    "theory_answers.losses",
    looks_like="only the samples with label 1 are counted",
    hints=(
        "Samples with label 0 contribute to the loss, too.",
        "What is the second term of the formula for?",
    ),
)
def binary_cross_entropy__ones_only() -> Answers:
    n = given("binary_cross_entropy")
    pairs = zip(n["labels"], n["predictions"], strict=True)
    total = -sum(math.log(p) for label, p in pairs if label == 1)
    return {**right_losses(), "binary_cross_entropy": total / 4}


@wrong(
    "theory_answers.losses",
    looks_like="the factor of one half in front of the penalty is left out",
    hints=(
        "The penalty is twice as large as it should be.",
        "Which factor does the penalty have in the question?",
    ),
)
def l2_loss__no_half() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] * sum(w * w for w in n["weights"])}


@wrong(
    "theory_answers.losses",
    looks_like="the norm isn't squared",
    hints=("A square root remains in the result.", "Which numbers are summed in ‖w‖²?"),
)
def l2_loss__root() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * math.hypot(*n["weights"])}


@wrong(
    "theory_answers.losses",
    looks_like="the weights are summed before they are squared",
    hints=(
        "Weights with opposite signs cancel each other.",
        "Which comes first: the square or the sum?",
    ),
)
def l2_loss__square_of_sum() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * sum(n["weights"]) ** 2}


@wrong(
    "theory_answers.losses",
    looks_like="absolute values are summed, as for an L1 penalty",
    hints=("This is a different penalty.", "Does the question use an L1 or an L2 penalty?"),
)
def l2_loss__l1() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * sum(map(abs, n["weights"]))}


@wrong(
    "theory_answers.losses",
    looks_like="the penalty pushes the weight away from 0",
    hints=("One sign is wrong.", "In which direction should a penalty move a positive weight?"),
)
def l2_update__sign() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*(g - lam*w)"}


@wrong(
    "theory_answers.losses",
    looks_like="the gradient of the penalty is taken to be 2λw",
    hints=("The penalty has an extra factor of 2.", "What is the derivative of w²/2?"),
)
def l2_update__twice() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*(g + 2*lam*w)"}


@wrong(
    "theory_answers.losses",
    looks_like="the learning rate doesn't scale the penalty",
    hints=("The penalty is part of the gradient.", "Which terms does the learning rate multiply?"),
)
def l2_update__no_rate() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*g - lam*w"}


@wrong(
    "theory_answers.losses",
    looks_like="the step goes uphill along the gradient",
    hints=("The loss rises.", "Does gradient descent add or subtract the gradient?"),
)
def l2_update__upwards() -> Answers:
    return {**right_losses(), "l2_update": "w + eta*(g + lam*w)"}
