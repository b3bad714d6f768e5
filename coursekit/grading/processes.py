"""Processes inside one submission's sandbox: started with a task, heard, and swept away."""

from __future__ import annotations

import secrets
import select
import time

from coursekit.grading.channel import Broken, Listening, Message, send
from coursekit.grading.levels import Limits
from coursekit.grading.sandbox import Sandbox


class Stopped(Exception):
    """A process was ended from outside; the message says why."""


class Processes:
    """Starts one process at a time, and ends it where it uses more than the limits allow."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        self.sandbox, self.limits = sandbox, limits
        self.deadline = time.monotonic() + limits.seconds

    def start(self, task: Message) -> Listening:
        """Start a process with a task, and a key that nobody else knows."""
        line, key = self.sandbox.run(), secrets.token_bytes(32)
        send(line, {**task, "key": key.hex(), "most": self.limits.output << 20})
        return Listening(line, key, (self.limits.output << 20) * 2 + (1 << 20))

    def end(self, listening: Listening) -> None:
        """Kill it and all that it started."""
        self.sandbox.sweep()
        listening.line.close()

    def hear(self, listening: Listening, seconds: float) -> Message:
        """The next message. Raises `TimeoutError` after `seconds` without one, and `Stopped`
        where the submission uses more memory or time than it may."""
        until = time.monotonic() + seconds
        while not select.select([listening.line], [], [], 0.1)[0]:
            if self.sandbox.memory() > self.limits.memory:
                raise Stopped(f"more than {self.limits.memory} MB of memory")
            if time.monotonic() > self.deadline:
                raise Stopped(f"the submission took more than {self.limits.seconds:g} s")
            if time.monotonic() > until:
                raise TimeoutError
        listening.line.settimeout(20)
        try:
            return listening.hear()
        except (TimeoutError, OSError) as problem:
            raise Broken("a message without an end") from problem
