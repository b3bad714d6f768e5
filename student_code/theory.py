"""The theory of the course as functions: losses, gradients, architecture, batch norm, learning.

The functions take numbers and numpy arrays (or plain lists), and return numbers and numpy arrays.
Logarithms are natural, and 0 · log 0 counts as 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

import numpy as np

Size = int | tuple[int, int]

# ---------------------------------------------------------------------------------------- losses


def softmax(z: Any, axis: int = -1) -> np.ndarray:
    """Return e^z divided by its sum along `axis`, in the shape of `z`, float64.

    Args:
        z: scores of any shape and any size: scores of 1000 give numbers, not NaN.
        axis: the axis whose entries sum to 1.
    """
    ### BEGIN SOLUTION
    scores = np.asarray(z, dtype=np.float64)
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)
    ### END SOLUTION


def cross_entropy(p: Any, q: Any) -> float:
    """Return the cross-entropy of the distribution q under the distribution p: −Σ p log q.

    Args:
        p: the true probabilities, (K,). If an entry of p is 0, its term is 0, whatever q is.
        q: the predicted probabilities, (K,). A 0 where p isn't 0 makes the result infinite.
    Returns: a float.
    """
    ### BEGIN SOLUTION
    truth, predicted = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    counts = truth > 0
    with np.errstate(divide="ignore"):
        return float(-np.sum(truth[counts] * np.log(predicted[counts])))
    ### END SOLUTION


def binary_cross_entropy(y: Any, p: Any) -> float:
    """Return the mean over samples of −[y log p + (1 − y) log(1 − p)].

    Args:
        y: labels, (N,), each 0 or 1.
        p: the predicted probabilities of label 1, (N,), in [0, 1].
    Returns: a float; 0 for predictions that are certain and correct (0 · log 0 = 0).
    """
    ### BEGIN SOLUTION
    labels, predicted = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    pairs = zip(labels, predicted, strict=True)
    terms = [cross_entropy([label, 1 - label], [guess, 1 - guess]) for label, guess in pairs]
    return float(np.mean(terms))
    ### END SOLUTION


def kl_divergence(p: Any, q: Any) -> float:
    """Return the Kullback–Leibler divergence from q to p: Σ p log(p / q), a float.

    Args:
        p, q: probabilities, (K,). If an entry of p is 0, its term is 0.
    """
    ### BEGIN SOLUTION
    truth, predicted = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    counts = truth > 0
    with np.errstate(divide="ignore"):
        logs = np.log(truth[counts]) - np.log(predicted[counts])
    return float(np.sum(truth[counts] * logs))
    ### END SOLUTION


def cross_entropy_from_kl(p: Any, q: Any) -> float:
    """Return the cross-entropy of q under p, computed from an entropy and `kl_divergence`.

    Arguments and result are those of `cross_entropy`.
    """
    ### BEGIN SOLUTION
    entropy_of_truth = cross_entropy(p, p)
    return entropy_of_truth + kl_divergence(p, q)
    ### END SOLUTION


def l2_regularized_update(w: Any, grad: Any, lr: float, lam: float) -> np.ndarray:
    """Return the weights after one step of gradient descent on L + (lam/2)·‖w‖².

    Args:
        w: the weights, any shape.
        grad: the gradient of L alone at w, same shape.
        lr, lam: the learning rate and the strength of the regularization.
    Returns: the new weights, same shape, float64.
    """
    ### BEGIN SOLUTION
    weights = np.asarray(w, dtype=np.float64)
    return weights - lr * (np.asarray(grad, dtype=np.float64) + lam * weights)
    ### END SOLUTION


# ------------------------------------------------------------------------------- backpropagation


def softmax_jacobian(z: Any) -> np.ndarray:
    """Return all derivatives of ŷ = softmax(z): entry (k, i) is ∂ŷ_k/∂z_i.

    Args:
        z: scores, (K,).
    Returns: (K, K) float64.
    """
    ### BEGIN SOLUTION
    probabilities = softmax(z)
    return np.diag(probabilities) - np.outer(probabilities, probabilities)
    ### END SOLUTION


def softmax_cross_entropy_gradient(z: Any, y: Any) -> np.ndarray:
    """Return ∂L/∂z for L = −Σ y log softmax(z).

    Args:
        z: scores, (K,), of any size.
        y: the target probabilities, (K,), such as a one-hot vector; they sum to 1.
    Returns: (K,) float64.
    """
    ### BEGIN SOLUTION
    return softmax(z) - np.asarray(y, dtype=np.float64)
    ### END SOLUTION


def leaky_relu_mlp_shapes(
    d_in: int, d_hidden: int, num_classes: int, m: int
) -> dict[str, tuple[int, int]]:
    """Return the shapes in softmax(W2 · leaky_relu(W1 · x + b1) + b2) for m samples in columns.

    Returns: a dict of `x, W1, b1, hidden, W2, b2, output`, each a pair (rows, columns). A bias is
    one column, which is added to each of the m columns.
    """
    ### BEGIN SOLUTION
    return {
        "x": (d_in, m),
        "W1": (d_hidden, d_in),
        "b1": (d_hidden, 1),
        "hidden": (d_hidden, m),
        "W2": (num_classes, d_hidden),
        "b2": (num_classes, 1),
        "output": (num_classes, m),
    }
    ### END SOLUTION


def sigmoid_delta_rule(o: float, t: float, x: Any, lr: float) -> np.ndarray:
    """Return the step Δw of one sigmoid unit that lowers (t − o)²/2.

    Args:
        o, t: the unit's output, in [0, 1], and its target.
        x: the unit's inputs, (D,).
        lr: the learning rate η.
    Returns: Δw, (D,) float64; the new weights are w + Δw.
    """
    ### BEGIN SOLUTION
    slope = o * (1.0 - o)
    return lr * (t - o) * slope * np.asarray(x, dtype=np.float64)
    ### END SOLUTION


def computational_graph_partials(x: float, y: float, z: float) -> dict[str, float]:
    """Return the partial derivatives along the graph A = y + z, B = e^A, C = x · B.

    Returns: a dict of `dC_dx, dC_dB, dB_dA, dA_dy, dC_dy`, each a float at the given x, y, z.
    """
    ### BEGIN SOLUTION
    b = float(np.exp(y + z))
    return {"dC_dx": b, "dC_dB": float(x), "dB_dA": b, "dA_dy": 1.0, "dC_dy": float(x) * b}
    ### END SOLUTION


# ---------------------------------------------------------------------------------- architecture


def conv_output_shape(
    size: Size, kernel: Size, stride: Size = 1, padding: Size = 0, dilation: Size = 1
) -> tuple[int, int]:
    """Return the height and width of the output of a convolution (or a pooling).

    Args:
        size, kernel, stride, padding, dilation: each an int, or a pair (height, width).
            `padding` is added on both sides.
    Returns: (H, W), ints.
    Raises: `ValueError` if the kernel is larger than the padded input.
    """
    ### BEGIN SOLUTION
    n, k, s, p, d = (
        value if isinstance(value, (tuple, list)) else (value, value)
        for value in (size, kernel, stride, padding, dilation)
    )
    height, width = ((n[i] + 2 * p[i] - d[i] * (k[i] - 1) - 1) // s[i] + 1 for i in (0, 1))
    if height < 1 or width < 1:
        raise ValueError(f"a kernel of {kernel} does not fit into an input of {size}")
    return height, width
    ### END SOLUTION


def conv_parameters(in_channels: int, out_channels: int, kernel: Size, bias: bool = True) -> int:
    """Count the parameters of a convolution. `kernel` is an int or a pair (height, width)."""
    ### BEGIN SOLUTION
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels * height * width + int(bias))
    ### END SOLUTION


def linear_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """Count the parameters of a fully connected layer."""
    ### BEGIN SOLUTION
    return out_features * (in_features + int(bias))
    ### END SOLUTION


def count_activations(shape: Sequence[int]) -> int:
    """Count the numbers in a layer's output of the given shape, such as (channels, H, W)."""
    ### BEGIN SOLUTION
    product = 1
    for length in shape:
        product *= int(length)
    return product
    ### END SOLUTION


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """Return how many input pixels, along one side, affect one output of a stack of layers.

    Args:
        layers: (kernel, stride) of each layer, the one nearest to the input first. An empty list
            has a receptive field of 1.
    """
    ### BEGIN SOLUTION
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step *= stride
    return field
    ### END SOLUTION


