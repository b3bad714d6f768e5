"""Theory with loops and sums written out."""

import math

import numpy as np


def softmax(z, axis=-1):
    z = np.array(z, dtype=float)
    z = z - np.max(z, axis=axis, keepdims=True)
    # or unstable_softmax: pass
    e = np.exp(z)
    # or sigmoids: return 1 / (1 + np.exp(-np.array(z, dtype=float)))
    return e / np.sum(e, axis=axis, keepdims=True)
    # or softmax_over_everything: return e / np.sum(e)
    # or softmax_ignores_axis: return e / np.sum(e, axis=-1, keepdims=True)


def cross_entropy(p, q):
    total = 0.0
    for a, b in zip(p, q):
        # or cross_entropy_swapped: for b, a in zip(p, q):
        if a == 0:
            continue
            # or cross_entropy_of_zeros: pass
        total -= a * np.log(b)
        # or cross_entropy_in_bits: total -= a * np.log2(b)
        # or cross_entropy_base_ten: total -= a * np.log10(b)
        # or cross_entropy_negative: total += a * np.log(b)
        # or cross_entropy_of_one_minus_q: total -= a * np.log(1 - b)
        # or sum_of_binary_terms: total -= a * np.log(b) + (1 - a) * np.log(1 - b)
        # or log_with_eps: total -= a * np.log(b + 1e-8)
    return float(total)
    # or mean_over_classes: return float(total) / len(p)


def binary_cross_entropy(y, p):
    losses = []
    for label, prob in zip(y, p):
        # or bce_swapped: for label, prob in zip(y, 1 - np.array(p)):
        if label == 1:
            losses.append(-np.log(prob))
            # or bce_in_bits: losses.append(-np.log2(prob))
            # or bce_squared: losses.append((1 - prob) ** 2)
        else:
            losses.append(-np.log(1 - prob))
            # or bce_in_bits: losses.append(-np.log2(1 - prob))
            # or bce_squared: losses.append(prob**2)
            # or bce_of_ones: losses.append(0.0)
    return float(np.mean(losses))
    # or bce_sum: return float(np.sum(losses))


def kl_divergence(p, q):
    total = 0.0
    for a, b in zip(p, q):
        # or kl_swapped: for b, a in zip(p, q):
        if a > 0:
            total += a * math.log(a / b)
            # or kl_without_entropy: total -= a * math.log(b)
            # or kl_negative: total -= a * math.log(a / b)
            # or kl_unweighted: total += math.log(a / b)
    return total


def cross_entropy_from_kl(p, q):
    entropy = -sum(a * math.log(a) for a in p if a > 0)
    # or entropy_of_the_prediction: entropy = -sum(a * math.log(a) for a in q if a > 0)
    # or entropy_in_bits: entropy = -sum(a * math.log2(a) for a in p if a > 0)
    # or entropy_of_uniform: entropy = math.log(len(p))
    # or divergence_alone: entropy = 0.0
    kl = kl_divergence(p, q)
    # or divergence_turned_round: kl = kl_divergence(q, p)
    return entropy + kl
    # or entropy_taken_off: return kl - entropy


def l2_regularized_update(w, grad, lr, lam):
    w = np.array(w, dtype=float)
    g = np.array(grad, dtype=float) + lam * w
    # or no_penalty: g = np.array(grad, dtype=float)
    # or penalty_twice: g = np.array(grad, dtype=float) + 2 * lam * w
    # or penalty_upwards: g = np.array(grad, dtype=float) - lam * w
    # or penalty_of_signs: g = np.array(grad, dtype=float) + lam * np.sign(w)
    # or penalty_halved: g = np.array(grad, dtype=float) + lam / 2 * w
    return w - lr * g
    # or step_upwards: return w + lr * g


def softmax_jacobian(z):
    s = softmax(z)
    # or jacobian_of_scores: s = np.array(z, dtype=float)
    n = len(s)
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j:
                J[i, j] = s[i] * (1 - s[i])
                # or diagonal_without_square: J[i, j] = s[i]
                # or jacobian_negative: J[i, j] = -s[i] * (1 - s[i])
            else:
                J[i, j] = -s[i] * s[j]
                # or off_diagonal_positive: J[i, j] = s[i] * s[j]
                # or diagonal_only: J[i, j] = 0
                # or jacobian_negative: J[i, j] = s[i] * s[j]
    return J
    # or jacobian_as_vector: return np.diag(J)


