"""A time limit for code that may never end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlow(BaseException):
    """The time is up.

    A `BaseException`, so that a student's `except Exception` doesn't swallow it.
    """


PATIENCE = 6.0  # a busy machine may take so many times as long by the clock


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the body once it has computed for `seconds`.

    What counts is processor time, so that nobody fails because the machine has other work to do;
    code that only waits is stopped after six times as long by the clock. Works in the main thread
    on Linux and macOS (and so in a notebook's kernel); elsewhere the body simply runs. One call
    into compiled code is not interrupted until it returns.
    """
    usable = hasattr(signal, "setitimer") and (
        threading.current_thread() is threading.main_thread()
    )
    if not usable or seconds <= 0:
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise TooSlow(f"still running after {seconds:g} s")

    clocks = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, PATIENCE * seconds),
    )
    before = [signal.signal(number, ring) for number, _, _ in clocks]
    for _, clock, limit in clocks:
        # It rings again each half second, for code that catches even BaseException.
        signal.setitimer(clock, limit, 0.5)
    try:
        yield
    finally:
        for (number, clock, _), handler in zip(clocks, before, strict=True):
            signal.setitimer(clock, 0)
            signal.signal(number, handler)
