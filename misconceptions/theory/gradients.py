"""Misconceptions about gradients and computational graphs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from misconceptions.catalogue import wrong
from student_code.theory import (
    softmax,
)

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
