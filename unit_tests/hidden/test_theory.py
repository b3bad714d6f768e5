"""Hidden tests of `student_code.theory`."""

import math
from typing import Any

import numpy as np

from student_code import theory
from toolbox.checks import after, expect, task
from toolbox.checks.seeds import seed_for

# Results are of order 1, computed in float64 (1e-15) or, through torch, in float32 (1e-7).
CLOSE = 1e-6

# ---------------------------------------------------------------------------------------- losses


@task("theory.softmax")
def test_softmax_is_shift_invariant_along_every_axis() -> None:
    """Adding a number to every score changes nothing, along any axis."""
    z = np.random.default_rng(seed_for(3)).normal(0.0, 2.0, (2, 3, 4))
    for axis in (0, 1, 2):
        powers = np.exp(z)
        wanted = powers / powers.sum(axis=axis, keepdims=True)
        # In float32, scores of 700 are 6e-5 apart, and the probabilities equally inexact.
        expect.close(theory.softmax(z + 700.0, axis=axis), wanted, "softmax(z + 700)", atol=2e-4)


@task("theory.softmax")
def test_softmax_of_scores_far_apart() -> None:
    """Columns whose largest scores are far apart all sum to 1."""
    z = np.array([[-2000.0, 5.0], [-2000.0, 2000.0]])
    expect.close(theory.softmax(z), [[0.0, 1.0], [0.0, 1.0]], "softmax(far apart)", atol=CLOSE)


