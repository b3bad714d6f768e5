"""Questions on losses."""

from __future__ import annotations

from toolbox.questions.answer_forms import Number, Symbol
from toolbox.questions.question import NumberedQuestion, Numbers, no_numbers, table
from toolbox.questions.variant import Draw

CLASSES = ("cat", "dog", "panda", "fox")
WHOLE = 20  # probabilities are multiples of 1/20
# Four predictions, in twentieths, that lie on a bound of `_lean` and are accepted nevertheless:
# twelve variants were drawn with them when rounding decided, and keep their numbers.
ON_THE_BOUND = {
    *((6, 4, 16, 18), (12, 4, 7, 11), (9, 18, 4, 13), (17, 10, 2, 7), (9, 16, 10, 15)),
    *((15, 6, 14, 1), (12, 13, 3, 16), (19, 9, 13, 3), (14, 12, 2, 8), (10, 18, 11, 5)),
    (2, 15, 16, 11),
}


def _prediction(draw: Draw) -> Numbers:
    while True:
        q, right = draw.shares(4, WHOLE), draw.integer(0, 3)
        # At 0.5, a prediction and its complement cost the same; at 0.1, base 10 gives 1.
        if q[right] not in (2, 10):
            return {"prediction": _probabilities(q), "right": right}


def _probabilities(twentieths: list[int]) -> list[float]:
    return [share / WHOLE for share in twentieths]


def _prediction_words(n: Numbers) -> str:
    return (
        f"The picture shows a {CLASSES[n['right']]}. What is the cross-entropy of this prediction?"
        + table(CLASSES, [n["prediction"]])
    )


def _two_distributions(draw: Draw) -> Numbers:
    while True:
        p, q = draw.shares(3, WHOLE), draw.shares(3, WHOLE)
        # Swapped or reordered distributions would have the same entropies and divergences.
        if sorted(p) != sorted(q) and abs(p[0] - q[0]) >= 2 and abs(p[1] - q[1]) >= 2:
            return {"p": _probabilities(p), "q": _probabilities(q)}


def _two_distributions_words(n: Numbers) -> str:
    rows = [["true p", *n["p"]], ["predicted q", *n["q"]]]
    return (
        "For these two distributions, compute the entropy of p, the divergence KL(p ‖ q) and the "
        "cross-entropy of q under p." + table(["", *CLASSES[:3]], rows)
    )


def _four_samples(draw: Draw) -> Numbers:
    while True:
        labels = [draw.integer(0, 1) for _ in range(4)]
        predictions = [draw.integer(1, WHOLE - 1) for _ in range(4)]
        both = 0 < sum(labels) < 4
        if both and len(set(predictions)) == 4 and _lean(predictions):
            return {"labels": labels, "predictions": _probabilities(predictions)}


def _lean(predictions: list[int]) -> bool:
    """Return whether the predictions neither mirror each other nor lie near one half.

    Otherwise, using 1 − p for p would hardly change the result.
    """
    leans = [p - WHOLE // 2 for p in predictions]
    clear = sum(map(abs, leans)) > 12 and abs(sum(leans)) > 4
    return clear or tuple(predictions) in ON_THE_BOUND


def _four_samples_words(n: Numbers) -> str:
    rows = [["label", *n["labels"]], ["probability of 1", *n["predictions"]]]
    return "What is the binary cross-entropy of these four samples?" + table(
        ["", "1st", "2nd", "3rd", "4th"], rows
    )


def _penalty(draw: Draw) -> Numbers:
    weights = draw.sample([-6, -5, -4, -3, -2, 2, 3, 4, 5, 6], 3)
    while sum(weights) ** 2 == sum(w * w for w in weights):  # else the order of operations is moot
        weights = draw.sample([-6, -5, -4, -3, -2, 2, 3, 4, 5, 6], 3)
    return {"loss": draw.decimal(3, 25, 10), "weights": weights, "lam": draw.decimal(1, 9, 100)}


def _penalty_words(n: Numbers) -> str:
    return (
        f"The loss on the data is {n['loss']}, the weights are {n['weights']} and λ = {n['lam']}. "
        "What is the loss with the penalty (λ/2)·‖w‖²?"
    )


QUESTIONS = (
    NumberedQuestion("cross_entropy", "losses", _prediction, _prediction_words, (Number(),)),
    NumberedQuestion(
        "entropy_and_divergence",
        "losses",
        _two_distributions,
        _two_distributions_words,
        (Number(), Number(), Number()),
        ("entropy", "KL", "cross-entropy"),
    ),
    NumberedQuestion(
        "binary_cross_entropy", "losses", _four_samples, _four_samples_words, (Number(),)
    ),
    NumberedQuestion("l2_loss", "losses", _penalty, _penalty_words, (Number(),)),
    NumberedQuestion(
        "l2_update",
        "losses",
        no_numbers,
        lambda n: (
            "Gradient descent on L + (λ/2)·w² changes the weight w to which new weight? Write "
            "`g` for ∂L/∂w, `eta` for the learning rate and `lam` for λ."
        ),
        (Symbol(("w", "g", "eta", "lam")),),
    ),
)
