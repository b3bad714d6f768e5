"""Proxies for objects that the worker keeps.

A handle has no value and equals nothing but itself, so that the worker never decides a comparison
in a test: tests compare numbers, strings and arrays, which arrive as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

import torch
from torch import nn
from torch.utils.data import Dataset

from coursekit.grading.protocol.network_copies import LAYERS

NAME = re.compile(r"[A-Za-z_]\w{0,60}")
MOST_NAMES = 500
MOST_CALLS = 500  # in one message


class Asks(Protocol):
    """Puts questions to the worker."""

    def ask(self, op: str, *operands: object) -> Any:
        """Return the worker's answer."""


class Handle:
    """An object in the worker."""

    _link: Asks
    _number: int

    def __getattr__(self, name: str) -> Any:
        # Libraries look for some of these, and read memory at an address that they return.
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _asked(self, "get", name)

    def __setattr__(self, name: str, value: object) -> None:
        _asked(self, "set", name, value)

    def __call__(self, *args: object, **named: object) -> Any:
        return _asked(self, "call", list(args), named)

    def __getitem__(self, key: object) -> Any:
        return _asked(self, "item", key)

    def __getitems__(self, keys: list[Any]) -> list[Any]:
        """Return several items at once, as torch's data loaders request them.

        They are sent together, so that a test can detect if computing one item changes another.
        """
        found = _asked(self, "items", list(keys))
        if type(found) is not list or len(found) != len(keys):
            raise TypeError("as many items as keys are expected")
        return found

    def __calls__(self, times: int, args: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        """Call several times with the same arguments, as `toolbox.checks.repeated` does."""
        found: list[Any] = []
        while len(found) < times:
            wanted = min(times - len(found), MOST_CALLS)
            some = _asked(self, "calls", wanted, list(args), named)
            if type(some) is not list or len(some) != wanted:
                raise TypeError("as many results as calls are expected")
            found += some
        return found

    def __setitem__(self, key: object, value: object) -> None:
        _asked(self, "set item", key, value)

    def __len__(self) -> int:
        found = _asked(self, "len")
        if type(found) is not int or not 0 <= found < 1 << 40:
            raise TypeError("a length must be an integer")
        return found

    def __iter__(self) -> Iterator[Any]:
        source = _asked(self, "iter")
        while True:
            found = _asked(source, "next") if isinstance(source, Handle) else []
            if type(found) is not list or len(found) != 1:
                return
            yield found[0]

    def __contains__(self, key: object) -> bool:
        return _asked(self, "contains", key) is True

    def __bool__(self) -> bool:
        return _asked(self, "bool") is True

    def __int__(self) -> int:
        found = _asked(self, "int")
        if type(found) is not int:
            raise TypeError("int() did not return an integer")
        return found

    def __float__(self) -> float:
        found = _asked(self, "float")
        if type(found) is not float:
            raise TypeError("float() did not return a float")
        return found

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        found = _asked(self, "repr")
        return found[:2000] if type(found) is str else "<an object>"


def _asked(handle: Handle, op: str, *operands: object) -> Any:
    link = object.__getattribute__(handle, "_link")
    return link.ask(op, handle, *operands)


LOCAL = frozenset({"_link", "_number"})


class _Library(Handle):
    """A handle that is also an instance of a library type, whose methods the worker runs."""

    def __getattribute__(self, name: str) -> Any:
        if name in LOCAL or (name.startswith("__") and name.endswith("__")):
            return object.__getattribute__(self, name)
        return _asked(self, "get", name)


class ModuleHandle(_Library, nn.Module):
    """A network in the worker."""


def _layer(kind: type[nn.Module]) -> type[Handle]:
    return type(kind.__name__, (_Library, kind), {"__doc__": f"A {kind.__name__} in the worker."})


class OptimizerHandle(_Library, torch.optim.Optimizer):
    """An optimizer in the worker."""


class DatasetHandle(_Library, Dataset[Any]):
    """A data set in the worker."""


KINDS: dict[str, type[Handle]] = {
    "object": Handle,
    "module": ModuleHandle,
    "optimizer": OptimizerHandle,
    "dataset": DatasetHandle,
    **{kind.__name__: _layer(kind) for kind in LAYERS},
}
_named: dict[tuple[str, str], type[Handle]] = {}


def made(link: Asks, number: int, kind: str, name: str) -> Handle:
    """Return a handle whose type has the name that the worker claims, for messages."""
    base = KINDS.get(kind, Handle)
    key = (kind, name)
    if key not in _named:
        if len(_named) >= MOST_NAMES or not NAME.fullmatch(name):
            key = (kind, "object")
        _named.setdefault(key, type(key[1], (base,), {"__module__": __name__}))
    found = object.__new__(_named[key])
    object.__setattr__(found, "_link", link)
    object.__setattr__(found, "_number", number)
    return found
