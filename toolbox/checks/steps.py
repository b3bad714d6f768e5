"""The computations behind a tensor, by name."""

from __future__ import annotations

from typing import Any

import torch


def steps_behind(value: torch.Tensor) -> set[str]:
    """Return the names of the computations that a gradient of `value` goes back through.

    They are torch's names of the backward passes, such as `ConvolutionBackward0`. If student code
    runs in another process, that process names what it computed.
    """
    found: set[Any] = set()
    names: set[str] = set()
    waiting: list[Any] = [value.grad_fn]
    while waiting:
        step = waiting.pop()
        if step is None or step in found:
            continue
        found.add(step)
        names.add(step.name())
        if hasattr(step, "steps_behind"):
            names |= step.steps_behind()
        waiting += [before for before, _ in step.next_functions]
    return names
