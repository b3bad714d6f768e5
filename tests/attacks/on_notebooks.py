"""Attacks from the notebook: additional cells, and changes to graded cells.

A string is inserted as the first cell of the notebook; a function changes the notebook itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

Change = Callable[[NotebookNode], Any]

CELLS = {
    "cell_patches_grade": """
from toolbox import checks
checks.grade = lambda function: 1.0
""",
    "cell_patches_told": """
import toolbox.checks.notebook_calls as n
n.earned = lambda outcomes: 14.0
n.told = lambda *a: 14.0
""",
    "cell_patches_pytest": """
import _pytest.python as p
p.Function.runtest = lambda self: None
""",
    "cell_patches_plugin": """
import toolbox.checks.plugin as p
p.describe = lambda *a: None
""",
    "cell_sets_displayhook": """
import sys
class Always:
    def __call__(self, value):
        if value is not None: print("14.0")
sys.displayhook = Always()
get_ipython().displayhook = Always()
""",
    "cell_forges_results": """
from IPython.display import display
from IPython import get_ipython
def after(result):
    result.result = 14.0
get_ipython().events.register("post_run_cell", after)
""",
    "cell_transforms_cells": """
from IPython import get_ipython
get_ipython().input_transformers_cleanup.append(lambda lines: ["14.0\\n"])
""",
    "cell_leaves_at_exit": "import atexit, os\natexit.register(os._exit, 0)\n",
    "cell_exits": "exit()",
    "cell_exits_at_once": "import os\nos._exit(0)",
    "cell_never_ends": "while True:\n    pass",
    "cell_prints_a_lot": "for _ in range(1000):\n    print('x' * 2**20)",
    "cell_draws_a_lot": """
from IPython.display import display, HTML
for _ in range(200): display(HTML("x" * 2**20))
""",
    "cell_writes_modules": """
from pathlib import Path
for path in [*Path("unit_tests").glob("*.py"), *Path("toolbox/checks").glob("*.py")]:
    try: path.write_text("")
    except OSError: pass
text = "from toolbox.checks import expect\\nexpect._check = print"
Path("student_code/scaler.py").write_text(text)
""",
    "cell_reads_hidden_tests": """
import glob, json
for path in glob.glob("*.ipynb") + glob.glob("../../../source/*/*.ipynb"):
    text = open(path).read()
    if "add_hidden_tests" in text:
        print("FOUND", text[text.find("add_hidden"):][:3000])
""",
    "cell_leaves_a_daemon": """
import os, time
if os.fork() == 0:
    os.setsid()
    for _ in range(600):
        for root, _, names in os.walk("."):
            for name in names:
                if name.startswith("test_"):
                    try: open(os.path.join(root, name), "w").close()
                    except OSError: pass
        time.sleep(0.1)
    os._exit(0)
""",
    "cell_reads_its_globals": """
import gc
print([str(o)[:500] for o in gc.get_objects() if isinstance(o, str) and "hidden" in o][:20])
from toolbox.checks import notebook_calls as notebook
print("FOUND" if notebook._hidden else "", notebook._hidden)
""",
    "cell_shadows_checks": "class checks:\n    grade = staticmethod(lambda f: 14.0)\n",
}


def _graded(notebook: NotebookNode) -> list[NotebookNode]:
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [c for c in cells if c.metadata.get("nbgrader", {}).get("grade")]


def _marks(notebook: NotebookNode, **marks: Any) -> None:
    for cell in _graded(notebook):
        cell.metadata.nbgrader.update(marks)


def _tagged(notebook: NotebookNode, tag: str) -> None:
    for cell in _graded(notebook):
        cell.metadata["tags"] = [tag]


def _forged(notebook: NotebookNode) -> None:
    for cell in _graded(notebook):
        data = {"text/plain": str(cell.metadata.nbgrader.points)}
        output = {"output_type": "execute_result", "data": data, "metadata": {}}
        cell.outputs = [NotebookNode({**output, "execution_count": 1})]
        cell.execution_count = 1


def _sources(notebook: NotebookNode, text: str) -> None:
    for cell in _graded(notebook):
        cell.source = text


def _as_markdown(notebook: NotebookNode) -> None:
    for cell in _graded(notebook):
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]


def _deleted(notebook: NotebookNode) -> None:
    mine = _graded(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell not in mine]


def _all_deleted(notebook: NotebookNode) -> None:
    notebook.cells = []


def _doubled(notebook: NotebookNode) -> None:
    for cell in _graded(notebook):
        again = new_code_cell("14.0", metadata=cell.metadata)
        notebook.cells.append(again)


def _swapped(notebook: NotebookNode) -> None:
    mine = _graded(notebook)
    names = [cell.metadata.nbgrader.grade_id for cell in mine]
    for cell, name in zip(mine, names[::-1], strict=True):
        cell.metadata.nbgrader.grade_id = name


def _unknown(notebook: NotebookNode) -> None:
    marks: dict[str, Any] = {
        "grade": True,
        "points": 1000,
        "locked": True,
        "solution": False,
        "task": False,
    }
    marks |= {"grade_id": "a-present", "schema_version": 3, "cell_type": "code"}
    notebook.cells.append(new_code_cell("1000.0", metadata={"nbgrader": marks}))


def _wrong_kinds(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells):
        odd: list[Any] = [7, "x", [], None, {"grade_id": 7}, {"grade": "yes", "grade_id": ["a"]}]
        cell.metadata["nbgrader"] = odd[number % len(odd)]


def _deep(notebook: NotebookNode) -> None:
    inner: Any = {}
    for _ in range(400):
        inner = {"a": inner, "b": [inner]} if _ < 3 else {"a": inner}
    notebook.metadata["bomb"] = inner


def _wide(notebook: NotebookNode) -> None:
    notebook.metadata["bomb"] = {str(n): "x" * 100 for n in range(50_000)}


def _kernel(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "b", "language": "bash"}


CHANGES: dict[str, Change] = {
    "skips_graded_cells": lambda n: _tagged(n, "skip-execution"),
    "allows_errors": lambda n: _tagged(n, "raises-exception"),
    "more_points": lambda n: _marks(n, points=1000),
    "not_graded": lambda n: _marks(n, grade=False),
    "a_solution": lambda n: _marks(n, solution=True),
    "not_locked": lambda n: _marks(n, locked=False),
    "another_checksum": lambda n: _marks(n, checksum="0" * 32),
    "an_old_schema": lambda n: _marks(n, schema_version=1),
    "a_future_schema": lambda n: _marks(n, schema_version=99),
    "forged_outputs": _forged,
    "graded_cells_say_14": lambda n: _sources(n, "14.0"),
    "graded_cells_empty": lambda n: _sources(n, ""),
    "graded_cells_as_text": _as_markdown,
    "deleted_graded_cells": _deleted,
    "no_cells_at_all": _all_deleted,
    "doubled_graded_cells": _doubled,
    "swapped_ids": _swapped,
    "a_cell_of_its_own": _unknown,
    "metadata_of_wrong_kinds": _wrong_kinds,
    "deep_metadata": _deep,
    "wide_metadata": _wide,
    "another_kernel": _kernel,
}
