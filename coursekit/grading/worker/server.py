"""Serve the judge: import the student's modules and carry out its requests."""

from __future__ import annotations

import importlib
import io
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import nn
from torch.utils.data import Dataset

from coursekit.grading.protocol.frames import Ended, Reader, Violation, packed, unpacked
from coursekit.grading.protocol.gradients import MOST_STEPS, crossed
from coursekit.grading.protocol.in_place_changes import Watched
from coursekit.grading.protocol.network_copies import LAYERS, NetworkCopy
from coursekit.grading.protocol.peer import RUNS_CODE, Message, Peer
from coursekit.grading.protocol.random_states import Follower
from coursekit.grading.worker.faults import described
from coursekit.grading.worker.handed_over import KINDS, HandedOver, LentModule
from toolbox.checks import object_bytes, object_state
from toolbox.checks.autograd_steps import steps
from toolbox.checks.deadline import PATIENCE, TooSlow

LAYER_KINDS: tuple[tuple[type, str], ...] = (
    *((kind, kind.__name__) for kind in LAYERS),
    (nn.Module, "module"),
)
CLOCKS = (signal.ITIMER_PROF, signal.ITIMER_REAL)  # CPU time and wall time
LONGEST = 60.0  # seconds
SOON, AGAIN = 1e-3, 0.5  # seconds until an expired timer fires, and between repeated signals
LONGEST_OUTPUT = 100_000  # characters that student code may print during one request


class Printed(io.TextIOBase):
    """Collects what student code prints, up to a length."""

    encoding = "UTF-8"

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._left = LONGEST_OUTPUT

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self._left > 0:
            self._kept.append(text[: self._left])
            self._left -= len(text)
        return len(text)

    def writable(self) -> bool:
        return True

    def taken(self) -> str:
        """Return what was printed since the last call."""
        found, self._kept, self._left = "".join(self._kept), [], LONGEST_OUTPUT
        return found


class Worker(Peer):
    """The student's side of the conversation."""

    def __init__(self, line: socket.socket, root: str, folder: Path) -> None:
        super().__init__(folder)
        self._line, self._root = line, root
        self._follower = Follower()
        self._watched = Watched()
        self._printed = sys.stdout = sys.stderr = Printed()
        self._reader = Reader(self._received)
        self._limit = 0.0
        self._in_transit = True
        self._left = [LONGEST, PATIENCE * LONGEST]  # until the first test starts
        self._has_files = self._ran = False
        signal.signal(signal.SIGPROF, self._ring)
        signal.signal(signal.SIGALRM, self._ring)

    def serve(self) -> None:
        """Answer the judge's requests until it closes the connection."""
        while True:
            try:
                message, blobs = self.receive()
            except Ended:
                return
            self._serve(message, blobs)

    # The line

    def send(self, message: Message, blobs: list[bytes]) -> None:
        self._stop_clocks()
        self._line.sendall(packed(message, blobs))

    def receive(self) -> tuple[Message, list[bytearray]]:
        self._stop_clocks()
        return unpacked(self._reader.read)

    def ask(self, op: str, *operands: object) -> Any:
        try:
            return super().ask(op, *operands)
        finally:
            self._resume_clocks()

    def _received(self, view: memoryview) -> int:
        got = self._line.recv_into(view)
        if not got:
            raise Ended
        return got

    # Time: both timers run while student code runs, across all requests of a test. They stop while
    # values are transferred, which for a large network takes longer than many tests.

    def _start_clocks(self, seconds: float) -> None:
        self._limit = seconds
        self._left = [seconds, PATIENCE * seconds]

    def _stop_clocks(self) -> None:
        if not self._in_transit:
            self._in_transit = True
            self._left = [signal.setitimer(clock, 0)[0] for clock in CLOCKS]

    def _resume_clocks(self) -> None:
        if self._in_transit:
            self._in_transit = False
            for clock, left in zip(CLOCKS, self._left, strict=True):
                signal.setitimer(clock, max(left, SOON), AGAIN)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if not self._in_transit:  # otherwise the signal repeats when the timers run again
            raise TooSlow(f"still running after {self._limit:g} s")

    # State

    def state_with(self, blobs: list[bytes]) -> Message:
        found: Message = {"grad": torch.is_grad_enabled()}
        if self._ran and (drawn := self._follower.drawn()):
            found["drawn"] = drawn
        if printed := self._printed.taken():
            found["printed"] = self.mirror.neutral(printed)
        if self._has_files and self._ran and (files := self.mirror.changes(blobs)):
            found["files"] = files
        return found

    def take_state(self, state: Any, blobs: list[bytearray], *, asked: bool) -> None:
        if "fresh" in state:
            self.shared.clear()
            self.generators.clear()
            self._has_files = state["fresh"]["files"]
            self._start_clocks(state["fresh"]["seconds"])
        torch.set_grad_enabled(state["grad"])
        self._follower.take({name: blobs[at] for name, at in state.get("drawn", {}).items()})
        self.mirror.take(state.get("files"), blobs)

    # Values

    def decode_other(self, kind: str, rest: list[Any], blobs: list[bytearray]) -> Any:
        if kind == "M":
            return self._built.build(self, rest, blobs)
        if kind == "R":
            return self._built.known(rest[0])
        if kind == "L":
            tape, data, *leaves = rest
            value = self.decode(data, blobs)
            inputs = self.all_decoded(leaves, blobs)
            return crossed(self._backward, self.remote(tape), [value], inputs)[0]
        if kind == "m":
            return self._watched.add(rest[0], self.decode(rest[1], blobs))
        return super().decode_other(kind, rest, blobs)

    def start_message(self) -> None:
        super().start_message()
        self._built = NetworkCopy()

    def encode_other(self, value: object, blobs: list[bytes]) -> Any:
        sympy = sys.modules.get("sympy")
        if sympy is not None and isinstance(value, sympy.Basic):
            return self.encode(_as_plain(value), blobs)
        return super().encode_other(value, blobs)

    def changes(self, blobs: list[bytes]) -> Message:
        if self._nested:
            return {}
        found = [[key, self.encode(now, blobs)] for key, now in self._watched.changes()]
        self._watched.clear()
        return {"changed": found} if found else {}

    # Questions

    def forgives(self, error: BaseException) -> bool:
        return not isinstance(error, (Ended, Violation))

    def fault(self, error: BaseException) -> Message:
        found = described(error, self._root)
        found["text"] = self.mirror.neutral(found["text"])
        return found

    def fail(self, fault: Any) -> BaseException:
        kind = getattr(__import__("builtins"), str(fault.get("type")), RuntimeError)
        known = isinstance(kind, type) and issubclass(kind, Exception)
        found = (kind if known else RuntimeError)(fault.get("text", ""))
        found.__dict__["_origin"] = fault.get("origin")
        return found

    def lend(self, value: object) -> tuple[str, str]:
        name = value.__name__ if isinstance(value, type) else type(value).__name__
        kinds: tuple[tuple[type, str], ...]
        kinds = (*LAYER_KINDS, (torch.optim.Optimizer, "optimizer"), (Dataset, "dataset"))
        return next((kind for what, kind in kinds if isinstance(value, what)), "object"), str(name)

    def stand_in(self, number: int, kind: str, name: str) -> Any:
        return KINDS.get(kind, HandedOver)(self, number, name)

    def number_of(self, value: object) -> int | None:
        return value.__dict__["_number"] if isinstance(value, (HandedOver, LentModule)) else None

    def _perform(self, op: str, operands: list[Any]) -> Any:
        self._resume_clocks()
        return super()._perform(op, operands)

    def perform(self, op: str, operands: list[Any]) -> Any:
        self._ran = op in RUNS_CODE
        if op == "steps":
            behind = steps(*self._tapes[operands[0]].outputs, most=MOST_STEPS)
            return sorted({each.name() for each in behind})
        return OPERATIONS[op](*operands)


