"""Grades and comments of a part in few queries: every item of every student."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    SubmittedAssignment,
    SubmittedNotebook,
)


@dataclass(frozen=True)
class ItemGrade:
    """The grade of one item: a function, a trained network or a written answer."""

    auto: float | None
    manual: float | None
    extra: float | None
    waiting: bool  # a person has to grade it
    maximum: float

    @property
    def score(self) -> float:
        """The points as nbgrader counts them: a manual score replaces the automatic one."""
        base = self.manual if self.manual is not None else self.auto
        return 0.0 if base is None else base + (self.extra or 0.0)


@dataclass
class StudentGrade:
    """One student's grade in a part."""

    student: str
    submitted: datetime | None = None
    penalty: float = 0.0
    items: dict[str, ItemGrade] = field(default_factory=dict)

    @property
    def earned(self) -> float:
        """The points without the penalty."""
        return round(sum(item.score for item in self.items.values()), 6)

    @property
    def total(self) -> float:
        """The points after the penalty, not below 0."""
        return round(max(0.0, self.earned - self.penalty), 6)

    @property
    def maximum(self) -> float:
        return sum(item.maximum for item in self.items.values())

    @property
    def waiting(self) -> list[str]:
        """The items that a person has to grade."""
        return [name for name, item in self.items.items() if item.waiting]


def part_grades(book: Gradebook, part: str) -> dict[str, StudentGrade]:
    """Return the grades of all students who handed in a part, by student."""
    found: dict[str, StudentGrade] = {}
    submissions = (
        book.db.query(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .filter(Assignment.name == part)
    )
    for student, when, penalty in submissions:
        grade = found.setdefault(student, StudentGrade(student))
        grade.submitted = when.replace(tzinfo=timezone.utc) if when else None
        grade.penalty += float(penalty or 0.0)
    items = cells_of_part(
        book,
        part,
        Grade,
        SubmittedAssignment.student_id,
        GradeCell.name,
        Grade.auto_score,
        Grade.manual_score,
        Grade.extra_credit,
        Grade.needs_manual_grade,
        GradeCell.max_score,
    )
    for student, name, auto, manual, extra, waiting, maximum in items:
        found[student].items[name] = ItemGrade(auto, manual, extra, bool(waiting), float(maximum))
    return dict(sorted(found.items()))


def part_comments(book: Gradebook, part: str) -> dict[str, dict[str, str | None]]:
    """Return the comments on all answers of a part, by student and cell.

    A comment that a person wrote replaces the automatic one, as in nbgrader.
    """
    found: dict[str, dict[str, str | None]] = {}
    columns = (SubmittedAssignment.student_id, BaseCell.name, Comment.comment)
    for student, name, comment in cells_of_part(book, part, Comment, *columns):
        found.setdefault(student, {})[name] = comment
    return found


def cells_of_part(book: Gradebook, part: str, kind: type[Grade | Comment], *columns: Any) -> Any:
    """Query columns of all grades or all comments of a part.

    Columns may be those of the grade or comment, of its cell, and of the submission.
    """
    cell = GradeCell if kind is Grade else BaseCell
    return (
        book.db.query(*columns)
        .select_from(kind)
        .join(cell, cell.id == kind.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .filter(Assignment.name == part)
    )
