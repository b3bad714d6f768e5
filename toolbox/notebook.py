"""Set up a notebook: autoreload, the `%%attempt` magic, and a check of package versions."""

from __future__ import annotations

import linecache
import os
import sys
from contextlib import contextmanager
from typing import Any

from toolbox import course, tested_versions
from toolbox.checks.outcome import Outcome, describe, describe_import


def setup(part_id: str) -> None:
    """Prepare this notebook: edits of student_code apply at once, `%%attempt` is available.

    Prints advice in one line if Python, torch, torchvision or numpy have untested versions.

    Raises `KeyError`, listing the existing parts, if `part_id` is unknown.
    """
    part = course.load().part(part_id)
    shell = _shell()
    if shell is not None:
        if not grading():  # code doesn't change while grading, and autoreload slows every cell
            shell.run_line_magic("load_ext", "autoreload")
            shell.run_line_magic("autoreload", "2")
        shell.register_magic_function(attempt, "cell", "attempt")
    if advice := "" if grading() else tested_versions.advice_on_mismatch():
        print(advice)
    print(f"{part.title}: {part.points:g} points, about {part.minutes} minutes. Ready.")


def grading() -> bool:
    """Return whether nbgrader is executing this notebook to grade it."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def attempt(line: str, cell: str) -> None:
    """Run the cell of the magic `%%attempt`, and explain an error instead of raising it.

    For cells that try out the student's code. If a function is not implemented yet, the cell
    reports that and the notebook continues. While nbgrader grades, the cell is skipped: only the
    checks give points.
    """
    if grading():
        print("Skipped while grading.")
        return
    shell = _shell()
    if shell is None:
        raise RuntimeError("%%attempt works only in a notebook")
    with _tracebacks_withheld(shell):
        result = shell.run_cell(cell, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, KeyboardInterrupt):
        raise error
    if error is not None:
        print("\n".join(tell(error)))


def tell(error: BaseException) -> list[str]:
    """Return the lines that explain to a beginner what went wrong in a cell."""
    if isinstance(error, (SyntaxError, ModuleNotFoundError)):
        return [f"✗ {describe_import(error)}"]
    if isinstance(error, NameError) and not _through_student_code(error):
        return [f"· {error}: run the cells above this one first, starting from the top."]
    outcome = Outcome("", "", "", 1.0)
    describe(outcome, error)
    if outcome.status == "stub":
        return [f"· {outcome.got}. Come back to this cell when it is."]
    if type(error) is NotImplementedError and not outcome.where:
        return ["· This cell is not written yet: replace the line that raises the error."]
    lines = [f"✗ {outcome.got}", *outcome.lines()[1:]]
    if not outcome.where:
        lines.insert(1, f"    {'where':<11}{_place_in_cell(error)}")
    return lines


def _through_student_code(error: BaseException) -> bool:
    tb = error.__traceback__
    while tb is not None:
        if os.sep + "student_code" + os.sep in tb.tb_frame.f_code.co_filename:
            return True
        tb = tb.tb_next
    return False


def _place_in_cell(error: BaseException) -> str:
    tb, place = error.__traceback__, "this cell"
    while tb is not None:
        filename = tb.tb_frame.f_code.co_filename
        if "ipython-input" in filename or "ipykernel" in filename:
            text = linecache.getline(filename, tb.tb_lineno).strip()
            place = f"this cell, line {tb.tb_lineno}: {text}"
        tb = tb.tb_next
    return place


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
