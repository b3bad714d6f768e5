"""What goes wrong in `student_code.theory`, function by function in the order of that module."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from misconceptions.catalogue import wrong
from student_code.theory import (
    binary_cross_entropy,
    cross_entropy,
    generalization_loss,
    kl_divergence,
    softmax,
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


# ------------------------------------------------------------------------------ softmax_jacobian


@wrong(
    "theory.softmax_jacobian",
    looks_like="all but the diagonal is 0",
    hints=(
        "Only ∂ŷk/∂zk is there.",
        "All probabilities share one sum: what happens to the others when one score grows?",
    ),
)
def diagonal_only(z: Any) -> Any:
    s = softmax(z)
    return np.diag(s * (1 - s))


@wrong(
    "theory.softmax_jacobian",
    looks_like="the entries off the diagonal have the wrong sign",
    hints=("The rows don't sum to 0.", "When one score grows, do the others' shares grow?"),
)
def off_diagonal_positive(z: Any) -> Any:
    s = softmax(z)
    return np.where(np.eye(len(s), dtype=bool), np.diag(s * (1 - s)), np.outer(s, s))


@wrong(
    "theory.softmax_jacobian",
    looks_like="the diagonal is ŷk alone",
    hints=("The rows don't sum to 0.", "ŷk stands above and, in the sum, below the fraction bar."),
)
def diagonal_without_square(z: Any) -> Any:
    s = softmax(z)
    return np.where(np.eye(len(s), dtype=bool), np.diag(s), -np.outer(s, s))


@wrong(
    "theory.softmax_jacobian",
    looks_like="the sign of the whole matrix is turned round",
    hints=("The diagonal is below 0.", "Does ŷk grow or fall with its own score?"),
)
def jacobian_negative(z: Any) -> Any:
    s = softmax(z)
    return np.outer(s, s) - np.diag(s)


@wrong(
    "theory.softmax_jacobian",
    looks_like="the scores are used where the probabilities belong",
    hints=("The entries are not those of softmax.", "Is z a probability?"),
)
def jacobian_of_scores(z: Any) -> Any:
    scores = np.asarray(z, dtype=float)
    return np.diag(scores) - np.outer(scores, scores)


@wrong(
    "theory.softmax_jacobian",
    looks_like="only the diagonal's entries are given, as a vector",
    hints=("K numbers came out of K · K.", "Which score does each derivative belong to?"),
)
def jacobian_as_vector(z: Any) -> Any:
    s = softmax(z)
    return s * (1 - s)


# ---------------------------------------------------------------- softmax_cross_entropy_gradient


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="the target minus the probabilities",
    hints=("The sign is turned round.", "Should the loss rise or fall with the right score?"),
)
def gradient_negative(z: Any, y: Any) -> Any:
    return np.asarray(y) - softmax(z)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="the target is taken off the scores, not off the probabilities",
    hints=("The entries don't sum to 0.", "What has to happen to z first?"),
)
def gradient_of_scores(z: Any, y: Any) -> Any:
    return np.asarray(z, dtype=float) - np.asarray(y)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="the derivative with respect to the probabilities is given, not to the scores",
    hints=("The chain rule stops too early.", "What comes after ∂L/∂ŷ?"),
)
def gradient_at_probabilities(z: Any, y: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.asarray(y) / softmax(z)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="softmax counts like a sigmoid in the chain rule",
    hints=(
        "An extra factor ŷ(1 − ŷ) makes it too small.",
        "Write out the sum over all ŷk: what cancels?",
    ),
)
def gradient_with_a_slope(z: Any, y: Any) -> Any:
    s = softmax(z)
    return (s - np.asarray(y)) * s * (1 - s)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="only the right class has a gradient",
    hints=("All other entries are 0.", "Do the other scores stand in the loss at all?"),
)
def gradient_of_the_right_class(z: Any, y: Any) -> Any:
    return (softmax(z) - np.asarray(y)) * (np.asarray(y) > 0)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="it is divided by the number of classes",
    hints=("It is too small by the number of classes.", "Is the loss a mean over classes?"),
)
def gradient_mean(z: Any, y: Any) -> Any:
    return (softmax(z) - np.asarray(y)) / len(y)


# ------------------------------------------------------------------------- leaky_relu_mlp_shapes


def _shapes(d_in: int, d_hidden: int, k: int, m: int) -> dict[str, tuple[int, ...]]:
    first = {"x": (d_in, m), "W1": (d_hidden, d_in), "b1": (d_hidden, 1), "hidden": (d_hidden, m)}
    return {**first, "W2": (k, d_hidden), "b2": (k, 1), "output": (k, m)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="samples are in rows",
    hints=("x is lying on its side.", "Where does one sample stand: in a row or in a column?"),
)
def samples_in_rows(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    shapes = {"x": (m, d_in), "W1": (d_in, d_hidden), "b1": (1, d_hidden), "hidden": (m, d_hidden)}
    return {**shapes, "W2": (d_hidden, num_classes), "b2": (1, num_classes)} | {
        "output": (m, num_classes)
    }


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="the weight matrices are transposed",
    hints=("W1 · x can't be multiplied.", "Which length of W1 has to match the rows of x?"),
)
def weights_transposed(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    right = _shapes(d_in, d_hidden, num_classes, m)
    return {**right, "W1": (d_in, d_hidden), "W2": (d_hidden, num_classes)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="there is a bias for each sample",
    hints=("The biases depend on m.", "Are there more biases to learn with more samples?"),
)
def bias_per_sample(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    right = _shapes(d_in, d_hidden, num_classes, m)
    return {**right, "b1": (d_hidden, m), "b2": (num_classes, m)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="biases have one length instead of two",
    hints=("The biases are no columns.", "How many rows and columns has a column?"),
)
def flat_bias(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    right = _shapes(d_in, d_hidden, num_classes, m)
    return {**right, "b1": (d_hidden,), "b2": (num_classes,)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="m is forgotten, and one sample goes through",
    hints=("hidden and output have one column.", "How many columns has W1 · x?"),
)
def one_sample(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    right = _shapes(d_in, d_hidden, num_classes, m)
    return {**right, "hidden": (d_hidden, 1), "output": (num_classes, 1)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="softmax adds up the samples",
    hints=("The output has one column.", "Does softmax change the shape of its input?"),
)
def softmax_reduces(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    return {**_shapes(d_in, d_hidden, num_classes, m), "output": (num_classes, 1)}


# ---------------------------------------------------------------------------- sigmoid_delta_rule


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the error is o − t",
    hints=("The step goes the wrong way.", "Should a unit that says too little say less?"),
)
def delta_negative(o: float, t: float, x: Any, lr: float) -> Any:
    return lr * (o - t) * o * (1 - o) * np.asarray(x)


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the slope of the sigmoid is left out",
    hints=("It is the rule of a linear unit.", "What is the derivative of the sigmoid?"),
)
def delta_linear(o: float, t: float, x: Any, lr: float) -> Any:
    return lr * (t - o) * np.asarray(x)


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the slope is o alone",
    hints=("A unit at 1 still learns.", "How steep is a sigmoid where it is 1?"),
)
def delta_slope_of_o(o: float, t: float, x: Any, lr: float) -> Any:
    return lr * (t - o) * o * np.asarray(x)


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the input is left out",
    hints=("Every weight takes the same step.", "A weight whose input is 0: did it contribute?"),
)
def delta_without_input(o: float, t: float, x: Any, lr: float) -> Any:
    return np.full(np.shape(x), lr * (t - o) * o * (1 - o))


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the learning rate is left out",
    hints=("η changes nothing.", "What scales the step?"),
)
def delta_without_rate(o: float, t: float, x: Any, lr: float) -> Any:
    return (t - o) * o * (1 - o) * np.asarray(x)


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the slope is that of tanh, 1 − o²",
    hints=("The slope at 0.75 is off.", "Which activation has the slope 1 − o²?"),
)
def delta_of_tanh(o: float, t: float, x: Any, lr: float) -> Any:
    return lr * (t - o) * (1 - o * o) * np.asarray(x)


# ------------------------------------------------------------------- computational_graph_partials


def _partials(x: float, y: float, z: float) -> dict[str, float]:
    b = math.exp(y + z)
    return {"dC_dx": b, "dC_dB": x, "dB_dA": b, "dA_dy": 1.0, "dC_dy": x * b}


@wrong(
    "theory.computational_graph_partials",
    looks_like="the power of e is differentiated like a power of A",
    hints=("dB_dA is not e^A.", "What is special about the derivative of e^A?"),
)
def derivative_of_power(x: float, y: float, z: float) -> Any:
    slope = (y + z) * math.exp(y + z - 1)
    return {**_partials(x, y, z), "dB_dA": slope, "dC_dy": x * slope}


@wrong(
    "theory.computational_graph_partials",
    looks_like="dA_dy is y",
    hints=("One edge of a sum is off.", "How much does y + z grow when y grows by 1?"),
)
def derivative_of_sum(x: float, y: float, z: float) -> Any:
    return {**_partials(x, y, z), "dA_dy": y, "dC_dy": x * math.exp(y + z) * y}


@wrong(
    "theory.computational_graph_partials",
    looks_like="the factors of the product have changed places",
    hints=("dC_dx and dC_dB are swapped.", "C = x · B: what remains when x is taken away?"),
)
def product_swapped(x: float, y: float, z: float) -> Any:
    right = _partials(x, y, z)
    return {**right, "dC_dx": right["dC_dB"], "dC_dB": right["dC_dx"]}


@wrong(
    "theory.computational_graph_partials",
    looks_like="the derivatives along the path are added, not multiplied",
    hints=("dC_dy is off, the edges are right.", "What does the chain rule do along one path?"),
)
def path_added(x: float, y: float, z: float) -> Any:
    right = _partials(x, y, z)
    return {**right, "dC_dy": right["dC_dB"] + right["dB_dA"] + right["dA_dy"]}


@wrong(
    "theory.computational_graph_partials",
    looks_like="dC_dy stops before the last edge of the path",
    hints=("dC_dy lacks a factor.", "Which three edges lead from C to y?"),
)
def path_cut_short(x: float, y: float, z: float) -> Any:
    return {**_partials(x, y, z), "dC_dy": math.exp(y + z)}


@wrong(
    "theory.computational_graph_partials",
    looks_like="B depends on y alone",
    hints=("z has no influence.", "What goes into A?"),
)
def forgets_z(x: float, y: float, z: float) -> Any:
    return _partials(x, y, 0.0)


# ------------------------------------------------------------------------------ conv_output_shape


def _out(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, rule: Any) -> Any:
    five = [
        v if isinstance(v, tuple) else (v, v) for v in (size, kernel, stride, padding, dilation)
    ]
    return tuple(int(rule(*(value[i] for value in five))) for i in (0, 1))


@wrong(
    "theory.conv_output_shape",
    looks_like="the division by the stride is rounded up",
    hints=("There is one place too many.", "May the kernel hang over the edge?"),
)
def rounds_up(size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Any:
    rule = lambda n, k, s, p, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the last + 1 is missing",
    hints=("There is one place too few.", "A kernel as large as its input: how many places?"),
)
def no_plus_one(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the padding is added on one side only",
    hints=("Padded layers come out too small.", "On how many sides is an image padded?"),
)
def padding_once(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the dilation is left out",
    hints=("A dilated kernel covers more than that.", "How far apart are its outer taps?"),
)
def no_dilation(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - k) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="the dilation multiplies the whole kernel",
    hints=("A dilated kernel covers less than that.", "How many gaps are between k taps?"),
)
def dilation_times_kernel(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


@wrong(
    "theory.conv_output_shape",
    looks_like="width comes before height",
    hints=("The pair is turned round.", "Which of the two comes first?"),
)
def width_first(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)[::-1]


@wrong(
    "theory.conv_output_shape",
    looks_like="the stride divides only the input, before the kernel is taken off",
    hints=("Strided layers are off.", "Which places can the kernel start from?"),
)
def stride_too_early(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    rule = lambda n, k, s, p, d: (n + 2 * p) // s - d * (k - 1)  # noqa: E731
    return _out(size, kernel, stride, padding, dilation, rule)


# -------------------------------------------------------------------------------- conv_parameters


@wrong(
    "theory.conv_parameters",
    looks_like="the biases are always left out",
    hints=("It is too small by the number of maps.", "What else does each output map learn?"),
)
def conv_no_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w


@wrong(
    "theory.conv_parameters",
    looks_like="there is a bias for each input channel",
    hints=("The number of biases is off.", "Where is a bias added: to inputs or to outputs?"),
)
def conv_input_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w + in_channels * bias


@wrong(
    "theory.conv_parameters",
    looks_like="a kernel sees one input channel only",
    hints=("The number of input channels changes nothing.", "How deep is one kernel?"),
)
def conv_flat_kernel(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return out_channels * (h * w + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="the kernel's side is not squared",
    hints=("A kernel has more numbers than that.", "How many cells has a k x k kernel?"),
)
def conv_one_side(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    side = kernel[0] if isinstance(kernel, tuple) else kernel
    return out_channels * (in_channels * side + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="there is a bias for every kernel slice",
    hints=("There are too many biases.", "How many biases does one output map have?"),
)
def conv_bias_per_slice(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * (h * w + bias)


@wrong(
    "theory.conv_parameters",
    looks_like="one bias serves the whole layer",
    hints=("There are too few biases.", "Does each output map have a bias of its own?"),
)
def conv_single_bias(in_channels: int, out_channels: int, kernel: Any, bias: bool = True) -> Any:
    h, w = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return in_channels * out_channels * h * w + bias


# ------------------------------------------------------------------------------ linear_parameters


@wrong(
    "theory.linear_parameters",
    looks_like="the biases are always left out",
    hints=("It is too small by the number of outputs.", "What else does each output learn?"),
)
def linear_no_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features * out_features


@wrong(
    "theory.linear_parameters",
    looks_like="there is a bias for each input",
    hints=("The number of biases is off.", "Where is a bias added: to inputs or to outputs?"),
)
def linear_input_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return (in_features * out_features) + in_features * bias


@wrong(
    "theory.linear_parameters",
    looks_like="one bias serves the whole layer",
    hints=("There are too few biases.", "Does each output have a bias of its own?"),
)
def linear_single_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features * out_features + bias


@wrong(
    "theory.linear_parameters",
    looks_like="the argument bias is ignored",
    hints=("A layer without bias has one still.", "Where is bias read?"),
)
def linear_always_bias(in_features: int, out_features: int, bias: bool = True) -> Any:
    return (in_features + 1) * out_features


@wrong(
    "theory.linear_parameters",
    looks_like="inputs and outputs are added, not multiplied",
    hints=("It is far too small.", "How many arrows lead from 10 inputs to 3 outputs?"),
)
def linear_added(in_features: int, out_features: int, bias: bool = True) -> Any:
    return in_features + out_features * (1 + bias)


# ------------------------------------------------------------------------------ count_activations


@wrong(
    "theory.count_activations",
    looks_like="the lengths are added",
    hints=("It is far too small.", "How many cells has a table of 3 rows and 4 columns?"),
)
def activations_added(shape: Any) -> int:
    return sum(shape)


@wrong(
    "theory.count_activations",
    looks_like="the channels are left out",
    hints=("One channel is counted.", "How many maps of that size are there?"),
)
def activations_of_one_map(shape: Any) -> int:
    return math.prod(shape[1:])


@wrong(
    "theory.count_activations",
    looks_like="the map is taken to be square",
    hints=("Height and width differ here.", "Which lengths did you multiply?"),
)
def activations_square(shape: Any) -> int:
    return shape[0] * shape[-1] ** 2 if len(shape) == 3 else shape[0]


@wrong(
    "theory.count_activations",
    looks_like="only the first length counts",
    hints=("It is the number of maps.", "How many numbers does each map hold?"),
)
def activations_first(shape: Any) -> int:
    return shape[0]


@wrong(
    "theory.count_activations",
    looks_like="one is added, as for a bias",
    hints=("It is too large by 1.", "Are biases activations?"),
)
def activations_and_one(shape: Any) -> int:
    return math.prod(shape) + 1


# -------------------------------------------------------------------------------- receptive_field


@wrong(
    "theory.receptive_field",
    looks_like="the kernels are added up",
    hints=("It is too large.", "By how much does a 3 x 3 kernel widen a field of 1?"),
)
def kernels_added(layers: Any) -> int:
    return sum(kernel for kernel, _ in layers) or 1


@wrong(
    "theory.receptive_field",
    looks_like="the strides are left out",
    hints=("Right without strides, too small with them.", "What does a step mean after a stride?"),
)
def strides_ignored(layers: Any) -> int:
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@wrong(
    "theory.receptive_field",
    looks_like="a layer's stride widens the layer itself",
    hints=("It is too large after strides.", "Does a stride act on its own kernel or on later?"),
)
def stride_before_kernel(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        field += (kernel - 1) * step
    return field


@wrong(
    "theory.receptive_field",
    looks_like="only the stride of the layer just before counts",
    hints=("Right for one stride, too small for two.", "How do two strides in a row act?"),
)
def last_stride_only(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step = stride
    return field


@wrong(
    "theory.receptive_field",
    looks_like="the strides are added, not multiplied",
    hints=("Right for one stride, off for two.", "Two strides of 2: how far apart are neighbours?"),
)
def strides_added(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step += stride if stride > 1 else 0
    return field


@wrong(
    "theory.receptive_field",
    looks_like="the last layer is taken first",
    hints=("The order of the layers is turned round.", "Which layer touches the image?"),
)
def layers_reversed(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in reversed(layers):
        field += (kernel - 1) * step
        step *= stride
    return field


# ------------------------------------------------------------------------------------- stack_cost


@wrong(
    "theory.stack_cost",
    looks_like="the biases are left out",
    hints=("The parameters are too few.", "What else does each output map learn?"),
)
def stack_no_bias(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(k * k for k in kernels) * channels**2
    return weights, weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="adding the biases counts as operations",
    hints=("The operations are too many.", "Is an addition a multiply-accumulate here?"),
)
def stack_bias_in_operations(kernels: Any, channels: int, height: int, width: int) -> Any:
    parameters = sum(k * k for k in kernels) * channels**2 + channels * len(kernels)
    return parameters, parameters * height * width


@wrong(
    "theory.stack_cost",
    looks_like="a kernel sees one channel only",
    hints=("Both figures are too small.", "How deep is one kernel?"),
)
def stack_flat(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(k * k for k in kernels) * channels
    return weights + channels * len(kernels), weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="the map shrinks with every layer",
    hints=("The operations are too few.", "What does the padding keep?"),
)
def stack_shrinks(kernels: Any, channels: int, height: int, width: int) -> Any:
    parameters, operations = 0, 0
    for k in kernels:
        height, width = max(height - k + 1, 1), max(width - k + 1, 1)
        parameters += k * k * channels**2 + channels
        operations += k * k * channels**2 * height * width
    return parameters, operations


@wrong(
    "theory.stack_cost",
    looks_like="the kernels' sides are not squared",
    hints=("Both figures are too small.", "How many cells has a k x k kernel?"),
)
def stack_sides(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(kernels) * channels**2
    return weights + channels * len(kernels), weights * height * width


@wrong(
    "theory.stack_cost",
    looks_like="the operations are counted for one place of the map",
    hints=("The operations don't depend on the size.", "At how many places is a kernel applied?"),
)
def stack_one_place(kernels: Any, channels: int, height: int, width: int) -> Any:
    weights = sum(k * k for k in kernels) * channels**2
    return weights + channels * len(kernels), weights


# --------------------------------------------------------------------------------- inception_cost


def _inception(in_channels: int, branches: Any, places: int, chained: bool, free: bool) -> Any:
    out, operations = 0, 0
    for branch in branches:
        channels, last = in_channels, in_channels
        for kernel, wanted in branch:
            if wanted is None:
                operations += 0 if free else 9 * channels * places
                continue
            operations += kernel * kernel * channels * wanted * places
            last = wanted
            channels = wanted if chained else channels
        out += last
    return out, operations


@wrong(
    "theory.inception_cost",
    looks_like="every step of a branch sees the block's input",
    hints=("The operations after a reduction are too many.", "What goes into a second step?"),
)
def steps_not_chained(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(in_channels, branches, height * width, chained=False, free=True)


@wrong(
    "theory.inception_cost",
    looks_like="pooling counts as a 3 x 3 convolution over each map",
    hints=("Pooling costs something.", "Does taking a maximum multiply anything?"),
)
def pooling_costs(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(in_channels, branches, height * width, chained=True, free=False)


@wrong(
    "theory.inception_cost",
    looks_like="a branch of pooling alone gives no maps",
    hints=("The output has too few channels.", "How many maps leave a pooling?"),
)
def pooling_gives_nothing(in_channels: int, branches: Any, height: int, width: int) -> Any:
    out, operations = _inception(in_channels, branches, height * width, True, True)
    return out - in_channels * sum(b[-1][1] is None for b in branches), operations


@wrong(
    "theory.inception_cost",
    looks_like="the branches' maps are added, not stacked",
    hints=("The output has the channels of one branch.", "How are the branches joined?"),
)
def branches_added(in_channels: int, branches: Any, height: int, width: int) -> Any:
    operations = _inception(in_channels, branches, height * width, True, True)[1]
    return max(b[-1][1] or in_channels for b in branches), operations


@wrong(
    "theory.inception_cost",
    looks_like="the inner steps' maps are stacked too",
    hints=("The output has too many channels.", "Which step of a branch reaches the output?"),
)
def inner_steps_stacked(in_channels: int, branches: Any, height: int, width: int) -> Any:
    operations = _inception(in_channels, branches, height * width, True, True)[1]
    return sum(wanted or in_channels for b in branches for _, wanted in b), operations


@wrong(
    "theory.inception_cost",
    looks_like="the branches follow each other",
    hints=("The operations are off from the second branch.", "What goes into each branch?"),
)
def branches_in_a_row(in_channels: int, branches: Any, height: int, width: int) -> Any:
    return _inception(
        in_channels, [[step for branch in branches for step in branch]], height * width, True, True
    )


@wrong(
    "theory.inception_cost",
    looks_like="the biases count as operations",
    hints=("The operations are a little too many.", "Is adding a bias a multiply-accumulate?"),
)
def biases_as_operations(in_channels: int, branches: Any, height: int, width: int) -> Any:
    out, operations = _inception(in_channels, branches, height * width, True, True)
    biases = sum(wanted or 0 for b in branches for _, wanted in b)
    return out, operations + biases * height * width


# ---------------------------------------------------------------------------- lenet_c3_parameters


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="the biases are left out",
    hints=("It is too small by the number of maps.", "What else does each map learn?"),
)
def lenet_no_bias(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * kernel**2 for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="there is a bias for each connection of maps",
    hints=("It has too many biases.", "How many biases does a map of three inputs have?"),
)
def lenet_bias_per_input(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * (kernel**2 + 1) for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="every map sees all inputs",
    hints=("It is too large.", "Which inputs does each group of maps see?"),
)
def lenet_full(groups: Any, kernel: int = 5) -> int:
    most = max(inputs for _, inputs in groups) + 1
    return sum(maps * (most * kernel**2 + 1) for maps, _ in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="there is one bias for each group",
    hints=("It has too few biases.", "Do the maps of a group share anything?"),
)
def lenet_bias_per_group(groups: Any, kernel: int = 5) -> int:
    return sum(maps * inputs * kernel**2 + 1 for maps, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="each group counts as one map",
    hints=("It is too small.", "What does the first number of a pair say?"),
)
def lenet_one_map(groups: Any, kernel: int = 5) -> int:
    return sum(inputs * kernel**2 + 1 for _, inputs in groups)


@wrong(
    "theory.lenet_c3_parameters",
    looks_like="the kernel is always 5 x 5",
    hints=("The argument kernel changes nothing.", "Where is it read?"),
)
def lenet_always_five(groups: Any, kernel: int = 5) -> int:
    return sum(maps * (inputs * 25 + 1) for maps, inputs in groups)


# ------------------------------------------------------------------------------ batchnorm_forward


def _normalise(x: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: float) -> Any:
    return np.asarray(gamma) * (np.asarray(x) - mean) / np.sqrt(var + eps) + np.asarray(beta)


def _remember(state: Any, mean: Any, var: Any, old: float, new: float) -> None:
    state["mean"] = old * np.asarray(state["mean"]) + new * mean
    state["var"] = old * np.asarray(state["var"]) + new * var


@wrong(
    "theory.batchnorm_forward",
    looks_like="the batch's variance divides by N − 1",
    hints=("The outputs are a little too small.", "Sample variance or population variance?"),
)
def bn_sample_variance(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    if not training:
        return _normalise(x, gamma, beta, state["mean"], state["var"], eps)
    mean, var = x.mean(0), x.var(0) * len(x) / max(len(x) - 1, 1)
    _remember(state, mean, var, 1 - momentum, momentum)
    return _normalise(x, gamma, beta, mean, var, eps)


@wrong(
    "theory.batchnorm_forward",
    looks_like="momentum weighs the old statistics",
    hints=("The running statistics hardly move, or jump.", "Which of the two has weight 0.1?"),
)
def bn_momentum_swapped(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    if not training:
        return _normalise(x, gamma, beta, state["mean"], state["var"], eps)
    _remember(state, x.mean(0), x.var(0), momentum, 1 - momentum)
    return _normalise(x, gamma, beta, x.mean(0), x.var(0), eps)


@wrong(
    "theory.batchnorm_forward",
    looks_like="the batch's statistics are used in test too",
    hints=("The argument training changes nothing.", "Which statistics normalise in test?"),
)
def bn_batch_statistics_in_test(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    if training:
        _remember(state, x.mean(0), x.var(0), 1 - momentum, momentum)
    return _normalise(x, gamma, beta, x.mean(0), x.var(0), eps)


@wrong(
    "theory.batchnorm_forward",
    looks_like="the running statistics normalise in training",
    hints=("The batch is not centred in training.", "Whose mean is taken off in training?"),
)
def bn_running_statistics_in_training(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    if training:
        _remember(state, x.mean(0), x.var(0), 1 - momentum, momentum)
    return _normalise(x, gamma, beta, state["mean"], state["var"], eps)


@wrong(
    "theory.batchnorm_forward",
    looks_like="the running statistics move in test too",
    hints=("Looking at test data changes the layer.", "When may the state change?"),
)
def bn_learns_in_test(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    mean, var = (x.mean(0), x.var(0)) if training else (state["mean"], state["var"])
    _remember(state, x.mean(0), x.var(0), 1 - momentum, momentum)
    return _normalise(x, gamma, beta, mean, var, eps)


@wrong(
    "theory.batchnorm_forward",
    looks_like="each sample is normalised over its own features",
    hints=("That is layer normalisation.", "Along which axis of (N, D) is the mean?"),
)
def bn_over_features(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    if not training:
        return _normalise(x, gamma, beta, state["mean"], state["var"], eps)
    _remember(state, x.mean(0), x.var(0), 1 - momentum, momentum)
    return _normalise(x, gamma, beta, x.mean(1, keepdims=True), x.var(1, keepdims=True), eps)


@wrong(
    "theory.batchnorm_forward",
    looks_like="eps is added to the deviation, outside of the root",
    hints=("Only a large eps shows it.", "Is eps added to the variance or to its root?"),
)
def bn_eps_outside(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    mean, var = (x.mean(0), x.var(0)) if training else (state["mean"], state["var"])
    if training:
        _remember(state, mean, var, 1 - momentum, momentum)
    return _normalise(x, gamma, beta, mean, (np.sqrt(var) + eps) ** 2, 0.0)


@wrong(
    "theory.batchnorm_forward",
    looks_like="the variance divides where its root should",
    hints=("The outputs don't have a deviation of 1.", "What is the unit of a variance?"),
)
def bn_no_root(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    mean, var = (x.mean(0), x.var(0)) if training else (state["mean"], state["var"])
    if training:
        _remember(state, mean, var, 1 - momentum, momentum)
    return np.asarray(gamma) * (np.asarray(x) - mean) / (var + eps) + np.asarray(beta)


@wrong(
    "theory.batchnorm_forward",
    looks_like="gamma and beta are left out",
    hints=("The outputs are not scaled and shifted.", "What does batch norm learn?"),
)
def bn_without_scale(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    mean, var = (x.mean(0), x.var(0)) if training else (state["mean"], state["var"])
    if training:
        _remember(state, mean, var, 1 - momentum, momentum)
    return _normalise(x, 1.0, 0.0, mean, var, eps)


# --------------------------------------------------------------------------- batchnorm_parameters


@wrong(
    "theory.batchnorm_parameters",
    looks_like="the dense layer has biases too",
    hints=("It is too large by the number of outputs.", "Which shift makes a bias useless?"),
)
def bn_and_bias(in_features: int, out_features: int) -> int:
    return (in_features + 3) * out_features


@wrong(
    "theory.batchnorm_parameters",
    looks_like="the running statistics count as learnt",
    hints=("It is too large.", "Do running means get a gradient?"),
)
def bn_counts_statistics(in_features: int, out_features: int) -> int:
    return (in_features + 4) * out_features


@wrong(
    "theory.batchnorm_parameters",
    looks_like="there is one gamma and one beta for the whole layer",
    hints=("It is too small.", "Which statistics does each output have of its own?"),
)
def bn_two_numbers(in_features: int, out_features: int) -> int:
    return in_features * out_features + 2


@wrong(
    "theory.batchnorm_parameters",
    looks_like="gamma and beta belong to the inputs",
    hints=("Inputs and outputs are mixed up.", "What comes first: the dense layer or the norm?"),
)
def bn_of_inputs(in_features: int, out_features: int) -> int:
    return in_features * out_features + 2 * in_features


@wrong(
    "theory.batchnorm_parameters",
    looks_like="only one number per output is learnt",
    hints=("It is too small by the number of outputs.", "Which two does each output learn?"),
)
def bn_beta_only(in_features: int, out_features: int) -> int:
    return (in_features + 1) * out_features


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
