"""Public tests of `student_code.theory`."""

import math
from typing import Any

import numpy as np

from student_code import theory
from toolbox.checks import after, expect, task

# Results are of order 1, computed in float64 (rounding 1e-15) or, by those who use torch, in
# float32 (1e-7); the smallest mistake that the tests look for is 1e-3.
CLOSE = 1e-6

# ---------------------------------------------------------------------------------------- losses


@task("theory.softmax")
def test_softmax_of_three_scores() -> None:
    """`softmax` divides each e^z by the sum of all of them."""
    called = "softmax(np.log([1, 2, 5]))"
    expect.close(theory.softmax(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625], called, atol=CLOSE)


@task("theory.softmax")
def test_softmax_of_large_scores() -> None:
    """Scores of 1000 and of −1000 give probabilities, not NaN."""
    wanted = [1 / (1 + math.e), math.e / (1 + math.e)]
    expect.close(theory.softmax([1000.0, 1001.0]), wanted, "softmax([1000, 1001])", atol=CLOSE)
    expect.close(theory.softmax([-1001.0, -1000.0]), wanted, "softmax([-1001, -1000])", atol=CLOSE)


@task("theory.softmax")
def test_softmax_along_an_axis() -> None:
    """For a 2-D array, the entries along the given axis sum to 1; the default is the last axis."""
    z = np.log([[1.0, 3.0, 4.0], [3.0, 1.0, 1.0]])
    rows, columns = [[0.125, 0.375, 0.5], [0.6, 0.2, 0.2]], [[0.25, 0.75, 0.8], [0.75, 0.25, 0.2]]
    called = "softmax(np.log([[1, 3, 4], [3, 1, 1]])"
    expect.close(theory.softmax(z), rows, f"{called})", atol=CLOSE)
    expect.close(theory.softmax(z, axis=0), columns, f"{called}, axis=0)", atol=CLOSE)


@task("theory.cross_entropy")
def test_cross_entropy_of_a_one_hot_target() -> None:
    """With a one-hot target, only the probability of the true class counts."""
    called = "cross_entropy([0, 1, 0], [0.5, 0.2, 0.3])"
    got = theory.cross_entropy(np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.2, 0.3]))
    expect.close(got, 1.6094379, called, atol=CLOSE)


@task("theory.cross_entropy")
def test_cross_entropy_of_a_soft_target() -> None:
    """With a soft target, each class is weighted with its true probability."""
    called = "cross_entropy([0.5, 0.25, 0.25], [0.25, 0.25, 0.5])"
    got = theory.cross_entropy(np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5]))
    expect.close(got, 1.75 * math.log(2), called, atol=CLOSE)


