"""Remove the solution from a module with nbgrader's own preprocessor.

nbgrader copies `.py` files to the release unchanged. So a module is wrapped as a one-cell notebook
and passes through the same code that strips notebooks; the rest of it does not change by a byte.
"""

from __future__ import annotations

from pathlib import Path

from nbformat import v4
from nbgrader.preprocessors import ClearSolutions

from coursekit.errors import CourseProblem

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "raise NotImplementedError"


class RegionError(CourseProblem, ValueError):
    """The solution regions of a module are malformed; the message says where."""


def without_solution(text: str) -> str:
    """Return the source of a module with each solution region replaced by nbgrader's stub.

    Raises `RegionError` if a region is not closed, or is opened twice.
    """
    cell = v4.new_code_cell(text)
    cell.metadata["nbgrader"] = {"solution": True, "grade": False, "locked": False}
    notebook = v4.new_notebook(cells=[cell])
    if BEGIN not in text:
        return text  # nbgrader would replace all of a cell that has no region
    try:
        ClearSolutions().preprocess(notebook, {})
    except RuntimeError as problem:
        raise RegionError(f"the solution regions are malformed: {problem}") from problem
    return notebook.cells[0].source


def strip_file(path: Path) -> str:
    """Return `without_solution` of a file; errors name the file."""
    try:
        return without_solution(path.read_text(encoding="utf-8"))
    except RegionError as problem:
        raise RegionError(f"{path}: {problem}") from problem


def solution_lines(text: str, *, inside: bool = True) -> list[str]:
    """Return the lines inside the solution regions of a module or cell, without indentation.

    inside: if false, return the lines outside of the regions.
    """
    lines, in_region = [], False
    for line in text.splitlines():
        if BEGIN in line:
            in_region = True
        elif END in line:
            in_region = False
        elif in_region == inside and line.strip():
            lines.append(line.strip())
    return lines
