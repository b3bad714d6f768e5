"""Wrong ways to write `student_code.optimizer`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong

Tensor = torch.Tensor


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the term in the middle is added instead of subtracted",
    hints=("The loss at 5 is not zero.", "Check the sign of each term."),
)
def wrong_sign(w: Tensor) -> Tensor:
    return w**2 + 10 * w + 25


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the constant is missing",
    hints=("The loss is 25 too low.", "How many terms has the polynomial?"),
)
def no_constant(w: Tensor) -> Tensor:
    return w**2 - 10 * w


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the loss is computed with plain numbers, and no gradient reaches w",
    hints=(
        "The value is right, but there is nothing to differentiate.",
        "Is there an .item(), a .data or a new tensor on the way?",
    ),
)
def loses_the_gradient(w: Tensor) -> Tensor:
    value = w.detach()
    return value**2 - 10 * value + 25


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="the derivative is returned instead of the loss",
    hints=(
        "The loss at 5 is right, elsewhere it isn't.",
        "2w − 10 is what? torch finds it itself.",
    ),
)
def returns_the_derivative(w: Tensor) -> Tensor:
    return 2 * w - 10


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="w is doubled instead of squared",
    hints=("The first term is off.", "* 2 or ** 2?"),
)
def doubled(w: Tensor) -> Tensor:
    return 2 * w - 10 * w + 25


@wrong(
    "optimizer.compute_quadratic_loss",
    looks_like="forgets to return the loss",
    hints=("None comes out.", "What is the last line of the function?"),
)
def returns_nothing(w: Tensor) -> None:
    w**2 - 10 * w + 25


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="gradients of earlier steps are added to the new one",
    hints=(
        "The first step is right, the second is too long.",
        "backward adds to w.grad. What has to happen between two steps?",
    ),
)
def accumulates(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    L.backward()
    with torch.no_grad():
        w -= lr * w.grad  # type: ignore[operator]


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the step goes up the slope",
    hints=("w moves away from the minimum.", "In which direction does the gradient point?"),
)
def uphill(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    (gradient,) = torch.autograd.grad(L, w)
    with torch.no_grad():
        w += lr * gradient


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="a new w is made, and the caller's stays where it was",
    hints=(
        "After the step w is what it was before.",
        "Does your line change the tensor, or give its name to another one?",
    ),
)
def not_in_place(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    (gradient,) = torch.autograd.grad(L, w)
    w = w - lr * gradient


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the learning rate is left out",
    hints=("The step is as long as the gradient.", "Where is `lr` used?"),
)
def no_learning_rate(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    (gradient,) = torch.autograd.grad(L, w)
    with torch.no_grad():
        w -= gradient


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the loss itself is subtracted instead of its gradient",
    hints=("The step is as long as the loss is high.", "What has to be multiplied by `lr`?"),
)
def subtracts_the_loss(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    with torch.no_grad():
        w -= lr * L


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="the gradient is that of the quadratic, whatever loss is given",
    hints=(
        "The step is right for (w − 5)² alone.",
        "Let torch find the gradient of `L`, so that any loss will do.",
    ),
)
def quadratic_only(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    with torch.no_grad():
        w -= lr * (2 * w - 10)


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="w no longer requires a gradient after the step",
    hints=("No second step can be taken.", "Is there a detach that outlives the step?"),
)
def detaches_w(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    (gradient,) = torch.autograd.grad(L, w)
    w.detach_().sub_(lr * gradient)
    w.requires_grad_(False)


@wrong(
    "optimizer.gradient_descent_step",
    looks_like="w is changed while torch is recording",
    hints=(
        "torch refuses to change a leaf in place.",
        "The step itself needs no gradient: how do you tell torch?",
    ),
)
def while_recording(w: Tensor, L: Tensor, lr: float = 1e-3) -> None:
    w.grad = None
    L.backward()
    w -= lr * w.grad  # type: ignore[operator]


@wrong(
    "optimizer.get_optimizer",
    looks_like="forgets to return the optimizer",
    hints=("None comes out.", "What does each branch of your function return?"),
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
    looks_like="the weight decay is left out",
    hints=("The weights aren't pulled towards zero.", 'Where is config["weight_decay"] used?'),
)
def no_weight_decay(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    return _kind(config)(_trained(model), **{**_settings(config), "weight_decay": 0.0})


@wrong(
    "optimizer.get_optimizer",
    looks_like="the learning rate is torch's default, whatever is configured",
    hints=("The step has the wrong length.", 'Where is config["lr"] used?'),
)
def default_learning_rate(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    return _kind(config)(_trained(model), **{**_settings(config), "lr": 1e-3})


@wrong(
    "optimizer.get_optimizer",
    looks_like="the optimizer is SGD, whatever is configured",
    hints=("Adam's steps come out as SGD's.", 'What does your code do for "adam"?'),
)
def always_sgd(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    _kind(config)
    return torch.optim.SGD(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="the optimizer is Adam, whatever is configured",
    hints=("SGD's steps come out as Adam's.", 'What does your code do for "sgd"?'),
)
def always_adam(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    _kind(config)
    settings = {key: config[key] for key in ("lr", "weight_decay")}
    return torch.optim.Adam(_trained(model), **settings)


@wrong(
    "optimizer.get_optimizer",
    looks_like="the weight decay is taken apart from the gradient, as AdamW does",
    hints=(
        "With a weight decay, the first step of Adam has another length.",
        "Adam and AdamW treat the weight decay differently. Which one was asked for?",
    ),
)
def adamw(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    kind = torch.optim.AdamW if config["optimizer_type"].lower() == "adam" else _kind(config)
    return kind(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="capital letters are not recognised",
    hints=('"SGD" or "Adam" is refused.', "How do you compare two words whatever their case?"),
)
def small_letters_only(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    if config["optimizer_type"] not in ("sgd", "adam"):
        raise ValueError("unknown optimizer")
    return _kind(config)(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="frozen parameters are given to the optimizer too",
    hints=(
        "The optimizer got a parameter that needs no gradient.",
        "Which attribute of a parameter says whether it is trained?",
    ),
)
def frozen_too(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    return _kind(config)(model.parameters(), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="further keys of the configuration are dropped",
    hints=(
        "The momentum has no effect.",
        "Which keys are left once optimizer_type is taken out, and where do they go?",
    ),
)
def drops_further_keys(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    kind, lr = _kind(config), config["lr"]
    return kind(_trained(model), lr=lr, weight_decay=config["weight_decay"])


@wrong(
    "optimizer.get_optimizer",
    looks_like="an unknown type goes through as SGD",
    hints=('"newton" is not refused.', "What happens if no branch of your code fits?"),
)
def unknown_is_sgd(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    is_adam = config["optimizer_type"].lower() == "adam"
    kind: Any = torch.optim.Adam if is_adam else torch.optim.SGD
    return kind(_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="an unknown type is a KeyError",
    hints=('"newton" raises another error than it should.', "Which error was asked for?"),
)
def unknown_is_a_key_error(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    kinds: dict[str, Any] = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    return kinds[config["optimizer_type"].lower()](_trained(model), **_settings(config))


@wrong(
    "optimizer.get_optimizer",
    looks_like="the keys are taken out of the caller's own configuration",
    hints=(
        "The configuration has lost a key afterwards.",
        "pop changes the dictionary that it is called on. Whose dictionary is it?",
    ),
)
def empties_the_configuration(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    kind = _kind(config)
    config.pop("optimizer_type")
    return kind(_trained(model), **config)


@wrong(
    "optimizer.get_optimizer",
    looks_like="only the first parameter is given to the optimizer",
    hints=("Most of the network would never change.", "What does model.parameters() give?"),
)
def first_parameter_only(model: nn.Module, config: dict[str, Any]) -> torch.optim.Optimizer:
    return _kind(config)([next(iter(model.parameters()))], **_settings(config))
