"""Processes inside one submission's sandbox: started with a task, heard, and swept away."""

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

EACH = 0.1  # seconds between two looks at what a submission uses


class Stopped(Exception):
    """A process was ended from outside; the message says why."""


class Processes:
    """Starts one process at a time, and ends it where it uses more than the limits allow."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        self.sandbox, self.limits = sandbox, limits
        self.deadline = time.monotonic() + limits.seconds
        self._next_check = 0.0

    def run_cells(self, cells: list[RunCell]) -> Listening:
        """Start a process that runs cells, with a key that nobody else knows."""
        line, key = self.sandbox.run(), secrets.token_bytes(32)
        most = self.limits.output << 20
        task: CellsTask = {"kind": "cells", "key": key.hex(), "most": most, "cells": cells}
        send(line, task)
        return Listening(line, key, most * 2 + (1 << 20))

    def end(self, listening: Listening) -> None:
        """Kill it and all that it started."""
        self.sandbox.sweep()
        listening.line.close()

    def hear(self, listening: Listening, seconds: float) -> WorkerMessage:
        """The next message. Raises `TimeoutError` after `seconds` without one, and `Stopped`
        where the submission uses more memory or time than it may."""
        until = time.monotonic() + seconds
        while not select.select([listening.line], [], [], EACH)[0]:
            self._check_limits()
            if time.monotonic() > until:
                raise TimeoutError
        self._check_limits()  # it may never be silent
        listening.line.settimeout(20)
        try:
            return worker_message(listening.hear())
        except (TimeoutError, OSError) as problem:
            raise Broken("a message without an end") from problem

    def _check_limits(self) -> None:
        """Raise `Stopped` if the submission uses too much; look no more often than needed."""
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + EACH
        if self.sandbox.memory() > self.limits.memory:
            raise Stopped(f"more than {self.limits.memory} MB of memory")
        if now > self.deadline:
            raise Stopped(f"the submission took more than {self.limits.seconds:g} s")
