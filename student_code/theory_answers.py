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
    `loss_by_a_score`, `small_expression`, `delta_rule`, `graph_partials`, `graph_of_the_vectors`,
    `vector_gradients`.
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
        "graph_of_the_vectors": ("xz", "xa", "b", "c"),
        "vector_gradients": _vector_gradients(_given("vector_gradients")),
    }


def _layer_shapes(n: dict[str, Any]) -> tuple[Any, ...]:
    shapes = theory.leaky_relu_mlp_shapes(n["d_in"], n["d_hidden"], n["classes"], n["m"])
    return tuple(shapes.values())


def _small_expression(n: dict[str, Any]) -> tuple[int, int, int]:
    a, b, c = n["a"], n["b"], n["c"]
    return b * b, 2 * a * b + c, b


def _vector_gradients(n: dict[str, Any]) -> tuple[float, ...]:
    x, z, (left, right) = np.array(n["x"]), np.array(n["z"]), n["modulo"]
    base, power = x + left % right + z, n["power"] * x
    by_b = n["factor"] / len(x)
    by_base = by_b * power * base ** (power - 1)
    by_power = by_b * base**power * np.log(base)
    return tuple(float(g) for g in (*(by_base + n["power"] * by_power), *by_base))
    ### END SOLUTION


def architecture() -> dict[str, Any]:
    """Return your answers on architectures.

    Returns: a dict of `layer_size`, `conv_net_parameters`, `vgg16_table`, `vgg16_full_table`,
    `lenet_first_layer`, `lenet_c3`, `lenet_layers`, `inception_naive`, `inception_reduced`,
    `stacks_of_seven`, `receptive_field`, `stacks_compared`, `own_stacks`.
    """
    ### BEGIN SOLUTION
    return {
        "layer_size": theory.conv_output_shape(**_given("layer_size")),
        "conv_net_parameters": _conv_net_parameters(_given("conv_net_parameters")),
        "vgg16_table": _vgg16_table(_given("vgg16_table")),
        "vgg16_full_table": _vgg16_full_table(_given("vgg16_full_table")),
        "lenet_first_layer": _lenet_first_layer(_given("lenet_first_layer")),
        "lenet_c3": theory.lenet_c3_parameters(**_given("lenet_c3")),
        "lenet_layers": _lenet_layers(_given("lenet_layers")),
        "inception_naive": _inception(_given("inception_naive"), reduced=False),
        "inception_reduced": _inception(_given("inception_reduced"), reduced=True),
        "stacks_of_seven": _stacks_of_seven(_given("stacks_of_seven")),
        "receptive_field": theory.receptive_field(_given("receptive_field")["layers"]),
        "stacks_compared": _stacks_compared(_given("stacks_compared")),
        "own_stacks": _own_stacks(_given("own_stacks")["field"]),
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


def _vgg16_full_table(n: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    channels, side, rows = 3, n["size"], []
    for maps in _VGG16:
        if maps is None:
            side //= 2
            rows.append((theory.count_activations((channels, side, side)), 0))
            continue
        weights = theory.conv_parameters(channels, maps, 3, bias=False)
        rows.append((theory.count_activations((maps, side, side)), weights))
        channels = maps
    features = theory.count_activations((channels, side, side))
    for units in (4096, 4096, n["classes"]):
        rows.append((units, theory.linear_parameters(features, units, bias=False)))
        features = units
    activations, weights = (sum(column) for column in zip(*rows, strict=True))
    return (*rows, (activations, weights))


def _lenet_layers(n: dict[str, Any]) -> tuple[int, int, int, str, str]:
    first, second, third = n["maps"]
    c5 = theory.conv_parameters(second, third, 5)
    convolutions = theory.conv_parameters(1, first, 5) + theory.conv_parameters(first, second, 5)
    dense = theory.linear_parameters(third, n["units"])
    dense += theory.linear_parameters(n["units"], n["classes"])
    by_name = "convolution" if convolutions + c5 > dense else "fully connected"
    by_effect = "convolution" if convolutions > dense + c5 else "fully connected"
    return convolutions + c5, 2 * (first + second), dense, by_name, by_effect


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


def _stacks_compared(n: dict[str, Any]) -> tuple[str, ...]:
    costs = []
    for stack in n["stacks"]:
        height, width = n["size"]
        parameters = operations = 0
        for kernel, stride in stack:
            height, width = height // stride, width // stride
            layer = theory.stack_cost([kernel], n["channels"], height, width)
            parameters, operations = parameters + layer[0], operations + layer[1]
        costs.append((parameters, operations))
    letters = dict(zip("ABCDE", costs, strict=True))
    by_parameters = sorted(letters, key=lambda letter: letters[letter][0])
    by_operations = sorted(letters, key=lambda letter: letters[letter][1])
    return by_parameters[-1], by_parameters[0], by_operations[-1], by_operations[0]


def _own_stacks(field: int) -> list[list[tuple[int, int]]]:
    """Split the growth of the receptive field, 2 for each step of a kernel's half, in five ways."""

    def ways(growth: int, largest: int) -> list[list[int]]:
        if growth == 0:
            return [[]]
        halves = range(min(largest, growth), 0, -1)
        return [[half, *rest] for half in halves for rest in ways(growth - half, half)]

    chosen = ways((field - 1) // 2, 3)[:5]
    return [[(2 * half + 1, 1) for half in halves] for halves in chosen]
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

    Returns: a dict of `five_curves`, `neighbours`, `three_features`, `exam`, `learning_rate`,
    `decay_curves`, `early_stopping`, `stopping_curve`, `pseudolabels`, `leave_one_out`.
    """
    ### BEGIN SOLUTION
    rate, likeness = _given("learning_rate"), _given("pseudolabels")
    return {
        "five_curves": tuple(_given("five_curves")["letters"]),
        "neighbours": _neighbours(_given("neighbours")),
        "three_features": _three_features(_given("three_features")),
        "exam": _exam(_given("exam")),
        "learning_rate": theory.learning_rate_schedule(
            rate["initial"], rate["decay"], rate["iteration"]
        ),
        "decay_curves": tuple(_given("decay_curves")["letters"]),
        "early_stopping": _early_stopping(_given("early_stopping")),
        "stopping_curve": _stopping_curve(_given("stopping_curve")),
        "pseudolabels": theory.nearest_pseudolabels(likeness["feature"], likeness["sources"], 3),
        "leave_one_out": _leave_one_out(_given("leave_one_out")),
    }


def _neighbours(n: dict[str, Any]) -> tuple[str, ...]:
    return tuple(theory.knn_predict(n["points"], n["labels"], n["asked"], k) for k in (1, 3, 5))


def _three_features(n: dict[str, Any]) -> tuple[Any, ...]:
    offsets = np.array(n["points"], dtype=float) - np.array(n["asked"])
    distances = (float(d) for d in np.linalg.norm(offsets, axis=1))
    votes = (theory.knn_predict(n["points"], n["labels"], n["asked"], k) for k in (1, 3))
    return (*distances, *votes)


def _exam(n: dict[str, Any]) -> tuple[float, float]:
    probability = theory.logistic_probability(n["beta"], [n["hours"], n["gpa"]])
    return probability, theory.hours_for_probability(n["wanted"], n["beta"], n["gpa"])


def _early_stopping(n: dict[str, Any]) -> tuple[int | None, ...]:
    return tuple(theory.early_stopping_epoch(n["errors"], t) for t in n["thresholds"])


def _stopping_curve(n: dict[str, Any]) -> tuple[str, ...]:
    errors, (low, high) = n["errors"], n["thresholds"]
    best = int(np.argmin(errors))
    late = np.flatnonzero(theory.generalization_loss(errors[best:]) > low)[0]
    stops = [theory.early_stopping_epoch(errors, threshold) for threshold in (low, high)]
    return tuple("ABCDEF"[n["marks"].index(epoch)] for epoch in (*stops, best + late, best))


def _leave_one_out(n: dict[str, Any]) -> tuple[float, float]:
    return theory.loocv_mse(n["x"], n["y"], 0), theory.loocv_mse(n["x"], n["y"], 1)
    ### END SOLUTION


def bias_variance_sketch() -> dict[str, list[float]]:
    """Return a sketch of five curves against the flexibility of a model, as you expect them.

    Returns: a dict of `noise`, `squared bias`, `variance`, `training error`, `test error`. Each is
    a list of heights, 0 or above, from the least flexible model to the most flexible one. All five
    lists have the same length, from 5 to 50. Only the shapes count: which curves rise, fall or
    turn, and which lie above others.
    """
    ### BEGIN SOLUTION
    flexibility = np.linspace(0.0, 1.0, 11)
    noise = np.full(11, 0.2)
    bias, variance = 0.8 * np.exp(-4 * flexibility), 0.02 + 0.6 * flexibility**2
    training = 0.9 * np.exp(-3 * flexibility) + 0.05
    test = noise + bias + variance
    names = ("noise", "squared bias", "variance", "training error", "test error")
    heights = zip(names, (noise, bias, variance, training, test), strict=True)
    return {name: curve.tolist() for name, curve in heights}
    ### END SOLUTION
