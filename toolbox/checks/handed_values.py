"""Pass values from a test to student code, which may run in another process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Value = TypeVar("Value")

_lookups: list[Callable[[Any], Any]] = []
_handing: list[Callable[[Any], Any]] = []


def hand_over(value: Value) -> Value:
    """Return the object to pass to student code and to keep using in the test.

    In one process that is `value` itself. If student code runs in another process, the result
    stands for a copy there: it shows what student code does to the copy, and `value` does not
    change.
    """
    return _handing[-1](value) if _handing else value


def after(value: Value) -> Value:
    """Return `value` in the state in which student code left it.

    In one process that is `value` itself. If student code runs in another process, it works on a
    copy: this function returns that copy, and `value` does not change.
    """
    return _lookups[-1](value) if _lookups else value


@contextmanager
def in_another_process(lookup: Callable[[Any], Any], hand: Callable[[Any], Any]) -> Iterator[None]:
    """Make `after` call `lookup`, and `hand_over` call `hand`, while the body runs."""
    _lookups.append(lookup)
    _handing.append(hand)
    try:
        yield
    finally:
        _lookups.pop()
        _handing.pop()
