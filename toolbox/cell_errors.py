"""Explain an error in a cell of a notebook: what happened, where, and what to do first."""

from __future__ import annotations

import ast
import linecache
import os
import re
from collections.abc import Iterator

from toolbox.checks.outcome import Outcome, describe, describe_import

PROMISED = re.compile(r"^# *([A-Za-z_]\w*) = ", re.MULTILINE)


class StoppedCells:
    """The names that are missing because the cell that sets them stopped, and why it did."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}

    def add(self, cell: str, reason: str) -> None:
        self._reasons |= dict.fromkeys(names_set_by(cell), reason)

    def remove(self, cell: str) -> None:
        for name in names_set_by(cell):
            self._reasons.pop(name, None)

    def reason(self, name: str) -> str:
        """Return why the cell that sets `name` stopped, or an empty text."""
        return self._reasons.get(name, "")


def names_set_by(cell: str) -> set[str]:
    """Return the names that the code of a cell defines, or shall define according to a comment.

    A cell that students write shows the form of its result: `# configuration = {"lr": ...}`.
    """
    wanted = {match[1] for match in PROMISED.finditer(cell)}
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError):
        return wanted
    return wanted | {name for statement in body for name in _bound(statement)}


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name.split(".")[0]) for alias in node.names)
    elif isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            yield node.id
    elif not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)


def explain(error: BaseException, stopped: StoppedCells, cell: str = "") -> tuple[list[str], str]:
    """Return the lines that explain an error in a cell to a beginner, and the reason in short."""
    if isinstance(error, (SyntaxError, ModuleNotFoundError)):
        said = describe_import(error)
        return [f"✗ {said}"], said
    if isinstance(error, NameError) and not _through_student_code(error):
        name = getattr(error, "name", None) or ""
        if reason := stopped.reason(name):
            because = f"the cell above that sets it stopped: {reason}"
            return [f"· {name} is missing, because {because.rstrip('.')}."], reason
        said = f"{error}: run the cells above this one first, starting from the top."
        return [f"· {said}"], said
    outcome = Outcome("", "", "", 1.0)
    describe(outcome, error)
    if outcome.status == "stub":
        return [f"· {outcome.got}. Come back to this cell when it is."], outcome.got
    if type(error) is NotImplementedError and not outcome.where:
        said = "This cell is not written yet: replace the line that raises the error."
        return [f"· {said}"], f"{', '.join(sorted(names_set_by(cell))) or 'it'} is not written yet"
    lines = [f"✗ {outcome.got}", *outcome.lines()[1:]]
    if not outcome.where:
        lines.insert(1, f"    {'where':<14}{_place_in_cell(error)}")
    return lines, outcome.got


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
