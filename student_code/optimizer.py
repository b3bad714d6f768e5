"""Gradient descent: first by hand, then with torch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def compute_quadratic_loss(w: torch.Tensor) -> torch.Tensor:
    """Compute the loss w² − 10w + 25.

    Args:
        w: a float tensor with one value, of shape () or (1,).
    Returns: the loss as a tensor, differentiable with respect to `w`.
    """
    ### BEGIN SOLUTION
    return w * w - 10 * w + 25
    ### END SOLUTION


def gradient_descent_step(w: torch.Tensor, L: torch.Tensor, lr: float = 1e-3) -> None:
    """Move `w` one step against the gradient of `L`.

    Args:
        w: a leaf tensor that requires a gradient. It is updated in place and can be
            used for further steps: each step follows only the gradient of the loss it is given.
        L: a loss with one value that was computed from `w`.
        lr: the learning rate.
    """
    ### BEGIN SOLUTION
    (gradient,) = torch.autograd.grad(L, w)
    with torch.no_grad():
        w -= lr * gradient
    ### END SOLUTION


def get_optimizer(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    """Create the optimizer that `config` describes, for the parameters of `model`.

    Args:
        model: only its parameters that require a gradient are passed to the optimizer.
        config: "optimizer_type" is "sgd" or "adam", in upper or lower case; "lr" and
            "weight_decay" are numbers; all other keys are passed to torch's optimizer
            unchanged (for example "momentum"). The dictionary is not modified.
    Returns: the optimizer.
    Raises: `ValueError` for any other "optimizer_type".
    """
    ### BEGIN SOLUTION
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    settings = dict(config)
    kind = str(settings.pop("optimizer_type")).lower()
    if kind not in kinds:
        raise ValueError(f"optimizer_type is 'sgd' or 'adam', not {config['optimizer_type']!r}")
    return kinds[kind]([p for p in model.parameters() if p.requires_grad], **settings)
    ### END SOLUTION
