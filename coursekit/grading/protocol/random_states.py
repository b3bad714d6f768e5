"""Copy the states of the random number generators from the judge to a worker.

A test that seeds a generator and then calls student code expects the student's random numbers to
follow the seed. States are copied in this direction only: a worker never decides what a test draws.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch

from coursekit.grading.protocol.frames import Violation
from coursekit.grading.protocol.values import whole

NAMES = ("torch", "numpy", "python")
MOST_LENT = 1000
JUMP = 7919  # offset of the judge's new seeds after the worker has drawn numbers


State = Any


def _states() -> dict[str, State]:
    """Return the states of this process's global generators by name, to compare and to send."""
    _, key, place, has_gauss, gauss = np.random.get_state(legacy=True)
    assert isinstance(key, np.ndarray)
    return {
        "torch": torch.get_rng_state().numpy().tobytes(),
        "numpy": (key.tobytes(), place, has_gauss, gauss),
        "python": random.getstate(),
    }


def _as_bytes(name: str, state: State) -> bytes:
    if name == "numpy":
        key, place, has_gauss, gauss = state
        counts = np.array([place, has_gauss], "<i8")
        return bytes(key + counts.tobytes() + np.float64(gauss).tobytes())
    if name == "python":
        _, words, gauss = state
        said = b"" if gauss is None else repr(gauss).encode()
        return np.array(words, dtype="<u4").tobytes() + said
    return bytes(state)


def set_state(name: str, state: bytes | bytearray) -> None:
    """Set the state of a global generator. Raises `Violation` if it is invalid."""
    try:
        if name == "torch":
            torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
        elif name == "numpy":
            key = np.frombuffer(state[:2496], dtype="<u4")
            place, has_gauss = np.frombuffer(state[2496:2512], "<i8").tolist()
            gauss = float(np.frombuffer(state[2512:], "<f8")[0])
            where = whole(place, 0, 624)
            np.random.set_state(("MT19937", key, where, int(bool(has_gauss)), gauss))
        elif name == "python":
            words = tuple(np.frombuffer(state[:2500], "<u4").tolist())
            gauss_next = float(state[2500:].decode()) if len(state) > 2500 else None
            random.setstate((3, words, gauss_next))
        else:
            raise Violation("a generator that does not exist")
    except (ValueError, RuntimeError, TypeError, IndexError) as problem:
        raise Violation("a malformed state of a generator") from problem


class Leader:
    """The judge's side: tracks which states have to be sent."""

    def __init__(self) -> None:
        self._sent: dict[str, State] = {}

    def changes(self) -> dict[str, bytes]:
        """Return the states that changed since the last call, which the worker has to adopt."""
        now = _states()
        found = [name for name, state in now.items() if self._sent.get(name) != state]
        self._sent = now
        return {name: _as_bytes(name, now[name]) for name in found}

    def moved(self, names: object) -> None:
        """Reseed generators from which the worker drew, so that the test draws other numbers.

        The worker keeps its own state unless the test draws or seeds.
        """
        if type(names) is not list or any(name not in NAMES for name in names):
            raise Violation("a generator that does not exist")
        for name in names:
            if name == "torch":
                torch.default_generator.manual_seed(int(torch.randint(1 << 40, ())) + JUMP)
            elif name == "numpy":
                np.random.seed((int(np.random.randint(1 << 30)) + JUMP) % (1 << 32))
            else:
                random.seed(random.getrandbits(40) + JUMP)
        if names:
            self._sent = _states()


class Follower:
    """The worker's side: adopts states, and detects which generators were used since then."""

    def __init__(self) -> None:
        self._taken = _states()

    def take(self, changes: dict[str, bytearray]) -> None:
        for name, state in changes.items():
            set_state(name, state)
        if changes:
            self._taken = _states()

    def drawn(self) -> list[str]:
        """Return the generators that were used since the last call."""
        now = _states()
        found = [name for name in NAMES if now[name] != self._taken[name]]
        self._taken = now
        return found


class LentGenerator:
    """Generators that a test passes to student code: their states are sent and come back."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[torch.Generator, bytes]] = {}
        self._numbers: dict[int, int] = {}

    def clear(self) -> None:
        self._known.clear()
        self._numbers.clear()

    def encode(self, value: torch.Generator, blobs: list[bytes]) -> list[Any]:
        number = self._numbers.setdefault(id(value), len(self._numbers))
        state = value.get_state().numpy().tobytes()
        self._known[number] = (value, state)
        blobs.append(state)
        return ["G", number, len(blobs) - 1]

    def decode(self, rest: list[Any], blobs: list[bytearray]) -> torch.Generator:
        """Return the copy of a generator, set to the state in the message."""
        number, state = whole(rest[0], 0, MOST_LENT), blobs[whole(rest[1], 0, len(blobs) - 1)]
        generator = self._known[number][0] if number in self._known else torch.Generator()
        self._set(generator, number, state)
        self._numbers[id(generator)] = number
        return generator

    def changes(self, blobs: list[bytes]) -> list[Any]:
        """Return the states that changed since they were sent, as data."""
        found = []
        for number, (generator, before) in self._known.items():
            state = generator.get_state().numpy().tobytes()
            if state != before:
                self._known[number] = (generator, state)
                blobs.append(state)
                found.append([number, len(blobs) - 1])
        return found

    def take(self, changes: object, blobs: list[bytearray]) -> None:
        """Adopt the states of the other side. Raises `Violation`."""
        if type(changes) is not list or len(changes) > MOST_LENT:
            raise Violation("states that are malformed")
        for number, at in changes:
            if whole(number, 0, MOST_LENT) not in self._known:
                raise Violation("a generator that was not lent")
            self._set(self._known[number][0], number, blobs[whole(at, 0, len(blobs) - 1)])

    def _set(self, generator: torch.Generator, number: int, state: bytearray) -> None:
        try:
            generator.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
        except (RuntimeError, TypeError, ValueError) as problem:
            raise Violation("a malformed state of a generator") from problem
        self._known[number] = (generator, bytes(state))
