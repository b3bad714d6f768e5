"""What the first cell of every notebook sets up."""

from __future__ import annotations

import linecache
import os
import sys
from contextlib import contextmanager
from typing import Any

from toolbox import course, tested_versions
from toolbox.checks.outcome import Outcome, describe, describe_import


def setup(part_id: str) -> None:
    """Make this notebook ready: edits of student_code count at once, `%%attempt` is known.

    One line says what to do if Python, torch, torchvision or numpy are not tested versions.

    Raises `KeyError` that names the parts there are if `part_id` is none of them.
    """
    part = course.load().part(part_id)
    shell = _shell()
    if shell is not None:
        if not grading():  # nobody edits then, and looking for edits takes longer than most cells
            shell.run_line_magic("load_ext", "autoreload")
            shell.run_line_magic("autoreload", "2")
        shell.register_magic_function(attempt, "cell", "attempt")
    if advice := "" if grading() else tested_versions.advice_on_mismatch():
        print(advice)
    print(f"{part.title}: {part.points:g} points, about {part.minutes} minutes. Ready.")


def grading() -> bool:
    """Whether nbgrader is executing this notebook to grade it."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def attempt(line: str, cell: str) -> None:
    """The cell magic `%%attempt`: run the cell, and tell an error instead of throwing it.

    For cells that show what the student's code does. A function that isn't written yet is said
    to be so, and the notebook goes on. While nbgrader grades, the cell is skipped: points come
    from the checks alone.
    """
    if grading():
        print("Skipped while grading.")
        return
    shell = _shell()
    if shell is None:
        raise RuntimeError("%%attempt works in a notebook only")
    with _tracebacks_withheld(shell):
        result = shell.run_cell(cell, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, KeyboardInterrupt):
        raise error
    if error is not None:
        print("\n".join(tell(error)))


def tell(error: BaseException) -> list[str]:
    """The lines that say what went wrong in a cell, for a beginner."""
    if isinstance(error, (SyntaxError, ModuleNotFoundError)):
        return [f"✗ {describe_import(error)}"]
    if isinstance(error, NameError) and not _through_student_code(error):
        return [f"· {error}: run the cells above this one first, from the top."]
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
    """The running IPython shell, or None outside of a notebook."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return get_ipython()


@contextmanager
def _tracebacks_withheld(shell: Any) -> Any:
    names = ("showtraceback", "showsyntaxerror")
    for name in names:
        setattr(shell, name, lambda *args, **kwargs: None)
    try:
        yield
    finally:
        for name in names:
            delattr(shell, name)
