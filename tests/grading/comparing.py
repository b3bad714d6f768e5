"""What two nbgrader courses hold, field by field, without what differs from run to run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

GRADES = """
    select student.id, base_cell.name, grade.auto_score, grade.manual_score, grade.extra_credit,
           grade.needs_manual_grade
    from grade join base_cell on base_cell.id = grade.cell_id
    join submitted_notebook on submitted_notebook.id = grade.notebook_id
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    join student on student.id = submitted_assignment.student_id
    order by 1, 2"""
COMMENTS = """
    select student.id, base_cell.name, comment.auto_comment, comment.manual_comment
    from comment join base_cell on base_cell.id = comment.cell_id
    join submitted_notebook on submitted_notebook.id = comment.notebook_id
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    join student on student.id = submitted_assignment.student_id
    order by 1, 2"""
SUBMISSIONS = """
    select student.id, assignment.name, submitted_assignment.timestamp,
           submitted_notebook.late_submission_penalty
    from submitted_notebook
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    join assignment on assignment.id = submitted_assignment.assignment_id
    join student on student.id = submitted_assignment.student_id
    order by 1, 2"""


def gradebook(course: Path) -> dict[str, list[Any]]:
    """Every grade, comment and submission, in one order."""
    with sqlite3.connect(course / "gradebook.db") as book:
        queries = {"grades": GRADES, "comments": COMMENTS, "submissions": SUBMISSIONS}
        return {name: book.execute(query).fetchall() for name, query in queries.items()}


def files(course: Path, part: str) -> dict[str, bytes]:
    """The files in `autograded/` but the notebooks, by student and path."""
    root = course / "autograded"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and "__pycache__" not in path.parts
    }


def notebooks(course: Path, part: str) -> dict[str, Any]:
    """The autograded notebooks, without times and without the note on their sandbox."""
    return {
        path.parent.parent.name: _steady(nbformat.read(path, as_version=4), path.parent)
        for path in sorted((course / "autograded").glob(f"*/{part}/*.ipynb"))
    }


def _steady(notebook: Any, folder: Path) -> Any:
    notebook.metadata.pop("coursekit", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.source.startswith("# This cell (id:"):
            cell.pop("id", None)  # nbgrader put it back, and made an id up
        if "outputs" in cell:
            cell.outputs = list(_joined(cell.outputs))
    return notebook


def _joined(outputs: list[Any]) -> Iterator[Any]:
    """A kernel sends what is printed in as many pieces as the moment has it."""
    last: Any = None
    for output in outputs:
        if last is not None and output.get("name") and output.get("name") == last.get("name"):
            last.text += output.text
            continue
        if last is not None:
            yield last
        last = output
    if last is not None:
        yield last
