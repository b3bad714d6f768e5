"""Set up a notebook: edits apply at once, the `%%attempt` magic, a check of package versions."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import Any

from toolbox import course, tested_versions
from toolbox.cell_errors import StoppedCells, explain
from toolbox.checks.outcome import describe_import
from toolbox.edited_modules import EditedModules
from toolbox.interrupts import Interrupted

MEMORY = "course_notebook"  # the attribute of the shell that holds the memory below


class _Notebook:
    """What is remembered between the cells of one running notebook."""

    def __init__(self, shell: Any) -> None:
        self.edited = EditedModules(shell.user_ns)
        self.stopped = StoppedCells()

    def before_cell(self, info: Any = None) -> None:
        """Import edited code again. An `%%attempt` and a check say themselves if that fails."""
        reported = self.edited.problem
        problem = self.edited.refresh()
        text = str(getattr(info, "raw_cell", ""))
        if problem is None or problem is reported or "%%attempt" in text or "checks." in text:
            return
        print(f"✗ {describe_import(problem)}\n    This notebook still uses the code from before.")


def setup(part_id: str) -> None:
    """Prepare this notebook: edits of student_code apply at once, `%%attempt` is available.

    Prints advice in one line if Python, torch, torchvision or numpy have untested versions.

    Raises `KeyError`, listing the existing parts, if `part_id` is unknown.
    """
    whole = course.load()
    part = whole.part(part_id)
    shell = _shell()
    if shell is not None:
        if not hasattr(shell, MEMORY):
            setattr(shell, MEMORY, _Notebook(shell))
            if not grading():  # code doesn't change while grading
                shell.events.register("pre_run_cell", getattr(shell, MEMORY).before_cell)
        shell.register_magic_function(attempt, "cell", "attempt")
    if advice := "" if grading() else tested_versions.advice_on_mismatch():
        print(advice)
    print(f"{part.title}: {course.points_text(part.points)}, about {part.minutes} minutes. Ready.")
    if whole.group_size > 1 and part.individual:
        alone = ", ".join(f"“{question.title}”" for question in part.individual)
        print(f"If you work in a pair, each of you answers these questions alone: {alone}.")
        for module in part.individual_modules:
            print(f"Each of you also writes student_code/{module}.py alone.")


def grading() -> bool:
    """Return whether nbgrader is executing this notebook to grade it."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def attempt(line: str, cell: str) -> None:
    """Run the cell of the magic `%%attempt`, and explain an error instead of raising it.

    For cells that try out the student's code. If a function is not implemented yet, the cell
    reports that and the notebook continues. If an edited file cannot be imported, the cell is not
    run, since it would use the code from before the edit. While nbgrader grades, the cell is
    skipped: only the checks give points.
    """
    if grading():
        print("Skipped while grading.")
        return
    shell = _shell()
    if shell is None:
        raise RuntimeError("%%attempt works only in a notebook")
    now: _Notebook = getattr(shell, MEMORY, None) or _Notebook(shell)
    problem = now.edited.refresh()
    if problem is not None:
        said = describe_import(problem)
        print(f"✗ {said}\n    This cell was not run.")
        now.stopped.add(cell, said)
        return
    with _tracebacks_withheld(shell):
        result = shell.run_cell(cell, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, KeyboardInterrupt):
        raise error if isinstance(error, Interrupted) else Interrupted("Interrupted.") from None
    if error is None:
        now.stopped.remove(cell)
        return
    lines, reason = explain(error, now.stopped, cell)
    now.stopped.add(cell, reason)
    print("\n".join(lines))


def _shell() -> Any:
    """Return the running IPython shell, or None outside a notebook."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return get_ipython()


@contextmanager
def _tracebacks_withheld(shell: object) -> Any:
    names = ("showtraceback", "showsyntaxerror")
    for name in names:
        setattr(shell, name, lambda *args, **kwargs: None)
    try:
        yield
    finally:
        for name in names:
            delattr(shell, name)
