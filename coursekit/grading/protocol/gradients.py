"""Functions of the other side as functions of autograd.

A tensor that requires a gradient crosses as a copy. What comes back and requires one becomes the
output of an autograd function here, whose backward pass runs on the other side: see `Crossing`.
A tensor that crosses together with all the leaves that it was computed from stays a function of
them on the other side: see `derived`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

from toolbox.checks.autograd_steps import steps

MOST_TAPES = 20_000
MOST_STEPS = 10_000  # of a graph that is searched
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


class Derived(Tape):
    """How a tensor of this side was computed from its leaves, which the other side has too.

    The backward pass of the other side accumulates `.grad` there, so this one leaves it alone.
    """

    def backward(self, gradients: Grads) -> Grads:
        with torch.enable_grad():
            found = torch.autograd.grad(
                self.outputs, self.inputs, gradients, retain_graph=True, allow_unused=True
            )
        return list(found)


def derived(operands: list[Any]) -> dict[int, list[torch.Tensor]]:
    """Find the tensors among the arguments of a call all of whose leaves are among them, too.

    Returns: their leaves, by the id of the tensor.
    """
    given: list[torch.Tensor] = []
    for operand in operands:
        values = operand.values() if type(operand) is dict else operand
        for each in values if type(operand) in (dict, list) else ():
            if isinstance(each, torch.Tensor) and each.requires_grad:
                given.append(each)
    leaves = {id(each) for each in given if each.is_leaf}
    found = {}
    for each in given if leaves else []:
        graph = [] if each.is_leaf else steps(each, most=MOST_STEPS)
        behind = [step.variable for step in graph if hasattr(step, "variable")]
        if behind and len(graph) < MOST_STEPS and leaves.issuperset(map(id, behind)):
            found[id(each)] = behind
    return found


class Remote:
    """The number of a tape of the other side.

    release: called when the tape is no longer needed. names: asks what the tape recorded.
    """

    def __init__(
        self, number: int, release: Callable[[int], None], names: Callable[[int], set[str]]
    ) -> None:
        self.number, self._release, self._names = number, release, names

    def steps_behind(self) -> set[str]:
        """The names that the other side gives to the computations on the tape."""
        return self._names(self.number)

    def __del__(self) -> None:
        self._release(self.number)


class Crossing(torch.autograd.Function):
    """Outputs that another process computed from copies of the inputs."""

    @staticmethod
    def forward(ctx: Any, run: Any, tape: Remote, values: Any, *inputs: torch.Tensor) -> Any:
        ctx.run, ctx.tape, ctx.inputs = run, tape, [(each.shape, each.dtype) for each in inputs]
        ctx.steps_behind = tape.steps_behind  # for `toolbox.checks.steps_behind`
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