def stack_cost(kernels: Sequence[int], channels: int, height: int, width: int) -> tuple[int, int]:
    """Count the cost of a stack of square convolutions, each from `channels` to `channels` maps.

    The stride is 1, and padding keeps every map at `height` x `width`.

    Returns: (parameters, multiply_accumulates). Biases count as parameters; adding them is not
    counted as a multiply-accumulate.
    """
    ### BEGIN SOLUTION
    weights = sum(kernel * kernel * channels * channels for kernel in kernels)
    return weights + channels * len(kernels), weights * height * width
    ### END SOLUTION


def inception_cost(
    in_channels: int,
    branches: Sequence[Sequence[tuple[Any, int | None]]],
    height: int,
    width: int,
) -> tuple[int, int]:
    """Count the output channels and the cost of an inception block.

    Every branch keeps the size `height` x `width`.

    Args:
        in_channels: the number of input maps of every branch.
        branches: each a list of steps in order: `(kernel, out_channels)` is a convolution,
            `("pool", None)` a pooling, which keeps the channels and multiplies nothing.
    Returns: (out_channels, multiply_accumulates): the branches' maps are stacked. Biases are
    not counted.
    """
    ### BEGIN SOLUTION
    out_channels, operations = 0, 0
    for branch in branches:
        channels = in_channels
        for kernel, wanted in branch:
            if wanted is None:
                continue
            operations += kernel * kernel * channels * wanted * height * width
            channels = wanted
        out_channels += channels
    return out_channels, operations
    ### END SOLUTION


