"""What feedback pages show from the gradebook, read for all students of a part at once.

nbgrader asks the database for each cell of each student.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, Student, SubmittedAssignment, SubmittedNotebook

from coursekit.deadlines.penalties import lateness_by_student, terms_of
from coursekit.part_grades import StudentGrade, part_comments
from coursekit.settings.feedback_summary import GradedWork, ItemPoints, changes_by_student


@dataclass(frozen=True)
class PageFacts:
    """What the page of one student shows, apart from the notebook."""

    work: GradedWork
    comments: dict[str, str | None]  # by cell


def page_facts(
    course_folder: Path, part: str, grades: dict[str, StudentGrade], book: Gradebook
) -> dict[str, PageFacts]:
    """Return the facts of each student in `grades`. Penalties must be settled."""
    lateness = lateness_by_student(book, terms_of(course_folder), grades.keys())
    changes = changes_by_student(course_folder, part)
    comments = part_comments(book, part)
    earned, names = _earned(book, part), _names(book)
    found = {}
    for student, grade in grades.items():
        late = lateness.get(student, {}).get(part)
        score = earned[student]
        work = GradedWork(
            names.get(student) or student,
            {
                name: ItemPoints(item.score, item.maximum, item.waiting)
                for name, item in grade.items.items()
            },
            score,
            late.penalty(score) if late else 0.0,
            late.lines(score) if late else [],
            changes.get(student, []),
        )
        found[student] = PageFacts(work, comments.get(student, {}))
    return found


def _earned(book: Gradebook, part: str) -> dict[str, float]:
    """Return nbgrader's own sums, since one rounded differently could change a penalty."""
    rows = (
        book.db.query(SubmittedAssignment.student_id, SubmittedNotebook.score)
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .filter(Assignment.name == part)
    )
    return {student: float(score or 0.0) for student, score in rows}


def _names(book: Gradebook) -> dict[str, str]:
    rows = book.db.query(Student.id, Student.first_name, Student.last_name)
    return {student: " ".join(filter(None, names)) for student, *names in rows}
