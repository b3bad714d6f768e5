"""Public tests of `student_code.optimizer`."""

from typing import Any

import torch
from torch import nn

from student_code import optimizer
from toolbox.checks import after, expect, task

# Float32 values of order 10: rounding is 1e-6, the smallest mistake 1e-2.
EXACT = 1e-4


def weight(value: float) -> torch.Tensor:
    return torch.tensor([value], requires_grad=True)


@task("optimizer.compute_quadratic_loss", share=2)
def test_quadratic_values() -> None:
    """The loss is w² − 10w + 25: 25 at 0, 0 at 5, 4 at 7."""
    for value, wanted in ((0.0, 25.0), (5.0, 0.0), (7.0, 4.0), (-1.0, 36.0)):
        got = optimizer.compute_quadratic_loss(torch.tensor([value]))
        called = f"compute_quadratic_loss(tensor([{value}]))"
        expect.close(got, [wanted], called, atol=EXACT)
    got = optimizer.compute_quadratic_loss(torch.tensor(2.0))
    expect.close(got, 9.0, "compute_quadratic_loss(tensor(2.))", atol=EXACT)


@task("optimizer.compute_quadratic_loss")
def test_quadratic_gradient() -> None:
    """The gradient 2w − 10 flows back to w, and w keeps its value."""
    w = weight(2.0)
    loss = optimizer.compute_quadratic_loss(w)
    called = "compute_quadratic_loss(w), w = 2"
    expect.instance(loss, torch.Tensor, called)
    expect.true(loss.requires_grad, called, expected="a loss that requires a gradient", got=loss)
    loss.backward()
    expect.close(w.grad, [-6.0], called + ", backward(); w.grad", atol=EXACT)
    expect.close(w, [2.0], called + "; w", atol=EXACT)


@task("optimizer.gradient_descent_step", share=2)
def test_a_step_goes_against_the_gradient() -> None:
    """One step changes w in place by −lr times the gradient."""
    w = weight(2.0)
    optimizer.gradient_descent_step(w, (w - 5) ** 2, lr=0.25)
    expect.close(w, [3.5], "gradient_descent_step(w, (w − 5)², lr=0.25), w = 2", atol=EXACT)
    v = weight(3.0)
    optimizer.gradient_descent_step(v, 4 * v**3, lr=0.01)
    expect.close(v, [1.92], "gradient_descent_step(w, 4w³, lr=0.01), w = 3", atol=EXACT)


@task("optimizer.gradient_descent_step")
def test_steps_do_not_add_up() -> None:
    """Each further step follows only the gradient of the loss that is passed to it."""
    w = weight(2.0)
    called = "gradient_descent_step(w, (w − 5)², lr=0.25), w = 2, {} times"
    for times, wanted in ((1, 3.5), (2, 4.25), (3, 4.625)):
        optimizer.gradient_descent_step(w, (w - 5) ** 2, lr=0.25)
        expect.close(w, [wanted], called.format(times), atol=EXACT)


@task("optimizer.gradient_descent_step")
def test_w_can_still_learn() -> None:
    """After a step, w is still a leaf tensor that requires a gradient."""
    w = weight(2.0)
    optimizer.gradient_descent_step(w, (w - 5) ** 2)
    called = "gradient_descent_step(w, (w − 5)²), w = 2, lr=1e-3 by default"
    # Three operations in float32 on values around 5: exact to 1e-6.
    expect.close(w, [2.006], called, atol=1e-5)
    usable = w.is_leaf and w.requires_grad
    expect.true(usable, called, expected="a leaf that requires a gradient", got=w)


class Small(nn.Module):
    """A model with one trainable and one frozen parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen = nn.Parameter(torch.tensor([7.0]), requires_grad=False)
        self.trained = nn.Parameter(torch.tensor([2.0, -4.0]))


def step(config: dict[str, Any], gradients: list[list[float]]) -> torch.Tensor:
    """Return the weights that start at [2, −4] after one step with each of the gradients."""
    model = Small()
    stepper = optimizer.get_optimizer(model, config)
    expect.instance(stepper, torch.optim.Optimizer, f"get_optimizer(model, {config})")
    for gradient in gradients:
        model.trained.grad = torch.tensor(gradient)
        stepper.step()
    return model.trained.detach()


@task("optimizer.get_optimizer", share=2)
def test_sgd_steps() -> None:
    """ "sgd" changes the weights by −lr · (gradient + weight_decay · weight)."""
    config = {"optimizer_type": "sgd", "lr": 0.5, "weight_decay": 0.1}
    called = f"one step with gradient [1, −3] of get_optimizer(model, {config}) at [2, −4]"
    # 2 − 0.5 · (1 + 0.1 · 2) and −4 − 0.5 · (−3 − 0.1 · 4)
    expect.close(step(config, [[1.0, -3.0]]), [1.4, -2.3], called, atol=EXACT)


@task("optimizer.get_optimizer")
def test_nothing_is_added() -> None:
    """Settings that the configuration doesn't mention stay at their defaults: no momentum."""
    config = {"optimizer_type": "sgd", "lr": 0.5, "weight_decay": 0.0}
    called = f"two steps with gradient [1, −2] of get_optimizer(model, {config}) at [2, −4]"
    # Without a momentum, the second step is as long as the first.
    expect.close(step(config, [[1.0, -2.0]] * 2), [1.0, -2.0], called, atol=EXACT)


