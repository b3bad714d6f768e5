"""Alternatives to `student_code.theory` with plain Python, torch, SciPy and scikit-learn."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from scipy import special
from sklearn.linear_model import LinearRegression
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from torch.nn import functional as F

from misconceptions.catalogue import right
from student_code.theory import conv_output_shape

# ---------------------------------------------------------------------------------------- losses


@right("theory.softmax")
def softmax_of_scipy(z: Any, axis: int = -1) -> Any:
    return special.softmax(z, axis=axis)


@right("theory.softmax")
def softmax_of_torch(z: Any, axis: int = -1) -> Any:
    return torch.softmax(torch.as_tensor(np.asarray(z, dtype=np.float32)), dim=axis).numpy()


@right("theory.cross_entropy")
def cross_entropy_term_by_term(p: Any, q: Any) -> float:
    total = 0.0
    for truth, guess in zip(p, q, strict=True):
        if truth > 0:
            total += math.inf if guess == 0 else -truth * math.log(guess)
    return total


@right("theory.cross_entropy")
def cross_entropy_with_xlogy(p: Any, q: Any) -> Any:
    return -special.xlogy(p, q).sum()


@right("theory.binary_cross_entropy")
def bce_of_own_probability(y: Any, p: Any) -> Any:
    return -np.log(np.where(np.asarray(y) == 1, p, 1 - np.asarray(p))).mean()


@right("theory.binary_cross_entropy")
def bce_of_torch(y: Any, p: Any) -> float:
    predicted, labels = (torch.tensor(np.asarray(v, dtype=np.float32)) for v in (p, y))
    return F.binary_cross_entropy(predicted, labels).item()


@right("theory.kl_divergence")
def kl_of_scipy(p: Any, q: Any) -> Any:
    return special.rel_entr(p, q).sum()


@right("theory.kl_divergence")
def kl_term_by_term(p: Any, q: Any) -> float:
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)


@right("theory.cross_entropy_from_kl")
def entropy_and_relative_entropy(p: Any, q: Any) -> Any:
    return special.entr(p).sum() + special.rel_entr(p, q).sum()


@right("theory.cross_entropy_from_kl")
def sum_of_both_terms(p: Any, q: Any) -> float:
    terms = [(-a * math.log(a), a * math.log(a / b)) for a, b in zip(p, q, strict=True) if a > 0]
    return sum(entropy + divergence for entropy, divergence in terms)


@right("theory.l2_regularized_update")
def weight_decay(w: Any, grad: Any, lr: float, lam: float) -> Any:
    return (1 - lr * lam) * w - lr * grad


@right("theory.l2_regularized_update")
def step_of_torch(w: Any, grad: Any, lr: float, lam: float) -> Any:
    weight = torch.tensor(w, requires_grad=True)
    weight.grad = torch.tensor(grad)
    torch.optim.SGD([weight], lr=lr, weight_decay=lam).step()
    return weight.detach().numpy()


# ------------------------------------------------------------------------------- backpropagation


@right("theory.softmax_jacobian")
def jacobian_entry_by_entry(z: Any) -> Any:
    s = special.softmax(z)
    return [[s[k] * ((k == i) - s[i]) for i in range(len(s))] for k in range(len(s))]


@right("theory.softmax_jacobian")
def jacobian_of_autograd(z: Any) -> Any:
    scores = torch.tensor(np.asarray(z, dtype=np.float64))
    return torch.autograd.functional.jacobian(lambda v: torch.softmax(v, 0), scores)


@right("theory.softmax_cross_entropy_gradient")
def gradient_of_autograd(z: Any, y: Any) -> Any:
    scores = torch.tensor(np.asarray(z, dtype=np.float64), requires_grad=True)
    (-(torch.tensor(np.asarray(y)) * torch.log_softmax(scores, 0)).sum()).backward()
    return scores.grad


@right("theory.softmax_cross_entropy_gradient")
def gradient_through_the_jacobian(z: Any, y: Any) -> Any:
    s = special.softmax(z)
    return y @ (s[None, :] - np.eye(len(s)))


@right("theory.leaky_relu_mlp_shapes")
def shapes_by_multiplying(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    arrays = {"x": np.zeros((d_in, m)), "W1": np.zeros((d_hidden, d_in))}
    arrays["b1"] = np.zeros((d_hidden, 1))
    arrays["hidden"] = arrays["W1"] @ arrays["x"] + arrays["b1"]
    arrays["W2"], arrays["b2"] = np.zeros((num_classes, d_hidden)), np.zeros((num_classes, 1))
    arrays["output"] = arrays["W2"] @ arrays["hidden"] + arrays["b2"]
    return {name: array.shape for name, array in arrays.items()}


@right("theory.leaky_relu_mlp_shapes")
def shapes_of_torch(d_in: int, d_hidden: int, num_classes: int, m: int) -> Any:
    first, second = torch.nn.Linear(d_in, d_hidden), torch.nn.Linear(d_hidden, num_classes)
    x = torch.zeros(d_in, m)
    hidden = F.leaky_relu(first(x.T)).T
    shapes = {"x": x.shape, "W1": first.weight.shape, "b1": first.bias[:, None].shape}
    shapes |= {"hidden": hidden.shape, "W2": second.weight.shape}
    return {**shapes, "b2": second.bias[:, None].shape, "output": second(hidden.T).T.shape}


@right("theory.sigmoid_delta_rule")
def delta_as_list(o: float, t: float, x: Any, lr: float) -> Any:
    delta = (t - o) * (o - o**2)
    return [lr * delta * value for value in x]


@right("theory.sigmoid_delta_rule")
def delta_of_autograd(o: float, t: float, x: Any, lr: float) -> Any:
    inputs = torch.tensor(np.asarray(x, dtype=np.float64))
    weights = torch.zeros_like(inputs, requires_grad=True)
    bias = torch.special.logit(torch.tensor(o, dtype=torch.float64), eps=1e-15)
    loss = (t - torch.sigmoid(weights @ inputs + bias)) ** 2 / 2
    loss.backward()
    return -lr * weights.grad  # type: ignore[operator]


@right("theory.computational_graph_partials")
def partials_backwards(x: float, y: float, z: float) -> dict[str, float]:
    b = math.exp(y) * math.exp(z)
    out: dict[str, float] = {"dC_dB": x, "dC_dx": b, "dB_dA": b, "dA_dy": 1}
    out["dC_dy"] = out["dC_dB"] * out["dB_dA"] * out["dA_dy"]
    return out


@right("theory.computational_graph_partials")
def partials_of_autograd(x: float, y: float, z: float) -> Any:
    leaf = [torch.tensor(float(v), requires_grad=True) for v in (x, y, z)]
    a = leaf[1] + leaf[2]
    b = torch.exp(a)
    c = leaf[0] * b
    pairs = {"dC_dx": (c, leaf[0]), "dC_dB": (c, b), "dB_dA": (b, a)}
    pairs |= {"dA_dy": (a, leaf[1]), "dC_dy": (c, leaf[1])}
    return {
        n: torch.autograd.grad(f, v, retain_graph=True)[0].item() for n, (f, v) in pairs.items()
    }


# ---------------------------------------------------------------------------------- architecture


@right("theory.conv_output_shape")
def shape_by_counting_starts(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    pairs = [np.broadcast_to(v, 2) for v in (size, kernel, stride, padding, dilation)]
    lengths = []
    for n, k, s, p, d in zip(*pairs, strict=True):
        lengths.append(len(range(0, n + 2 * p - d * (k - 1), s)))
    if 0 in lengths:
        raise ValueError("the kernel does not fit anywhere")
    return tuple(lengths)


@right("theory.conv_output_shape")
def shape_of_torch(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    height, width = size if isinstance(size, tuple) else (size, size)
    layer = torch.nn.Conv2d(1, 1, kernel, stride, padding, dilation)
    try:
        return layer(torch.zeros(1, 1, height, width)).shape[-2:]
    except RuntimeError as problem:
        raise ValueError("the kernel is larger than its input") from problem


@right("theory.conv_parameters")
def conv_parameters_of_torch(
    in_channels: int, out_channels: int, kernel: Any, bias: bool = True
) -> int:
    layer = torch.nn.Conv2d(in_channels, out_channels, kernel, bias=bias)
    return sum(p.numel() for p in layer.parameters())


@right("theory.conv_parameters")
def conv_parameters_with_numpy(
    in_channels: int, out_channels: int, kernel: Any, bias: bool = True
) -> Any:
    weights = in_channels * out_channels * np.prod(np.broadcast_to(kernel, 2))
    return weights + out_channels if bias else weights


@right("theory.linear_parameters")
def linear_parameters_of_torch(in_features: int, out_features: int, bias: bool = True) -> int:
    layer = torch.nn.Linear(in_features, out_features, bias=bias)
    return sum(p.numel() for p in layer.parameters())


@right("theory.linear_parameters")
def linear_parameters_by_cases(in_features: int, out_features: int, bias: bool = True) -> int:
    weights = in_features * out_features
    return weights + out_features if bias else weights


@right("theory.count_activations")
def activations_with_numpy(shape: Any) -> Any:
    return np.prod(shape)


@right("theory.count_activations")
def activations_of_torch(shape: Any) -> int:
    return torch.Size(shape).numel()


@right("theory.receptive_field")
def field_from_the_top(layers: Any) -> int:
    field = 1
    for kernel, stride in list(layers)[::-1]:
        field = (field - 1) * stride + kernel
    return field


@right("theory.receptive_field")
def field_by_recursion(layers: Any) -> int:
    if not layers:
        return 1
    (kernel, stride), *rest = layers
    return kernel + stride * (field_by_recursion(rest) - 1)


@right("theory.stack_cost")
def stack_layer_by_layer(kernels: Any, channels: int, height: int, width: int) -> Any:
    parameters = operations = 0
    for kernel in kernels:
        weights = channels * (channels * kernel**2)
        parameters += weights + channels
        operations += weights * (height * width)
    return [parameters, operations]


@right("theory.stack_cost")
def stack_of_torch(kernels: Any, channels: int, height: int, width: int) -> Any:
    layers = [torch.nn.Conv2d(channels, channels, k, padding="same") for k in kernels]
    places = height * width
    operations = sum(layer.weight.numel() * places for layer in layers)
    return sum(p.numel() for layer in layers for p in layer.parameters()), operations


@right("theory.inception_cost")
def inception_step_by_step(in_channels: int, branches: Any, height: int, width: int) -> Any:
    outputs, total = [], 0
    for steps in branches:
        current = in_channels
        for step in steps:
            if step[0] != "pool":
                total += step[0] ** 2 * current * step[1]
                current = step[1]
        outputs.append(current)
    return np.sum(outputs), total * height * width


@right("theory.inception_cost")
def inception_by_recursion(in_channels: int, branches: Any, height: int, width: int) -> Any:
    def cost(channels: int, steps: Any) -> tuple[int, int]:
        if not steps:
            return channels, 0
        kernel, wanted = steps[0]
        if kernel == "pool":
            return cost(channels, steps[1:])
        out, rest = cost(wanted, steps[1:])
        return out, rest + kernel**2 * channels * wanted

    costs = [cost(in_channels, branch) for branch in branches]
    return sum(c for c, _ in costs), sum(m for _, m in costs) * height * width


@right("theory.lenet_c3_parameters")
def lenet_map_by_map(groups: Any, kernel: int = 5) -> int:
    total = 0
    for maps, inputs in groups:
        for _ in range(maps):
            total += inputs * kernel * kernel
            total += 1
    return total


@right("theory.lenet_c3_parameters")
def lenet_with_numpy(groups: Any, kernel: int = 5) -> Any:
    maps, inputs = np.array(groups).T
    return maps @ (inputs * kernel**2) + maps.sum()


# --------------------------------------------------------------------------- batch normalization


@right("theory.batchnorm_forward")
def batchnorm_with_sums(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    mean, var = state["mean"], state["var"]
    if training:
        mean = sum(x) / len(x)
        var = sum((row - mean) ** 2 for row in x) / len(x)
        state["mean"] = state["mean"] + momentum * (mean - state["mean"])
        state["var"] = state["var"] + momentum * (var - state["var"])
    return gamma * ((x - mean) * (var + eps) ** -0.5) + beta


@right("theory.batchnorm_forward")
def batchnorm_of_torch(
    x: Any, gamma: Any, beta: Any, state: Any, eps: float = 1e-5, momentum: float = 0.1,
    training: bool = True,
) -> Any:  # fmt: skip
    values = torch.tensor(x)
    mean = values.mean(0) if training else torch.tensor(state["mean"])
    var = values.var(0, unbiased=False) if training else torch.tensor(state["var"])
    if training:
        state["mean"] = (1 - momentum) * state["mean"] + momentum * mean.numpy()
        state["var"] = (1 - momentum) * state["var"] + momentum * var.numpy()
    out = F.batch_norm(values, mean, var, torch.tensor(gamma), torch.tensor(beta), eps=eps)
    return out.numpy()


@right("theory.batchnorm_parameters")
def batchnorm_parameters_of_torch(in_features: int, out_features: int) -> int:
    dense = torch.nn.Linear(in_features, out_features, bias=False)
    net = torch.nn.Sequential(dense, torch.nn.BatchNorm1d(out_features))
    return sum(p.numel() for p in net.parameters())


@right("theory.batchnorm_parameters")
def batchnorm_parameters_per_output(in_features: int, out_features: int) -> int:
    return out_features * (in_features + 2)


# --------------------------------------------------------------------------- learning in general


@right("theory.knn_predict")
def knn_with_a_dict(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    near = sorted(range(len(train_x)), key=lambda i: math.dist(train_x[i], x))[:k]
    votes: dict[Any, int] = {}
    for i in near:
        votes[train_y[i]] = votes.get(train_y[i], 0) + 1
    return max(votes, key=lambda label: votes[label])


@right("theory.knn_predict")
def knn_with_sklearn(train_x: Any, train_y: Any, x: Any, k: int) -> Any:
    near = NearestNeighbors(n_neighbors=k).fit(train_x).kneighbors([x], return_distance=False)[0]
    labels = np.asarray(train_y)[near]
    names, first, counts = np.unique(labels, return_index=True, return_counts=True)
    return names[np.lexsort((first, -counts))[0]]


@right("theory.logistic_probability")
def logistic_of_scipy(beta: Any, x: Any) -> Any:
    return special.expit(np.concatenate([[1.0], x]) @ beta)


@right("theory.logistic_probability")
def logistic_by_odds(beta: Any, x: Any) -> float:
    odds = math.exp(beta[0] + sum(b * v for b, v in zip(beta[1:], x, strict=True)))
    return odds / (1 + odds)


@right("theory.hours_for_probability")
def hours_with_logit(probability: float, beta: Any, gpa: float) -> Any:
    return (special.logit(probability) - np.dot(beta, [1, 0, gpa])) / beta[1]


@right("theory.hours_for_probability")
def hours_by_bisection(probability: float, beta: Any, gpa: float) -> float:
    low, high = -1e4, 1e4
    for _ in range(80):
        middle = (low + high) / 2
        reached = special.expit(beta[0] + beta[1] * middle + beta[2] * gpa) >= probability
        low, high = (low, middle) if reached else (middle, high)
    return low


@right("theory.learning_rate_schedule")
def schedule_by_fractions(initial_lr: float, decay: float, iteration: float) -> float:
    return float(Fraction(initial_lr) / (1 + Fraction(decay) * Fraction(iteration)))


@right("theory.learning_rate_schedule")
def schedule_by_power(initial_lr: float, decay: float, iteration: float) -> Any:
    return np.float64(initial_lr) * np.power(1 + iteration * decay, -1.0)


@right("theory.generalization_loss")
def loss_in_a_loop(validation_errors: Any) -> Any:
    best, out = math.inf, []
    for error in validation_errors:
        best = min(best, error)
        out.append((error - best) / best * 100)
    return np.array(out)


@right("theory.generalization_loss")
def loss_of_torch(validation_errors: Any) -> Any:
    errors = torch.tensor(np.asarray(validation_errors))
    return 100 * (errors / torch.cummin(errors, 0).values - 1)


@right("theory.early_stopping_epoch")
def stops_in_a_loop(validation_errors: Any, threshold: float) -> int | None:
    best = math.inf
    for epoch, error in enumerate(validation_errors):
        best = min(best, error)
        if 100 * (error / best - 1) > threshold:
            return epoch
    return None


@right("theory.early_stopping_epoch")
def stops_with_next(validation_errors: Any, threshold: float) -> int | None:
    errors = list(validation_errors)
    over = (error / min(errors[: t + 1]) > 1 + threshold / 100 for t, error in enumerate(errors))
    return next((t for t, exceeded in enumerate(over) if exceeded), None)


@right("theory.nearest_pseudolabels")
def pseudolabels_with_sklearn(feature: Any, sources: Any, n: int) -> str:
    similar = cosine_similarity([feature], list(sources.values()))[0]
    ranked = sorted(zip(similar.round(9), sources, strict=True), key=lambda pair: -pair[0])
    return "".join(name for _, name in ranked[:n])


@right("theory.nearest_pseudolabels")
def pseudolabels_of_unit_vectors(feature: Any, sources: Any, n: int) -> str:
    distance = {}
    direction = np.asarray(feature) / np.linalg.norm(feature)
    for name, vector in sources.items():
        distance[name] = round(
            float(np.linalg.norm(vector / np.linalg.norm(vector) - direction)), 9
        )
    return ",".join(sorted(sources, key=lambda name: distance[name])[:n])


@right("theory.loocv_mse")
def loocv_with_sklearn(x: Any, y: Any, degree: int) -> Any:
    model = make_pipeline(PolynomialFeatures(degree), LinearRegression())
    column, scoring = np.reshape(x, (-1, 1)), "neg_mean_squared_error"
    return -cross_val_score(model, column, y, cv=LeaveOneOut(), scoring=scoring).mean()


@right("theory.loocv_mse")
def loocv_by_the_hat_matrix(x: Any, y: Any, degree: int) -> Any:
    design = np.vander(np.asarray(x, dtype=float), degree + 1)
    q, _ = np.linalg.qr(design)
    residuals = y - q @ (q.T @ y)
    return np.mean((residuals / (1 - (q * q).sum(axis=1))) ** 2)


@right("theory.conv_output_shape")
def shape_as_a_list(
    size: Any, kernel: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> list[int]:
    """Return the reference's result as a list."""
    return list(conv_output_shape(size, kernel, stride, padding, dilation))
