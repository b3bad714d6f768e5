"""Limit the time of code that may never end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlow(BaseException):
    """The time limit was exceeded.

    A `BaseException`, so that a student's `except Exception` doesn't swallow it.
    """


PATIENCE = 6.0  # limit of elapsed time, in multiples of the processor time, for busy machines


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the body once it has computed for `seconds`.

    The limit applies to processor time, so that no one fails because the machine is busy with other
    work; code that only waits is stopped after six times as long in elapsed time. Works in the main
    thread on Linux and macOS (and so in a notebook's kernel); elsewhere the body runs without a
    limit. A single call into compiled code is not interrupted until it returns.
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
        # The timer fires again, for code that catches even BaseException, but not so soon that it
        # would interrupt the caller while it handles `TooSlow` on a busy machine.
        signal.setitimer(clock, limit, max(0.5, limit / 2))
    try:
        yield
    finally:
        for (number, clock, _), handler in zip(clocks, before, strict=True):
            signal.setitimer(clock, 0)
            signal.signal(number, handler)