@task("optimizer.get_optimizer", share=2)
def test_adam_steps() -> None:
    """The first step of "adam" changes each weight by lr, whatever the size of its gradient."""
    config = {"optimizer_type": "adam", "lr": 0.25, "weight_decay": 0.0}
    called = f"one step with gradient [1, −30] of get_optimizer(model, {config}) at [2, −4]"
    expect.close(step(config, [[1.0, -30.0]]), [1.75, -3.75], called, atol=EXACT)
    config = {"optimizer_type": "adam", "lr": 0.25, "weight_decay": 1.0}
    called = f"one step with gradient [−1, 3] of get_optimizer(model, {config}) at [2, −4]"
    # The decay adds [2, −4] to the gradient and so flips both of its signs.
    expect.close(step(config, [[-1.0, 3.0]]), [1.75, -3.75], called, atol=EXACT)


@task("optimizer.get_optimizer")
def test_capital_letters_are_fine() -> None:
    """ "SGD" and "Adam" mean the same as "sgd" and "adam"."""
    for name, wanted in (("SGD", [1.5, -2.5]), ("Adam", [1.5, -3.5])):
        config = {"optimizer_type": name, "lr": 0.5, "weight_decay": 0.0}
        called = f"one step with gradient [1, −3] of get_optimizer(model, {config}) at [2, −4]"
        expect.close(step(config, [[1.0, -3.0]]), wanted, called, atol=EXACT)


@task("optimizer.get_optimizer")
def test_further_keys_are_passed_on() -> None:
    """A momentum in the configuration is passed on to the optimizer."""
    config = {"optimizer_type": "sgd", "lr": 0.5, "weight_decay": 0.0, "momentum": 0.9}
    called = f"two steps with gradient [1, −2] of get_optimizer(model, {config}) at [2, −4]"
    # The second step is 1.9 times the first.
    expect.close(step(config, [[1.0, -2.0]] * 2), [0.55, -1.1], called, atol=EXACT)


@task("optimizer.get_optimizer", share=0.5)
def test_frozen_parameters_stay_out() -> None:
    """The optimizer gets exactly the parameters that require a gradient."""
    model = Small()
    config = {"optimizer_type": "sgd", "lr": 0.5, "weight_decay": 0.0}
    stepper = optimizer.get_optimizer(model, config)
    called = f"get_optimizer(a model with a frozen parameter, {config})"
    expect.instance(stepper, torch.optim.Optimizer, called)
    # An optimizer updates all parameters that it has and that have a gradient.
    model.frozen.grad, model.trained.grad = torch.tensor([1.0]), torch.tensor([1.0, -3.0])
    stepper.step()
    called += ", one step with gradients for both: "
    expect.close(model.frozen, [7.0], called + "the frozen parameter", atol=EXACT)
    moved = bool((model.trained.detach() != torch.tensor([2.0, -4.0])).all())
    expect.true(moved, called + "the trainable parameter", expected="new values", got=model.trained)


@task("optimizer.get_optimizer", share=0.5)
def test_unknown_type_is_an_error() -> None:
    """Any other `optimizer_type` raises `ValueError`."""
    config = {"optimizer_type": "newton", "lr": 0.5, "weight_decay": 0.0}
    run = lambda: optimizer.get_optimizer(Small(), config)  # noqa: E731
    expect.raises(ValueError, run, f"get_optimizer(model, {config})")


@task("optimizer.get_optimizer", share=0.5)
def test_configuration_is_left_alone() -> None:
    """The configuration is not modified and can be reused."""
    config = {"optimizer_type": "sgd", "lr": 0.5, "weight_decay": 0.0}
    before = dict(config)
    optimizer.get_optimizer(Small(), config)
    expect.equal(after(config), before, "get_optimizer(model, config); config")