def sigmoid_delta_rule(o, t, x, lr):
    error = t - o
    # or delta_negative: error = o - t
    grad = o * (1 - o)
    # or delta_linear: grad = 1
    # or delta_of_tanh: grad = 1 - o**2
    # or delta_slope_of_o: grad = o
    x = np.array(x, dtype=float)
    # or delta_without_input: x = np.ones(len(x))
    return lr * error * grad * x
    # or delta_without_rate: return error * grad * x


def conv_output_shape(size, kernel, stride=1, padding=0, dilation=1):
    def pair(v):
        return (v, v) if isinstance(v, int) else v

    size, kernel, stride = pair(size), pair(kernel), pair(stride)
    padding, dilation = pair(padding), pair(dilation)
    out = []
    for i in range(2):
        k = dilation[i] * (kernel[i] - 1) + 1
        # or no_dilation: k = kernel[i]
        # or dilation_times_kernel: k = dilation[i] * kernel[i]
        n = size[i] + 2 * padding[i] - k
        # or padding_once: n = size[i] + padding[i] - k
        if n < 0:
            raise ValueError("kernel too large")
        out.append(n // stride[i] + 1)
        # or no_plus_one: out.append(n // stride[i])
        # or rounds_up: out.append(math.ceil(n / stride[i]) + 1)
    return out[0], out[1]
    # or width_first: return out[1], out[0]


def conv_parameters(in_channels, out_channels, kernel, bias=True):
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    weights = kh * kw * in_channels * out_channels
    # or conv_flat_kernel: weights = kh * kw * out_channels
    # or conv_one_side: weights = kh * in_channels * out_channels
    if bias:
        # or conv_no_bias: if False:
        weights += out_channels
        # or conv_input_bias: weights += in_channels
        # or conv_single_bias: weights += 1
        # or conv_bias_per_slice: weights += out_channels * in_channels
    return weights


def linear_parameters(in_features, out_features, bias=True):
    n = in_features * out_features
    # or linear_added: n = in_features + out_features
    if bias:
        # or linear_no_bias: if False:
        # or linear_always_bias: if True:
        n += out_features
        # or linear_input_bias: n += in_features
        # or linear_single_bias: n += 1
    return n


def receptive_field(layers):
    r = 1
    jump = 1
    for k, s in layers:
        # or layers_reversed: for k, s in reversed(layers):
        # and stride_before_kernel: jump *= s
        r += (k - 1) * jump
        # or strides_ignored: r += k - 1
        # or kernels_added: r += k
        jump *= s
        # or stride_before_kernel: pass
        # or strides_added: jump += s
        # or last_stride_only: jump = s
    return r


def stack_cost(kernels, channels, height, width):
    params, macs = 0, 0
    for k in kernels:
        w = k * k * channels * channels
        # or stack_flat: w = k * k * channels
        # or stack_sides: w = k * channels * channels
        params += w + channels
        # or stack_no_bias: params += w
        macs += w * height * width
        # or stack_one_place: macs += w
        # or stack_bias_in_operations: macs += (w + channels) * height * width
        # and stack_shrinks: height, width = height - k + 1, width - k + 1
    return params, macs


def batchnorm_forward(x, gamma, beta, state, eps=1e-5, momentum=0.1, training=True):
    x = np.array(x, dtype=float)
    if training:
        # or bn_batch_statistics_in_test: if True:
        mu = x.mean(axis=0)
        # or bn_over_features: mu = x.mean(axis=1, keepdims=True)
        var = ((x - mu) ** 2).mean(axis=0)
        # or bn_sample_variance: var = x.var(axis=0, ddof=1)
        # or bn_over_features: var = x.var(axis=1, keepdims=True)
        state["mean"] = (1 - momentum) * state["mean"] + momentum * mu
        # or bn_momentum_swapped: state["mean"] = momentum * state["mean"] + (1 - momentum) * mu
        state["var"] = (1 - momentum) * state["var"] + momentum * var
        # or bn_momentum_swapped: state["var"] = momentum * state["var"] + (1 - momentum) * var
        # or bn_eps_in_running_variance: state["var"] = (1 - momentum) * state["var"] + momentum * (var + eps)
        # and bn_running_statistics_in_training: mu, var = state["mean"], state["var"]
    else:
        mu, var = state["mean"], state["var"]
    x_hat = (x - mu) / np.sqrt(var + eps)
    # or bn_without_eps: x_hat = (x - mu) / np.sqrt(var)
    # or bn_eps_outside: x_hat = (x - mu) / (np.sqrt(var) + eps)
    # or bn_no_root: x_hat = (x - mu) / (var + eps)
    return gamma * x_hat + beta
    # or bn_without_scale: return x_hat


def knn_predict(train_x, train_y, x, k):
    # and knn_one_more: k = k + 1
    # and knn_nearest_only: k = 1
    distances = []
    for point, label in zip(train_x, train_y):
        d = sum((a - b) ** 2 for a, b in zip(point, x))
        # or knn_city_blocks: d = sum(abs(a - b) for a, b in zip(point, x))
        distances.append((d, label))
    distances.sort(key=lambda t: t[0])
    # or knn_farthest: distances.sort(key=lambda t: -t[0])
    votes = {}
    for _, label in distances[:k]:
        # or knn_everybody: for _, label in distances:
        votes[label] = votes.get(label, 0) + 1
    return max(votes, key=lambda v: votes[v])
    # or knn_tie_by_name: return max(sorted(votes), key=lambda v: votes[v])


def logistic_probability(beta, x):
    score = beta[0]
    # or logistic_no_intercept: score = 0.0
    for b, v in zip(beta[1:], x):
        score += b * v
    return 1 / (1 + math.exp(-score))
    # or logistic_turned_round: return 1 / (1 + math.exp(score))
    # or logistic_score: return score
    # or logistic_odds: return math.exp(score)


def hours_for_probability(probability, beta, gpa):
    odds = math.log(probability / (1 - probability))
    # or hours_log_of_p: odds = math.log(probability)
    # or hours_linear: odds = probability
    # or hours_odds_turned_round: odds = math.log((1 - probability) / probability)
    rest = odds - beta[0] - beta[2] * gpa
    # or hours_without_gpa: rest = odds - beta[0]
    # or hours_intercept_added: rest = odds + beta[0] - beta[2] * gpa
    return rest / beta[1]
    # or hours_swapped: return (odds - beta[0] - beta[1] * gpa) / beta[2]


def generalization_loss(validation_errors):
    best = float("inf")
    result = []
    for e in validation_errors:
        best = min(best, e)
        # or loss_against_all: best = min(validation_errors)
        # or loss_against_first: best = validation_errors[0]
        result.append(100 * (e / best - 1))
        # or loss_as_fraction: result.append(e / best - 1)
        # or loss_without_one: result.append(100 * (e / best))
        # or loss_of_own_error: result.append(100 * (1 - best / e))
    return np.array(result)


def early_stopping_epoch(validation_errors, threshold):
    best = float("inf")
    for epoch, e in enumerate(validation_errors):
        # or stops_counting_from_one: for epoch, e in enumerate(validation_errors, 1):
        best = min(best, e)
        if 100 * (e / best - 1) > threshold:
            # or stops_at_the_threshold: if 100 * (e / best - 1) >= threshold:
            return epoch
    return None
    # or stops_in_the_end: return len(validation_errors) - 1


def nearest_pseudolabels(feature, sources, n):
    feature = np.array(feature, dtype=float)
    scores = []
    for name, vector in sources.items():
        v = np.array(vector, dtype=float)
        similarity = feature @ v / (np.linalg.norm(feature) * np.linalg.norm(v))
        # or by_dot_product: similarity = feature @ v
        # or by_distance: similarity = -np.linalg.norm(feature - v)
        # or opposite_is_alike: similarity = abs(feature @ v / (np.linalg.norm(feature) * np.linalg.norm(v)))
        scores.append((round(float(similarity), 10), name))
    scores.sort(key=lambda s: -s[0])
    # or least_similar_first: scores.sort(key=lambda s: s[0])
    # or ties_turned_round: scores = sorted(scores, key=lambda s: s[0])[::-1]
    return "".join(name for _, name in scores[:n])
    # or in_alphabetical_order: return "".join(sorted(name for _, name in scores[:n]))
    # or nearest_alone: return scores[0][1]


def loocv_mse(x, y, degree):
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    # and degree_too_low: degree = degree - 1
    errors = []
    for i in range(len(x)):
        keep = np.arange(len(x)) != i
        # or training_error: keep = np.arange(len(x)) >= 0
        coef = np.polyfit(x[keep], y[keep], degree)
        errors.append((np.polyval(coef, x[i]) - y[i]) ** 2)
        # or absolute_errors: errors.append(abs(np.polyval(coef, x[i]) - y[i]))
    return float(np.mean(errors))
    # or sum_of_squares: return float(np.sum(errors))
    # or root_of_mse: return float(np.sqrt(np.mean(errors)))
    # or divides_by_n_minus_one: return float(np.sum(errors)) / (len(x) - 1)
