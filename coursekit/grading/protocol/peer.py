"""One end of the conversation between a judge and a worker: requests, replies, callbacks, handles.

A request names an operation and its operands. Whatever is not data is sent as a handle, a number
under which its owner keeps the object. While one side waits for a reply, the other may send
requests about objects that it was lent. The two subclasses differ in what they allow:
`judge.link.Link` and `worker.server.Worker`.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

import torch

from coursekit.grading.protocol.frames import Violation
from coursekit.grading.protocol.gradients import MOST_TAPES, Grads, Remote, Tape, crossed
from coursekit.grading.protocol.mirrored_files import Mirror
from coursekit.grading.protocol.random_states import LentGenerator
from coursekit.grading.protocol.shared_parameters import Shared
from coursekit.grading.protocol.values import Codec, Encoded, text, whole

MOST_HANDLES = 50_000
MOST_NESTED = 12
LONGEST_NAME = 80
MOST_NAMES = 500  # of operations behind a result
MOST_GRAPH = 512

# These run code that may draw random numbers or write files; other operations only read.
RUNS_CODE = frozenset({"import", "call", "method", "item", "set item", "next", "iter", "backward"})
RUNS_CODE |= {"items", "calls"}

Message = dict[str, Any]


MALFORMED = (TypeError, ValueError, LookupError, AttributeError, OverflowError, OSError)


@contextmanager
def well_formed() -> Iterator[None]:
    """Turn errors in handling a message of the other side into a `Violation`."""
    try:
        yield
    except (*MALFORMED, RuntimeError, MemoryError) as problem:
        raise Violation(f"a malformed message ({type(problem).__name__})") from problem


class Peer(Codec):
    """Keeps the objects that this side owns, and proxies for those of the other side."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.mirror = Mirror(folder)
        self._owned: dict[int, list[Any]] = {}  # number: [object, how many times it was sent]
        self._numbers: dict[int, int] = {}  # by id of the object
        self._stand_ins: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._times: dict[int, int] = {}  # how many times each proxy's number was received
        self._tapes: dict[int, Tape] = {}
        self._next = 0
        self._freed: list[list[int]] = []
        self._freed_tapes: list[int] = []
        self._graph_out: list[torch.Tensor] = []
        self._graph_in: list[torch.Tensor] = []
        self._nested = 0
        self._op = ""  # of the request being sent
        self.shared = Shared(self)
        self.generators = LentGenerator()

    def take_changes(self, message: Message, blobs: list[bytearray]) -> None:
        """Store the changes that an answer reports for values that were handed over."""

    def changes(self, blobs: list[bytes]) -> Message:
        """Return what an answer reports about values that were handed over."""
        return {}

    # For subclasses

    def send(self, message: Message, blobs: list[bytes]) -> None:
        raise NotImplementedError

    def receive(self) -> tuple[Message, list[bytearray]]:
        raise NotImplementedError

    def perform(self, op: str, operands: list[Any]) -> Any:
        """Do what the other side asks for. Raises `Violation` if that is not allowed."""
        raise NotImplementedError

    def lend(self, value: object) -> tuple[str, str]:
        """Return the kind and name under which to send an object. May raise `ValueError`."""
        raise NotImplementedError

    def stand_in(self, number: int, kind: str, name: str) -> Any:
        """Return a proxy for an object of the other side."""
        raise NotImplementedError

    def number_of(self, value: object) -> int | None:
        """Return the number behind `value` if it is a proxy of this peer, else None."""
        raise NotImplementedError

    def state(self) -> Message:
        """Return what else to send with each message, as data."""
        raise NotImplementedError

    def take_state(self, state: object, blobs: list[bytearray], *, asked: bool) -> None:
        """Apply the state that came with a message."""
        raise NotImplementedError

    def fault(self, error: BaseException) -> Message:
        """Return an exception of this side as data."""
        raise NotImplementedError

    def fail(self, fault: object) -> BaseException:
        """Return the exception that a fault describes."""
        raise NotImplementedError

    # Asking

    def ask(self, op: str, *operands: object) -> Any:
        """Ask the other side, and answer its requests until the reply arrives."""
        if self._nested > MOST_NESTED:
            raise RecursionError("calls between two processes are nested too deeply")
        self._nested += 1
        try:
            self._op = op
            inputs = self._say("ask", [op, *operands])
            while True:
                message, blobs = self.receive()
                if "ask" in message:
                    self._serve(message, blobs)
                    continue
                return self._answer(message, blobs, inputs)
        finally:
            self._nested -= 1

    def _answer(self, message: Message, blobs: list[bytearray], inputs: list[torch.Tensor]) -> Any:
        error: BaseException | None = None
        with well_formed():
            self._take_beside(message, blobs, asked=False)
            self.take_changes(message, blobs)
            if "error" in message:
                error = self.fail(message["error"])
            elif "ok" not in message:
                raise Violation("a message that is neither a question nor an answer")
        if error is not None:
            raise error
        with well_formed():
            if values := self._graph_values(message, blobs):
                tape = self.remote(message.get("tape"))
                self._graph_in = crossed(self._backward, tape, values, inputs)
            try:
                return self.decode(message["ok"], blobs)
            finally:
                self._graph_in = []

    def remote(self, tape: object) -> Remote:
        """Return the other side's tape with that number. Raises `Violation`."""
        return Remote(whole(tape), self._freed_tapes.append, self._steps_behind)

    def _steps_behind(self, tape: int) -> set[str]:
        found = self.ask("steps", tape)
        if type(found) is not list or len(found) > MOST_NAMES:
            raise Violation("names that are not a list, or too many")
        return {text(each, LONGEST_NAME) for each in found}

    def _backward(self, tape: int, gradients: Grads) -> Grads:
        found = self.ask("backward", tape, gradients)
        if type(found) is not list:
            raise Violation("gradients that are not a list")
        return found

    # Answering

    def _serve(self, message: Message, blobs: list[bytearray]) -> None:
        """Answer one request of the other side."""
        with well_formed():
            self._take_beside(message, blobs, asked=True)
            question = message["ask"]
            if type(question) is not list or not question:
                raise Violation("a question of an unknown form")
            op = text(question[0], 20)
            with torch.enable_grad():
                leaves = [each.requires_grad_() for each in self._graph_values(message, blobs)]
                # Views, because code here may change these values in place, which leaves forbid.
                self._graph_in = [leaf.view_as(leaf) for leaf in leaves]
            operands = self.all_decoded(question[1:], blobs)
            self._graph_in = []
        try:
            result = self._perform(op, operands)
            encoded = self._encoded_message("ok", result)
        except Violation:
            raise
        except BaseException as error:
            if not self.forgives(error):
                raise
            beside: list[bytes] = []
            said = {"error": self.fault(error), **self._beside(beside), **self.changes(beside)}
            self.send(said, beside)
            return
        body, out_blobs, outputs = encoded
        body.update(self.changes(out_blobs))
        if outputs:
            body["tape"] = self.keep_tape(Tape(leaves, outputs))
        self.send(body, out_blobs)

    def _take_beside(self, message: Message, blobs: list[bytearray], *, asked: bool) -> None:
        self.start_message()
        self.take_state(message.get("state"), blobs, asked=asked)
        self.shared.take(message.get("shared"), blobs)
        if "generators" in message:
            self.generators.take(message["generators"], blobs)
        if "free" in message:
            self._free(*message["free"])

    def forgives(self, error: BaseException) -> bool:
        """Return whether an exception is a valid answer, rather than the end of this connection."""
        return isinstance(error, Exception)

    def _perform(self, op: str, operands: list[Any]) -> Any:
        if op == "backward":
            tape, gradients = operands
            found = self._tapes.get(whole(tape))
            if found is None or type(gradients) is not list:
                raise Violation("a backward pass through a call that is not known")
            return found.backward(gradients)
        return self.perform(op, operands)

    def keep_tape(self, tape: Tape) -> int:
        """Keep a tape for the other side. Return its number."""
        if len(self._tapes) > MOST_TAPES:
            raise MemoryError("too many results that require gradients")
        self._next += 1
        self._tapes[self._next] = tape
        return self._next

    # Messages

    def _say(self, kind: str, body: object) -> list[torch.Tensor]:
        message, blobs, inputs = self._encoded_message(kind, body)
        self.send(message, blobs)
        return inputs

    def _encoded_message(
        self, kind: str, body: Any
    ) -> tuple[Message, list[bytes], list[torch.Tensor]]:
        self.start_message()
        self._graph_out = []
        blobs: list[bytes] = []
        encoded: Any
        if kind == "ask":
            encoded = [body[0], *(self.encode(each, blobs) for each in body[1:])]
        else:
            encoded = self.encode(body, blobs)
        graph, self._graph_out = self._graph_out, []
        message = {kind: encoded, **self._beside(blobs)}
        if graph:
            message["graph"] = [super(Peer, self).encode_tensor(each, blobs) for each in graph]
        return message, blobs, graph

    def _beside(self, blobs: list[bytes]) -> Message:
        found: Message = {"state": self.state_with(blobs)}
        if shared := self.shared.changes(blobs):
            found["shared"] = shared
        if states := self.generators.changes(blobs):
            found["generators"] = states
        if self._freed or self._freed_tapes:
            found["free"] = [self._freed[:], self._freed_tapes[:]]
            self._freed.clear()
            self._freed_tapes.clear()
        return found

    def state_with(self, blobs: list[bytes]) -> Message:
        return self.state()

    def _free(self, handles: Any, tapes: Any) -> None:
        """Drop objects and tapes that the other side no longer needs."""
        for number, count in handles:
            kept = self._owned.get(whole(number))
            if kept is not None:
                kept[1] -= whole(count)
                if kept[1] <= 0:
                    del self._owned[number]
                    self._numbers.pop(id(kept[0]), None)
        for number in tapes:
            self._tapes.pop(whole(number), None)

    # Values

    def encode(self, value: object, blobs: list[bytes]) -> Encoded:
        if type(value) is str:
            return self.mirror.neutral(value)
        if isinstance(value, PurePath):
            value = Path(self.mirror.neutral(str(value)))
        return super().encode(value, blobs)

    def decode(self, data: Encoded, blobs: list[bytearray]) -> Any:
        found = super().decode(data, blobs)
        if type(found) is str:
            return self.mirror.local(found)
        if isinstance(found, PurePath):
            return Path(self.mirror.local(str(found)))
        return found

    def encode_tensor(self, value: torch.Tensor, blobs: list[bytes]) -> Encoded | None:
        if self.shared.holds(value):
            return self.shared.encode(value, blobs)
        if value.requires_grad and torch.is_grad_enabled():
            known = [each is value for each in self._graph_out]
            if True in known:
                return ["o", known.index(True)]
            if super().encode_tensor(value, []) is None or len(known) >= MOST_GRAPH:
                return None
            self._graph_out.append(value)
            return ["o", len(known)]
        return super().encode_tensor(value, blobs)

    def _graph_values(self, message: Message, blobs: list[bytearray]) -> list[torch.Tensor]:
        graph = message.get("graph", [])
        if type(graph) is not list or len(graph) > MOST_GRAPH:
            raise Violation("a graph that is malformed")
        found = []
        for each in graph:
            if type(each) is not list or len(each) != 5 or each[0] != "T":
                raise Violation("a graph that is malformed")
            value = self.decode(each, blobs)
            if not value.is_floating_point() and not value.is_complex():
                raise Violation("a gradient of whole numbers")
            found.append(value)
        return found

    def encode_other(self, value: object, blobs: list[bytes]) -> Encoded:
        if isinstance(value, torch.Generator):
            return self.generators.encode(value, blobs)
        number = self.number_of(value)
        if number is not None:
            return ["H", number]
        number = self._numbers.get(id(value))
        if number is None or number not in self._owned:
            if len(self._owned) >= MOST_HANDLES:
                raise MemoryError("too many objects that another process refers to")
            self._next += 1
            number = self._next
            self._owned[number] = [value, 0]
            self._numbers[id(value)] = number
        kind, name = self.lend(value)
        self._owned[number][1] += 1
        return ["h", number, kind, name[:LONGEST_NAME]]

    def decode_other(self, kind: str, rest: list[Any], blobs: list[bytearray]) -> Any:
        if kind == "H":
            return self.own(rest[0])
        if kind == "h":
            number, what, name = rest
            return self._known(whole(number), text(what, 20), text(name, LONGEST_NAME))
        if kind == "o":
            return self._graph_in[whole(rest[0], 0, len(self._graph_in) - 1)]
        if kind == "G":
            return self.generators.decode(rest, blobs)
        if kind == "P":
            return self.shared.decode(rest, blobs)
        return super().decode_other(kind, rest, blobs)

    def own(self, number: object) -> Any:
        """Return this side's object with that number. Raises `Violation` if there is none."""
        kept = self._owned.get(whole(number))
        if kept is None:
            raise Violation("a handle that was never issued")
        return kept[0]

    def _known(self, number: int, kind: str, name: str) -> Any:
        found = self._stand_ins.get(number)
        if found is None:
            if len(self._stand_ins) >= MOST_HANDLES:
                raise Violation("too many handles")
            found = self.stand_in(number, kind, name)
            self._stand_ins[number] = found
            self._times[number] = 0
            weakref.finalize(found, self._forget, number).atexit = False
        self._times[number] += 1
        return found

    def _forget(self, number: int) -> None:
        if number not in self._stand_ins:
            self._freed.append([number, self._times.pop(number, 0)])
