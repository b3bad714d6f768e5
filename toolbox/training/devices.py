"""Choose the device of a network, and its fastest settings without changes to its code."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

MANY = 1_000_000  # parameters from which a network computes in half precision on a GPU


def choose_device(wish: str = "auto") -> torch.device:
    """Return the device of that name; "auto" is cuda, else Apple's mps, else the CPU."""
    if wish != "auto":
        return torch.device(wish)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def bfloat16_pays(place: torch.device) -> bool:
    """Return whether `place` multiplies bfloat16 faster than float32: some GPUs and some CPUs."""
    if place.type == "cuda":
        return torch.cuda.is_bf16_supported()
    # Any processor supports it, but most convert to float32, which is slower.
    asked = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return place.type == "cpu" and any(getattr(torch.cpu, name, bool)() for name in asked)


@contextmanager
def at_its_best(model: nn.Module, place: torch.device) -> Iterator[None]:
    """Make `model` compute on `place` as fast as possible while the body runs.

    On a GPU that supports it, a large model computes in bfloat16; its scores stay float32. On a
    CPU, the weights of convolutions are stored with channels last, which is up to 50% faster.
    Shapes and values do not change (apart from rounding, and from which pixels dropout hits), and
    the model is restored afterwards.
    """
    large = sum(p.numel() for p in model.parameters()) >= MANY
    if large and place.type == "cuda" and bfloat16_pays(place):
        forward = in_half_precision(model, place)
    elif place.type == "cpu" and any(p.dim() == 4 for p in model.parameters()):
        forward = _with_channels_last(model)
    else:
        yield
        return
    model.forward = forward
    try:
        yield
    finally:
        del model.forward
        model.to(memory_format=torch.contiguous_format)


def in_half_precision(model: nn.Module, place: torch.device) -> Any:
    """Return the model's forward function in bfloat16, with scores in float32."""
    forward = model.forward

    def lower(*arguments: object, **named: object) -> Any:
        with torch.autocast(place.type, dtype=torch.bfloat16):
            scores = forward(*arguments, **named)
        return scores.float() if torch.is_tensor(scores) else scores

    return lower


def _with_channels_last(model: nn.Module) -> Any:
    forward, tried = model.forward, False
    model.to(memory_format=torch.channels_last)

    def laid_out(*arguments: object, **named: object) -> Any:
        nonlocal tried
        if not tried and not _takes_it(model, *arguments, **named):
            model.to(memory_format=torch.contiguous_format)
        tried = True
        scores = forward(*arguments, **named)
        return scores.contiguous() if torch.is_tensor(scores) else scores

    return laid_out


def _takes_it(model: nn.Module, *arguments: object, **named: object) -> bool:
    """Return whether the model's code runs with channels last, tried on a copy.

    Correct code may not: `x.view(len(x), -1)` needs the pixels in their usual order.
    """
    trial = copy.deepcopy(model)
    del trial.forward  # use the copy's own forward, not the wrapper that called this
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            trial(*arguments, **named)
    except RuntimeError:
        return False
    return True
