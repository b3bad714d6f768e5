"""Recompute the penalties for late work whenever scores, dates or extensions changed.

nbgrader computes a penalty once, when it autogrades. A written answer that is read later, an
extension, or a late day that another part uses changes it. Therefore every command that shows or
returns grades settles the penalties first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment, SubmittedNotebook

from coursekit.errors import CourseProblem
from coursekit.roster.class_list import load_class
from coursekit.settings.extension_list import EXTENSIONS, ExtensionsError
from coursekit.settings.late_policy import Lateness, LateTerms


@dataclass(frozen=True)
class PenaltyChange:
    """A penalty that was no longer right."""

    student: str
    part: str
    old: float
    new: float


def terms_of(course_folder: Path) -> LateTerms:
    """Return the due dates, rules and extensions of an nbgrader course.

    Raises `CourseProblem` if an extension is invalid or names a student who is not on the roster.
    """
    try:
        terms = LateTerms.of(course_folder)
    except ExtensionsError as problem:
        raise CourseProblem(str(problem)) from problem
    known = {person.id for person in load_class(course_folder)}
    if known and (unknown := sorted({e.student for e in terms.extensions} - known)):
        raise CourseProblem(
            f"{course_folder / EXTENSIONS} names {', '.join(unknown)}, who is not on the roster. "
            "Correct the id, or add the student with `coursekit roster`."
        )
    return terms


def lateness_by_student(
    book: Gradebook, terms: LateTerms, students: Collection[str] = ()
) -> dict[str, dict[str, Lateness]]:
    """Return the lateness of all submissions in a gradebook, by student and part."""
    submitted: dict[str, dict[str, datetime | None]] = {}
    granted: dict[str, dict[str, timedelta]] = {}
    rows = book.db.query(
        SubmittedAssignment.student_id,
        Assignment.name,
        SubmittedAssignment.timestamp,
        SubmittedAssignment.extension,
    ).join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    for student, part, when, extension in rows:
        if students and student not in students:
            continue
        stamp = when.replace(tzinfo=timezone.utc) if when else None
        submitted.setdefault(student, {})[part] = stamp
        if extension is not None:
            granted.setdefault(student, {})[part] = extension
    return {
        student: terms.lateness(student, mine, granted.get(student))
        for student, mine in submitted.items()
    }


def settle(
    book: Gradebook, terms: LateTerms, students: Collection[str] = ()
) -> list[PenaltyChange]:
    """Make all penalties in a gradebook right. Return what changed; commits nothing."""
    book.db.flush()
    found = lateness_by_student(book, terms, students)
    rows = book.db.query(
        SubmittedNotebook.id,
        SubmittedNotebook.score,  # as a column: a loaded notebook would keep an outdated sum
        SubmittedNotebook.late_submission_penalty,
        SubmittedAssignment.student_id,
        Assignment.name,
    )
    rows = rows.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    rows = rows.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    changes = []
    for notebook, score, penalty, student, part in rows.all():
        if student not in found:
            continue
        lateness = found[student].get(part)
        new = lateness.penalty(float(score or 0.0)) if lateness else 0.0
        old = float(penalty or 0.0)
        if abs(new - old) > 1e-9:
            book.db.get(SubmittedNotebook, notebook).late_submission_penalty = new or None
            changes.append(PenaltyChange(student, part, old, new))
    return changes


@contextmanager
def opened(course_folder: Path) -> Iterator[Gradebook]:
    """Open the gradebook of an nbgrader course. Raises `CourseProblem` if there is none."""
    path = course_folder.resolve() / "gradebook.db"
    if not path.is_file():
        raise CourseProblem(f"{path} does not exist. Run `coursekit build` first.")
    with Gradebook(f"sqlite:///{path}?timeout=60") as book:
        yield book


def settle_course(course_folder: Path, students: Collection[str] = ()) -> list[PenaltyChange]:
    """Make all penalties of an nbgrader course right, and save them."""
    terms = terms_of(course_folder)
    with opened(course_folder) as book:
        changes = settle(book, terms, students)
        book.db.commit()
    return changes
