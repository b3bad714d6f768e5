"""Alternative implementations of `student_code.optimizer`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import right


@right("optimizer.compute_quadratic_loss")
def factored(w: torch.Tensor) -> torch.Tensor:
    """Compute the same polynomial as a square."""
    return (w - 5).pow(2)


@right("optimizer.compute_quadratic_loss")
def by_horner(w: torch.Tensor) -> torch.Tensor:
    """Use Horner's scheme."""
    return (w - 10) * w + 25


@right("optimizer.gradient_descent_step")
def with_grad_function(w: torch.Tensor, L: torch.Tensor, lr: float = 1e-3) -> None:
    """Get the gradient from a function, and never use .grad."""
    (gradient,) = torch.autograd.grad(L, [w])
    w.data.add_(gradient, alpha=-lr)


@right("optimizer.gradient_descent_step")
def cleans_up_after(w: torch.Tensor, L: torch.Tensor, lr: float = 1e-3) -> None:
    """Reset the gradient after it has been used, and update w.data."""
    L.backward()
    w.data = w.data - lr * w.grad.data  # type: ignore[union-attr]
    w.grad.zero_()  # type: ignore[union-attr]


@right("optimizer.gradient_descent_step")
def with_torch_sgd(w: torch.Tensor, L: torch.Tensor, lr: float = 1e-3) -> None:
    """Use torch's own SGD for a single step."""
    sgd = torch.optim.SGD([w], lr=lr)
    sgd.zero_grad()
    L.backward()
    sgd.step()


@right("optimizer.get_optimizer")
def with_branches(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    """Use an `if` for each type, and sort the keys by hand."""
    further = {k: v for k, v in config.items() if k != "optimizer_type"}
    parameters = filter(lambda p: p.requires_grad, model.parameters())
    if config["optimizer_type"].upper() == "SGD":
        return torch.optim.SGD(parameters, **further)
    if config["optimizer_type"].upper() == "ADAM":
        return torch.optim.Adam(parameters, **further)
    raise ValueError(config["optimizer_type"])


@right("optimizer.get_optimizer")
def with_groups(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    """Use two groups of parameters with the same settings."""
    kind = {"adam": "Adam", "sgd": "SGD"}.get(config["optimizer_type"].casefold())
    if kind is None:
        raise ValueError("optimizer_type must be sgd or adam")
    settings = {key: config[key] for key in config.keys() - {"optimizer_type"}}
    trained = [p for p in model.parameters() if p.requires_grad]
    vectors, matrices = [p for p in trained if p.dim() < 2], [p for p in trained if p.dim() > 1]
    groups = [{"params": group} for group in (vectors, matrices) if group]
    return getattr(torch.optim, kind)(groups, **settings)
