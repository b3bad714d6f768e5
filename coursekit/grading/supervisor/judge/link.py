"""The judge's end of the conversation with a worker, which may send anything at any time.

Everything received is validated before use, within limits of size and time. A violation ends the
worker and the running test; the next test gets a new worker.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn
from torch.utils.data import Dataset

from coursekit.grading.protocol.frames import Ended, Reader, Violation, packed, unpacked
from coursekit.grading.protocol.gradients import Derived, derived
from coursekit.grading.protocol.in_place_changes import MUTABLE, Handed
from coursekit.grading.protocol.mirrored_files import Mirror
from coursekit.grading.protocol.network_copies import Sent, can_cross
from coursekit.grading.protocol.peer import RUNS_CODE, Message, Peer
from coursekit.grading.protocol.random_states import Leader
from coursekit.grading.protocol.values import Codec, Encoded, text, whole
from coursekit.grading.supervisor.judge import handles
from coursekit.grading.supervisor.judge.handles import Handle
from coursekit.grading.supervisor.judge.remote_errors import Errors
from toolbox.checks.deadline import PATIENCE, TooSlow

POLL = 0.1  # seconds between two checks of the worker's resource usage
LONGEST_TEST = 60.0
GRACE = 5.0  # seconds for a worker to notice that its time is up
SLOWEST = 20  # seconds for a worker to receive what is sent
MOST_PRINTED = 200_000  # characters per test
MOST_RECEIVED = 1 << 30  # bytes per test
MOST_MESSAGES = 400_000  # per test


class Lost(Exception):
    """The worker ended or violated the protocol while a test was running."""


class WorkerSource(Protocol):
    """Starts and ends workers."""

    def start(self) -> socket.socket:
        """Start a new worker. Return the connection to it."""

    def stop(self, line: socket.socket) -> None:
        """End the worker and everything it started."""

    def check(self) -> None:
        """Raise `Lost` if the worker exceeds its limits."""


class Link(Peer):
    """A connection to one worker after another, for the facade of `student_code`."""

    def __init__(
        self, source: WorkerSource, folder: Path, errors: Errors, show: Callable[[str], Any]
    ) -> None:
        """folder: for the files of tests. show: called with the output of student code."""
        super().__init__(folder)
        self._source, self._errors, self._show = source, errors, show
        self.handed = Handed()
        self._line: socket.socket | None = None
        self.generation = 0
        self.problems: list[str] = []
        self._reader = Reader(self._got)
        self._derived: dict[int, list[torch.Tensor]] = {}
        self.start_test(LONGEST_TEST)

    # Tests

    def start_test(self, seconds: float, *, files: bool = False) -> None:
        """Start a test with a time limit of `seconds`. files: whether it writes files."""
        self._limit, self._has_files = seconds, files
        self._until = time.monotonic() + PATIENCE * seconds + GRACE
        self._printed = self._received = self._messages = 0
        self._fresh = True
        self.shared.clear()
        self.generators.clear()
        self.handed.clear()
        self._staying: dict[int, nn.Module] = {}  # submodules of lent networks, by id
        self._raised: list[BaseException] = []
        torch.set_grad_enabled(True)

    def close(self) -> None:
        """End the worker, if there is one."""
        if self._line is not None:
            self._source.stop(self._line)
            self._line = None

    def renew(self) -> None:
        """Replace the worker during a test: the next request starts one without any state."""
        if self._nested:
            raise Lost("a worker cannot be replaced while it waits for an answer")
        self.close()

    @property
    def connected(self) -> bool:
        """Whether there is a worker, as far as this side knows."""
        return self._line is not None

    def _connect(self) -> None:
        if self._line is not None:
            return
        self._line = self._source.start()
        # Timeouts in the kernel cost less than polling before each read.
        receive, send = struct.pack("ll", 0, int(POLL * 1e6)), struct.pack("ll", SLOWEST, 0)
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, receive)
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, send)
        self._reader = Reader(self._got)
        self._fresh = True
        self.generation += 1
        self._owned.clear()
        self._numbers.clear()
        self._stand_ins.clear()
        self._times.clear()
        self._tapes.clear()
        self._freed.clear()
        self._freed_tapes = []  # a new list: tapes of the old worker append to the old one
        self.shared.clear()
        self.generators.clear()
        self._leader = Leader()
        self.mirror = Mirror(self.mirror.folder)

    def ask(self, op: str, *operands: object) -> Any:
        if self._nested and self._line is None:  # a callback from a worker that has ended
            raise Lost("the process with the student's code ended")
        self._connect()
        line = self._line
        try:
            return super().ask(op, *operands)
        except (Violation, Ended) as problem:
            self._lose(line)
            self.problems.append(str(problem) or "the process ended")
            raise Lost(f"the process with the student's code ended ({problem})") from None
        except (Lost, TooSlow) as problem:
            if self._interrupted:
                self._lose(line)
                if isinstance(problem, Lost):
                    self.problems.append(str(problem))
            raise

    def _lose(self, line: socket.socket | None) -> None:
        if self._line is line:
            self.close()

    # The line

    _interrupted = False  # in the middle of a message

    def send(self, message: Message, blobs: list[bytes]) -> None:
        data = packed(message, blobs)
        if self._line is None:
            raise Ended("the process ended")
        self._interrupted = True
        try:
            self._line.sendall(data)
        except OSError as problem:  # includes a worker that does not read for too long
            raise Ended("the process ended") from problem

    def receive(self) -> tuple[Message, list[bytearray]]:
        self._messages += 1
        if self._messages > MOST_MESSAGES:
            raise Violation("too many messages")
        found = unpacked(self._reader.read)
        self._interrupted = False
        return found

    def _got(self, view: memoryview) -> int:
        while True:
            try:
                got = self._line.recv_into(view) if self._line is not None else 0
            except BlockingIOError:  # nothing arrived for `POLL` seconds
                self._source.check()
                if time.monotonic() > self._until:
                    raise TooSlow(f"still running after {self._limit:g} s") from None
                continue
            except OSError as problem:
                raise Ended("the process ended") from problem
            if not got:
                raise Ended("the process ended")
            self._received += got
            if self._received > MOST_RECEIVED:
                raise Violation("more data than a test may receive")
            return got

    # State

    def state_with(self, blobs: list[bytes]) -> Message:
        found: Message = {"grad": torch.is_grad_enabled()}
        if self._fresh:
            found["fresh"] = {"seconds": self._limit, "files": self._has_files}
            self._fresh = False
        if self._op in RUNS_CODE:
            for name, state in self._leader.changes().items():
                found.setdefault("drawn", {})[name] = len(blobs)
                blobs.append(state)
            if self._has_files and (files := self.mirror.changes(blobs)):
                found["files"] = files
        return found

    def take_state(self, state: object, blobs: list[bytearray], *, asked: bool) -> None:
        if type(state) is not dict or type(state["grad"]) is not bool:
            raise Violation("a state that is malformed")
        self._leader.moved(state.get("drawn", []))
        torch.set_grad_enabled(state["grad"])
        if "printed" in state:
            said = text(state["printed"], 100_000)[: MOST_PRINTED - self._printed]
            self._printed += len(said)
            self._show(self.mirror.local(said))
        self.mirror.take(state.get("files"), blobs)

    def encode(self, value: object, blobs: list[bytes]) -> Encoded:
        found = super().encode(value, blobs)
        if not isinstance(value, MUTABLE) or type(found) is not list or found[0] in ("P", "o", "L"):
            return found
        key = self.handed.key(value)
        return found if key is None else ["m", key, found]

    def _encoded_message(
        self, kind: str, body: Any
    ) -> tuple[Message, list[bytes], list[torch.Tensor]]:
        self._derived = derived(body) if kind == "ask" else {}
        return super()._encoded_message(kind, body)

    def encode_tensor(self, value: torch.Tensor, blobs: list[bytes]) -> Encoded | None:
        leaves = self._derived.get(id(value), [])
        if not leaves or not torch.is_grad_enabled():
            return super().encode_tensor(value, blobs)
        tape = self.keep_tape(Derived(leaves, [value]))
        # The leaves are sent as shared parameters.
        shared = [self.encode(each, blobs) for each in leaves]
        return ["L", tape, Codec.encode_tensor(self, value, blobs), *shared]

    def start_message(self) -> None:
        super().start_message()
        self._networks = Sent()

    def encode_other(self, value: object, blobs: list[bytes]) -> Encoded:
        stays = isinstance(value, Handle) or id(value) in self._staying
        if isinstance(value, nn.Module) and not stays and can_cross(value):
            return self._networks.encode(self, value, blobs)
        return super().encode_other(value, blobs)

    def hand_over(self, value: object) -> Any:
        """Return the worker's copy of `value`, as a handle if it is an object."""
        return self.ask("keep", value)

    def take_changes(self, message: Message, blobs: list[bytearray]) -> None:
        if "changed" in message:
            self.handed.take(message["changed"], lambda data: self.decode(data, blobs))

    def forgives(self, error: BaseException) -> bool:
        return isinstance(error, Exception) and not isinstance(error, Lost)

    def fault(self, error: BaseException) -> Message:
        self._raised.append(error)
        where = len(self._raised) - 1
        return {"type": type(error).__name__, "text": str(error)[:500], "origin": where}

    def fail(self, fault: Any) -> BaseException:
        if "origin" in fault:  # an exception that a callback raised
            return self._raised[whole(fault["origin"], 0, len(self._raised) - 1)]
        return self._errors.made(fault, self.mirror.local)

    def stand_in(self, number: int, kind: str, name: str) -> Handle:
        found: Handle = handles.made(self, number, kind, name)
        return found

    def number_of(self, value: object) -> int | None:
        if not isinstance(value, Handle):
            return None
        number = object.__getattribute__(value, "_number")
        if self._stand_ins.get(number) is not value:
            raise Lost("an object of a process that has already ended")
        return int(number)

    # Objects that a test lends

    def lend(self, value: object) -> tuple[str, str]:
        if isinstance(value, nn.Module):
            return "module", type(value).__name__
        if isinstance(value, Dataset):
            return "dataset", type(value).__name__
        if callable(value):
            return "function", getattr(value, "__name__", type(value).__name__)
        return "object", type(value).__name__

    def perform(self, op: str, operands: list[Any]) -> Any:
        if op not in ALLOWED or not operands:
            raise Violation("a question that is not allowed")
        target, *rest = operands
        if isinstance(target, Handle) or id(target) not in self._numbers:
            raise Violation("a question about an object that was not lent")
        if op == "method" and rest[0] in PARTS:
            self._staying.update((id(each), each) for each in target.modules())
        return ALLOWED[op](target, *rest)


