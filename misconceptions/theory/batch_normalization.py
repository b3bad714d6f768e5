"""Misconceptions about batch normalization."""

from __future__ import annotations

from typing import Any

import numpy as np

from misconceptions.catalogue import wrong

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
