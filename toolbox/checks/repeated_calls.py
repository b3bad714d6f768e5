"""Call one function many times, for tests of random behavior."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def repeated(times: int, function: Callable[..., Any], *args: object, **named: object) -> list[Any]:
    """Return the results of `times` calls of `function` with the same arguments.

    If student code runs in another process, all calls are sent in one message: a round trip takes
    longer than most calls.
    """
    together = getattr(type(function), "__calls__", None)
    if together is not None:
        return list(together(function, times, args, named))
    return [function(*args, **named) for _ in range(times)]
