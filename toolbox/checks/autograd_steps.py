"""Name the computations that produced a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def steps_behind(value: torch.Tensor) -> set[str]:
    """Return the names of the computations through which gradients of `value` flow.

    They are torch's names of the backward passes, such as `ConvolutionBackward0`. If student code
    runs in another process, that process reports the names of its computations.
    """
    names: set[str] = set()
    for step in steps(value):
        names.add(step.name())
        if hasattr(step, "steps_behind"):
            names |= step.steps_behind()
    return names


def steps(*values: torch.Tensor, most: int | None = None) -> list[Any]:
    """Return the nodes of the autograd graph behind `values`, stopping once `most` are found."""
    found: dict[Any, None] = {}
    waiting: list[Any] = [each.grad_fn for each in values]
    while waiting and (most is None or len(found) < most):
        step = waiting.pop()
        if step is not None and step not in found:
            found[step] = None
            waiting += [before for before, _ in step.next_functions]
    return list(found)
