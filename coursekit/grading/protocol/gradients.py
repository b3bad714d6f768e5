"""Let autograd work across processes: functions of the other side as autograd functions.

A tensor that requires a gradient is sent as a copy. A result that requires one becomes the output
of an autograd function here, whose backward pass runs on the other side: see `Crossing`. If a
tensor is sent together with all leaves that it was computed from, it remains a function of them
on the other side: see `derived`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

from toolbox.checks.autograd_steps import steps

MOST_TAPES = 20_000
MOST_STEPS = 10_000  # searched in a graph
Grads = list[torch.Tensor | None]


@dataclass
class Tape:
    """The tensors of one call that was served here: copies of the inputs, and the outputs."""

    inputs: list[torch.Tensor] = field(default_factory=list)
    outputs: list[torch.Tensor] = field(default_factory=list)

    def backward(self, gradients: Grads) -> Grads:
        """Run the backward pass from the outputs. Return the gradients of the inputs.

        Parameters of this side accumulate their gradients on the way.
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
    """How a tensor of this side was computed from its leaves, which the other side also has.

    The backward pass of the other side accumulates `.grad` there, so this one does not.
    """

    def backward(self, gradients: Grads) -> Grads:
        with torch.enable_grad():
            found = torch.autograd.grad(
                self.outputs, self.inputs, gradients, retain_graph=True, allow_unused=True
            )
        return list(found)


def derived(operands: list[Any]) -> dict[int, list[torch.Tensor]]:
    """Find the tensors among the arguments of a call whose leaves are all among them, too.

    Return their leaves by the id of the tensor.
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
    """A reference to a tape of the other side.

    release: called when the tape is no longer needed. names: returns what the tape recorded.
    """

    def __init__(
        self, number: int, release: Callable[[int], None], names: Callable[[int], set[str]]
    ) -> None:
        self.number, self._release, self._names = number, release, names

    def steps_behind(self) -> set[str]:
        """Return the names of the operations on the tape, as the other side reports them."""
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
        return tuple(value.clone() for value in values)  # not views: they may be changed in place

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor | None) -> Any:
        found = ctx.run(ctx.tape.number, list(gradients))
        # The extra first input makes outputs require a gradient in all cases.
        return None, None, None, None, *found


def crossed(
    run: Callable[[int, Grads], Grads],
    tape: Remote,
    values: list[torch.Tensor],
    inputs: list[torch.Tensor],
) -> list[torch.Tensor]:
    """Return `values` as functions of `inputs`. `run` requests a backward pass."""
    anchor = torch.zeros((), requires_grad=True)
    with torch.enable_grad():
        return list(Crossing.apply(run, tape, values, anchor, *inputs))