def lenet_c3_parameters(groups: Sequence[tuple[int, int]], kernel: int = 5) -> int:
    """Count the parameters of a convolution in which a map may see only some inputs, as in LeNet-5.

    Args:
        groups: (number of maps, inputs per map) of each group of maps. Every map has one bias.
        kernel: the side of the square kernel.
    """
    ### BEGIN SOLUTION
    return sum(maps * (inputs * kernel**2 + 1) for maps, inputs in groups)
    ### END SOLUTION


# --------------------------------------------------------------------------- batch normalization


def batchnorm_forward(
    x: Any,
    gamma: Any,
    beta: Any,
    state: MutableMapping[str, Any],
    eps: float = 1e-5,
    momentum: float = 0.1,
    training: bool = True,
) -> np.ndarray:
    """Apply batch normalization to each feature: gamma · (x − mean)/√(var + eps) + beta.

    Args:
        x: (N, D).
        gamma, beta: the learned scale and shift, (D,).
        state: the running "mean" and "var", (D,) each. In training, the batch is normalized with
            its own statistics (population variance), and both entries are replaced by
            (1 − momentum) · old + momentum · batch. At test time, the running statistics are
            used for normalization and stay unchanged.
    Returns: (N, D) float64.
    """
    ### BEGIN SOLUTION
    batch = np.asarray(x, dtype=np.float64)
    mean, var = np.asarray(state["mean"]), np.asarray(state["var"])
    if training:
        old_mean, old_var = mean, var
        mean, var = batch.mean(axis=0), batch.var(axis=0)
        state["mean"] = (1 - momentum) * old_mean + momentum * mean
        state["var"] = (1 - momentum) * old_var + momentum * var
    return np.asarray(gamma) * (batch - mean) / np.sqrt(var + eps) + np.asarray(beta)
    ### END SOLUTION


def batchnorm_parameters(in_features: int, out_features: int) -> int:
    """Count the parameters of a dense layer without bias and the batch norm after it together."""
    ### BEGIN SOLUTION
    return linear_parameters(in_features, out_features, bias=False) + 2 * out_features
    ### END SOLUTION


# --------------------------------------------------------------------------- learning in general


