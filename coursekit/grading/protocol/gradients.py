"""Functions of the other side as functions of autograd.

A tensor that requires a gradient crosses as a copy. What comes back and requires one becomes the
output of an autograd function here, whose backward pass runs on the other side: see `Crossing`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

MOST_TAPES = 20_000
Grads = list[torch.Tensor | None]


@dataclass
class Tape:
    """One call that was served here: the copies that went in, and what came out."""

    inputs: list[torch.Tensor] = field(default_factory=list)
    outputs: list[torch.Tensor] = field(default_factory=list)

    def backward(self, gradients: Grads) -> Grads:
        """Run the backward pass from the outputs; returns the gradients of the inputs.

        Parameters of this side collect their gradients on the way.
        """
        pairs = [
            (out, grad)
            for out, grad in zip(self.outputs, gradients, strict=True)
            if grad is not None
        ]
        for each in self.inputs:
            each.grad = None
        with torch.enable_grad():
            torch.autograd.backward(
                [out for out, _ in pairs], [grad for _, grad in pairs], retain_graph=True
            )
        return [each.grad for each in self.inputs]


class Remote:
    """The number of a tape of the other side; `release` is called when it is no longer needed."""

    def __init__(self, number: int, release: Callable[[int], None]) -> None:
        self.number, self._release = number, release

    def __del__(self) -> None:
        self._release(self.number)


class Crossing(torch.autograd.Function):
    """Outputs that another process computed from copies of the inputs."""

    @staticmethod
    def forward(ctx: Any, run: Any, tape: Remote, values: Any, *inputs: torch.Tensor) -> Any:
        ctx.run, ctx.tape, ctx.inputs = run, tape, [(each.shape, each.dtype) for each in inputs]
        ctx.set_materialize_grads(False)
        return tuple(value.clone() for value in values)  # no views: they may be changed in place

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor | None) -> Any:
        found = ctx.run(ctx.tape.number, list(gradients))
        # The first input is there so that outputs always require a gradient.
        return None, None, None, None, *found


def crossed(
    run: Callable[[int, Grads], Grads],
    tape: Remote,
    values: list[torch.Tensor],
    inputs: list[torch.Tensor],
) -> list[torch.Tensor]:
    """`values` as functions of `inputs`. `run` asks the other side for a backward pass."""
    anchor = torch.zeros((), requires_grad=True)
    with torch.enable_grad():
        return list(Crossing.apply(run, tape, values, anchor, *inputs))
