"""Ctrl-C, reported in one line, and never mistaken for a failure of the student's code."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupted(KeyboardInterrupt):
    """Ctrl-C with a message. A notebook shows the message instead of a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self) or "Interrupted."]


@contextmanager
def raising_interrupted(message: str) -> Iterator[None]:
    """Raise `Interrupted` after the body if Ctrl-C was pressed, even if the body swallowed it.

    A library that is interrupted while it is imported may raise any error, or none. Without a
    handler for Ctrl-C, and outside the main thread, the body just runs.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    pressed: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    except BaseException:
        if pressed:
            raise Interrupted(message) from None
        raise
    else:
        if pressed:
            raise Interrupted(message)
    finally:
        signal.signal(signal.SIGINT, before)
