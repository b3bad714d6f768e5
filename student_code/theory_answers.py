"""Your answers to the numbered questions of the theory part.

The numbers in the questions are your own: they are derived from your student id. Each function
returns a dict that maps the name of a question to your answer: a number, a tuple, or an expression,
given as a string such as "x**2 + 1" (or built with sympy). You may leave out questions that you
have no answer to yet.

`questions.numbers("cross_entropy", student_id())` returns the numbers of a question, and you may
compute the answers with your own functions in `theory`.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from student_code import theory
from toolbox import questions


def student_id() -> str:
    """Return your student id in this course. Case and surrounding spaces don't matter."""
    ### BEGIN SOLUTION
    return os.environ.get("COURSE_STUDENT_ID") or "reference"
    ### END SOLUTION


def losses() -> dict[str, Any]:
    """Return your answers on losses.

    Returns: a dict of `cross_entropy`, `entropy_and_divergence`, `binary_cross_entropy`,
    `l2_loss`, `l2_update`.
    """
    ### BEGIN SOLUTION
    return {
        "cross_entropy": _cross_entropy(_given("cross_entropy")),
        "entropy_and_divergence": _entropy_and_divergence(_given("entropy_and_divergence")),
        "binary_cross_entropy": _binary_cross_entropy(_given("binary_cross_entropy")),
        "l2_loss": _l2_loss(_given("l2_loss")),
        "l2_update": "w - eta*(g + lam*w)",
    }


def _given(question: str) -> dict[str, Any]:
    return questions.numbers(question, student_id())


def _cross_entropy(n: dict[str, Any]) -> float:
    return theory.cross_entropy(np.eye(4)[n["right"]], n["prediction"])


def _entropy_and_divergence(n: dict[str, Any]) -> tuple[float, float, float]:
    p, q = n["p"], n["q"]
    return theory.cross_entropy(p, p), theory.kl_divergence(p, q), theory.cross_entropy(p, q)


def _binary_cross_entropy(n: dict[str, Any]) -> float:
    return theory.binary_cross_entropy(n["labels"], n["predictions"])


def _l2_loss(n: dict[str, Any]) -> float:
    return float(n["loss"] + n["lam"] / 2 * sum(w * w for w in n["weights"]))
    ### END SOLUTION


def backpropagation() -> dict[str, Any]:
    """Return your answers on backpropagation.

    Returns: a dict of `layer_shapes`, `softmax_by_its_own_score`, `softmax_by_another_score`,
    `loss_by_a_score`, `small_expression`, `delta_rule`, `graph_partials`.
    """
    ### BEGIN SOLUTION
    return {
        "layer_shapes": _layer_shapes(_given("layer_shapes")),
        "softmax_by_its_own_score": "yk*(1 - yk)",
        "softmax_by_another_score": "-yk*yi",
        "loss_by_a_score": "yi - ti",
        "small_expression": _small_expression(_given("small_expression")),
        "delta_rule": "eta*(t - o)*o*(1 - o)*x",
        "graph_partials": ("exp(y + z)", "x", "exp(y + z)", 1, "x*exp(y + z)"),
    }


def _layer_shapes(n: dict[str, Any]) -> tuple[Any, ...]:
    shapes = theory.leaky_relu_mlp_shapes(n["d_in"], n["d_hidden"], n["classes"], n["m"])
    return tuple(shapes.values())


def _small_expression(n: dict[str, Any]) -> tuple[int, int, int]:
    a, b, c = n["a"], n["b"], n["c"]
    return b * b, 2 * a * b + c, b
    ### END SOLUTION


def architecture() -> dict[str, Any]:
    """Return your answers on architectures.

    Returns: a dict of `layer_size`, `conv_net_parameters`, `vgg16_table`, `lenet_first_layer`,
    `lenet_c3`, `inception_naive`, `inception_reduced`, `stacks_of_seven`, `receptive_field`.
    """
    ### BEGIN SOLUTION
    return {
        "layer_size": theory.conv_output_shape(**_given("layer_size")),
        "conv_net_parameters": _conv_net_parameters(_given("conv_net_parameters")),
        "vgg16_table": _vgg16_table(_given("vgg16_table")),
        "lenet_first_layer": _lenet_first_layer(_given("lenet_first_layer")),
        "lenet_c3": theory.lenet_c3_parameters(**_given("lenet_c3")),
        "inception_naive": _inception(_given("inception_naive"), reduced=False),
        "inception_reduced": _inception(_given("inception_reduced"), reduced=True),
        "stacks_of_seven": _stacks_of_seven(_given("stacks_of_seven")),
        "receptive_field": theory.receptive_field(_given("receptive_field")["layers"]),
    }


def _conv_net_parameters(n: dict[str, Any]) -> tuple[int, int, int, int]:
    channels, size, counts = n["channels"], n["size"], []
    for maps, kernel in zip(n["maps"], n["kernels"], strict=True):
        counts.append(theory.conv_parameters(channels, maps, kernel))
        size = theory.conv_output_shape(
            theory.conv_output_shape(size, kernel),
            2,
            stride=2,
        )
        channels = maps
    features = theory.count_activations((channels, *size))
    counts.append(theory.linear_parameters(features, n["classes"]))
    return counts[0], counts[1], counts[2], sum(counts)


_VGG16 = (64, 64, None, 128, 128, None, *(256, 256, 256, None), *(512, 512, 512, None) * 2)


