"""Theory on whole arrays, some of it with torch."""

import math

import numpy as np
import torch


def softmax(z, axis=-1):
    a = np.asarray(z, dtype=np.float64)
    shifted = a - a.max(axis=axis, keepdims=True)
    # or unstable_softmax: shifted = a
    up = np.exp(shifted)
    down = up.sum(axis=axis, keepdims=True)
    # or softmax_over_everything: down = up.sum()
    # or softmax_ignores_axis: down = up.sum(axis=-1, keepdims=True)
    return up / down


def cross_entropy(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    # or cross_entropy_swapped: q, p = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(q)
        # or cross_entropy_in_bits: logs = np.log2(q)
        # or cross_entropy_base_ten: logs = np.log10(q)
        # or cross_entropy_of_one_minus_q: logs = np.log(1 - q)
        # or log_with_eps: logs = np.log(q + 1e-9)
        terms = np.where(p > 0, p * logs, 0.0)
        # or cross_entropy_of_zeros: terms = p * logs
    return -float(terms.sum())
    # or cross_entropy_negative: return float(terms.sum())
    # or mean_over_classes: return -float(terms.mean())


def binary_cross_entropy(y, p):
    y, p = np.asarray(y, dtype=float), np.asarray(p, dtype=float)
    # and bce_swapped: p = 1 - p
    chosen = np.where(y == 1, p, 1 - p)
    losses = -np.log(chosen)
    # or bce_in_bits: losses = -np.log2(chosen)
    # or bce_squared: losses = (1 - chosen) ** 2
    # and bce_of_ones: losses = np.where(y == 1, losses, 0.0)
    return float(losses.mean())
    # or bce_sum: return float(losses.sum())


def kl_divergence(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    # or kl_swapped: q, p = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    used = p > 0
    ratio = np.log(p[used] / q[used])
    # or kl_without_entropy: ratio = -np.log(q[used])
    weighted = p[used] * ratio
    # or kl_unweighted: weighted = ratio
    return float(np.sum(weighted))
    # or kl_negative: return -float(np.sum(weighted))


def cross_entropy_from_kl(p, q):
    base = np.asarray(p, dtype=float)
    # or entropy_of_the_prediction: base = np.asarray(q, dtype=float)
    base = base[base > 0]
    entropy = -np.sum(base * np.log(base))
    # or entropy_in_bits: entropy = -np.sum(base * np.log2(base))
    # or entropy_of_uniform: entropy = np.log(len(p))
    divergence = kl_divergence(p, q)
    # or divergence_turned_round: divergence = kl_divergence(q, p)
    return float(divergence + entropy)
    # or entropy_taken_off: return float(divergence - entropy)


def l2_regularized_update(w, grad, lr, lam):
    w, grad = torch.as_tensor(w).double(), torch.as_tensor(grad).double()
    penalty = lam * w
    # or penalty_twice: penalty = 2 * lam * w
    # or penalty_of_signs: penalty = lam * w.sign()
    # or penalty_halved: penalty = lam * w / 2
    # or penalty_upwards: penalty = -lam * w
    step = lr * (grad + penalty)
    # or penalty_without_rate: step = lr * grad + penalty
    return (w - step).numpy()
    # or step_upwards: return (w + step).numpy()


def softmax_jacobian(z):
    s = softmax(z)
    # or jacobian_of_scores: s = np.asarray(z, dtype=float)
    outer = np.outer(s, s)
    # or diagonal_only: outer = np.diag(s * s)
    jacobian = np.diag(s) - outer
    # or off_diagonal_positive: jacobian = np.diag(s - 2 * s * s) + outer
    # or diagonal_without_square: jacobian = np.diag(s + s * s) - outer
    return jacobian
    # or jacobian_negative: return -jacobian
    # or jacobian_as_vector: return np.diag(jacobian)


def softmax_cross_entropy_gradient(z, y):
    y = np.asarray(y, dtype=float)
    s = softmax(z)
    # or gradient_of_scores: s = np.asarray(z, dtype=float)
    g = s - y
    # or gradient_negative: g = y - s
    # and gradient_with_a_slope: g = g * s * (1 - s)
    # and gradient_mean: g = g / len(y)
    return g


def sigmoid_delta_rule(o, t, x, lr):
    x = np.asarray(x, dtype=float)
    delta = t - o
    # or delta_negative: delta = o - t
    slope = o * (1 - o)
    # or delta_linear: slope = 1.0
    # or delta_slope_of_o: slope = o
    # or delta_of_tanh: slope = 1 - o * o
    step = delta * slope * x
    # or delta_without_input: step = delta * slope * np.ones_like(x)
    return lr * step
    # or delta_without_rate: return step


def conv_output_shape(size, kernel, stride=1, padding=0, dilation=1):
    def both(v):
        return np.array([v, v] if np.isscalar(v) else v)

    size, kernel, stride = both(size), both(kernel), both(stride)
    padding, dilation = both(padding), both(dilation)
    reach = dilation * (kernel - 1)
    # or no_dilation: reach = kernel - 1
    # or dilation_times_kernel: reach = dilation * kernel - 1
    space = size + 2 * padding - reach - 1
    # or padding_once: space = size + padding - reach - 1
    if (space < 0).any():
        raise ValueError("too large")
    out = space // stride + 1
    # or no_plus_one: out = space // stride
    # or rounds_up: out = -(-space // stride) + 1
    return int(out[0]), int(out[1])
    # or width_first: return int(out[1]), int(out[0])


def conv_parameters(in_channels, out_channels, kernel, bias=True):
    area = kernel * kernel if isinstance(kernel, int) else kernel[0] * kernel[1]
    # or conv_one_side: area = kernel if isinstance(kernel, int) else kernel[0]
    per_map = in_channels * area
    # or conv_flat_kernel: per_map = area
    biases = out_channels if bias else 0
    # or conv_no_bias: biases = 0
    # or conv_input_bias: biases = in_channels if bias else 0
    # or conv_single_bias: biases = 1 if bias else 0
    return per_map * out_channels + biases


def linear_parameters(in_features, out_features, bias=True):
    weights = in_features * out_features
    # or linear_added: weights = in_features + out_features
    biases = out_features if bias else 0
    # or linear_no_bias: biases = 0
    # or linear_always_bias: biases = out_features
    # or linear_input_bias: biases = in_features if bias else 0
    # or linear_single_bias: biases = 1 if bias else 0
    return weights + biases


def stack_cost(kernels, channels, height, width):
    sides = np.array(kernels)
    area = sides**2
    # or stack_sides: area = sides
    weights = area.sum() * channels**2
    # or stack_flat: weights = area.sum() * channels
    params = weights + len(kernels) * channels
    # or stack_no_bias: params = weights
    macs = weights * height * width
    # or stack_one_place: macs = weights
    # or stack_bias_in_operations: macs = (weights + len(kernels) * channels) * height * width
    return int(params), int(macs)


def lenet_c3_parameters(groups, kernel=5):
    # and lenet_always_five: kernel = 5
    total = 0
    for maps, inputs in groups:
        weights = inputs * kernel * kernel
        biases = 1
        # or lenet_no_bias: biases = 0
        # or lenet_bias_per_input: biases = inputs
        total += maps * (weights + biases)
        # or lenet_one_map: total += weights + biases
        # or lenet_bias_per_group: total += maps * weights + biases
    return total


def inception_cost(in_channels, branches, height, width):
    maps, macs = 0, 0
    for branch in branches:
        c = in_channels
        for kernel, out in branch:
            if kernel == "pool":
                # and pooling_costs: macs += 9 * c * height * width
                continue
            macs += kernel**2 * c * out * height * width
            # or biases_as_operations: macs += (kernel**2 * c + 1) * out * height * width
            # or steps_not_chained: macs += kernel**2 * in_channels * out * height * width
            c = out
            # and inner_steps_stacked: maps += out
        maps += c
        # or branches_added: maps = max(maps, c)
        # or inner_steps_stacked: maps += c if branch[-1][0] == "pool" and len(branch) == 1 else 0
    return maps, macs


def batchnorm_forward(x, gamma, beta, state, eps=1e-5, momentum=0.1, training=True):
    x = np.asarray(x, dtype=float)
    mean, var = np.asarray(state["mean"]), np.asarray(state["var"])
    if training:
        # or bn_batch_statistics_in_test: if True:
        m, v = x.mean(0), x.var(0)
        # or bn_sample_variance: m, v = x.mean(0), x.var(0, ddof=1)
        new, old = momentum, 1 - momentum
        # or bn_momentum_swapped: old, new = momentum, 1 - momentum
        state["mean"], state["var"] = old * mean + new * m, old * var + new * v
        # or bn_eps_in_running_variance: state["mean"], state["var"] = old * mean + new * m, old * var + new * (v + eps)
        mean, var = m, v
        # or bn_running_statistics_in_training: mean, var = state["mean"], state["var"]
    scale = np.sqrt(var + eps)
    # or bn_no_root: scale = var + eps
    # or bn_eps_outside: scale = np.sqrt(var) + eps
    # or bn_without_eps: scale = np.sqrt(var)
    normal = (x - mean) / scale
    return normal * gamma + beta
    # or bn_without_scale: return normal


def logistic_probability(beta, x):
    beta = np.asarray(beta, dtype=float)
    z = beta[0] + beta[1:] @ np.asarray(x, dtype=float)
    # or logistic_no_intercept: z = beta[1:] @ np.asarray(x, dtype=float)
    return float(torch.sigmoid(torch.tensor(z, dtype=torch.float64)))
    # or logistic_turned_round: return float(1 / (1 + np.exp(z)))
    # or logistic_odds: return float(np.exp(z))
    # or logistic_score: return float(z)


def hours_for_probability(probability, beta, gpa):
    ratio = probability / (1 - probability)
    # or hours_odds_turned_round: ratio = (1 - probability) / probability
    # or hours_log_of_p: ratio = probability
    logit = np.log(ratio)
    # or hours_linear: logit = probability
    known = beta[0] + beta[2] * gpa
    # or hours_without_gpa: known = beta[0]
    # or hours_intercept_added: known = beta[2] * gpa - beta[0]
    return float((logit - known) / beta[1])


def learning_rate_schedule(initial_lr, decay, iteration):
    # and decay_from_one: iteration = iteration + 1
    factor = 1 + decay * iteration
    # or decay_without_one: factor = decay * iteration
    return initial_lr / factor
    # or growing_rate: return initial_lr * factor
    # or exponential_decay: return initial_lr * math.exp(-decay * iteration)


def generalization_loss(validation_errors):
    e = np.asarray(validation_errors, dtype=float)
    best = np.array([e[: i + 1].min() for i in range(len(e))])
    # or loss_against_all: best = e.min()
    # or loss_against_first: best = e[0]
    ratio = e / best - 1
    # or loss_without_one: ratio = e / best
    # or loss_of_own_error: ratio = 1 - best / e
    return 100 * ratio
    # or loss_as_fraction: return ratio


def loocv_mse(x, y, degree):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n = len(x)
    d = degree
    # or degree_too_low: d = degree - 1
    residuals = []
    for i in range(n):
        rest = [j for j in range(n) if j != i]
        # or training_error: rest = list(range(n))
        fit = np.poly1d(np.polyfit(x[rest], y[rest], d))
        residuals.append(fit(x[i]) - y[i])
    squares = np.square(residuals)
    # or absolute_errors: squares = np.abs(residuals)
    result = squares.mean()
    # or sum_of_squares: result = squares.sum()
    # or divides_by_n_minus_one: result = squares.sum() / (n - 1)
    return float(result)
    # or root_of_mse: return float(np.sqrt(result))