@task("theory.cross_entropy")
def test_cross_entropy_with_a_zero() -> None:
    """If the true probability is 0, the term is 0, even if the predicted probability is 0, too."""
    called = "cross_entropy([0, 1], [0, 1])"
    got = theory.cross_entropy(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    expect.close(got, 0.0, called, atol=CLOSE)


@task("theory.binary_cross_entropy")
def test_binary_cross_entropy_of_three() -> None:
    """The loss is the mean over the samples of −log of the probability of their label."""
    called = "binary_cross_entropy([1, 0, 1], [0.5, 0.75, 0.25])"
    got = theory.binary_cross_entropy(np.array([1, 0, 1]), np.array([0.5, 0.75, 0.25]))
    expect.close(got, 5 * math.log(2) / 3, called, atol=CLOSE)


@task("theory.binary_cross_entropy")
def test_binary_cross_entropy_of_certain_predictions() -> None:
    """Predictions that are certain and correct have a loss of 0."""
    called = "binary_cross_entropy([0, 1], [0, 1])"
    got = theory.binary_cross_entropy(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    expect.close(got, 0.0, called, atol=CLOSE)


@task("theory.kl_divergence")
def test_kl_of_two_distributions() -> None:
    """The divergence weights log(p / q) with p, and is not symmetric in p and q."""
    p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    forward, back = 0.5 * math.log(4 / 3), 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    expect.close(
        theory.kl_divergence(p, q), forward, "kl_divergence([0.5, 0.5], [0.25, 0.75])", atol=CLOSE
    )
    expect.close(
        theory.kl_divergence(q, p), back, "kl_divergence([0.25, 0.75], [0.5, 0.5])", atol=CLOSE
    )


@task("theory.kl_divergence")
def test_kl_with_itself_and_with_zeros() -> None:
    """The divergence of a distribution from itself is 0, even if it contains zeros."""
    p = np.array([0.0, 0.25, 0.75])
    called = "kl_divergence([0, 0.25, 0.75], [0, 0.25, 0.75])"
    expect.close(theory.kl_divergence(p, p), 0.0, called, atol=CLOSE)


@task("theory.cross_entropy_from_kl")
def test_cross_entropy_from_its_two_parts() -> None:
    """The cross-entropy is the entropy of p plus the divergence from it."""
    p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    called = "cross_entropy_from_kl([0.5, 0.25, 0.25], [0.25, 0.25, 0.5])"
    expect.close(theory.cross_entropy_from_kl(p, q), 1.75 * math.log(2), called, atol=CLOSE)
    called = "cross_entropy_from_kl([0, 1], [0.5, 0.5])"
    got = theory.cross_entropy_from_kl(np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    expect.close(got, math.log(2), called, atol=CLOSE)


@task("theory.l2_regularized_update")
def test_l2_update_of_two_weights() -> None:
    """The step goes against the combined gradient of loss and penalty."""
    called = "l2_regularized_update([2, -4], grad=[1, 3], lr=0.1, lam=0.5)"
    got = theory.l2_regularized_update(np.array([2.0, -4.0]), np.array([1.0, 3.0]), 0.1, 0.5)
    expect.close(got, [1.8, -4.1], called, atol=CLOSE)


@task("theory.l2_regularized_update")
def test_l2_update_without_a_gradient() -> None:
    """If the gradient of the loss is zero, all weights shrink by the same factor."""
    called = "l2_regularized_update([[2, -4]], grad=[[0, 0]], lr=0.5, lam=0.5)"
    got = theory.l2_regularized_update(np.array([[2.0, -4.0]]), np.zeros((1, 2)), 0.5, 0.5)
    expect.close(got, [[1.5, -3.0]], called, atol=CLOSE)


# ------------------------------------------------------------------------------- backpropagation


@task("theory.softmax_jacobian")
def test_jacobian_of_three_scores() -> None:
    """The diagonal contains ∂ŷk/∂zk, the other entries ∂ŷk/∂zi."""
    got = theory.softmax_jacobian(np.log([1.0, 2.0, 5.0]))
    wanted = np.array([[7, -2, -5], [-2, 12, -10], [-5, -10, 15]]) / 64
    expect.close(got, wanted, "softmax_jacobian([0, log 2, log 5])", atol=CLOSE)


@task("theory.softmax_jacobian")
def test_jacobian_of_large_scores() -> None:
    """The Jacobian for scores of 1000 contains numbers, not NaN."""
    got = theory.softmax_jacobian(np.array([1000.0, 1000.0]))
    wanted = [[0.25, -0.25], [-0.25, 0.25]]
    expect.close(got, wanted, "softmax_jacobian([1000, 1000])", atol=CLOSE)


@task("theory.softmax_cross_entropy_gradient")
def test_gradient_of_softmax_and_cross_entropy() -> None:
    """The gradient with respect to each score is correct, for one-hot and for soft targets."""
    z = np.log([1.0, 2.0, 5.0])
    called = "softmax_cross_entropy_gradient([0, log 2, log 5], [0, 1, 0])"
    got = theory.softmax_cross_entropy_gradient(z, np.array([0.0, 1.0, 0.0]))
    expect.close(got, [0.125, -0.75, 0.625], called, atol=CLOSE)
    called = "softmax_cross_entropy_gradient([0, log 2, log 5], [0.5, 0.5, 0])"
    got = theory.softmax_cross_entropy_gradient(z, np.array([0.5, 0.5, 0.0]))
    expect.close(got, [-0.375, -0.25, 0.625], called, atol=CLOSE)


@task("theory.softmax_cross_entropy_gradient")
def test_gradient_where_the_prediction_is_certain_and_wrong() -> None:
    """If the wrong class has a score of 1000, the gradient contains numbers, not NaN."""
    called = "softmax_cross_entropy_gradient([1000, 0], [0, 1])"
    got = theory.softmax_cross_entropy_gradient(np.array([1000.0, 0.0]), np.array([0.0, 1.0]))
    expect.close(got, [1.0, -1.0], called, atol=CLOSE)


@task("theory.leaky_relu_mlp_shapes")
def test_shapes_of_two_layers() -> None:
    """The shapes of all matrices match, with one column per sample."""
    got = theory.leaky_relu_mlp_shapes(5, 7, 3, 11)
    wanted = {"x": (5, 11), "W1": (7, 5), "b1": (7, 1), "hidden": (7, 11)}
    wanted |= {"W2": (3, 7), "b2": (3, 1), "output": (3, 11)}
    called = "leaky_relu_mlp_shapes(d_in=5, d_hidden=7, num_classes=3, m=11)"
    expect.instance(got, dict, called)
    for name, pair in wanted.items():
        expect.equal(tuple(got.get(name, ())), pair, f"{called}[{name!r}]", table=(got, wanted))


@task("theory.sigmoid_delta_rule")
def test_delta_rule_of_one_unit() -> None:
    """The step is the input times the learning rate, the error and the sigmoid's slope."""
    called = "sigmoid_delta_rule(o=0.75, t=1, x=[2, -1], lr=0.5)"
    got = theory.sigmoid_delta_rule(0.75, 1.0, np.array([2.0, -1.0]), 0.5)
    expect.close(got, [0.046875, -0.0234375], called, atol=CLOSE)


@task("theory.sigmoid_delta_rule")
def test_delta_rule_vanishes_at_saturation() -> None:
    """A unit with an output of 1 learns nothing, even if that output is wrong."""
    called = "sigmoid_delta_rule(o=1, t=0, x=[2, -1], lr=0.5)"
    got = theory.sigmoid_delta_rule(1.0, 0.0, np.array([2.0, -1.0]), 0.5)
    expect.close(got, [0.0, 0.0], called, atol=CLOSE)


@task("theory.computational_graph_partials")
def test_partials_along_the_graph() -> None:
    """All five partial derivatives are correct at a given point."""
    got = theory.computational_graph_partials(3.0, math.log(2), math.log(5))
    wanted = {"dC_dx": 10.0, "dC_dB": 3.0, "dB_dA": 10.0, "dA_dy": 1.0, "dC_dy": 30.0}
    called = "computational_graph_partials(x=3, y=log 2, z=log 5)"
    expect.instance(got, dict, called)
    for name, value in wanted.items():
        # Values reach 30: float32 would be off by 4e-6.
        expect.close(got.get(name), value, f"{called}[{name!r}]", atol=1e-4)


# ---------------------------------------------------------------------------------- architecture


@task("theory.conv_output_shape")
def test_output_shape_of_common_layers() -> None:
    """The shape is correct for plain, padded and strided layers, even if a stride doesn't fit."""
    shape = theory.conv_output_shape
    expect.equal(tuple(shape((28, 20), 5)), (24, 16), "conv_output_shape((28, 20), 5)")
    got = tuple(shape(224, 7, stride=2, padding=3))
    expect.equal(got, (112, 112), "conv_output_shape(224, 7, stride=2, padding=3)")
    expect.equal(tuple(shape((10, 13), 3, 1, 1)), (10, 13), "conv_output_shape((10, 13), 3, 1, 1)")


@task("theory.conv_output_shape")
def test_output_shape_with_pairs_and_dilation() -> None:
    """Each argument may be a pair (height, width), and dilation spreads the kernel."""
    shape = theory.conv_output_shape
    got = tuple(shape((20, 31), (3, 5), stride=(2, 3), padding=(1, 0)))
    called = "conv_output_shape((20, 31), (3, 5), stride=(2, 3), padding=(1, 0))"
    expect.equal(got, (10, 9), called)
    got = tuple(shape((20, 31), 3, dilation=(2, 4)))
    expect.equal(got, (16, 23), "conv_output_shape((20, 31), 3, dilation=(2, 4))")


@task("theory.conv_parameters")
def test_parameters_of_convolutions() -> None:
    """Every output map has one kernel over all input maps, and one bias."""
    count = theory.conv_parameters
    expect.equal(count(3, 8, 5), 608, "conv_parameters(3, 8, 5)")
    expect.equal(count(3, 8, 5, bias=False), 600, "conv_parameters(3, 8, 5, bias=False)")
    expect.equal(count(4, 2, (1, 7)), 58, "conv_parameters(4, 2, (1, 7))")


@task("theory.linear_parameters")
def test_parameters_of_linear_layers() -> None:
    """Every output has one weight per input, and one bias."""
    count = theory.linear_parameters
    expect.equal(count(10, 3), 33, "linear_parameters(10, 3)")
    expect.equal(count(3, 10, bias=False), 30, "linear_parameters(3, 10, bias=False)")


@task("theory.count_activations")
def test_activations_of_a_layer() -> None:
    """The output of a layer contains channels times height times width numbers."""
    expect.equal(theory.count_activations((64, 5, 7)), 2240, "count_activations((64, 5, 7))")
    expect.equal(theory.count_activations((10,)), 10, "count_activations((10,))")


@task("theory.receptive_field")
def test_receptive_field_of_stacks() -> None:
    """Each kernel enlarges the receptive field, and by more after a stride."""
    field = theory.receptive_field
    expect.equal(field([(3, 1), (3, 1), (3, 1)]), 7, "receptive_field([(3, 1), (3, 1), (3, 1)])")
    expect.equal(field([(5, 2), (3, 1), (2, 2)]), 11, "receptive_field([(5, 2), (3, 1), (2, 2)])")
    expect.equal(field([(3, 2), (3, 2), (3, 1)]), 15, "receptive_field([(3, 2), (3, 2), (3, 1)])")


@task("theory.stack_cost")
def test_cost_of_a_stack() -> None:
    """The parameters include the biases, and the operations cover every position of the map."""
    got = theory.stack_cost([3, 5], 2, 4, 6)
    called = "stack_cost([3, 5], channels=2, height=4, width=6)"
    expect.equal(tuple(got), (140, 3264), called)
    got = theory.stack_cost([7], 3, 2, 5)
    expect.equal(tuple(got), (444, 4410), "stack_cost([7], channels=3, height=2, width=5)")


@task("theory.inception_cost")
def test_cost_of_an_inception_block() -> None:
    """Branches are parallel, the steps of a branch sequential, and pooling costs nothing."""
    branches: list[Any] = [[(1, 2)], [(1, 3), (5, 4)], [("pool", None), (1, 5)]]
    called = "inception_cost(6, [[(1, 2)], [(1, 3), (5, 4)], [('pool', None), (1, 5)]], 2, 3)"
    expect.equal(tuple(theory.inception_cost(6, branches, 2, 3)), (11, 2160), called)


@task("theory.inception_cost")
def test_a_naive_pooling_branch_keeps_all_channels() -> None:
    """A branch that only pools has as many output maps as input maps."""
    called = "inception_cost(6, [[(3, 2)], [('pool', None)]], 2, 3)"
    branches: list[Any] = [[(3, 2)], [("pool", None)]]
    got = theory.inception_cost(6, branches, 2, 3)
    expect.equal(tuple(got), (8, 648), called)


@task("theory.lenet_c3_parameters")
def test_parameters_of_lenet_layers() -> None:
    """Every map has one kernel for each of its inputs, and one bias."""
    count = theory.lenet_c3_parameters
    classic = count([(6, 3), (6, 4), (3, 4), (1, 6)])
    expect.equal(classic, 1516, "lenet_c3_parameters([(6, 3), (6, 4), (3, 4), (1, 6)])")
    expect.equal(count([(2, 5)], kernel=3), 92, "lenet_c3_parameters([(2, 5)], kernel=3)")


# --------------------------------------------------------------------------- batch normalization

BATCH = [[1.0, 10.0], [3.0, 10.0], [8.0, 40.0]]


@task("theory.batchnorm_forward")
def test_batchnorm_in_training() -> None:
    """Each feature of the batch is normalized, then scaled by gamma and shifted by beta."""
    state = {"mean": np.zeros(2), "var": np.ones(2)}
    x, gamma, beta = np.array(BATCH), np.array([1.0, 2.0]), np.array([0.0, -1.0])
    got = theory.batchnorm_forward(x, gamma, beta, state, eps=1 / 3)
    # The variances are 26/3 and 200.
    second = 2 * np.array([-10.0, -10.0, 20.0]) / math.sqrt(200 + 1 / 3) - 1
    wanted = np.stack([np.array([-3.0, -1.0, 4.0]) / 3, second], axis=1)
    called = f"batchnorm_forward({BATCH}, gamma=[1, 2], beta=[0, -1], state, eps=1/3)"
    expect.close(got, wanted, called, atol=1e-5)


@task("theory.batchnorm_forward")
def test_batchnorm_remembers_running_statistics() -> None:
    """Training moves the running mean and variance toward those of the batch."""
    state = {"mean": np.array([1.0, 0.0]), "var": np.array([1.0, 10.0])}
    # With an eps of 0.5, a running variance that includes eps is off by 0.125.
    theory.batchnorm_forward(np.array(BATCH), np.ones(2), np.zeros(2), state, 0.5, 0.25)
    state = after(state)
    called = f"batchnorm_forward({BATCH}, [1, 1], [0, 0], state, eps=0.5, momentum=0.25); state"
    # The values are of order 1: float32 would be off by 1e-6.
    expect.close(state["mean"], [1.75, 5.0], called + "['mean']", atol=1e-5)
    # Values reach 57.5: float32 would be off by 4e-6.
    expect.close(state["var"], [2.9166667, 57.5], called + "['var']", atol=1e-4)


@task("theory.batchnorm_forward")
def test_batchnorm_in_test() -> None:
    """At test time the running statistics are used for normalization and stay unchanged."""
    state = {"mean": np.array([1.0, 2.0]), "var": np.array([3.0, 15.0])}
    x, gamma, beta = np.array([[3.0, 6.0]]), np.array([2.0, 1.0]), np.array([0.5, 0.0])
    got = theory.batchnorm_forward(x, gamma, beta, state, eps=1.0, training=False)
    state = after(state)
    called = "batchnorm_forward([[3, 6]], [2, 1], [0.5, 0], state, eps=1, training=False)"
    # Values of order 1: float32 would be off by 1e-6.
    expect.close(got, [[2.5, 1.0]], called, atol=1e-5)
    expect.close(state["mean"], [1.0, 2.0], called + "; state['mean']", atol=CLOSE)
    expect.close(state["var"], [3.0, 15.0], called + "; state['var']", atol=CLOSE)


@task("theory.batchnorm_parameters")
def test_parameters_of_dense_and_batchnorm() -> None:
    """The parameters are the dense layer's weights plus one scale and one shift per output."""
    expect.equal(theory.batchnorm_parameters(7, 5), 45, "batchnorm_parameters(7, 5)")
    expect.equal(theory.batchnorm_parameters(2, 9), 36, "batchnorm_parameters(2, 9)")


# --------------------------------------------------------------------------- learning in general

POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [6.0, 0.0], [7.0, 0.0]])
ANIMALS = ["cat", "dog", "dog", "cat", "cat"]


@task("theory.knn_predict")
def test_knn_votes() -> None:
    """With k = 1 the nearest point decides, with k = 3 and k = 5 the majority."""
    for k, wanted in ((1, "cat"), (3, "dog"), (5, "cat")):
        got = theory.knn_predict(POINTS, ANIMALS, np.array([0.2, 0.1]), k)
        expect.equal(got, wanted, f"knn_predict(5 points, labels, [0.2, 0.1], k={k})")


@task("theory.knn_predict", share=0.5)
def test_knn_breaks_ties_by_the_nearest() -> None:
    """If two labels have the same number of votes, the label of the nearest point wins."""
    for x, wanted in (([0.9, 0.0], "dog"), ([0.1, 0.0], "cat")):
        got = theory.knn_predict(POINTS, ANIMALS, np.array(x), 2)
        expect.equal(got, wanted, f"knn_predict(5 points, labels, {x}, k=2)")


@task("theory.knn_predict")
def test_knn_distance_is_euclidean() -> None:
    """The distance is Euclidean."""
    points = np.array([[3.0, 3.0], [0.0, 5.0]])
    got = theory.knn_predict(points, ["diagonal", "upright"], np.zeros(2), 1)
    expect.equal(got, "diagonal", "knn_predict([[3, 3], [0, 5]], labels, [0, 0], k=1)")


@task("theory.logistic_probability")
def test_logistic_probability() -> None:
    """The first coefficient is the intercept, and the others weight the features."""
    called = "logistic_probability([-6, 0.05, 1], [40, 3.5])"
    got = theory.logistic_probability(np.array([-6.0, 0.05, 1.0]), np.array([40.0, 3.5]))
    expect.close(got, 0.37754067, called, atol=CLOSE)
    called = "logistic_probability([1, 2], [0])"
    got = theory.logistic_probability(np.array([1.0, 2.0]), np.array([0.0]))
    expect.close(got, 0.73105858, called, atol=CLOSE)


@task("theory.hours_for_probability")
def test_hours_for_a_probability() -> None:
    """Logistic regression with the returned hours gives the requested probability."""
    beta = np.array([-6.0, 0.05, 1.0])
    called = "hours_for_probability({}, [-6, 0.05, 1], gpa=3.5)"
    # Hours reach 94: float32 would be off by 8e-6.
    got = theory.hours_for_probability(0.5, beta, 3.5)
    expect.close(got, 50.0, called.format(0.5), atol=1e-3)
    got = theory.hours_for_probability(0.9, beta, 3.5)
    expect.close(got, 50 + 20 * math.log(9), called.format(0.9), atol=1e-3)


@task("theory.learning_rate_schedule")
def test_learning_rates() -> None:
    """The learning rate starts at the initial value and then decreases."""
    called = "learning_rate_schedule(0.8, 0.5, {})"
    for iteration, wanted in ((0, 0.8), (2, 0.4), (6, 0.2)):
        got = theory.learning_rate_schedule(0.8, 0.5, iteration)
        expect.close(got, wanted, called.format(iteration), atol=CLOSE)


ERRORS = np.array([5.0, 4.0, 5.0, 4.4, 2.0, 2.5])


@task("theory.generalization_loss")
def test_generalization_loss() -> None:
    """Each epoch is compared with the best epoch so far, in percent."""
    wanted = [0.0, 0.0, 25.0, 10.0, 0.0, 25.0]
    called = "generalization_loss([5, 4, 5, 4.4, 2, 2.5])"
    # In percent, so float32 is off by 1e-5.
    expect.close(theory.generalization_loss(ERRORS), wanted, called, atol=1e-3)


@task("theory.early_stopping_epoch")
def test_early_stopping() -> None:
    """Training stops at the first epoch above the threshold, counted from 0."""
    called = "early_stopping_epoch([5, 4, 5, 4.4, 2, 2.5], {})"
    got = theory.early_stopping_epoch(ERRORS, 9.0)
    expect.equal(got, 2, called.format(9))
    errors = np.array([5.0, 4.0, 4.4, 3.0, 3.9])
    got = theory.early_stopping_epoch(errors, 20.0)
    expect.equal(got, 4, "early_stopping_epoch([5, 4, 4.4, 3, 3.9], 20)")
    got = theory.early_stopping_epoch(errors, 5.0)
    expect.equal(got, 2, "early_stopping_epoch([5, 4, 4.4, 3, 3.9], 5)")


@task("theory.early_stopping_epoch")
def test_early_stopping_may_never_come() -> None:
    """If no epoch exceeds the threshold, the answer is None; reaching it is not exceeding it."""
    called = "early_stopping_epoch([5, 4, 5, 4.4, 2, 2.5], {})"
    expect.equal(theory.early_stopping_epoch(ERRORS, 30.0), None, called.format(30))
    # 5/4 is exact in binary, so its loss is exactly 25 percent; so is that of 2.5/2.
    expect.equal(theory.early_stopping_epoch(ERRORS, 25.0), None, called.format(25))


SOURCES = {"A": [1.0, 0.0], "B": [10.0, 10.0], "C": [0.0, 0.5], "D": [-3.0, -1.0]}


def letters(text: object) -> object:
    """Return only the letters of a string; return anything else unchanged."""
    return "".join(filter(str.isalpha, text)) if isinstance(text, str) else text


@task("theory.nearest_pseudolabels", share=2)
def test_pseudolabels_by_direction() -> None:
    """Sources are ranked by the angle between the vectors, whatever their lengths are."""
    called = "nearest_pseudolabels([3, 1], {'A': [1, 0], 'B': [10, 10], 'C': [0, 0.5], ...}, {})"
    for n, wanted in ((1, "A"), (3, "ABC"), (4, "ABCD")):
        got = theory.nearest_pseudolabels(np.array([3.0, 1.0]), SOURCES, n)
        expect.equal(letters(got), wanted, called.replace("{})", f"{n})"))


@task("theory.nearest_pseudolabels", share=0.5)
def test_pseudolabels_keep_the_order_of_ties() -> None:
    """If two sources have the same direction, the one given first comes first."""
    sources = {"Z": [0.0, 2.0], "Y": [3.0, 0.0], "X": [5.0, 0.0]}
    got = theory.nearest_pseudolabels(np.array([2.0, 1.0]), sources, 2)
    called = "nearest_pseudolabels([2, 1], {'Z': [0, 2], 'Y': [3, 0], 'X': [5, 0]}, 2)"
    expect.equal(letters(got), "YX", called)


@task("theory.loocv_mse")
def test_leave_one_out_of_constants_and_lines() -> None:
    """Each point is predicted by a fit to all other points."""
    x, y = np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0, 3.0])
    # A least-squares fit may lose some digits: 1e-9 here.
    expect.close(theory.loocv_mse(x, y, 0), 4.5, "loocv_mse([0, 1, 2], [0, 3, 3], 0)", atol=1e-5)
    expect.close(theory.loocv_mse(x, y, 1), 6.75, "loocv_mse([0, 1, 2], [0, 3, 3], 1)", atol=1e-5)


@task("theory.loocv_mse")
def test_leave_one_out_of_a_parabola() -> None:
    """A polynomial of the right degree predicts the omitted points exactly."""
    x = np.array([-2.0, -1.0, 0.0, 1.0, 3.0])
    got = theory.loocv_mse(x, x**2 - x, 2)
    # The fit is exact, so only squared rounding errors remain.
    expect.close(got, 0.0, "loocv_mse(x, x² − x, 2)", atol=1e-6)
