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
    looks_like="all entries off the diagonal are 0",
    hints=(
        "Only ∂ŷk/∂zk is computed.",
        "All probabilities share one sum. What happens to the others when one score grows?",
    ),
)
def diagonal_only(z: Any) -> Any:
    s = softmax(z)
    return np.diag(s * (1 - s))


@wrong(
    "theory.softmax_jacobian",
    looks_like="the entries off the diagonal have the wrong sign",
    hints=(
        "The rows don't add up to 0.",
        "If one score grows, do the probabilities of the other classes grow?",
    ),
)
def off_diagonal_positive(z: Any) -> Any:
    s = softmax(z)
    return np.where(np.eye(len(s), dtype=bool), np.diag(s * (1 - s)), np.outer(s, s))


@wrong(
    "theory.softmax_jacobian",
    looks_like="the diagonal contains only ŷk",
    hints=(
        "The rows don't add up to 0.",
        "Does z_k appear only in the numerator of ŷk, or in its denominator, too?",
    ),
)
def diagonal_without_square(z: Any) -> Any:
    s = softmax(z)
    return np.where(np.eye(len(s), dtype=bool), np.diag(s), -np.outer(s, s))


@wrong(
    "theory.softmax_jacobian",
    looks_like="the sign of the whole matrix is reversed",
    hints=("The diagonal is negative.", "Does ŷk grow or shrink with its own score?"),
)
def jacobian_negative(z: Any) -> Any:
    s = softmax(z)
    return np.outer(s, s) - np.diag(s)


@wrong(
    "theory.softmax_jacobian",
    looks_like="the scores are used in place of the probabilities",
    hints=("The entries are not those of the softmax derivative.", "Is z a probability?"),
)
def jacobian_of_scores(z: Any) -> Any:
    scores = np.asarray(z, dtype=float)
    return np.diag(scores) - np.outer(scores, scores)


@wrong(
    "theory.softmax_jacobian",
    looks_like="only the diagonal entries are returned, as a vector",
    hints=(
        "The result has K entries instead of K · K.",
        "Which scores does each probability depend on?",
    ),
)
def jacobian_as_vector(z: Any) -> Any:
    s = softmax(z)
    return s * (1 - s)


# ---------------------------------------------------------------- softmax_cross_entropy_gradient


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="the probabilities are subtracted from the target, instead of the reverse",
    hints=("The sign is reversed.", "Should the loss rise or fall when the correct score grows?"),
)
def gradient_negative(z: Any, y: Any) -> Any:
    return np.asarray(y) - softmax(z)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="the target is subtracted from the scores instead of from the probabilities",
    hints=("The entries don't add up to 0.", "What has to happen to z first?"),
)
def gradient_of_scores(z: Any, y: Any) -> Any:
    return np.asarray(z, dtype=float) - np.asarray(y)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="the derivative is taken with respect to the probabilities instead of the scores",
    hints=("The chain rule stops too early.", "Which factor follows ∂L/∂ŷ in the chain rule?"),
)
def gradient_at_probabilities(z: Any, y: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.asarray(y) / softmax(z)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="the derivative of a sigmoid is used for the softmax",
    hints=(
        "An extra factor of ŷ(1 − ŷ) makes the gradient too small.",
        "Write out the sum over all ŷk. Which terms cancel?",
    ),
)
def gradient_with_a_slope(z: Any, y: Any) -> Any:
    s = softmax(z)
    return (s - np.asarray(y)) * s * (1 - s)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="only the correct class gets a gradient",
    hints=("All other entries are 0.", "Does the loss depend on the other scores?"),
)
def gradient_of_the_right_class(z: Any, y: Any) -> Any:
    return (softmax(z) - np.asarray(y)) * (np.asarray(y) > 0)


@wrong(
    "theory.softmax_cross_entropy_gradient",
    looks_like="the gradient is divided by the number of classes",
    hints=(
        "The gradient is too small by a factor of the number of classes.",
        "Is the loss a mean over the classes?",
    ),
)
def gradient_mean(z: Any, y: Any) -> Any:
    return (softmax(z) - np.asarray(y)) / len(y)


# ------------------------------------------------------------------------- leaky_relu_mlp_shapes