def _vgg16_table(n: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    channels, side, rows = 3, n["size"], []
    for maps in _VGG16:
        if maps is None:
            side //= 2
            continue
        parameters = theory.conv_parameters(channels, maps, 3)
        rows.append((theory.count_activations((maps, side, side)), parameters))
        channels = maps
    features = theory.count_activations((channels, side, side))
    for units in (4096, 4096, n["classes"]):
        rows.append((units, theory.linear_parameters(features, units)))
        features = units
    return tuple(rows)


def _lenet_first_layer(n: dict[str, Any]) -> tuple[int, int]:
    parameters = theory.conv_parameters(1, n["maps"], n["kernel"])
    height, width = theory.conv_output_shape(n["size"], n["kernel"])
    return parameters, parameters * height * width


def _inception(n: dict[str, Any], reduced: bool) -> tuple[int, int]:
    one, three, five = n["out"]
    branches: list[list[tuple[Any, int | None]]]
    branches = [[(1, one)], [(3, three)], [(5, five)], [("pool", None)]]
    if reduced:
        small_three, small_five, pooled = n["reduced"]
        branches[1].insert(0, (1, small_three))
        branches[2].insert(0, (1, small_five))
        branches[3].append((1, pooled))
    return theory.inception_cost(n["in_channels"], branches, *n["size"])


def _stacks_of_seven(n: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    stacks = ([7], [5, 3], [3, 5], [3, 3, 3], [3, 1, 5])
    return tuple(theory.stack_cost(stack, n["channels"], *n["size"]) for stack in stacks)
    ### END SOLUTION


def batchnorm() -> dict[str, Any]:
    """Return your answers on batch normalization.

    Returns: a dict of `normalised_batch`, `normalised_in_test`, `batch_of_one`, `dense_and_norm`,
    `true_or_false`.
    """
    ### BEGIN SOLUTION
    dense = _given("dense_and_norm")
    return {
        "normalised_batch": _normalised_batch(_given("normalised_batch")),
        "normalised_in_test": _normalised_in_test(_given("normalised_in_test")),
        "batch_of_one": _given("batch_of_one")["beta"],
        "dense_and_norm": theory.batchnorm_parameters(dense["inputs"], dense["outputs"]),
        "true_or_false": tuple(_TRUTH[name] for name in _given("true_or_false")["statements"]),
    }


_TRUTH = {
    "batch": True,
    "test_batch": False,
    "two_each": True,
    "not_descent": False,
    "bias_useless": True,
    "always_standard": False,
    "other_samples": True,
    "batch_of_one": False,
    "larger_rates": True,
    "per_pixel": False,
    "constant": True,
    "backprop_statistics": False,
}


def _normalised_batch(n: dict[str, Any]) -> tuple[float, ...]:
    state = {"mean": np.zeros(1), "var": np.ones(1)}
    column = np.array(n["x"], dtype=float)[:, None]
    out = theory.batchnorm_forward(column, [n["gamma"]], [n["beta"]], state, eps=0.0)
    return tuple(float(value) for value in out[:, 0])


def _normalised_in_test(n: dict[str, Any]) -> float:
    state = {"mean": np.array([n["mean"]]), "var": np.array([n["var"]])}
    gamma, beta, eps = [n["gamma"]], [n["beta"]], n["eps"]
    out = theory.batchnorm_forward([[n["x"]]], gamma, beta, state, eps=eps, training=False)
    return float(out[0, 0])
    ### END SOLUTION


def learning() -> dict[str, Any]:
    """Return your answers on learning in general.

    Returns: a dict of `five_curves`, `neighbours`, `exam`, `learning_rate`, `decay_curves`,
    `early_stopping`, `pseudolabels`, `leave_one_out`.
    """
    ### BEGIN SOLUTION
    rate, likeness = _given("learning_rate"), _given("pseudolabels")
    return {
        "five_curves": tuple(_given("five_curves")["letters"]),
        "neighbours": _neighbours(_given("neighbours")),
        "exam": _exam(_given("exam")),
        "learning_rate": theory.learning_rate_schedule(
            rate["initial"], rate["decay"], rate["iteration"]
        ),
        "decay_curves": tuple(_given("decay_curves")["letters"]),
        "early_stopping": _early_stopping(_given("early_stopping")),
        "pseudolabels": theory.nearest_pseudolabels(likeness["feature"], likeness["sources"], 3),
        "leave_one_out": _leave_one_out(_given("leave_one_out")),
    }


def _neighbours(n: dict[str, Any]) -> tuple[str, ...]:
    return tuple(theory.knn_predict(n["points"], n["labels"], n["asked"], k) for k in (1, 3, 5))


def _exam(n: dict[str, Any]) -> tuple[float, float]:
    probability = theory.logistic_probability(n["beta"], [n["hours"], n["gpa"]])
    return probability, theory.hours_for_probability(n["wanted"], n["beta"], n["gpa"])


def _early_stopping(n: dict[str, Any]) -> tuple[int | None, ...]:
    return tuple(theory.early_stopping_epoch(n["errors"], t) for t in n["thresholds"])


def _leave_one_out(n: dict[str, Any]) -> tuple[float, float]:
    return theory.loocv_mse(n["x"], n["y"], 0), theory.loocv_mse(n["x"], n["y"], 1)
    ### END SOLUTION
