"""Wrong implementations of `student_code.optimizer`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong

Tensor = torch.Tensor


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the middle term is added instead of subtracted",
    hints=("The loss at w = 5 is not zero.", "Check the sign of each term."),
)
def wrong_sign(w: Tensor) -> Tensor:
    return w**2 + 10 * w + 25


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the constant term is missing",
    hints=("The loss is too low by 25.", "How many terms does the polynomial have?"),
)
def no_constant(w: Tensor) -> Tensor:
    return w**2 - 10 * w


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the loss is computed with plain numbers, so no gradient reaches w",
    hints=(
        "The value is right, but it can't be differentiated.",
        "Is there an .item(), a .data or a new tensor between w and the loss?",
    ),
)
def loses_the_gradient(w: Tensor) -> Tensor:
    value = w.detach()
    return value**2 - 10 * value + 25


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the derivative is returned instead of the loss",
    hints=(
        "The loss at w = 5 is right, but it is wrong elsewhere.",
        "What is 2w − 10? You can leave the derivative to torch.",
    ),
)
def returns_the_derivative(w: Tensor) -> Tensor:
    return 2 * w - 10


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="w is doubled instead of squared",
    hints=("The first term is wrong.", "Do you use * 2 or ** 2?"),
)
def doubled(w: Tensor) -> Tensor:
    return 2 * w - 10 * w + 25


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the loss is not returned",
    hints=("The function returns None.", "What does the last line of the function do?"),
)
def returns_nothing(w: Tensor) -> None:
    w**2 - 10 * w + 25


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the gradients of earlier steps are added to the new gradient",
    hints=(
        "The first step is right, but the second one is too long.",
        "backward adds to w.grad. What has to happen between two steps?",
    ),
)
def accumulates(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    L.backward()
    with torch.no_grad():
        w -= lr * w.grad  # type: ignore[operator]


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the step goes uphill",
    hints=("w moves away from the minimum.", "In which direction does the gradient point?"),
)
def uphill(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    (gradient,) = torch.autograd.grad(L, w)
    with torch.no_grad():
        w += lr * gradient


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="a new tensor is created, and the caller's w stays the same",
    hints=(
        "After the step, w still has its old value.",
        "Does your line modify the tensor, or does it bind the name to another tensor?",
    ),
)
def not_in_place(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    (gradient,) = torch.autograd.grad(L, w)
    w = w - lr * gradient


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the learning rate is left out",
    hints=("The step is exactly as long as the gradient.", "Where does your code use `lr`?"),
)
def no_learning_rate(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    (gradient,) = torch.autograd.grad(L, w)
    with torch.no_grad():
        w -= gradient


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the loss is subtracted instead of its gradient",
    hints=(
        "The length of the step is proportional to the loss.",
        "What should you multiply by `lr`?",
    ),
)
def subtracts_the_loss(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    with torch.no_grad():
        w -= lr * L


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the gradient is that of the quadratic, even if another loss is passed in",
    hints=(
        "The step is right only for (w − 5)².",
        "How can you get the gradient of `L` for any loss?",
    ),
)
def quadratic_only(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    with torch.no_grad():
        w -= lr * (2 * w - 10)


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="w no longer requires a gradient after the step",
    hints=("A second step is impossible.", "Is there a detach that affects w after the step?"),
)
def detaches_w(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    (gradient,) = torch.autograd.grad(L, w)
    w.detach_().sub_(lr * gradient)
    w.requires_grad_(False)


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="w is modified while torch is recording gradients",
    hints=(
        "torch refuses to modify a leaf tensor in place.",
        "The update itself needs no gradient. How do you tell torch so?",
    ),
)
def while_recording(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    w.grad = None
    L.backward()
    w -= lr * w.grad  # type: ignore[operator]


@wrong(
    "optimizer.get_optimizer",
    looks_like="the optimizer is not returned",
    hints=("The function returns None.", "What does each branch of your function return?"),
)
def returns_none(model: nn.Module, config: dict[str, Any]) -> None:
    torch.optim.SGD(model.parameters(), lr=config["lr"])


def _settings(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key != "optimizer_type"}


def _kind(config: dict[str, Any]) -> Any:
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    if config["optimizer_type"].lower() not in kinds:
        raise ValueError("unknown optimizer")
    return kinds[config["optimizer_type"].lower()]


def _trained(model: nn.Module) -> list[nn.Parameter]:
    return [p for p in model.parameters() if p.requires_grad]


@wrong(
    "optimizer.get_optimizer",
    looks_like="the weight decay is not used",
    hints=(
        "The weights aren't pulled toward zero.",
        'Where does your code use config["weight_decay"]?',
    ),
)
def no_weight_decay(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    return _kind(config)(_trained(model), **{**_settings(config), "weight_decay": 0.0})


@wrong(
    "optimizer.get_optimizer",
    looks_like="the learning rate is torch's default instead of the configured one",
    hints=("The step has the wrong length.", 'Where does your code use config["lr"]?'),
)
def default_learning_rate(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    return _kind(config)(_trained(model), **{**_settings(config), "lr": 1e-3})


@wrong(
    "optimizer.get_optimizer",
    looks_like="the optimizer is always SGD",
    hints=("You get SGD's steps even if you request Adam.", 'What does your code do for "adam"?'),
)
def always_sgd(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    _kind(config)
    return torch.optim.SGD(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="the optimizer is always Adam",
    hints=("You get Adam's steps even if you request SGD.", 'What does your code do for "sgd"?'),
)
def always_adam(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    _kind(config)
    settings = {key: config[key] for key in ("lr", "weight_decay")}
    return torch.optim.Adam(_trained(model), **settings)


@wrong(
    "optimizer.get_optimizer",
    looks_like="the weight decay is decoupled from the gradient, as in AdamW",
    hints=(
        "With a weight decay, the first step of Adam has the wrong length.",
        "Adam and AdamW treat the weight decay differently. Which one does the task ask for?",
    ),
)
def adamw(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    kind = torch.optim.AdamW if config["optimizer_type"].lower() == "adam" else _kind(config)
    return kind(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="capital letters are not recognized",
    hints=('"SGD" or "Adam" is rejected.', "How can you compare two words regardless of case?"),
)
def small_letters_only(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    if config["optimizer_type"] not in ("sgd", "adam"):
        raise ValueError("unknown optimizer")
    return _kind(config)(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="frozen parameters are also passed to the optimizer",
    hints=(
        "The optimizer gets a parameter that needs no gradient.",
        "Which attribute of a parameter determines whether it is trained?",
    ),
)
def frozen_too(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    return _kind(config)(model.parameters(), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="the other keys of the configuration are ignored",
    hints=(
        "The momentum has no effect.",
        "Which keys are left after you remove optimizer_type, and what happens to them?",
    ),
)
def drops_further_keys(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    kind, lr = _kind(config), config["lr"]
    return kind(_trained(model), lr=lr, weight_decay=config["weight_decay"])


@wrong(
    "optimizer.get_optimizer",
    looks_like="an unknown type is treated as SGD",
    hints=('"newton" is not rejected.', "What happens if none of your branches matches?"),
)
def unknown_is_sgd(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    is_adam = config["optimizer_type"].lower() == "adam"
    kind: Any = torch.optim.Adam if is_adam else torch.optim.SGD
    return kind(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="an unknown type raises a KeyError",
    hints=('"newton" raises the wrong error.', "Which error does the task ask for?"),
)
def unknown_is_a_key_error(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    kinds: dict[str, Any] = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    return kinds[config["optimizer_type"].lower()](_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="keys are removed from the caller's own configuration",
    hints=(
        "The caller's configuration has lost a key after the call.",
        "pop changes the dictionary it is called on. Whose dictionary is it?",
    ),
)
def empties_the_configuration(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    kind = _kind(config)
    config.pop("optimizer_type")
    return kind(_trained(model), **config)


@wrong(
    "optimizer.get_optimizer",
    looks_like="only the first parameter is passed to the optimizer",
    hints=("Most of the network never changes.", "What does model.parameters() return?"),
)
def first_parameter_only(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    return _kind(config)([next(iter(model.parameters()))], **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="SGD has a momentum that the configuration doesn't ask for",
    hints=(
        "The first step is right, but the second one is too long.",
        "Which settings does the configuration contain, and which do you pass?",
    ),
)
def adds_momentum(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    if config["optimizer_type"].lower() == "sgd":
        return _kind(config)(_trained(model), **{"momentum": 0.9, **_settings(config)})
    return _kind(config)(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="an unknown type returns None",
    hints=(
        "With an unknown type, no error is raised.",
        "What should happen if the type is neither of the two?",
    ),
)
def unknown_is_none(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer | None:
    if config["optimizer_type"].lower() not in ("sgd", "adam"):
        return None
    return _kind(config)(_trained(model), **_settings(config))
