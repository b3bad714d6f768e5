"""Taking the solution out of a module, with nbgrader's own preprocessor.

nbgrader releases `.py` files as they are. A module wrapped as a notebook of one cell goes
through the very code that strips notebooks, and comes out byte for byte the same elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from nbformat import v4
from nbgrader.preprocessors import ClearSolutions

from coursekit.errors import CourseProblem

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "raise NotImplementedError"


class RegionError(CourseProblem, ValueError):
    """The solution regions of a module do not fit together; the message says where."""


def without_solution(text: str) -> str:
    """The text of a module with each solution region replaced by nbgrader's stub.

    Raises `RegionError` if a region is not closed, or opened twice.
    """
    cell = v4.new_code_cell(text)
    cell.metadata["nbgrader"] = {"solution": True, "grade": False, "locked": False}
    notebook = v4.new_notebook(cells=[cell])
    if BEGIN not in text:
        return text  # nbgrader would replace the whole of a cell that has no region
    try:
        ClearSolutions().preprocess(notebook, {})
    except RuntimeError as problem:
        raise RegionError(f"the solution regions don't fit together: {problem}") from problem
    return notebook.cells[0].source


def strip_file(path: Path) -> str:
    """`without_solution` of a file; the error names it."""
    try:
        return without_solution(path.read_text(encoding="utf-8"))
    except RegionError as problem:
        raise RegionError(f"{path}: {problem}") from problem


def solution_lines(text: str) -> list[str]:
    """The lines inside the solution regions of a module or cell, without their indentation."""
    lines, inside = [], False
    for line in text.splitlines():
        if BEGIN in line:
            inside = True
        elif END in line:
            inside = False
        elif inside and line.strip():
            lines.append(line.strip())
    return lines
