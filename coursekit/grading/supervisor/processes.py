"""Start processes in a submission's sandbox, receive their messages, and end them."""

from __future__ import annotations

import secrets
import select
import time

from coursekit.grading.protocol.channel import Broken, Listening, send
from coursekit.grading.protocol.messages import (
    CellsTask,
    RunCell,
    WorkerMessage,
    worker_message,
)
from coursekit.grading.sandbox.container import Sandbox
from coursekit.grading.sandbox.levels import Limits

EACH = 0.1  # seconds between two checks of a submission's resource usage


class Stopped(Exception):
    """A process was ended from outside; the message gives the reason."""


class Processes:
    """Starts one process at a time, and ends it if it exceeds the limits."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        self.sandbox, self.limits = sandbox, limits
        self.deadline = time.monotonic() + limits.seconds
        self._next_check = 0.0

    def run_cells(self, cells: list[RunCell]) -> Listening:
        """Start a process that runs cells, with a secret key for signing its messages."""
        line, key = self.sandbox.run(), secrets.token_bytes(32)
        most = self.limits.output << 20
        task: CellsTask = {"kind": "cells", "key": key.hex(), "most": most, "cells": cells}
        send(line, task)
        return Listening(line, key, most * 2 + (1 << 20))

    def end(self, listening: Listening) -> None:
        """Kill the process and everything it started."""
        self.sandbox.sweep()
        listening.line.close()

    def hear(self, listening: Listening, seconds: float) -> WorkerMessage:
        """Return the next message.

        Raises `TimeoutError` after `seconds` without one, and `Stopped` if the submission exceeds
        its memory or time.
        """
        until = time.monotonic() + seconds
        while not select.select([listening.line], [], [], EACH)[0]:
            self._check_limits()
            if time.monotonic() > until:
                raise TimeoutError
        self._check_limits()  # a process that sends without a pause must be checked as well
        listening.line.settimeout(20)
        try:
            return worker_message(listening.hear())
        except (TimeoutError, OSError) as problem:
            raise Broken("an incomplete message") from problem

    def _check_limits(self) -> None:
        """Raise `Stopped` if the submission exceeds a limit. Check at most every `EACH` seconds."""
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + EACH
        if self.sandbox.memory() > self.limits.memory:
            raise Stopped(f"more than {self.limits.memory} MB of memory")
        if now > self.deadline:
            raise Stopped(f"the submission took more than {self.limits.seconds:g} s")
