"""The worked examples of the notebook, computed a second time: by autograd, torch, scikit-learn.

Each test compares numbers of the text with an independent computation, and checks that the text
contains them. The numbers are rounded to three decimal places.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from torch import nn
from torch.nn import functional as F

from student_code import theory
from toolbox.analysis.seen_pixels import count_seen_pixels
from toolbox.theory_figures import LENET_C3

ROUNDED = 5.01e-4  # half a unit of the third decimal place
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def text() -> str:
    """The prose of the notebook in one line."""
    source = (ROOT / "notebooks" / "part7_theory.py").read_text(encoding="utf-8")
    return " ".join(line.removeprefix("#").strip() for line in source.splitlines())


def near(got: Any, wanted: Any) -> None:
    np.testing.assert_allclose(np.asarray(got, dtype=float), wanted, rtol=0, atol=ROUNDED)


# ------------------------------------------------------------------------------------------ losses


def test_softmax_and_cross_entropy(text: str) -> None:
    near(torch.softmax(torch.tensor([1.0, 2.0, 3.0]), 0), [0.090, 0.245, 0.665])
    assert "0.090, 0.245 and 0.665" in text
    q = torch.tensor([[0.7, 0.2, 0.1]]).log()
    near(F.nll_loss(q, torch.tensor([0])), 0.357)
    near(F.nll_loss(q, torch.tensor([2])), 2.303)
    near(F.cross_entropy(q, torch.tensor([[0.8, 0.1, 0.1]])), 0.677)
    assert "= 0.677" in text
    near(log_loss([1, 0], [0.9, 0.2]), 0.164)
    assert "mean, 0.164" in text


def test_divergence_and_penalty(text: str) -> None:
    p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.25, 0.5, 0.25])
    near(F.kl_div(q.log(), p, reduction="sum"), 0.347)
    near(torch.distributions.Categorical(p).entropy(), 0.693)
    near(F.cross_entropy(q.log()[None], p[None]), 1.040)
    assert "1.040, which is 0.693 + 0.347" in text
    w = torch.tensor([3.0, -1.0], requires_grad=True)
    near((1.5 + 0.2 / 2 * w.pow(2).sum()).item(), 2.5)
    assert "2.5. The figure" in text


def test_the_lowest_loss_under_label_smoothing(text: str) -> None:
    """torch's own smoothing, minimized over the logits, ends at the entropy of the target."""
    logits = torch.zeros(1, 3, requires_grad=True)
    optimizer = torch.optim.LBFGS([logits], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = F.cross_entropy(logits, torch.tensor([0]), label_smoothing=0.1)
        value.backward()
        return value

    optimizer.step(loss)
    near(torch.softmax(logits.detach(), 1)[0], [0.9333, 0.0333, 0.0333])
    assert abs(loss().item() - 0.29) < 0.005
    assert "about 0.29" in text


# --------------------------------------------------------------------------------- backpropagation


def test_worked_graphs(text: str) -> None:
    u, v = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
    ((u + v) * v).backward()
    assert u.grad is not None
    assert v.grad is not None
    assert (u.grad.item(), v.grad.item()) == (3.0, 8.0)
    assert "∂f/∂u = 1 · 3 = 3" in text
    assert "∂f/∂v = 1 · 3 + 5 = 8" in text
    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    ((x + 1) ** (3 * x)).backward()
    assert x.grad is not None
    near(x.grad.item(), 28.636)
    assert "28.636" in text


def test_delta_rule_of_a_linear_unit(text: str) -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    ((2 - w @ torch.tensor([3.0, -1.0])) ** 2 / 2).backward()
    optimizer.step()
    near(w.detach(), [1.3, 1.9])
    assert "Δw = (0.3, −0.1)" in text


def test_derivatives_of_shares(text: str) -> None:
    z = torch.tensor([1.0, 1.0, 2.0])
    found = torch.autograd.functional.jacobian(lambda v: v / v.sum(), z)
    near(found[0] * 16, [3, -1, -1])
    near(found[2] * 8, [-1, -1, 1])
    near(found.sum(0), [0, 0, 0])
    assert "(3/16, −1/16, −1/16), the last one is (−1/8, −1/8, 1/8)" in text


def test_model_answers_of_the_derivations() -> None:
    """The results of the three derivations are those of autograd, for several random inputs."""
    generator = torch.Generator().manual_seed(3)
    for _ in range(5):
        z = torch.randn(4, dtype=torch.float64, generator=generator)
        y = torch.softmax(z, 0)
        jacobian = torch.autograd.functional.jacobian(lambda v: torch.softmax(v, 0), z)
        near(jacobian, y[:, None] * (torch.eye(4) - y[None, :]))
        target = torch.softmax(torch.randn(4, dtype=torch.float64, generator=generator), 0)
        logits = z.clone().requires_grad_()
        F.cross_entropy(logits[None], target[None]).backward()
        assert logits.grad is not None
        near(logits.grad, y - target)
        w = torch.randn(3, dtype=torch.float64, generator=generator, requires_grad=True)
        x = torch.randn(3, dtype=torch.float64, generator=generator)
        o = torch.sigmoid(w @ x)
        ((1 - o) ** 2 / 2).backward()
        assert w.grad is not None
        near(w.grad[0].item(), -((1 - o) * o * (1 - o) * x[0]).item())


# ------------------------------------------------------------------------------------ architecture


def test_sizes_and_parameters(text: str) -> None:
    for n in (7, 8):
        assert F.conv1d(torch.zeros(1, 1, n), torch.ones(1, 1, 3), stride=2, padding=1).numel() == 4
    assert "gives 4 outputs" in text
    layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(50, 3))
    sizes, values = [], torch.zeros(1, 1, 12, 12)
    for layer in layers:
        values = layer(values)
        sizes.append(values.numel())
    assert [sizes[0], sizes[1], sizes[3]] == [200, 50, 3]
    weights = [p.numel() for p in layers.parameters()]
    assert weights == [18, 2, 150, 3]
    assert "| total | | 253 | 168 | 5 |" in text


