"""Detect in the worker which values student code changed in place, so that tests can ask.

The judge's own values never change; a test gets the worker's copy with `toolbox.checks.after`.
So no worker can alter an input or an expected value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image

from coursekit.grading.protocol.frames import Violation
from coursekit.grading.protocol.values import whole

MUTABLE = (np.ndarray, torch.Tensor, list, dict, set, bytearray, Image.Image)
MOST = 20_000
LARGEST = 32 << 20  # bytes of an array that is compared


class Handed:
    """The judge's side: the values that it sent, and how the worker changed its copies."""

    def __init__(self) -> None:
        self._values: dict[int, Any] = {}  # by key; keeps the objects alive so ids stay unique
        self._keys: dict[int, int] = {}
        self._changed: dict[int, Any] = {}

    def clear(self) -> None:
        self._values.clear()
        self._keys.clear()
        self._changed.clear()

    def key(self, value: object) -> int | None:
        """Return the number under which to send `value`, or None if it is not watched."""
        if len(self._values) >= MOST:
            return None
        key = self._keys.setdefault(id(value), len(self._values))
        self._values[key] = value
        return key

    def after(self, value: Any) -> Any:
        """Return the worker's copy of `value` if student code changed it, else `value`."""
        if not self._changed:
            return value
        key = self._keys.get(id(value), -1)
        if key in self._changed:
            return self._changed[key]
        if type(value) is dict:
            return {name: self.after(each) for name, each in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self.after(each) for each in value)
        return value

    def take(self, changes: object, decode: Callable[[Any], Any]) -> None:
        """Store the changed copies that the worker reports. Raises `Violation`."""
        if type(changes) is not list or len(changes) > MOST:
            raise Violation("changes that are malformed")
        for key, data in changes:
            value = self._values.get(whole(key))
            if value is None:
                raise Violation("a change of a value that was not handed over")
            self._changed[key] = decode(data)


class Watched:
    """The worker's side: copies of the values in one request, and their initial state."""

    def __init__(self) -> None:
        self._copies: dict[int, tuple[Any, Any]] = {}

    def clear(self) -> None:
        self._copies.clear()

    def add(self, key: int, copy: object) -> Any:
        """Watch a copy. A value that occurs twice in a request is one object."""
        if key in self._copies:
            return self._copies[key][0]
        self._copies[key] = (copy, _snapshot(copy))
        return copy

    def changes(self) -> list[tuple[int, Any]]:
        """Return the keys and current values of the copies that changed."""
        found = []
        for key, (copy, before) in self._copies.items():
            if _differs(_snapshot(copy), before):
                found.append((key, copy))
        return found


def _snapshot(value: Any) -> Any:
    if isinstance(value, list):
        return list(value)
    if isinstance(value, dict):
        return [each for pair in dict.items(value) for each in pair]
    if isinstance(value, (set, bytearray)):
        return type(value)(value)
    if isinstance(value, Image.Image):
        return (value.mode, value.size, value.tobytes())
    if isinstance(value, torch.Tensor):
        plain = value.detach().as_subclass(torch.Tensor)
        if plain.dtype == torch.bfloat16 or plain.numel() * plain.element_size() > LARGEST:
            return (tuple(plain.shape), plain._version)
        return (tuple(plain.shape), plain.requires_grad, plain.numpy().tobytes())
    if value.nbytes > LARGEST:
        return value.shape
    return (value.shape, value.dtype, value.tobytes())


def _differs(now: Any, before: Any) -> bool:
    if isinstance(now, list):
        return len(now) != len(before) or any(a is not b for a, b in zip(now, before, strict=True))
    return bool(now != before)
