"""Run cells of notebooks on a machine whose network never answers, and count the waiting.

    python -m tests.data.absent_network OUT.json NOTEBOOK:TEXT...

Runs the cells of each notebook in order, up to the last one that contains TEXT, or all of them if
TEXT is empty.

Every attempt to look up a host or to connect is caught when Python starts it, from any library.
In the notebook's own thread, it counts as a wait without end; in any other thread, it
never returns. If the course waits with a time limit in the notebook's thread, this takes its full
time on the clock of the process, but no real time, so the count doesn't depend on the machine.
"""

from __future__ import annotations

import json
import math
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jupytext

ATTEMPTS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.connect"})
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
COURSE = frozenset({"data_scripts", "toolbox"})


class AbsentNetwork:
    """A network that never answers. From its creation on, it counts all waiting in this process."""

    def __init__(self) -> None:
        self.attempts: list[str] = []
        self.waited = self.skipped = 0.0
        self._wait, self._sleep, self._clock = threading.Event.wait, time.sleep, time.monotonic
        network = self

        def wait(event: threading.Event, timeout: float | None = None) -> bool:
            if timeout is None or event.is_set() or not _waits_in_notebook():
                return network._wait(event, timeout)
            network._pass(timeout)
            return event.is_set()

        def sleep(seconds: float) -> None:
            if _waits_in_notebook():
                network._pass(seconds)
            else:
                network._sleep(seconds)

        patch.object(threading.Event, "wait", wait).start()
        patch.object(time, "sleep", sleep).start()
        patch.object(time, "monotonic", lambda: network._clock() + network.skipped).start()
        sys.addaudithook(self._audit)

    def taken(self) -> dict[str, Any]:
        """Return the attempts and the seconds of waiting since the last call."""
        found = {"attempts": self.attempts, "waited": self.waited}
        self.attempts, self.waited = [], 0.0
        return found

    def _pass(self, seconds: float) -> None:
        self.waited += seconds
        self.skipped += seconds

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ATTEMPTS or (place := _place(arguments)) in HERE:
            return
        self.attempts.append(place)
        if not _in_notebook():
            self._wait(threading.Event())
        self.waited = math.inf
        raise socket.gaierror(socket.EAI_AGAIN, "the network of this test never answers")


def _waits_in_notebook() -> bool:
    """Return whether the code that waits is the course's, in the notebook's thread.

    torch also waits, for the processes that compile. Libraries that wait for a network do it in a
    socket, which is caught elsewhere.
    """
    waiting = sys._getframe(2).f_globals.get("__name__", "")
    return _in_notebook() and waiting.partition(".")[0] in COURSE


def _in_notebook() -> bool:
    return threading.current_thread() is threading.main_thread()


def _place(arguments: tuple[Any, ...]) -> str:
    """Return the host of an attempt; this machine for a Unix socket."""
    place = arguments[1] if isinstance(arguments[0], socket.socket) else arguments[0]
    if isinstance(place, tuple):
        return str(place[0])
    return "localhost" if isinstance(arguments[0], socket.socket) else str(place)


def run(path: Path, last: str, network: AbsentNetwork) -> list[dict[str, Any]]:
    """Run the code cells in order, and return each of them with what was counted in it."""
    cells = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]
    end = max(number for number, source in enumerate(cells) if last in source)
    scope: dict[str, Any] = {"__name__": "__main__"}
    counted = []
    for source in cells[: end + 1]:
        exec(compile(source.removeprefix("%%attempt\n"), path.name, "exec"), scope)
        counted.append({"cell": source, **network.taken()})
    return counted


if __name__ == "__main__":
    out, *wanted = sys.argv[1:]
    absent = AbsentNetwork()
    pairs = [one.split(":", 1) for one in wanted]
    found = {name: run(Path(f"{name}.py"), last, absent) for name, last in pairs}
    Path(out).write_text(json.dumps(found), encoding="utf-8")
