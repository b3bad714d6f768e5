"""Values that a test hands to student code, which may run in another process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Value = TypeVar("Value")

_lookups: list[Callable[[Any], Any]] = []
_handing: list[Callable[[Any], Any]] = []


def hand_over(value: Value) -> Value:
    """Return the object that student code works with, so that the test can keep using it.

    In one process that is `value` itself. If student code runs in another process, it is a copy
    there: what student code does to the copy shows, and `value` does not change.
    """
    return _handing[-1](value) if _handing else value


def after(value: Value) -> Value:
    """Return `value` as student code left it.

    In one process that is `value` itself. If student code runs in another process, it works on a
    copy: this function returns that copy, and `value` does not change.
    """
    return _lookups[-1](value) if _lookups else value


@contextmanager
def in_another_process(lookup: Callable[[Any], Any], hand: Callable[[Any], Any]) -> Iterator[None]:
    """Let `after` ask `lookup`, and `hand_over` ask `hand`, while the body runs."""
    _lookups.append(lookup)
    _handing.append(hand)
    try:
        yield
    finally:
        _lookups.pop()
        _handing.pop()
