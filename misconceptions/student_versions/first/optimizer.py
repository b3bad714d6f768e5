"""Gradient descent by hand, and an optimizer chosen with if and elif."""

import torch


def compute_quadratic_loss(w):
    L = w**2 - 10 * w + 25
    # or wrong_sign: L = w**2 + 10 * w + 25
    # or no_constant: L = w**2 - 10 * w
    # or returns_the_derivative: L = 2 * w - 10
    # or doubled: L = 2 * w - 10 * w + 25
    # and loses_the_gradient: L = torch.tensor(L.tolist())
    return L
    # or returns_nothing: pass


def gradient_descent_step(w, L, lr=1e-3):
    if w.grad is not None:
        # or accumulates: if False:
        w.grad.zero_()
    L.backward()
    with torch.no_grad():
        # or while_recording: if True:
        w -= lr * w.grad
        # or uphill: w += lr * w.grad
        # or no_learning_rate: w -= w.grad
        # or not_in_place: w = w - lr * w.grad
        # or subtracts_the_loss: w -= lr * L
        # or quadratic_only: w -= lr * (2 * w - 10)
    # and detaches_w: w.requires_grad_(False)


def get_optimizer(model, config):
    optimizer_type = config["optimizer_type"].lower()
    # or small_letters_only: optimizer_type = config["optimizer_type"]
    # or empties_the_configuration: optimizer_type = config.pop("optimizer_type").lower()
    lr = config["lr"]
    # or default_learning_rate: lr = 1e-3
    weight_decay = config["weight_decay"]
    # or no_weight_decay: weight_decay = 0
    names = ("optimizer_type", "lr", "weight_decay")
    others = {key: value for key, value in config.items() if key not in names}
    # or drops_further_keys: others = {}
    params = [p for p in model.parameters() if p.requires_grad]
    # or frozen_too: params = model.parameters()
    # or first_parameter_only: params = [next(p for p in model.parameters() if p.requires_grad)]
    if optimizer_type == "sgd":
        # or always_sgd: if True:
        # and adds_momentum: others = {"momentum": 0.9, **others}
        # or unknown_is_sgd: if optimizer_type != "adam":
        # or always_adam: if False:
        optimizer = torch.optim.SGD(params, lr=lr, weight_decay=weight_decay, **others)
    elif optimizer_type == "adam":
        # or always_adam: elif True:
        optimizer = torch.optim.Adam(params, lr=lr, weight_decay=weight_decay, **others)
        # or adamw: optimizer = torch.optim.AdamW(params, lr=lr, weight_decay=weight_decay, **others)
    else:
        raise ValueError("unknown optimizer " + optimizer_type)
        # or unknown_is_none: optimizer = None
    return optimizer
    # or returns_none: pass
