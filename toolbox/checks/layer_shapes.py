"""Record the layers that a student's network runs, and show them below a failure.

A table lists the shape that each layer returned, and marks the first layer that differs or raises.
It never fails a test. While nbgrader grades, nothing is recorded: the network runs in another
process, whose layers could only be claimed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolbox.checks.pictures import Figure

if TYPE_CHECKING:
    from torch import nn

Shape = tuple[int, ...]
MOST_ROWS = 16  # larger networks are shown by their parts
MOST_CALLS = 500  # of layers that are recorded
OF_SHAPES = (RuntimeError, ValueError, IndexError)  # what torch raises for a wrong shape
KEPT = "course_layers"  # the table that an error carries


@dataclass(frozen=True)
class _Call:
    """A layer that returned: its name in the network, its kind, and the shape of its output."""

    name: str
    kind: str
    shape: str
    depth: int  # 1 for a direct part of the network
    is_leaf: bool

    @property
    def title(self) -> str:
        return f"{self.name} {self.kind}".strip()


@dataclass
class RecordedLayers:
    """The layers of the last network that ran, and the shapes that the task states for some.

    expected: by the name of the layer in the network.
    """

    expected: Mapping[str, Shape] = field(default_factory=dict)
    input: str = ""
    calls: list[_Call] = field(default_factory=list)
    _names: dict[int, str] = field(default_factory=dict)
    _running: list[tuple[nn.Module, str]] = field(default_factory=list)  # with their inputs

    def enter(self, module: nn.Module, inputs: Any) -> None:
        """Note that a layer starts. The outermost one is the network."""
        with suppress(Exception):  # a student's module may raise anything
            shape = _shape(inputs)
            if not self._running:
                self._names = {id(part): name for name, part in module.named_modules()}
                self.input, self.calls = shape, []
            self._running.append((module, shape))

    def leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        """Note what a layer returned."""
        with suppress(Exception):
            while self._running and self._running.pop()[0] is not module:
                pass  # a layer inside it raised an error, which was handled there
            if self._running and len(self.calls) < MOST_CALLS:
                name = self._names.get(id(module), "")
                depth = name.count(".") + 1 if name else len(self._running)
                is_leaf = next(module.children(), None) is None
                kind = type(module).__name__
                self.calls.append(_Call(name, kind, _shape(output), depth, is_leaf))

    def table(self, got: object = None, wanted: Shape | None = None) -> Figure:
        """Return the layers as a table; empty if no network ran.

        got, wanted: the shape that the network returned, and the one that was expected; without
        them, the table ends with the layer that raised an error.

        Returns: "head" and "rows", each with the name of a layer and its shape, next to the
        expected one if that is known; "first", the number of the marked row, or -1; "in_text",
        since shells show the table, too.
        """
        if not self.input:
            return {}
        rows, first = [["input", self.input]], -1
        for call in _selected(self.calls, self.expected):
            stated = self.expected.get(call.name)
            if stated is not None and str(stated) != call.shape and first < 0:
                first = len(rows)
            rows.append([call.title, _compared(call.shape, stated)])
        if wanted is not None or self._running:
            first = len(rows) if first < 0 else first
        if wanted is not None:
            rows.append(["output", _compared(str(got), wanted)])
        elif self._running:
            rows.append([self._stopped(), f"stops here: input {self._running[-1][1]}"])
        head = ["layer", "output shape"]
        return {"head": head, "rows": rows, "first": first, "in_text": True}

    def _stopped(self) -> str:
        """Return the title of the innermost layer that raised an error."""
        module = self._running[-1][0]
        return f"{self._names.get(id(module), '')} {type(module).__name__}".strip()


_recording: list[RecordedLayers] = []


@contextmanager
def layers_shown(expected: Mapping[str, Shape] | None = None) -> Iterator[None]:
    """Show the layers of the network that the body runs, if an expectation in the body fails.

    expected: the shapes that the task states for single layers, by their name in the network, such
    as "layer3". The shape of the result is the one that `expect.shape` expects.
    """
    if os.environ.get("NBGRADER_EXECUTION") or "torch" not in sys.modules:
        yield
        return
    from torch.nn.modules.module import (
        register_module_forward_hook,
        register_module_forward_pre_hook,
    )

    layers = RecordedLayers(expected or {})
    hooks = [
        register_module_forward_pre_hook(layers.enter),
        register_module_forward_hook(layers.leave),
    ]
    _recording.append(layers)
    try:
        yield
    except OF_SHAPES as error:
        with suppress(Exception):
            vars(error)[KEPT] = layers.table()
        raise
    finally:
        _recording.remove(layers)
        for hook in hooks:
            hook.remove()


def recorded() -> RecordedLayers | None:
    """Return the layers that are being recorded, or None."""
    return _recording[-1] if _recording else None


def layers_before(error: BaseException) -> Figure:
    """Return the table of the layers that ran before an error, or an empty figure."""
    found = getattr(error, "__dict__", {}).get(KEPT)
    return found if isinstance(found, dict) else {}


def _selected(calls: list[_Call], expected: Mapping[str, Shape]) -> list[_Call]:
    """Return the innermost layers, or the parts that contain them if there are too many."""
    found: list[_Call] = []
    for depth in range(max((call.depth for call in calls), default=0), 0, -1):
        found = [
            call
            for call in calls
            if call.depth == depth or (call.depth < depth and call.is_leaf) or call.name in expected
        ]
        if len(found) <= MOST_ROWS:
            break
    return found[:MOST_ROWS]


def _compared(shape: str, stated: Shape | None) -> str:
    """Return a shape, with the stated one if there is any."""
    if stated is None:
        return shape
    return f"{shape}, as stated" if shape == str(stated) else f"{shape}, expected {stated}"


def _shape(value: Any) -> str:
    """Return the shape of a tensor, or those of several; the type of anything else."""
    if isinstance(value, (tuple, list)):
        return ", ".join(_shape(each) for each in value[:4])
    return str(tuple(value.shape)) if hasattr(value, "shape") else type(value).__name__
