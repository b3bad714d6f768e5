"""Synchronize parameters that both sides copy: values, gradients and `requires_grad`.

A parameter (or any leaf of autograd) belongs to the side that created it. It is sent once as data
and then by number; each later message carries its changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from coursekit.grading.protocol.frames import Violation
from coursekit.grading.protocol.values import Codec, Encoded, whole

MOST = 5000
SMALL = 1 << 16  # elements of a tensor to compare, since changes through `.data` leave no trace


@dataclass
class SharedParameter:
    """A parameter, and its state as the other side knows it."""

    value: torch.Tensor
    version: int = -1
    place: int = 0
    gradient: torch.Tensor | None = None
    gradient_version: int = -1
    learns: bool = False
    numbers: torch.Tensor | None = None
    gradient_numbers: torch.Tensor | None = None

    def note(self) -> None:
        """Record the current state as known to both sides."""
        self.version, self.place = self.value._version, self.value.data_ptr()
        self.gradient, self.learns = self.value.grad, self.value.requires_grad
        self.gradient_version = -1 if self.gradient is None else self.gradient._version
        self.numbers, self.gradient_numbers = _copied(self.value), _copied(self.gradient)

    def value_changed(self) -> bool:
        if self.version != self.value._version or self.place != self.value.data_ptr():
            return True
        return self.numbers is not None and not torch.equal(self.numbers, self.value)

    def gradient_changed(self) -> bool:
        now = self.value.grad
        if now is not self.gradient:
            return True
        if now is None or now._version != self.gradient_version:
            return now is not None
        return self.gradient_numbers is not None and not torch.equal(self.gradient_numbers, now)


def _copied(value: torch.Tensor | None) -> torch.Tensor | None:
    if value is None or value.numel() > SMALL:
        return None
    return value.detach().clone()


class Shared:
    """The shared parameters of one conversation."""

    def __init__(self, peer: Codec) -> None:
        self._peer = peer
        self._next = 0
        self._entries: dict[tuple[bool, int], SharedParameter] = {}  # (is it ours, number)
        self._keys: dict[int, tuple[bool, int]] = {}

    def clear(self) -> None:
        self._entries.clear()
        self._keys.clear()

    def holds(self, value: torch.Tensor) -> bool:
        """Return whether `value` is sent as a shared parameter."""
        if id(value) in self._keys:
            return True
        return isinstance(value, nn.Parameter) or (value.requires_grad and value.is_leaf)

    def encode(self, value: torch.Tensor, blobs: list[bytes]) -> Encoded | None:
        key = self._keys.get(id(value))
        if key is not None:
            return ["P", key[0], key[1]]
        if len(self._entries) >= MOST:
            raise MemoryError("too many parameters that another process refers to")
        data = Codec.encode_tensor(self._peer, value, blobs)
        if data is None:
            return None
        self._next += 1
        entry = self._keep((True, self._next), value)
        gradient = self._gradient(entry, blobs)
        entry.note()
        is_parameter = isinstance(value, nn.Parameter)
        return ["P", True, self._next, data, value.requires_grad, is_parameter, gradient]

    def decode(self, rest: list[Any], blobs: list[bytearray]) -> torch.Tensor:
        theirs, number = rest[0], whole(rest[1])
        key = (not theirs, number)
        if len(rest) == 2:
            if key not in self._entries:
                raise Violation("a parameter that is not known")
            return self._entries[key].value
        if key in self._entries or key[0] or len(self._entries) >= MOST:
            raise Violation("a parameter that arrives twice")
        _, _, data, learns, is_parameter, gradient = rest
        value = self._tensor(data, blobs)
        if learns and not (value.is_floating_point() or value.is_complex()):
            raise Violation("a gradient of whole numbers")
        # Clone, since torch treats views of leaves differently from leaves.
        found = nn.Parameter(value, bool(learns)) if is_parameter else value.clone()
        found.requires_grad_(bool(learns))
        entry = self._keep(key, found)
        self._set_gradient(entry, gradient, blobs)
        entry.note()
        return found

    def changes(self, blobs: list[bytes]) -> list[Any]:
        """Return the changes that the other side does not know yet, as data."""
        found = []
        for (ours, number), entry in self._entries.items():
            value = entry.value
            new, graded = entry.value_changed(), entry.gradient_changed()
            if not new and not graded and entry.learns == value.requires_grad:
                continue
            data = Codec.encode_tensor(self._peer, value, blobs) if new else None
            gradient = self._gradient(entry, blobs) if graded else "same"
            found.append([ours, number, value.requires_grad, data, gradient])
            entry.note()
        return found

    def take(self, changes: object, blobs: list[bytearray]) -> None:
        """Apply the changes of the other side. Raises `Violation`."""
        if changes is None:
            return
        if type(changes) is not list or len(changes) > MOST:
            raise Violation("changes that are malformed")
        for theirs, number, learns, data, gradient in changes:
            entry = self._entries.get((not theirs, whole(number)))
            if entry is None:
                raise Violation("a change of a parameter that is not known")
            if data is not None:
                value = self._tensor(data, blobs)
                if value.shape != entry.value.shape or value.dtype != entry.value.dtype:
                    raise Violation("a parameter that changes its shape")
                entry.value.data.copy_(value)
            if gradient != "same":
                self._set_gradient(entry, gradient, blobs)
            if bool(learns) != entry.value.requires_grad:
                if not entry.value.is_leaf:
                    raise Violation("a parameter that is not a leaf")
                entry.value.requires_grad_(bool(learns))
            entry.note()

    def _keep(self, key: tuple[bool, int], value: torch.Tensor) -> SharedParameter:
        entry = self._entries[key] = SharedParameter(value)
        self._keys[id(value)] = key
        return entry

    def _gradient(self, entry: SharedParameter, blobs: list[bytes]) -> Encoded:
        gradient = entry.value.grad
        return None if gradient is None else Codec.encode_tensor(self._peer, gradient, blobs)

    def _set_gradient(self, entry: SharedParameter, data: Encoded, blobs: list[bytearray]) -> None:
        if data is None:
            entry.value.grad = None
            return
        gradient = self._tensor(data, blobs)
        if gradient.shape != entry.value.shape or gradient.dtype != entry.value.dtype:
            raise Violation("a gradient of another shape")
        entry.value.grad = gradient

    def _tensor(self, data: Encoded, blobs: list[bytearray]) -> torch.Tensor:
        value = self._peer.decode(data, blobs)
        if not isinstance(value, torch.Tensor) or value.requires_grad:
            raise Violation("a tensor was expected")
        return value
