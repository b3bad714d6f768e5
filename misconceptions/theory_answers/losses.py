"""Wrong answers about losses."""

from __future__ import annotations

import math
from typing import Any

from misconceptions.catalogue import wrong
from misconceptions.theory_answers import Answers, given
from student_code import theory
from student_code.theory_answers import losses as right_losses


def chance(n: dict[str, Any]) -> float:
    """The probability that was predicted for the right class."""
    return n["prediction"][n["right"]]


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm has base 10",
    hints=("Use the natural logarithm.", "What does the log key of your calculator compute?"),
)
def cross_entropy__base_ten() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log10(chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm has base 2",
    hints=("Use the natural logarithm.", "Which unit do you want: bits or nats?"),
)
def cross_entropy__base_two() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log2(chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="the logarithm is taken of 1 − p",
    hints=(
        "Which probability counts: that of the right class, or of the others?",
        "Look at log p.",
    ),
)
def cross_entropy__one_minus_p() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log(1 - chance(given("cross_entropy")))}


@wrong(
    "theory_answers.losses",
    looks_like="binary terms are added up over the classes",
    hints=("Only the right class has a term.", "Is there a term with 1 − p for K classes?"),
)
def cross_entropy__binary_terms() -> Answers:
    n = given("cross_entropy")
    others = [1 - q for i, q in enumerate(n["prediction"]) if i != n["right"]]
    return {**right_losses(), "cross_entropy": -sum(map(math.log, [chance(n), *others]))}


@wrong(
    "theory_answers.losses",
    looks_like="the mean over the classes is taken",
    hints=("Sum over the classes, don't average.", "How many terms differ from 0?"),
)
def cross_entropy__mean() -> Answers:
    return {**right_losses(), "cross_entropy": -math.log(chance(given("cross_entropy"))) / 4}


@wrong(
    "theory_answers.losses",
    looks_like="p and q have changed places",
    hints=("KL divergence has a direction.", "Which of the two weighs the logarithms?"),
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
    hints=("Use the natural logarithm.", "Which unit do you want: bits or nats?"),
)
def entropy_and_divergence__bits() -> Answers:
    right = right_losses()
    in_bits = tuple(v / math.log(2) for v in right["entropy_and_divergence"])
    return {**right, "entropy_and_divergence": in_bits}


@wrong(
    "theory_answers.losses",
    looks_like="the signs are turned round",
    hints=("None of the three is ever below 0.", "What is the sign of the log of a share?"),
)
def entropy_and_divergence__signs() -> Answers:
    right = right_losses()
    return {**right, "entropy_and_divergence": tuple(-v for v in right["entropy_and_divergence"])}


@wrong(
    "theory_answers.losses",
    looks_like="the samples are added up, not averaged",
    hints=("Take the mean over the samples.", "How many samples are there?"),
)
def binary_cross_entropy__sum() -> Answers:
    right = right_losses()
    return {**right, "binary_cross_entropy": 4 * right["binary_cross_entropy"]}


@wrong(
    "theory_answers.losses",
    looks_like="1 − p stands where p belongs, and the other way round",
    hints=("Which label does the probability belong to?", "Which factor stands with log p?"),
)
def binary_cross_entropy__swapped() -> Answers:
    n = given("binary_cross_entropy")
    swapped = theory.binary_cross_entropy(n["labels"], [1 - p for p in n["predictions"]])
    return {**right_losses(), "binary_cross_entropy": swapped}


@wrong(
    "theory_answers.losses",
    looks_like="only the samples of label 1 are counted",
    hints=("Samples of label 0 cost something too.", "What does the second term do?"),
)
def binary_cross_entropy__ones_only() -> Answers:
    n = given("binary_cross_entropy")
    pairs = zip(n["labels"], n["predictions"], strict=True)
    total = -sum(math.log(p) for label, p in pairs if label == 1)
    return {**right_losses(), "binary_cross_entropy": total / 4}


@wrong(
    "theory_answers.losses",
    looks_like="the half in front of the penalty is forgotten",
    hints=("The penalty is twice what it should be.", "Read the penalty again."),
)
def l2_loss__no_half() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] * sum(w * w for w in n["weights"])}


@wrong(
    "theory_answers.losses",
    looks_like="the norm isn't squared",
    hints=("A root is left over.", "‖w‖² is the sum of which numbers?"),
)
def l2_loss__root() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * math.hypot(*n["weights"])}


@wrong(
    "theory_answers.losses",
    looks_like="the weights are summed before they are squared",
    hints=("Weights of opposite signs cancel.", "Square first, then add."),
)
def l2_loss__square_of_sum() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * sum(n["weights"]) ** 2}


@wrong(
    "theory_answers.losses",
    looks_like="absolute values are summed, as for an L1 penalty",
    hints=("That is another penalty.", "L1 or L2?"),
)
def l2_loss__l1() -> Answers:
    n = given("l2_loss")
    return {**right_losses(), "l2_loss": n["loss"] + n["lam"] / 2 * sum(map(abs, n["weights"]))}


@wrong(
    "theory_answers.losses",
    looks_like="the penalty pushes the weight away from 0",
    hints=("One sign is off.", "Which way should a penalty move a positive weight?"),
)
def l2_update__sign() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*(g - lam*w)"}


@wrong(
    "theory_answers.losses",
    looks_like="the penalty's gradient is 2λw",
    hints=("A factor of 2 too many.", "What is the derivative of w²/2?"),
)
def l2_update__twice() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*(g + 2*lam*w)"}


@wrong(
    "theory_answers.losses",
    looks_like="the learning rate doesn't scale the penalty",
    hints=("The penalty is part of the gradient.", "What does the learning rate multiply?"),
)
def l2_update__no_rate() -> Answers:
    return {**right_losses(), "l2_update": "w - eta*g - lam*w"}


@wrong(
    "theory_answers.losses",
    looks_like="the step goes up the gradient",
    hints=("The loss rises.", "Does gradient descent add the gradient?"),
)
def l2_update__upwards() -> Answers:
    return {**right_losses(), "l2_update": "w + eta*(g + lam*w)"}