def knn_predict(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    """Classify one point by majority vote of its k nearest neighbors (Euclidean distance).

    Args:
        train_x: (N, D).
        train_y: N labels, numbers or strings.
        x: the point, (D,).
        k: the number of neighbors that vote, from 1 to N.
    Returns: one of the labels. If several labels have the same number of votes, the one whose
    nearest member is closest to x.
    """
    ### BEGIN SOLUTION
    offsets = np.asarray(train_x, dtype=np.float64) - np.asarray(x, dtype=np.float64)
    order = np.argsort(np.square(offsets).sum(axis=1), kind="stable")
    # Counter keeps insertion order, so among equal counts the nearest label comes first.
    return Counter(train_y[i] for i in order[:k]).most_common(1)[0][0]
    ### END SOLUTION


def logistic_probability(beta: Any, x: Any) -> float:
    """Return the probability that logistic regression assigns to class 1.

    Args:
        beta: (D + 1,); beta[0] is the intercept.
        x: the features of one example, (D,).
    """
    ### BEGIN SOLUTION
    score = beta[0] + float(np.dot(np.asarray(beta[1:]), np.asarray(x)))
    return float(np.exp(-np.logaddexp(0.0, -score)))
    ### END SOLUTION


def hours_for_probability(probability: float, beta: Any, gpa: float) -> float:
    """Return the hours of study with which a student of this GPA passes with the given probability.

    Args:
        probability: between 0 and 1, both excluded.
        beta: (3,): intercept, weight of the hours, weight of the GPA, as in
            `logistic_probability(beta, [hours, gpa])`.
    """
    ### BEGIN SOLUTION
    log_odds = float(np.log(probability / (1.0 - probability)))
    return float((log_odds - beta[0] - beta[2] * gpa) / beta[1])
    ### END SOLUTION


def learning_rate_schedule(initial_lr: float, decay: float, iteration: float) -> float:
    """Return the learning rate at an iteration (from 0): initial_lr / (1 + decay · iteration)."""
    ### BEGIN SOLUTION
    return initial_lr / (1.0 + decay * iteration)
    ### END SOLUTION


def generalization_loss(validation_errors: Any) -> np.ndarray:
    """Return by how many percent each epoch's validation error exceeds the lowest one up to then.

    Args:
        validation_errors: (T,), above 0.
    Returns: (T,) float64: 100 · (error / lowest so far − 1).
    """
    ### BEGIN SOLUTION
    errors = np.asarray(validation_errors, dtype=np.float64)
    return 100.0 * (errors / np.minimum.accumulate(errors) - 1.0)
    ### END SOLUTION


def early_stopping_epoch(validation_errors: Any, threshold: float) -> int | None:
    """Return the first epoch, from 0, whose generalization loss exceeds the threshold (in percent).

    Returns: an int, or None if there is no such epoch.
    """
    ### BEGIN SOLUTION
    above = np.flatnonzero(generalization_loss(validation_errors) > threshold)
    return int(above[0]) if above.size else None
    ### END SOLUTION


def nearest_pseudolabels(feature: Any, sources: Mapping[str, Any], n: int) -> str:
    """Return the names of the n sources most similar to the feature by cosine, nearest first.

    Args:
        feature: (D,), not all zero.
        sources: maps each name to a vector (D,), none all zero. Equally similar sources keep the
            order in which they are given.
        n: the number of names, from 1 to the number of sources.
    Returns: the names joined into one string, with nothing between them.
    """
    ### BEGIN SOLUTION
    names = list(sources)
    vectors = np.asarray([sources[name] for name in names], dtype=np.float64)
    cosines = vectors @ np.asarray(feature, dtype=np.float64) / np.linalg.norm(vectors, axis=1)
    # Rounding turns equal directions into exact ties despite floating-point errors.
    order = np.argsort(-np.round(cosines / np.linalg.norm(feature), 12), kind="stable")
    return "".join(names[i] for i in order[:n])
    ### END SOLUTION


def loocv_mse(x: Any, y: Any, degree: int) -> float:
    """Return the leave-one-out mean squared error of a polynomial fit.

    For each point, a polynomial of the given degree is fitted to all other points by least squares,
    and its squared error at the omitted point is computed. The result is the mean of these errors.

    Args:
        x, y: (N,); more than degree + 1 distinct values in x.
    """
    ### BEGIN SOLUTION
    inputs, targets = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    squares = []
    for i in range(len(inputs)):
        fit = np.polyfit(np.delete(inputs, i), np.delete(targets, i), degree)
        squares.append((np.polyval(fit, inputs[i]) - targets[i]) ** 2)
    return float(np.mean(squares))
    ### END SOLUTION
