"""Read nbgrader's gradebook through its own API."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from coursekit.builds.nbgrader_source import grade_id
from toolbox.course import Part


@dataclass(frozen=True)
class GradebookRow:
    """One student's result in one part."""

    student: str
    tasks: dict[str, float]  # points by function
    to_read: int  # written answers that need manual grading
    says: str  # the first finding of the feedback

    @property
    def score(self) -> float:
        return sum(self.tasks.values())


def set_due(course_folder: Path, part: Part, due: str) -> None:
    """Set the due date of a part's assignment, in ISO format. An empty one changes nothing."""
    if due:
        with _opened(course_folder) as book:
            book.update_or_create_assignment(part.id, duedate=due)


def entered(course_folder: Path, part: Part) -> str:
    """Return a hash of the gradebook's data on a part's assignment, without grades.

    The hash is empty if there is no such assignment.
    """
    if not (course_folder / "gradebook.db").is_file():
        return ""
    with _opened(course_folder) as book:
        try:
            assignment = book.find_assignment(part.id)
        except MissingEntry:
            return ""
        found: list[object] = [str(assignment.duedate)]
        for notebook in assignment.notebooks:
            graded = [(c.name, str(c.cell_type), c.max_score) for c in notebook.grade_cells]
            written = [c.name for c in notebook.solution_cells]
            sources = [
                (c.name, str(c.cell_type), c.locked, str(c.source), str(c.checksum))
                for c in notebook.source_cells
            ]
            found += [notebook.name, sorted(graded), sorted(written), sorted(sources)]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def _opened(course_folder: Path) -> Gradebook:
    course = json.loads((course_folder / "course.json").read_text(encoding="utf-8"))["course"]
    address = f"sqlite:///{course_folder / 'gradebook.db'}?timeout=60"
    return Gradebook(address, course["id"])


def rows(course_folder: Path, part: Part) -> list[GradebookRow]:
    """Return the gradebook of `part` in an nbgrader course, one row per student."""
    with Gradebook(f"sqlite:///{course_folder / 'gradebook.db'}?timeout=60") as book:
        found = []
        for submission in book.assignment_submissions(part.id):
            student = submission.student.id
            grades = {g.name: g for nb in submission.notebooks for g in nb.grades}
            tasks = {
                task.function: float(grades[grade_id(task)].score or 0.0) for task in part.tasks
            }
            waiting = sum(1 for grade in grades.values() if grade.needs_manual_grade)
            found.append(GradebookRow(student, tasks, waiting, _says(course_folder, student, part)))
    return sorted(found, key=lambda row: (-row.score, row.student))


def _says(course_folder: Path, student: str, part: Part) -> str:
    path = course_folder / "autograded" / student / part.id / f"{part.id}.ipynb"
    if not path.is_file():
        return "not graded"
    return first_words(nbformat.read(path, as_version=4))


def first_words(notebook: nbformat.NotebookNode) -> str:
    """Return the first mistake that the checks found in a graded notebook, with its explanation.

    Mistakes come before functions that are not implemented yet.
    """
    graded = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    printed = [o.get("text", "") for c in graded for o in c.get("outputs", [])]
    lines = "\n".join(printed).splitlines()
    for mark in ("✗", "·"):
        for number, line in enumerate(lines):
            if line.startswith(mark):
                return f"{line}\n{_reason(lines[number + 1 :])}".strip()
    return "every test passed"


def _reason(lines: list[str]) -> str:
    """Return what the lines below a failed test say: its misconception, else the actual value."""
    for start in ("likely cause", "got"):
        for line in lines:
            if line.startswith(("✗", "✓", "·")):
                break  # the next test begins
            if line.strip().startswith(start):
                return line.strip().removeprefix(start).strip()
    return ""
