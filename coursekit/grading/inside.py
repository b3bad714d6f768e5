"""What a process inside the sandbox does: it gets one task on its line and works on it."""

from __future__ import annotations

import base64
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from coursekit.grading import trial
from coursekit.grading.cells import Notebook
from coursekit.grading.channel import Message, receive, sealing
from coursekit.grading.guard import Guard
from coursekit.grading.worker.main import serve

TRUSTED = [sys.prefix, sys.base_prefix, "<frozen", str(Path(__file__).resolve().parent)]


def work(line: socket.socket) -> None:
    """Work on the task that comes on `line`; everything that is said goes out sealed."""
    task = receive(line)
    say = sealing(line, bytes.fromhex(task.pop("key")))
    root = os.getcwd()  # noqa: PTH109
    sys.path[:] = [path for path in sys.path if path.startswith((sys.prefix, sys.base_prefix))]
    if task["do"] == "serve":
        _serve(task, line)
    elif task["do"] == "trial":
        _trial(task, say, root, lambda broken: _asked(line, say, broken))
    else:
        _cells(task, say, root)


def _asked(
    line: socket.socket, say: Callable[[Message], None], broken: list[str]
) -> dict[str, str]:
    say({"kind": "ready for more", "broken": broken})
    return dict(receive(line)["hidden"])


def _guard(say: Callable[[Message], None], root: str) -> Guard:
    trusted = [*TRUSTED, os.environ.get("COURSEKIT_PUBLIC", root)]
    return Guard(lambda what: say({"kind": "noticed", "what": what}), root, trusted)


def _trial(task: Message, say: Callable[[Message], None], root: str, ask: trial.Ask) -> None:
    code = {name: base64.b64decode(text) for name, text in task["reference"].items()}
    prepare = trial.reference_modules(code)
    trial.run_trial(task, say, _guard(say, root), ask=ask, prepare=prepare)


def _serve(task: Message, line: socket.socket) -> None:
    code = {name: base64.b64decode(text) for name, text in task["reference"].items()}
    serve(line, Path(tempfile.gettempdir(), "tests"), trial.reference_modules(code))


def _cells(task: Message, say: Callable[[Message], None], root: str) -> None:
    sys.path.insert(0, "")
    run_cells(task, say, _guard(say, root) if task.get("guarded") else None)


def run_cells(task: Message, say: Callable[[Message], None], guard: Guard | None = None) -> None:
    """Run the cells of a notebook, and say the outputs of each.

    Repeat the outputs of an earlier cell when a later one updates a display of it.
    """
    notebook = Notebook(task["most"])
    numbers = {cell["count"]: cell["index"] for cell in task["cells"]}
    for cell in task["cells"]:
        say({"kind": "cell", "index": cell["index"]})
        signal.signal(signal.SIGINT, signal.default_int_handler)
        outputs = notebook.run(cell["source"], cell["count"])
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if guard is not None:
            guard.check()
        say({"kind": "outputs", "outputs": outputs})
        for count, earlier in notebook.outputs.shown_again.items():
            say({"kind": "cell", "index": numbers[count]})
            say({"kind": "outputs", "outputs": earlier})
        if notebook.shell.exit_now:
            break
    say({"kind": "done"})
