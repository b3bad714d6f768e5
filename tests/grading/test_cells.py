"""Cells executed in the grader's process produce the same outputs as in a Jupyter kernel."""

from __future__ import annotations

import json
import multiprocessing
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.grading.protocol.messages import CellsTask, RunCell, WorkerMessage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the grader runs on Linux")

SHOW = "from IPython.display import *"

CELLS = {
    "matplotlib figure": "import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)).gca();",
    "figure as a value": "plt.close('all')\n"
    "figure = plt.figure(figsize=(1, 1))\nplt.close()\nfigure",
    "PIL image": "from PIL import Image as Picture\nPicture.new('L', (3, 2), 7)",
    "PNG bytes": f"{SHOW}\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 40)",
    "HTML": "display(HTML('<b>bold</b>'), Markdown('*m*'), metadata={'text/html': {'a': 1}})",
    "numpy scalar in data": "import numpy as np\n"
    "display({'application/json': {'a': np.float32(0.5), 'b': np.int64(3)}}, raw=True)",
    "numpy scalar in metadata": "display({'text/plain': 'x'}, raw=True,"
    " metadata={'n': np.int64(3), 'f': np.float64(0.25)})",
    "numpy array in data": "display({'application/json': np.arange(3)}, raw=True)",
    "not a number": "display({'application/json': {'a': float('nan')}}, raw=True)",
    "date and set": "import datetime\n"
    "display({'application/json': [datetime.date(2027, 1, 2), {1}]}, raw=True)",
    "bytes": "display({'application/pdf': b'%PDF'}, raw=True)",
    "bytes from a method": "class Drawn:\n"
    "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    "        data = {'image/png': b'png', 'text/plain': 'drawn'}\n"
    "        return data, {'image/png': {'w': np.int32(2)}}\n"
    "Drawn()",
    "object without a JSON form": "display({'application/json': object}, raw=True)",
    "the next cell runs": "print('still here')",
    "no dictionary": "publish_display_data('text')",
    "display to update": "shown = display(HTML('before'), display_id='one')",
    "update in a later cell": "shown.update(HTML('after'))\nprint('updated')",
    "display under the same id": "display(HTML('once more'), display_id='one');",
    "update in the same cell": "h = display('a', display_id='two')\nh.update('b')",
    "clear": "print('gone')\nclear_output()\nprint('kept')",
    "clear and wait": "print('gone')\nclear_output(wait=True)\ndisplay('kept')",
    "clear and wait for nothing": "print('kept')\nclear_output(wait=True)",
    "after a pending clear": "print('kept, too')",
}


def _ours(cells: list[str], to: Any) -> None:
    """Run `cells` like a process inside a sandbox, and send their outputs by number."""
    from coursekit.grading.worker.main import run_cells

    said: list[WorkerMessage] = []
    numbered = [
        RunCell(kind="run", index=n, source=text, count=n + 1) for n, text in enumerate(cells)
    ]
    sys.path.insert(0, "")
    task: CellsTask = {"kind": "cells", "key": "", "most": 1 << 20, "cells": numbered}
    run_cells(task, said.append)
    to.send(json.dumps(said))


@pytest.fixture(scope="module")
def outputs() -> tuple[list[Any], list[Any]]:
    """The outputs of `CELLS` by cell, from the grader and from a kernel."""
    sources = list(CELLS.values())
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_ours, args=(sources, theirs))
    process.start()
    theirs.close()
    at, found = 0, dict[int, Any]()
    for message in json.loads(ours.recv()):
        if message["kind"] == "cell":
            at = message["index"]
        elif message["kind"] == "outputs":
            found[at] = message["outputs"]
    process.join()
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, allow_errors=True, kernel_name="python3").execute()
    theirs_by_cell = [_joined(cell.outputs) for cell in notebook.cells]
    return [found[n] for n in range(len(sources))], theirs_by_cell


def _joined(outputs: list[Any]) -> list[Any]:
    """Join text that follows text: on a busy machine, a kernel sends one line in several pieces."""
    joined: list[Any] = []
    for each in outputs:
        before = joined[-1] if joined else {}
        if each["output_type"] == "stream" and before.get("name") == each["name"]:
            before["text"] += each["text"]
        else:
            joined.append(each)
    return joined


@pytest.mark.parametrize("name", CELLS)
def test_outputs_are_those_of_a_kernel(name: str, outputs: tuple[list[Any], list[Any]]) -> None:
    number = list(CELLS).index(name)
    ours, theirs = (_comparable(each[number]) for each in outputs)
    assert ours == theirs


def _comparable(outputs: Any) -> Any:
    """Return outputs as plain data; only the type of errors, since tracebacks name local files."""
    plain = json.loads(json.dumps(outputs))
    nbformat.validate(nbformat.from_dict(as_notebook(plain)))
    return [{"error": each["ename"]} if each["output_type"] == "error" else each for each in plain]


def as_notebook(outputs: Any) -> Any:
    cell = {**new_code_cell(""), "outputs": outputs}
    return {**new_notebook(), "cells": [cell]}


def test_the_cells_that_should_fail_do(outputs: tuple[list[Any], list[Any]]) -> None:
    failed = {
        name
        for name, shown in zip(CELLS, outputs[1], strict=True)
        if any(each["output_type"] == "error" for each in shown)
    }
    assert failed == {"object without a JSON form", "no dictionary"}


def test_a_figure_of_the_toolbox_is_kept_and_shown(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    cells = [
        f"import os; os.environ['COURSE_RESULTS'] = {str(tmp_path)!r}",
        "import matplotlib.pyplot as plt\nfrom toolbox import results\n"
        "figure, _ = plt.subplots(figsize=(1, 1))\nresults.figure('curve', figure)",
        "print('later')",
    ]
    process = context.Process(target=_ours, args=(cells, theirs))
    process.start()
    theirs.close()
    said = [each["outputs"] for each in json.loads(ours.recv()) if each["kind"] == "outputs"]
    process.join()
    (shown,) = (each for each in said[1] if each["output_type"] == "display_data")
    assert shown["data"]["image/png"].startswith("iVBOR")
    assert said[2] == [{"output_type": "stream", "name": "stdout", "text": "later\n"}]