def _as_plain(value: Any) -> Any:
    """Convert an expression of sympy to a string, and a number of sympy to a number."""
    if value.is_Integer:
        return int(value)
    return float(value) if value.is_number and value.is_real else str(value)


def _import(name: str) -> Any:
    return importlib.import_module(name)


def _next(source: Any) -> list[Any]:
    for found in source:
        return [found]
    return []


def _items(target: Any, keys: list[Any]) -> list[Any]:
    together = getattr(target, "__getitems__", None)
    return list(together(keys)) if together else [target[key] for key in keys]


def _call(target: Any, args: list[Any], named: dict[str, Any]) -> Any:
    return target(*args, **named)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "keep": lambda value: value,
    "import": _import,
    "get": getattr,
    "set": setattr,
    "call": _call,
    "calls": lambda target, times, args, named: [target(*args, **named) for _ in range(times)],
    "method": lambda target, name, args, named: getattr(target, name)(*args, **named),
    "item": lambda target, key: target[key],
    "items": _items,
    "set item": lambda target, key, value: target.__setitem__(key, value),
    "len": len,
    "iter": iter,
    "next": _next,
    "contains": lambda target, key: key in target,
    "bool": bool,
    "int": int,
    "float": float,
    "repr": lambda target: repr(target)[:2000],
    "kept": object_state.tensors_in,
    "save": object_bytes.dumped,
    "restore": object_bytes.loaded,
}


def serve(line: socket.socket, folder: Path, prepare: Callable[[], None] = lambda: None) -> None:
    """Run the worker on `line`. `prepare` runs once the student's modules can be imported.

    folder: for the files of tests on this side; an existing folder is removed.
    """
    root = os.getcwd()  # noqa: PTH109
    shutil.rmtree(folder, ignore_errors=True)
    sys.dont_write_bytecode = True
    for name in [each for each in sys.modules if each.split(".")[0] == "student_code"]:
        del sys.modules[name]
    sys.path.insert(0, root)
    worker = Worker(line, root, folder)
    prepare()
    worker.serve()
