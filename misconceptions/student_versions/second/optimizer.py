"""Gradient descent with torch's own tools."""

import torch
from torch import optim


def compute_quadratic_loss(w):
    square, middle = w.pow(2), 10 * w
    # or doubled: square, middle = w * 2, 10 * w
    loss = square - middle + 25
    # or wrong_sign: loss = square + middle + 25
    # or no_constant: loss = square - middle
    return loss
    # or loses_the_gradient: return loss.detach()


def gradient_descent_step(w, L, lr=1e-3):
    w.grad = None
    # or accumulates: pass
    L.backward()
    step = lr * w.grad
    # or no_learning_rate: step = w.grad
    # or quadratic_only: step = lr * (2 * w.detach() - 10)
    # or subtracts_the_loss: step = lr * L.detach()
    w.data.sub_(step)
    # or uphill: w.data.add_(step)
    # or not_in_place: w = w - step


def get_optimizer(model, config):
    options = {k: v for k, v in config.items() if k != "optimizer_type"}
    # or drops_further_keys: options = {k: config[k] for k in ("lr", "weight_decay")}
    # and no_weight_decay: options["weight_decay"] = 0
    # and default_learning_rate: options["lr"] = 1e-3
    name = config["optimizer_type"].upper()
    # or small_letters_only: name = {"sgd": "SGD", "adam": "ADAM"}.get(config["optimizer_type"], "")
    if name not in ("SGD", "ADAM"):
        raise ValueError("no such optimizer")
        # or unknown_is_none: return None
        # or unknown_is_sgd: name = "SGD"
    trained = filter(lambda p: p.requires_grad, model.parameters())
    # or frozen_too: trained = model.parameters()
    if name == "SGD":
        # and adds_momentum: options.setdefault("momentum", 0.9)
        return optim.SGD(trained, **options)
    return optim.Adam(trained, **options)
    # or adamw: return optim.AdamW(trained, **options)
    # or always_sgd: return optim.SGD(trained, **options)
