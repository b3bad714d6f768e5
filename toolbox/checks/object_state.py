"""Inspect the tensors that objects of student code keep, and restore objects from bytes.

`kept` lists the tensors of an object. `saved` turns an object into bytes and `restored` turns them
back: if student code runs in another process, `restored` uses a new one, which has only the bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import torch


class Elsewhere(Protocol):
    """The same operations for objects of another process."""

    def kept(self, value: object) -> list[torch.Tensor]: ...

    def saved(self, value: object) -> bytes: ...

    def restored(self, data: bytes) -> Any: ...


_elsewhere: list[Elsewhere] = []


def kept(value: object) -> list[torch.Tensor]:
    """Return every tensor that an object keeps in attributes, submodules, lists, dictionaries.

    If student code runs in another process, that process may conceal some: confirm with `saved`.
    """
    return _elsewhere[-1].kept(value) if _elsewhere else tensors_in(value)


def saved(value: object) -> bytes:
    """Return all that an object needs as bytes, a few more than its numbers take."""
    if _elsewhere:
        return _elsewhere[-1].saved(value)
    from toolbox.checks.object_bytes import dumped  # imports torch, which some parts don't need

    return dumped(value)


def restored(data: bytes) -> Any:
    """Return the object that `saved` turned into bytes, in a process that has not seen it.

    If student code runs in another process, that process is replaced: its earlier objects are gone.
    """
    if _elsewhere:
        return _elsewhere[-1].restored(data)
    from toolbox.checks.object_bytes import loaded

    return loaded(data)


@contextmanager
def kept_elsewhere(elsewhere: Elsewhere) -> Iterator[None]:
    """Make `kept`, `saved` and `restored` use `elsewhere` while the body runs."""
    _elsewhere.append(elsewhere)
    try:
        yield
    finally:
        _elsewhere.pop()


def tensors_in(value: object) -> list[torch.Tensor]:
    """Return every tensor that an object of this process keeps, each once."""
    return list(_walk(value, set()))


def _walk(value: object, seen: set[int]) -> Iterator[torch.Tensor]:
    if id(value) in seen:
        return
    import torch

    seen.add(id(value))
    if torch.is_tensor(value):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _walk(each, seen)
    elif isinstance(value, (list, tuple, set)):
        for each in value:
            yield from _walk(each, seen)
    elif hasattr(value, "__dict__") and not isinstance(value, type):
        yield from _walk(vars(value), seen)