def _shapes(d_in: int, d_hidden: int, k: int, m: int) -> dict[str, tuple[int, ...]]:
    first = {"x": (d_in, m), "W1": (d_hidden, d_in), "b1": (d_hidden, 1), "hidden": (d_hidden, m)}
    return {**first, "W2": (k, d_hidden), "b2": (k, 1), "output": (k, m)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="the samples are rows instead of columns",
    hints=("x is transposed.", "Is a sample a row or a column?"),
)
def samples_in_rows(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    shapes = {"x": (m, d_in), "W1": (d_in, d_hidden), "b1": (1, d_hidden), "hidden": (m, d_hidden)}
    return {**shapes, "W2": (d_hidden, num_classes), "b2": (1, num_classes)} | {
        "output": (m, num_classes)
    }


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="the weight matrices are transposed",
    hints=("W1 · x can't be computed.", "Which dimension of W1 has to match the rows of x?"),
)
def weights_transposed(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    right = _shapes(d_in, d_hidden, num_classes, m)
    return {**right, "W1": (d_in, d_hidden), "W2": (d_hidden, num_classes)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="there is one bias per sample",
    hints=("The shapes of the biases depend on m.", "Do more samples mean more biases to learn?"),
)
def bias_per_sample(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    right = _shapes(d_in, d_hidden, num_classes, m)
    return {**right, "b1": (d_hidden, m), "b2": (num_classes, m)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="the biases have one dimension instead of two",
    hints=(
        "The biases are not column vectors.",
        "How many rows and columns does a column vector have?",
    ),
)
def flat_bias(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    right = _shapes(d_in, d_hidden, num_classes, m)
    return {**right, "b1": (d_hidden,), "b2": (num_classes,)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="m is ignored, as if there were only one sample",
    hints=(
        "The hidden layer and the output have only one column.",
        "How many columns does W1 · x have?",
    ),
)
def one_sample(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    right = _shapes(d_in, d_hidden, num_classes, m)
    return {**right, "hidden": (d_hidden, 1), "output": (num_classes, 1)}


@wrong(
    "theory.leaky_relu_mlp_shapes",
    looks_like="the softmax reduces the samples to a single column",
    hints=("The output has only one column.", "Does softmax change the shape of its input?"),
)
def softmax_reduces(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    return {**_shapes(d_in, d_hidden, num_classes, m), "output": (num_classes, 1)}


# ---------------------------------------------------------------------------- sigmoid_delta_rule


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the error has the wrong sign: o − t",
    hints=(
        "The step goes in the wrong direction.",
        "If the output of a unit is too low, should it become even lower?",
    ),
)
def delta_negative(o: float, t: float, x: Any, lr: float) -> Any:
    return lr * (o - t) * o * (1 - o) * np.asarray(x)


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the derivative of the sigmoid is left out",
    hints=(
        "The result is the delta rule of a linear unit.",
        "What is the derivative of the sigmoid?",
    ),
)
def delta_linear(o: float, t: float, x: Any, lr: float) -> Any:
    return lr * (t - o) * np.asarray(x)


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the derivative of the sigmoid is reduced to o",
    hints=(
        "A unit whose output is 1 still learns.",
        "How steep is a sigmoid where its value is 1?",
    ),
)
def delta_slope_of_o(o: float, t: float, x: Any, lr: float) -> Any:
    return lr * (t - o) * o * np.asarray(x)


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the input is left out",
    hints=(
        "Every weight gets the same step.",
        "Does a weight contribute to the output if its input is 0?",
    ),
)
def delta_without_input(o: float, t: float, x: Any, lr: float) -> Any:
    return np.full(np.shape(x), lr * (t - o) * o * (1 - o))


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the learning rate is left out",
    hints=("η has no effect.", "What scales the step?"),
)
def delta_without_rate(o: float, t: float, x: Any, lr: float) -> Any:
    return (t - o) * o * (1 - o) * np.asarray(x)


@wrong(
    "theory.sigmoid_delta_rule",
    looks_like="the derivative of tanh is used: 1 − o²",
    hints=(
        "The slope at o = 0.75 is wrong.",
        "Which activation function has the derivative 1 − o²?",
    ),
)
def delta_of_tanh(o: float, t: float, x: Any, lr: float) -> Any:
    return lr * (t - o) * (1 - o * o) * np.asarray(x)


# ------------------------------------------------------------------- computational_graph_partials


def _partials(x: float, y: float, z: float) -> dict[str, float]:
    b = math.exp(y + z)
    return {"dC_dx": b, "dC_dB": x, "dB_dA": b, "dA_dy": 1.0, "dC_dy": x * b}


@wrong(
    "theory.computational_graph_partials",
    looks_like="e^A is differentiated like a power of A",
    hints=("dB_dA is not e^A.", "What is special about the derivative of e^A?"),
)
def derivative_of_power(x: float, y: float, z: float) -> Any:
    slope = (y + z) * math.exp(y + z - 1)
    return {**_partials(x, y, z), "dB_dA": slope, "dC_dy": x * slope}


@wrong(
    "theory.computational_graph_partials",
    looks_like="dA_dy is set to y",
    hints=("The derivative of the sum is wrong.", "By how much does y + z grow if y grows by 1?"),
)
def derivative_of_sum(x: float, y: float, z: float) -> Any:
    return {**_partials(x, y, z), "dA_dy": y, "dC_dy": x * math.exp(y + z) * y}


@wrong(
    "theory.computational_graph_partials",
    looks_like="the derivatives of the two factors of the product are swapped",
    hints=(
        "dC_dx and dC_dB are swapped.",
        "What is the derivative of C = x · B with respect to each of its factors?",
    ),
)
def product_swapped(x: float, y: float, z: float) -> Any:
    right = _partials(x, y, z)
    return {**right, "dC_dx": right["dC_dB"], "dC_dB": right["dC_dx"]}


@wrong(
    "theory.computational_graph_partials",
    looks_like="the derivatives along the path are added instead of multiplied",
    hints=(
        "dC_dy is wrong, but the local derivatives are right.",
        "How does the chain rule combine the derivatives along one path?",
    ),
)
def path_added(x: float, y: float, z: float) -> Any:
    right = _partials(x, y, z)
    return {**right, "dC_dy": right["dC_dB"] + right["dB_dA"] + right["dA_dy"]}


@wrong(
    "theory.computational_graph_partials",
    looks_like="dC_dy leaves out the last edge of the path",
    hints=("dC_dy lacks one factor.", "Which three edges lead from C to y?"),
)
def path_cut_short(x: float, y: float, z: float) -> Any:
    return {**_partials(x, y, z), "dC_dy": math.exp(y + z)}


@wrong(
    "theory.computational_graph_partials",
    looks_like="B is assumed to depend only on y",
    hints=("z has no effect.", "Which variables does A depend on?"),
)
def forgets_z(x: float, y: float, z: float) -> Any:
    return _partials(x, y, 0.0)
