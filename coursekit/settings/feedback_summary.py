"""The first part of a feedback page: who, how many points, what failed, and what to do about it.

A preprocessor collects this from the gradebook and from the outputs of the graded cells, and passes
it to the template in `feedback_page/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from .late_policy import LateTerms, submissions_of

FAILED, STUB = "✗ ", "· "
CAUSE, HINTS = "likely cause", ("hint", "hint 2", "meaning")
EXPLAINED = (CAUSE, *HINTS, "called", "expected", "got", "where")
WIDTH = 14  # of the names in a check's explanation
SETUP = "notebook.setup("


@dataclass
class Requirement:
    """A requirement that the student's code does not meet yet."""

    text: str
    written: bool = True  # False: not implemented yet
    cause: str = ""
    hints: list[str] = field(default_factory=list)


@dataclass
class FeedbackItem:
    """One item with points on the page."""

    id: str
    title: str
    kind: str  # "task", "training" or "question"
    points: float
    maximum: float
    waiting: bool
    requirements: list[Requirement] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The points, or that the answer was not read yet."""
        if self.waiting:
            return "not read yet" if self.kind == "question" else "not graded yet"
        return f"{self.points:g} of {self.maximum:g}"

    @property
    def mark(self) -> str:
        if self.waiting:
            return "…"
        if self.points >= self.maximum:
            return "✓"
        return "◐" if self.points > 0 else "✗"

    @property
    def word(self) -> str:
        """The meaning of the mark, for screen readers."""
        words = {"…": "waiting", "✓": "all points", "◐": "some points", "✗": "no points"}
        return words[self.mark]


@dataclass(frozen=True)
class ItemPoints:
    """The points of one item in the gradebook."""

    points: float
    maximum: float
    waiting: bool  # a person has to grade it


@dataclass(frozen=True)
class GradedWork:
    """What the gradebook and the regrades say about one submission."""

    name: str  # of the student
    items: Mapping[str, ItemPoints]  # by id
    earned: float
    penalty: float
    late: list[str]  # how the penalty comes about
    changes: list[dict[str, Any]]  # by regrades, the newest first


class FeedbackSummary(NbGraderPreprocessor):
    """Collect what the feedback page begins with."""

    course_folder = Unicode("", help="The nbgrader course.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Add the summary to the resources of the page."""
        known = resources["nbgrader"]
        part, student = known["assignment"], known["student"]
        facts = json.loads((Path(self.course_folder) / "course.json").read_text(encoding="utf-8"))
        mine: dict[str, Any] = next((p for p in facts["parts"] if p["id"] == part), {})
        work = self.graded_work(part, student, known["db_url"])
        items = [
            _item(cell, work.items, mine)
            for cell in nb.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id") in work.items
        ]
        resources["feedback"] = {
            "course": facts["course"].get("title", ""),
            "part": mine.get("title", part),
            "name": work.name,
            "student": student,
            "items": items,
            "earned": work.earned,
            "penalty": work.penalty,
            "total": max(0.0, work.earned - work.penalty),
            "maximum": sum(item.maximum for item in items),
            "waiting": sum(item.waiting for item in items),
            "late": work.late,
            "changes": _named(work.changes, items),
            "setup": SETUP,
        }
        known["score"], known["late_penalty"] = work.earned - work.penalty, work.penalty
        return nb, resources

    def graded_work(self, part: str, student: str, db_url: str) -> GradedWork:
        """Read a student's grades. Correct the penalty in the gradebook if it is out of date."""
        folder = Path(self.course_folder)
        with Gradebook(db_url) as book:
            who = book.find_student(student)
            submission = book.find_submission(part, student)
            items = {
                grade.name: ItemPoints(
                    float(grade.score or 0.0),
                    float(grade.max_score or 0.0),
                    bool(grade.needs_manual_grade),
                )
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            earned = float(submission.score or 0.0)
            penalty, late = _late(book, folder, part, student, earned)
            name = " ".join(filter(None, (who.first_name, who.last_name))) or student
            notebook = submission.notebooks[0]
            if (notebook.late_submission_penalty or 0.0) != penalty:
                notebook.late_submission_penalty = penalty or None
                book.db.commit()
        changes = changes_for(folder, part, student)
        return GradedWork(name, items, earned, penalty, late, changes)


def _named(changes: list[dict[str, Any]], items: list[FeedbackItem]) -> list[dict[str, Any]]:
    """Return changes with the titles of items instead of their ids."""
    titles = {item.id: item.title for item in items}
    return [
        {**each, "rows": [{**r, "item": titles.get(r["item"], r["item"])} for r in each["rows"]]}
        for each in changes
    ]


def _late(
    book: Gradebook, folder: Path, part: str, student: str, earned: float
) -> tuple[float, list[str]]:
    """Return the penalty for late work, and its explanation."""
    submitted, granted = submissions_of(book, student)
    found = LateTerms.of(folder).lateness(student, submitted, granted).get(part)
    return (found.penalty(earned), found.lines(earned)) if found else (0.0, [])


def _item(
    cell: NotebookNode, grades: Mapping[str, ItemPoints], part: dict[str, Any]
) -> FeedbackItem:
    mark = cell.metadata.nbgrader
    grade = grades[mark.grade_id]
    questions = {each["id"]: each["title"] for each in part.get("questions", [])}
    tasks = {each["function"].replace(".", "-"): each["function"] for each in part.get("tasks", [])}
    runs = {f"trained-{each['run']}": each["run"] for each in part.get("trained", [])}
    kind = "question" if mark.get("solution") else "training" if mark.grade_id in runs else "task"
    title = questions.get(mark.grade_id) or tasks.get(mark.grade_id)
    if title is None:
        run = runs.get(mark.grade_id)
        title = f"The trained network {run}" if run else mark.grade_id
    read = "task" if kind == "training" else kind
    return FeedbackItem(
        mark.grade_id,
        title,
        kind,
        grade.points,
        grade.maximum,
        grade.waiting,
        requirements(_printed(cell)) if read == "task" else [],
    )


def _printed(cell: NotebookNode) -> Iterable[str]:
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stdout":
            yield from output.text.splitlines()


def requirements(lines: Iterable[str]) -> list[Requirement]:
    """Return the requirements that failed, from the lines that the checks printed."""
    found: list[Requirement] = []
    current: Requirement | None = None
    for line in lines:
        if line.startswith((FAILED, STUB)):
            current = Requirement(line[len(FAILED) :].strip(), written=line.startswith(FAILED))
            found.append(current)
        elif not line.startswith("    "):
            current = None
        elif current is not None:
            name, text = line[4 : 4 + WIDTH].strip(), line[4 + WIDTH :].strip()
            if name == CAUSE:
                current.cause = text
            elif name in HINTS:
                current.hints.append(text)
    return found


def changes_for(folder: Path, part: str, student: str) -> list[dict[str, Any]]:
    """Return what regrades changed for a student, the newest first."""
    return changes_by_student(folder, part).get(student, [])


def changes_by_student(folder: Path, part: str) -> dict[str, list[dict[str, Any]]]:
    """Return what regrades changed, by student, the newest regrade first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((folder / "regrades" / part).glob("*/report.json"), reverse=True):
        report = json.loads(path.read_text(encoding="utf-8"))
        if report.get("undone"):
            continue
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in report.get("changes", []):
            rows.setdefault(row["student"], []).append(row)
        for student, mine in rows.items():
            change = {"when": report["when"][:10], "why": report["why"], "rows": mine}
            found.setdefault(student, []).append(change)
    return found