@task("theory.cross_entropy")
def test_cross_entropy_of_random_distributions() -> None:
    """The result is correct for any number of classes, and infinite if q excludes the truth."""
    rng = np.random.default_rng(seed_for(4))
    p, q = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6))
    wanted = -sum(a * math.log(b) for a, b in zip(p, q, strict=True))
    expect.close(theory.cross_entropy(p, q), wanted, "cross_entropy(p, q) of 6", atol=CLOSE)
    got = theory.cross_entropy(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    expect.close(got, math.inf, "cross_entropy([1, 0], [0, 1])", atol=CLOSE)


@task("theory.binary_cross_entropy")
def test_binary_cross_entropy_of_many() -> None:
    """The loss is correct for many samples, even if all labels are equal."""
    rng = np.random.default_rng(seed_for(5))
    p = rng.uniform(0.05, 0.95, 9)
    for y in (np.zeros(9), np.ones(9), np.arange(9) % 2):
        right = np.where(y == 1, p, 1 - p)
        got = theory.binary_cross_entropy(y, p)
        expect.close(got, -np.log(right).mean(), "binary_cross_entropy(y, p) of 9", atol=CLOSE)


@task("theory.kl_divergence")
def test_kl_of_random_distributions() -> None:
    """The divergence is positive and not symmetric, and ignores classes that p excludes."""
    rng = np.random.default_rng(seed_for(6))
    p, q = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))
    wanted = float((p * np.log(p / q)).sum())
    expect.close(theory.kl_divergence(p, q), wanted, "kl_divergence(p, q) of 5", atol=CLOSE)
    got = theory.kl_divergence(np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    expect.close(got, math.log(2), "kl_divergence([0, 1], [0.5, 0.5])", atol=CLOSE)


@task("theory.cross_entropy_from_kl")
def test_the_two_parts_add_up_for_random_distributions() -> None:
    """The two parts add up for any distributions, even with zeros in p."""
    rng = np.random.default_rng(seed_for(12))
    p, q = np.append(rng.dirichlet(np.ones(4)), 0.0), rng.dirichlet(np.ones(5))
    wanted = -float(p[:4] @ np.log(q[:4]))
    expect.close(theory.cross_entropy_from_kl(p, q), wanted, "from_kl(p, q) of 5", atol=CLOSE)


@task("theory.l2_regularized_update")
def test_l2_update_of_a_matrix() -> None:
    """The step is correct for a matrix of weights, and without a penalty."""
    rng = np.random.default_rng(seed_for(13))
    w, grad = rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    for lam in (0.0, 0.3):
        wanted = (1 - 0.2 * lam) * w - 0.2 * grad
        got = theory.l2_regularized_update(w.copy(), grad.copy(), 0.2, lam)
        expect.close(got, wanted, "l2_regularized_update(a 3 x 2 matrix)", atol=CLOSE)


# ------------------------------------------------------------------------------- backpropagation


@task("theory.softmax_jacobian")
def test_jacobian_by_differences() -> None:
    """Each entry equals the effect of a small change of one score on one probability."""
    z, h = np.array([0.3, -1.2, 2.0, 0.7]), 1e-5

    def probabilities(scores: np.ndarray) -> np.ndarray:
        powers = np.exp(scores)
        return powers / powers.sum()

    steps = np.eye(4) * h
    columns = [(probabilities(z + s) - probabilities(z - s)) / (2 * h) for s in steps]
    # Central differences with this step are off by 1e-10.
    wanted = np.stack(columns, axis=1)
    expect.close(theory.softmax_jacobian(z), wanted, "softmax_jacobian(4 scores)", atol=CLOSE)


@task("theory.softmax_cross_entropy_gradient")
def test_gradient_by_differences() -> None:
    """Each entry equals the effect of a small change of one score on the loss, for any target."""
    z, y, h = np.array([0.3, -1.2, 2.0]), np.array([0.2, 0.7, 0.1]), 1e-5

    def loss(scores: np.ndarray) -> float:
        return float(np.log(np.exp(scores).sum()) - y @ scores)

    wanted = [(loss(z + s) - loss(z - s)) / (2 * h) for s in np.eye(3) * h]
    got = theory.softmax_cross_entropy_gradient(z, y)
    expect.close(got, wanted, "softmax_cross_entropy_gradient(z, y)", atol=CLOSE)


@task("theory.leaky_relu_mlp_shapes")
def test_shapes_multiply() -> None:
    """The products of the shapes exist, and their results have the named shapes."""
    for d_in, d_hidden, classes, m in ((4, 9, 2, 6), (13, 5, 8, 1)):
        got = theory.leaky_relu_mlp_shapes(d_in, d_hidden, classes, m)
        x, w1, b1, w2, b2 = (np.zeros(got[name]) for name in ("x", "W1", "b1", "W2", "b2"))
        called = f"leaky_relu_mlp_shapes({d_in}, {d_hidden}, {classes}, {m})"
        expect.equal(x.shape, (d_in, m), called + "['x']")
        expect.equal(b1.shape, (d_hidden, 1), called + "['b1']")
        hidden = w1 @ x + b1
        expect.equal(tuple(got["hidden"]), hidden.shape, called + "['hidden']")
        expect.equal(b2.shape, (classes, 1), called + "['b2']")
        expect.equal(tuple(got["output"]), (w2 @ hidden + b2).shape, called + "['output']")


@task("theory.sigmoid_delta_rule")
def test_delta_rule_is_a_step_down_the_gradient() -> None:
    """The step is −η times the gradient of half the squared error."""
    w, x, t, lr, h = np.array([0.4, -0.3, 0.8]), np.array([1.0, 2.0, -0.5]), 0.0, 0.3, 1e-5

    def error(weights: np.ndarray) -> float:
        return float((t - 1 / (1 + np.exp(-weights @ x))) ** 2 / 2)

    wanted = [-lr * (error(w + s) - error(w - s)) / (2 * h) for s in np.eye(3) * h]
    o = float(1 / (1 + np.exp(-w @ x)))
    got = theory.sigmoid_delta_rule(o, t, x, lr)
    expect.close(got, wanted, "sigmoid_delta_rule(o, 0, x, 0.3)", atol=CLOSE)


@task("theory.computational_graph_partials")
def test_partials_elsewhere() -> None:
    """The partial derivatives are correct for negative values, too."""
    got = theory.computational_graph_partials(-2.0, 0.5, -1.5)
    b = math.exp(-1.0)
    wanted = {"dC_dx": b, "dC_dB": -2.0, "dB_dA": b, "dA_dy": 1.0, "dC_dy": -2 * b}
    for name, value in wanted.items():
        called = f"computational_graph_partials(-2, 0.5, -1.5)[{name!r}]"
        expect.close(got.get(name), value, called, atol=CLOSE)


# ---------------------------------------------------------------------------------- architecture


@task("theory.conv_output_shape")
def test_output_shapes_are_those_of_torch() -> None:
    """The shapes are those of torch's own convolution."""
    import torch

    rng = np.random.default_rng(seed_for(7))
    for _ in range(20):
        pairs = [
            rng.integers(low, top, 2) for low, top in ((15, 40), (1, 6), (1, 4), (1, 3), (0, 3))
        ]
        size, kernel, stride, dilation, padding = ((int(a), int(b)) for a, b in pairs)
        layer = torch.nn.Conv2d(1, 1, kernel, stride, padding, dilation)
        wanted = tuple(layer(torch.zeros(1, 1, *size)).shape[2:])
        got = theory.conv_output_shape(size, kernel, stride, padding, dilation)
        called = f"conv_output_shape({size}, {kernel}, {stride}, {padding}, {dilation})"
        expect.equal(tuple(got), wanted, called)


@task("theory.conv_output_shape")
def test_a_kernel_that_just_fits_and_one_that_does_not() -> None:
    """A kernel as large as its input leaves one pixel; a larger one, in either direction, none."""
    shape = theory.conv_output_shape
    expect.equal(tuple(shape((5, 8), 5)), (1, 4), "conv_output_shape((5, 8), 5)")
    expect.equal(tuple(shape((8, 5), 5)), (4, 1), "conv_output_shape((8, 5), 5)")
    expect.raises(ValueError, lambda: shape((4, 8), 5), "conv_output_shape((4, 8), 5)")
    expect.raises(ValueError, lambda: shape((8, 4), 5), "conv_output_shape((8, 4), 5)")


@task("theory.receptive_field")
def test_receptive_field_of_vgg() -> None:
    """The receptive field is correct for a deep stack with pooling, and 1 without any layers."""
    blocks = [(2, 1), (2, 1), (3, 1), (3, 1), (3, 1)]
    layers = [step for n, _ in blocks for step in [*[(3, 1)] * n, (2, 2)]]
    expect.equal(theory.receptive_field(layers), 212, "receptive_field(VGG-16's)")
    expect.equal(theory.receptive_field([]), 1, "receptive_field([])")


@task("theory.stack_cost")
def test_stack_of_three_small_kernels() -> None:
    """The cost is correct for three layers, and for a 1x1 kernel."""
    got = theory.stack_cost([3, 1, 3], 16, 7, 9)
    expect.equal(tuple(got), (19 * 256 + 48, 19 * 256 * 63), "stack_cost([3, 1, 3], 16, 7, 9)")


@task("theory.inception_cost")
def test_inception_block_of_googlenet() -> None:
    """The cost is correct for a complete block of GoogLeNet."""
    branches: list[Any] = [
        [(1, 64)],
        [(1, 96), (3, 128)],
        [(1, 16), (5, 32)],
        [("pool", None), (1, 32)],
    ]
    macs = 192 * 64 + 192 * 96 + 96 * 128 * 9 + 192 * 16 + 16 * 32 * 25 + 192 * 32
    got = theory.inception_cost(192, branches, 28, 28)
    expect.equal(tuple(got), (256, macs * 784), "inception_cost(192, ..., 28, 28)")


@task("theory.conv_parameters")
def test_parameters_of_more_convolutions() -> None:
    """The counts are those of torch's own convolutions, with and without biases."""
    import torch

    for inputs, outputs, kernel, bias in ((1, 6, 5, True), (7, 3, (3, 2), True), (5, 4, 3, False)):
        layer = torch.nn.Conv2d(inputs, outputs, kernel, bias=bias)
        wanted = sum(p.numel() for p in layer.parameters())
        got = theory.conv_parameters(inputs, outputs, kernel, bias=bias)
        expect.equal(got, wanted, f"conv_parameters({inputs}, {outputs}, {kernel}, bias={bias})")


@task("theory.linear_parameters")
def test_parameters_of_a_large_linear_layer() -> None:
    """The counts are correct for VGG-16's largest layer, and for a single output."""
    got = theory.linear_parameters(512 * 7 * 7, 4096)
    expect.equal(got, 102_764_544, "linear_parameters(25088, 4096)")
    expect.equal(theory.linear_parameters(9, 1), 10, "linear_parameters(9, 1)")


@task("theory.count_activations")
def test_activations_of_large_layers() -> None:
    """The count is correct for large layers, and for lists."""
    got = theory.count_activations([64, 224, 320])
    expect.equal(int(got), 4_587_520, "count_activations([64, 224, 320])")


@task("theory.lenet_c3_parameters")
def test_parameters_of_other_groups() -> None:
    """The count is correct for one group, and for groups with another kernel."""
    got = theory.lenet_c3_parameters([(16, 6)])
    expect.equal(got, 2416, "lenet_c3_parameters([(16, 6)])")
    got = theory.lenet_c3_parameters([(3, 2), (4, 5)], kernel=7)
    expect.equal(got, 1281, "lenet_c3_parameters([(3, 2), (4, 5)], kernel=7)")


# --------------------------------------------------------------------------- batch normalization


@task("theory.batchnorm_forward")
def test_batchnorm_is_that_of_torch() -> None:
    """The output at test time, after training on several batches, follows the definition."""
    rng = np.random.default_rng(seed_for(8))
    state = {"mean": np.zeros(3), "var": np.ones(3)}
    gamma, beta = rng.normal(1, 0.2, 3), rng.normal(0, 1, 3)
    mean, var = np.zeros(3), np.ones(3)
    for _ in range(4):
        x = rng.normal(3, 2, (6, 3))
        theory.batchnorm_forward(x, gamma, beta, state)
        state = after(state)
        mean, var = 0.9 * mean + 0.1 * x.mean(0), 0.9 * var + 0.1 * x.var(0)
    x = rng.normal(3, 2, (5, 3))
    got = theory.batchnorm_forward(x, gamma, beta, state, training=False)
    wanted = gamma * (x - mean) / np.sqrt(var + 1e-5) + beta
    # Values of order 1: float32 would be off by 1e-6.
    expect.close(got, wanted, "batchnorm_forward(..., training=False)", atol=1e-5)


@task("theory.batchnorm_forward")
def test_batchnorm_of_a_batch_of_one() -> None:
    """A batch of one equals its mean, so the output is beta."""
    state = {"mean": np.zeros(2), "var": np.ones(2)}
    got = theory.batchnorm_forward(np.array([[5.0, -3.0]]), np.ones(2), np.array([0.5, 2.0]), state)
    # Values of order 1, exact to 1e-6 even in float32.
    expect.close(got, [[0.5, 2.0]], "batchnorm_forward(a batch of one)", atol=1e-5)


@task("theory.batchnorm_parameters")
def test_parameters_of_wide_layers() -> None:
    """The count is correct with more outputs than inputs, and for a single input."""
    expect.equal(theory.batchnorm_parameters(1, 100), 300, "batchnorm_parameters(1, 100)")
    expect.equal(theory.batchnorm_parameters(50, 3), 156, "batchnorm_parameters(50, 3)")


# --------------------------------------------------------------------------- learning in general


@task("theory.knn_predict")
def test_knn_with_number_labels_and_three_classes() -> None:
    """Labels may be numbers; a three-way tie goes to the nearest, in any order of the points."""
    points = np.array([[5.0], [3.0], [1.0], [9.0]])
    got = theory.knn_predict(points, np.array([2, 7, 4, 4]), np.array([0.0]), 3)
    expect.equal(got, 4, "knn_predict([[5], [3], [1], [9]], [2, 7, 4, 4], [0], k=3)")
    got = theory.knn_predict(points, np.array([2, 7, 4, 2]), np.array([6.0]), 4)
    expect.equal(got, 2, "knn_predict([[5], [3], [1], [9]], [2, 7, 4, 2], [6], k=4)")


@task("theory.logistic_probability")
def test_logistic_probability_of_many_features() -> None:
    """The probability is correct for three features, and for a very negative score."""
    beta, x = np.array([0.5, -1.0, 2.0, 0.25]), np.array([1.0, 0.5, 2.0])
    got = theory.logistic_probability(beta, x)
    expect.close(got, 1 / (1 + math.exp(-1.0)), "logistic_probability(4, 3)", atol=CLOSE)
    got = theory.logistic_probability(np.array([-20.0, 1.0]), np.array([0.0]))
    expect.close(got, math.exp(-20), "logistic_probability([-20, 1], [0])", atol=CLOSE)


@task("theory.generalization_loss")
def test_generalization_loss_of_a_long_curve() -> None:
    """The lowest error may be first, last or in between."""
    rng = np.random.default_rng(seed_for(9))
    for errors in (rng.uniform(1, 2, 15), np.linspace(2, 1, 6), np.linspace(1, 2, 6)):
        lowest = [min(errors[: i + 1]) for i in range(len(errors))]
        wanted = 100 * (errors / np.array(lowest) - 1)
        # In percent, up to 100: float32 would be off by 1e-5.
        expect.close(theory.generalization_loss(errors), wanted, "generalization_loss", atol=1e-3)


@task("theory.early_stopping_epoch")
def test_early_stopping_takes_the_first_of_many() -> None:
    """Later epochs with larger losses don't matter, and the last epoch counts."""
    errors = np.array([4.0, 4.2, 4.6, 6.0, 9.0])
    for threshold, wanted in ((4.0, 1), (10.0, 2), (49.0, 3), (124.0, 4), (126.0, None)):
        got = theory.early_stopping_epoch(errors, threshold)
        expect.equal(got, wanted, f"early_stopping_epoch(rising errors, {threshold})")


@task("theory.nearest_pseudolabels")
def test_pseudolabels_in_many_dimensions() -> None:
    """The ranking is correct in many dimensions, with opposite directions last."""
    rng = np.random.default_rng(seed_for(10))
    feature = rng.normal(size=8)
    sources = {name: rng.normal(size=8) * 10**i for i, name in enumerate("PQRST")}
    sources["U"] = -feature
    cosine = {n: v @ feature / np.linalg.norm(v) for n, v in sources.items()}
    wanted = "".join(sorted(sources, key=lambda name: -cosine[name]))
    got = theory.nearest_pseudolabels(feature, sources, 6)
    said = "".join(filter(str.isalpha, got)) if isinstance(got, str) else got
    expect.equal(said, wanted, "nearest_pseudolabels(8 dimensions, 6 sources, 6)")


@task("theory.nearest_pseudolabels")
def test_many_equally_similar_sources_keep_their_order() -> None:
    """Many sources with the same direction keep their given order."""
    sources = {name: [1.0, 2.0] for name in "ZYXWVUTSRQPONMLKJIHGFEDCBA"}
    sources["B"] = [2.0, 1.0]
    got = theory.nearest_pseudolabels([1.0, 1.0], sources, 4)
    said = "".join(filter(str.isalpha, got)) if isinstance(got, str) else got
    expect.equal(said, "ZYXW", "nearest_pseudolabels([1, 1], 26 equally similar ones, 4)")


@task("theory.loocv_mse")
def test_leave_one_out_in_any_order() -> None:
    """The order of the points doesn't matter, and the error is that of the normal equations."""
    rng = np.random.default_rng(seed_for(11))
    x, y = rng.uniform(-2, 2, 9), rng.normal(0, 1, 9)
    for degree in (1, 2, 3):
        design = np.vander(x, degree + 1)
        hat = design @ np.linalg.pinv(design)
        wanted = np.mean(((y - hat @ y) / (1 - np.diag(hat))) ** 2)
        order = rng.permutation(9)
        got = theory.loocv_mse(x[order], y[order], degree)
        # Normal equations lose some digits: 1e-9 in float64, for errors of order 1.
        expect.close(got, wanted, f"loocv_mse(x, y, {degree})", atol=1e-5, rtol=1e-6)


@task("theory.hours_for_probability")
def test_hours_undo_the_probability() -> None:
    """Logistic regression with the returned hours gives the original probability."""
    beta = [-4.0, 0.08, 0.6]
    for probability in (0.2, 0.5, 0.75):
        hours = float(theory.hours_for_probability(probability, np.array(beta), 2.5))
        back = 1 / (1 + math.exp(-(beta[0] + beta[1] * hours + beta[2] * 2.5)))
        called = f"logistic_probability at hours_for_probability({probability}, beta, 2.5)"
        expect.close(back, probability, called, atol=CLOSE)


@task("theory.learning_rate_schedule")
def test_learning_rates_over_a_long_time() -> None:
    """The learning rate is correct without decay, and after many iterations."""
    got = theory.learning_rate_schedule(0.3, 0.0, 50)
    expect.close(got, 0.3, "learning_rate_schedule(0.3, 0, 50)", atol=CLOSE)
    got = theory.learning_rate_schedule(0.3, 0.02, 100)
    expect.close(got, 0.1, "learning_rate_schedule(0.3, 0.02, 100)", atol=CLOSE)