def test_connections_of_lenet(text: str) -> None:
    """Fifteen maps of C3 see three or four of the six inputs; the sixteenth sees all."""
    counts = [len(seen) for seen in LENET_C3]
    assert all(count in (3, 4) for count in counts[:15])
    assert counts[15] == 6
    assert "Fifteen of them are connected to only three or four of the six maps" in text
    c1, c5, f6 = nn.Conv2d(1, 6, 5), nn.Conv2d(16, 120, 5), nn.Linear(120, 84)
    output = nn.Linear(84, 10)
    known = [sum(p.numel() for p in layer.parameters()) for layer in (c1, c5, f6, output)]
    c3 = sum(25 * count + 1 for count in counts)
    assert [*known, c3] == [156, 48_120, 10_164, 850, 1_516]
    assert known[0] + c3 + known[1] == 49_792
    assert sum(known[1:]) == 59_134
    assert known[0] + c3 == 1_672
    assert c5(torch.zeros(1, 16, 5, 5)).shape[2:] == (1, 1)
    for number in ("48,120", "10,164", "850", "49,792", "59,134", "1,672"):
        assert number in text


def test_receptive_fields_and_costs(text: str) -> None:
    assert count_seen_pixels([(3, 2), (3, 1)]) == 7
    assert count_seen_pixels([(3, 1), (3, 1)]) == 5 == count_seen_pixels([(5, 1)])
    small = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1))
    large = nn.Conv2d(4, 4, 5, padding=2)
    assert sum(p.numel() for p in small.parameters()) == 296
    assert sum(p.numel() for p in large.parameters()) == 404
    from torch.utils.flop_counter import FlopCounterMode

    image, counted = torch.zeros(1, 4, 10, 10), []
    branch = nn.Conv2d(8, 4, 3, padding=1)
    chained = nn.Sequential(nn.Conv2d(8, 2, 1), nn.Conv2d(2, 4, 3, padding=1))
    for module, values in (
        *((small, image), (large, image)),
        *((branch, torch.zeros(1, 8, 10, 10)), (chained, torch.zeros(1, 8, 10, 10))),
    ):
        with FlopCounterMode(display=False) as counter:
            module(values)
        counted.append(counter.get_total_flops() // 2)  # a multiply-accumulate is two of them
    assert counted == [28_800, 40_000, 28_800, 8_800]
    assert "296 parameters and needs 2 · 144 · 100 = 28,800" in text
    assert "404 parameters and 40,000" in text
    assert "8,800 in total" in text


# ----------------------------------------------------------------------------- batch normalization


def test_batch_normalization(text: str) -> None:
    layer = nn.BatchNorm1d(1, eps=1e-12)
    with torch.no_grad():
        layer.weight.fill_(2.0)
        layer.bias.fill_(1.0)
    out = layer(torch.tensor([[2.0], [4.0], [6.0], [8.0]]))
    near(out.detach()[:, 0], [-1.683, 0.106, 1.894, 3.683])
    assert "(−1.683, 0.106, 1.894, 3.683)" in text
    assert layer.running_mean is not None
    assert layer.running_var is not None
    near(layer.running_mean, [0.5])
    # torch divides by N − 1 = 3 here, as the text says: 0.9 + 0.1 · 20/3.
    near(layer.running_var, [0.9 + 0.1 * 20 / 3])
    layer.running_var.fill_(1.4)
    near(layer.eval()(torch.tensor([[2.0]])).item(), 3.535)
    assert "= 3.535" in text


def test_the_four_claims_about_batch_normalization() -> None:
    """The corrections in the model answer hold: work, coupling, shape, initialization."""
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(400, 6, generator=generator).exp()  # skewed
    weights = torch.randn(6, 8, generator=generator)

    def normalized(values: torch.Tensor) -> torch.Tensor:
        return F.batch_norm(values, None, None, training=True, eps=1e-12)

    def skewness(values: torch.Tensor) -> torch.Tensor:
        centered = values - values.mean(0)
        return (centered**3).mean(0) / (centered**2).mean(0) ** 1.5

    # 1. It needs reads and operations that the plain layer does not.
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as plain:
        x @ weights
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as both:
        normalized(x @ weights)
    assert len(both.events()) > len(plain.events())
    # 2. A change of scale and offset in the layer before is removed.
    near(normalized(3 * (x @ weights) + 7), normalized(x @ weights))
    # 3. The histogram of each feature keeps its shape: it is neither uniform nor constant.
    out = normalized(x)
    near(skewness(out), skewness(x))
    assert skewness(out).min() > 0.5  # the skewness of a uniform distribution is 0
    near(out.mean(0), torch.zeros(6))
    near(out.std(0, unbiased=False), torch.ones(6))
    # 4. The direction of the initial weights matters, and equal units stay equal.
    other = torch.randn(6, 8, generator=generator)
    assert (normalized(x @ other) - normalized(x @ weights)).abs().max() > 0.5
    equal = torch.full((6, 2), 0.3, requires_grad=True)
    normalized(x @ equal).pow(3).sum().backward()
    assert equal.grad is not None
    torch.testing.assert_close(equal.grad[:, 0], equal.grad[:, 1])


# ---------------------------------------------------------------------------------------- learning


def test_bias_and_variance(text: str) -> None:
    """The decomposition of the example equals the expected error, computed pair by pair."""
    models, observations = np.array([2, 2.5, 4.5]), 5 + np.array([-1, 1]) * math.sqrt(0.5)
    near(np.mean((observations[:, None] - models) ** 2), 5.667)
    assert "0.5 + 4 + 1.167 = 5.667" in text


def test_neighbors_and_logistic_regression(text: str) -> None:
    points, labels = [[0, 0], [2, 2], [3, 0]], ["cat", "dog", "dog"]
    for k, wanted in ((1, "cat"), (3, "dog")):
        model = KNeighborsClassifier(k).fit(points, labels)
        assert model.predict([[1, 0]])[0] == wanted
    distances = KNeighborsClassifier(3).fit(points, labels).kneighbors([[1, 0]])[0][0]
    near(distances, [1, 2, 2.236])
    assert "= 2.236" in text
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    model.coef_, model.intercept_ = np.array([[0.1]]), np.array([-3.0])
    near(model.predict_proba([[20.0], [40.986]])[:, 1], [0.269, 0.75])
    assert "x = 40.99" in text


def test_leave_one_out(text: str) -> None:
    mean = make_pipeline(PolynomialFeatures(0), LinearRegression())
    x, y = [[0], [1], [2]], [1, 2, 6]
    scores = -cross_val_score(mean, x, y, cv=LeaveOneOut(), scoring="neg_mean_squared_error")
    near(sorted(scores), [2.25, 9, 20.25])
    assert "The mean is 10.5." in text
    near(np.var(y), 4.667)


def test_degree_two_wins_the_experiment(text: str) -> None:
    assert "noisy = np.random.default_rng(7)" in text
    noisy = np.random.default_rng(7)
    x = noisy.normal(size=100)
    y = x - 2 * x**2 + noisy.normal(size=100)
    errors = [theory.loocv_mse(x, y, degree) for degree in (1, 2, 3, 4)]
    assert int(np.argmin(errors)) == 1
    assert errors[0] > 2 * errors[1]
    assert max(errors[2:]) < 1.2 * errors[1]
    order = np.random.default_rng(2).permutation(100)
    np.testing.assert_allclose(theory.loocv_mse(x[order], y[order], 2), errors[1], rtol=1e-9)


def test_rates_stopping_and_cosines(text: str) -> None:
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.6)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + 0.5 * t))
    for _ in range(4):
        optimizer.step()
        schedule.step()
    near(schedule.get_last_lr(), [0.2])
    errors = torch.tensor([0.50, 0.40, 0.42, 0.36, 0.45])
    near(100 * (errors / torch.cummin(errors, 0).values - 1), [0, 0, 5, 0, 25])
    assert "the losses are 0, 0, 5, 0 and 25 percent" in text
    near(cosine_similarity([[3, 4]], [[4, 3], [0, 2], [-3, -1]])[0], [0.96, 0.8, -0.822])
    assert "= −0.822" in text
