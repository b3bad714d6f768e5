"""Many calls of one function, for tests of what is random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def repeated(times: int, function: Callable[..., Any], *args: Any, **named: Any) -> list[Any]:
    """Return what `times` calls of `function` give, each with the same arguments.

    If student code runs in another process, the calls cross to it together: a crossing takes
    longer than most calls.
    """
    together = getattr(type(function), "__calls__", None)
    if together is not None:
        return list(together(function, times, args, named))
    return [function(*args, **named) for _ in range(times)]