READABLE = frozenset({"training", "loss_criterion", "batch_size", "dataset", "parameters"})
CALLABLE = frozenset({"train", "eval", "parameters", "named_parameters", "state_dict"})
CALLABLE |= {"buffers", "named_buffers"}
OF_OPTIMIZERS = frozenset({"step", "zero_grad", "param_groups"})
PARTS = frozenset({"named_modules", "named_children"})  # their results are lent as well
CALLABLE |= PARTS


def _call(target: object, args: list[Any], named: dict[str, Any]) -> Any:
    if type(args) is not list or type(named) is not dict or not callable(target):
        raise Violation("a call that is malformed")
    return target(*args, **named)


def _get(target: object, name: str) -> Any:
    of_optimizer = isinstance(target, torch.optim.Optimizer) and name in OF_OPTIMIZERS
    if text(name, 80) not in READABLE and not of_optimizer:
        raise AttributeError(f"{type(target).__name__!r} object has no attribute {name!r}")
    return getattr(target, name)


def _set(target: object, name: str, value: object) -> None:
    if name != "training" or not isinstance(target, nn.Module) or type(value) is not bool:
        raise AttributeError(f"{type(target).__name__!r} object does not allow setting {name!r}")
    target.training = value


def _method(target: object, name: str, args: list[Any], named: dict[str, Any]) -> Any:
    if text(name, 80) not in CALLABLE:
        raise AttributeError(f"{type(target).__name__!r} object has no attribute {name!r}")
    found = getattr(target, name)(*args, **named)
    return list(found) if isinstance(found, Iterator) else found if found is not target else None


def _next(source: object) -> list[Any]:
    if not isinstance(source, Iterator):
        raise Violation("the next item of something that is not an iterator")
    for found in source:
        return [found]
    return []


ALLOWED: dict[str, Callable[..., Any]] = {
    "call": _call,
    "get": _get,
    "set": _set,
    "method": _method,
    "item": lambda target, key: target[key],
    "len": len,
    "iter": iter,
    "next": _next,
}
