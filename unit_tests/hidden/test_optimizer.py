"""Hidden tests of `student_code.optimizer`."""

import torch
from torch import nn

from student_code import optimizer
from toolbox.checks import after, expect, task
from toolbox.checks.seeds import seed_for


@task("optimizer.compute_quadratic_loss")
def test_quadratic_in_between() -> None:
    """The loss and its gradient are correct for non-integer values."""
    for value in (-3.25, 0.5, 4.75, 12.5):
        w = torch.tensor(value, requires_grad=True)
        loss = optimizer.compute_quadratic_loss(w)
        loss.backward()
        called = f"compute_quadratic_loss(tensor({value}))"
        # Terms reach 100, where float32 values are 8e-6 apart.
        expect.close(loss, (value - 5) ** 2, called, atol=1e-4)
        expect.close(w.grad, 2 * value - 10, called + "; w.grad", atol=1e-4)


@task("optimizer.gradient_descent_step")
def test_many_steps_reach_the_bottom() -> None:
    """200 steps with lr 0.05 reach the minimum of the quadratic."""
    w = torch.tensor([-8.0], requires_grad=True)
    for _ in range(200):
        optimizer.gradient_descent_step(w, w**2 - 10 * w + 25, lr=0.05)
    # The distance shrinks by 0.9 per step: 13 · 0.9^200 is 1e-8, below float32's rounding of 5.
    expect.close(w, [5.0], "200 steps of gradient_descent_step(w, w² − 10w + 25, 0.05)", atol=1e-4)


@task("optimizer.gradient_descent_step")
def test_two_weights_take_turns() -> None:
    """A step of one weight doesn't change another weight."""
    v, w = torch.tensor([1.0], requires_grad=True), torch.tensor([1.0], requires_grad=True)
    optimizer.gradient_descent_step(v, 3 * v, lr=0.1)
    optimizer.gradient_descent_step(w, 5 * w, lr=0.1)
    # One step in float32 on values of order 1: exact to 1e-6.
    expect.close(v, [0.7], "a step of v along 3v, then one of w along 5w; v", atol=1e-5)
    expect.close(w, [0.5], "a step of v along 3v, then one of w along 5w; w", atol=1e-5)


class Network(nn.Module):
    """A network of two linear layers."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(seed_for(12))
        self.layers = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def two_steps(model: nn.Module, stepper: torch.optim.Optimizer) -> None:
    """Take two steps along different gradients, so that every setting has an effect."""
    generator = torch.Generator().manual_seed(seed_for(13))
    for size in (1.0, 0.1):
        for parameter in model.parameters():
            parameter.grad = size * torch.randn(parameter.shape, generator=generator)
        stepper.step()


@task("optimizer.get_optimizer")
def test_all_layers_are_trained() -> None:
    """Both types of optimizer update every parameter of a network."""
    for kind in ("sgd", "adam"):
        model = Network()
        before = [p.detach().clone() for p in model.parameters()]
        config = {"optimizer_type": kind, "lr": 0.1, "weight_decay": 0.0}
        stepper = optimizer.get_optimizer(model, config)
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        stepper.step()
        for old, new in zip(before, model.parameters(), strict=True):
            # Adam divides by the root of its average plus 1e-8: 1e-6 at most.
            expect.close(new, old - 0.1, f"one step of {config}, all gradients 1", atol=1e-4)


@task("optimizer.get_optimizer")
def test_configuration_can_be_used_again() -> None:
    """The same configuration works for a second model and is not modified."""
    config = {"optimizer_type": "Adam", "lr": 0.1, "weight_decay": 0.01, "betas": (0.5, 0.9)}
    before = dict(config)
    twin = Network()
    own = torch.optim.Adam(twin.parameters(), lr=0.1, weight_decay=0.01, betas=(0.5, 0.9))
    two_steps(twin, own)
    for time in ("first", "second"):
        model = Network()
        stepper = optimizer.get_optimizer(model, config)
        expect.equal(after(config), before, "get_optimizer(model, config); config")
        two_steps(model, stepper)
        called = f"two steps of get_optimizer(model, {before}), the {time} time"
        for got, wanted in zip(model.parameters(), twin.parameters(), strict=True):
            # Two steps of 0.1 on weights below 1, in float32: exact to 1e-6.
            expect.close(got, wanted, called, atol=1e-5)
