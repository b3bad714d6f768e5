"""Compare the contents of two nbgrader courses, ignoring what differs from run to run."""

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
    """Return every grade, comment and submission in a fixed order."""
    with sqlite3.connect(course / "gradebook.db") as book:
        queries = {"grades": GRADES, "comments": COMMENTS, "submissions": SUBMISSIONS}
        return {name: book.execute(query).fetchall() for name, query in queries.items()}


def files(course: Path, part: str) -> dict[str, bytes]:
    """Return the students' own files in `autograded/` except notebooks, by student and path.

    Plain nbgrader copies the course's own files for each student, `coursekit grade` does not;
    `repeated` returns those.
    """
    shared = _shared(course, part)
    return {
        f"{student}/{name}": path.read_bytes()
        for student, name, path in _copied(course, part)
        if name not in shared
    }


def repeated(course: Path, part: str) -> dict[str, bool]:
    """Return the course's own files that are in `autograded/`, and whether each is unchanged."""
    shared = _shared(course, part)
    return {
        f"{student}/{name}": path.read_bytes() == shared[name].read_bytes()
        for student, name, path in _copied(course, part)
        if name in shared
    }


def _shared(course: Path, part: str) -> dict[str, Path]:
    """Return the files that all students have in the instructor's version, by path."""
    source = course / "source" / part
    modules = {path for path in source.glob("student_code/*.py") if path.name != "__init__.py"}
    found = [path for path in source.rglob("*") if path.is_file() and path not in modules]
    return {path.relative_to(source).as_posix(): path for path in found}


def _copied(course: Path, part: str) -> Iterator[tuple[str, str, Path]]:
    for folder in sorted((course / "autograded").glob(f"*/{part}")):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and path.suffix != ".ipynb" and "__pycache__" not in path.parts:
                yield folder.parent.name, name, path


def notebooks(course: Path, part: str) -> dict[str, Any]:
    """Return the autograded notebooks without times and the note about their sandbox."""
    return {
        path.parent.parent.name: _steady(nbformat.read(path, as_version=4), path.parent)
        for path in sorted((course / "autograded").glob(f"*/{part}/*.ipynb"))
    }


def _steady(notebook: Any, folder: Path) -> Any:
    notebook.metadata.pop("coursekit", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.source.startswith("# This cell (id:"):
            cell.pop("id", None)  # nbgrader restored the cell with a random id
        if "outputs" in cell:
            cell.outputs = list(_joined(cell.outputs))
    return notebook


def _joined(outputs: list[Any]) -> Iterator[Any]:
    """Join printed output, which a kernel splits into pieces at random."""
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
