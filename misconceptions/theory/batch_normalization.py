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
    looks_like="the variance of the batch has N − 1 in its denominator",
    hints=(
        "The outputs are slightly too small.",
        "Does batch normalization use the sample variance or the population variance?",
    ),
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
    looks_like="the momentum is used as the weight of the old statistics",
    hints=(
        "The running statistics change too much or too little.",
        "Which of the two has a weight of 0.1?",
    ),
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
    looks_like="the statistics of the batch are used at test time, too",
    hints=(
        "The argument `training` has no effect on the outputs.",
        "Which statistics should be used for the normalization at test time?",
    ),
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
    looks_like="the running statistics are used for the normalization in training",
    hints=(
        "The outputs are not centered in training.",
        "Which mean should be subtracted in training?",
    ),
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
    looks_like="the running statistics are also updated at test time",
    hints=("The test data change the state of the layer.", "When may the state change?"),
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
    looks_like="each sample is normalized over its own features",
    hints=("This is layer normalization.", "Along which axis of (N, D) should you take the mean?"),
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
    looks_like="eps is added to the standard deviation, outside the square root",
    hints=(
        "The difference is visible only with a large eps.",
        "Is eps added to the variance or to its square root?",
    ),
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
    looks_like="the centered values are divided by the variance instead of its square root",
    hints=("The outputs don't have a standard deviation of 1.", "Which unit does a variance have?"),
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
    looks_like="gamma and beta are not applied",
    hints=(
        "The outputs are not scaled and shifted.",
        "Which parameters does batch normalization learn?",
    ),
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
    looks_like="biases of the dense layer are counted, too",
    hints=(
        "The result is too large by the number of outputs.",
        "Which later step makes a bias redundant?",
    ),
)
def bn_and_bias(in_features: int, out_features: int) -> int:
    return (in_features + 3) * out_features


@wrong(
    "theory.batchnorm_parameters",
    looks_like="the running statistics are counted as learned parameters",
    hints=("The result is too large.", "Does a running mean get a gradient?"),
)
def bn_counts_statistics(in_features: int, out_features: int) -> int:
    return (in_features + 4) * out_features


@wrong(
    "theory.batchnorm_parameters",
    looks_like="gamma and beta are counted only once for the whole layer",
    hints=("The result is too small.", "Which parameters does each output have separately?"),
)
def bn_two_numbers(in_features: int, out_features: int) -> int:
    return in_features * out_features + 2


@wrong(
    "theory.batchnorm_parameters",
    looks_like="gamma and beta are counted per input instead of per output",
    hints=(
        "The inputs and outputs are mixed up.",
        "Which comes first: the dense layer or the normalization?",
    ),
)
def bn_of_inputs(in_features: int, out_features: int) -> int:
    return in_features * out_features + 2 * in_features


@wrong(
    "theory.batchnorm_parameters",
    looks_like="only one normalization parameter per output is counted",
    hints=(
        "The result is too small by the number of outputs.",
        "Which parameters does the normalization learn for each output?",
    ),
)
def bn_beta_only(in_features: int, out_features: int) -> int:
    return (in_features + 1) * out_features


@wrong(
    "theory.batchnorm_forward",
    looks_like="eps is left out",
    hints=(
        "A feature that is constant in the batch is divided by zero.",
        "What keeps the denominator above zero if the variance is zero?",
    ),
)
def bn_without_eps(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        if not training:
            return _normalise(x, gamma, beta, state["mean"], state["var"], 0.0)
        _remember(state, x.mean(0), x.var(0), 1 - momentum, momentum)
        return _normalise(x, gamma, beta, x.mean(0), x.var(0), 0.0)


@wrong(
    "theory.batchnorm_forward",
    looks_like="eps is included in the running variance",
    hints=(
        "The running variance is slightly too large.",
        "Where does eps belong: into the stored statistics, or only under the square root?",
    ),
)
def bn_eps_in_running_variance(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    if not training:
        return _normalise(x, gamma, beta, state["mean"], state["var"], eps)
    _remember(state, x.mean(0), x.var(0) + eps, 1 - momentum, momentum)
    return _normalise(x, gamma, beta, x.mean(0), x.var(0), eps)
