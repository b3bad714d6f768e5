"""The computations behind a tensor, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def steps_behind(value: torch.Tensor) -> set[str]:
    """Return the names of the computations that a gradient of `value` goes back through.

    They are torch's names of the backward passes, such as `ConvolutionBackward0`. If student code
    runs in another process, that process names what it computed.
    """
    names: set[str] = set()
    for step in steps(value):
        names.add(step.name())
        if hasattr(step, "steps_behind"):
            names |= step.steps_behind()
    return names


def steps(*values: torch.Tensor, most: int | None = None) -> list[Any]:
    """Return the nodes of autograd's graph behind `values`, up to the number `most`."""
    found: dict[Any, None] = {}
    waiting: list[Any] = [each.grad_fn for each in values]
    while waiting and (most is None or len(found) < most):
        step = waiting.pop()
        if step is not None and step not in found:
            found[step] = None
            waiting += [before for before, _ in step.next_functions]
    return list(found)
