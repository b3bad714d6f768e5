"""The work of a process inside the sandbox: it receives one task and carries it out."""

from __future__ import annotations

import base64
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from coursekit.grading.protocol.channel import receive, sealing
from coursekit.grading.protocol.messages import CellsTask, ServeTask, Task, WorkerMessage
from coursekit.grading.worker.notebook_cells import Notebook
from coursekit.grading.worker.reference_modules import reference_modules
from coursekit.grading.worker.server import serve


def work(line: socket.socket) -> None:
    """Carry out the task that arrives on `line`. All messages about cells are signed."""
    task: Task = receive(line)
    sys.path[:] = [path for path in sys.path if path.startswith((sys.prefix, sys.base_prefix))]
    if task["kind"] == "serve":
        _serve(task, line)
    else:
        sys.path.insert(0, "")
        say = sealing(line, bytes.fromhex(task.pop("key")))
        run_cells(task, say)


def _serve(task: ServeTask, line: socket.socket) -> None:
    code = {name: base64.b64decode(text) for name, text in task["reference"].items()}
    serve(line, Path(tempfile.gettempdir(), "tests"), reference_modules(code))


def run_cells(task: CellsTask, say: Callable[[WorkerMessage], None]) -> None:
    """Run the cells of a notebook, and send the outputs of each.

    Send the outputs of an earlier cell again if a later one updates one of its displays.
    """
    notebook = Notebook(task["most"])
    numbers = {cell["count"]: cell["index"] for cell in task["cells"]}
    for cell in task["cells"]:
        say({"kind": "cell", "index": cell["index"]})
        signal.signal(signal.SIGINT, signal.default_int_handler)
        outputs = notebook.run(cell["source"], cell["count"])
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        say({"kind": "outputs", "outputs": outputs})
        for count, earlier in notebook.outputs.shown_again.items():
            say({"kind": "cell", "index": numbers[count]})
            say({"kind": "outputs", "outputs": earlier})
        if notebook.shell.exit_now:
            break
    say({"kind": "done"})
