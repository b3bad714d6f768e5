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


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the body once `seconds` have passed.

    Works in the main thread on Linux and macOS (and so in a notebook's kernel); elsewhere the
    body simply runs. One call into compiled code is not interrupted until it returns.
    """
    usable = hasattr(signal, "setitimer") and (
        threading.current_thread() is threading.main_thread()
    )
    if not usable or seconds <= 0:
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise TooSlow(f"still running after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    # It rings again each half second, for code that catches even BaseException.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
