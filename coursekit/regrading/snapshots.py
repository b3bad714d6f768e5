"""All grades of a part as plain data, so that a regrade can be compared and undone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from nbgrader.api import Grade, Gradebook, GradeCell, SubmittedAssignment

from coursekit.part_grades import ItemGrade, StudentGrade, cells_of_part, part_grades

LATE = "late penalty"

Snapshot = dict[str, Any]


def snapshot(book: Gradebook, part: str) -> Snapshot:
    """Return all grades and penalties of a part."""
    return {
        student: {
            "penalty": grade.penalty,
            "items": {name: asdict(item) for name, item in sorted(grade.items.items())},
        }
        for student, grade in part_grades(book, part).items()
    }


def restore(book: Gradebook, part: str, saved: Snapshot) -> int:
    """Write saved grades into the gradebook. Return how many were different.

    Grades of students who are not in the snapshot are not touched. Commits nothing.
    """
    rows = cells_of_part(book, part, Grade, Grade, GradeCell.name, SubmittedAssignment.student_id)
    different = 0
    for grade, name, student in rows.all():
        old = saved.get(student, {}).get("items", {}).get(name)
        if old is None:
            continue
        wanted = (old["auto"], old["manual"], old["extra"], old["waiting"])
        now = (grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
        if now != wanted:
            grade.auto_score, grade.manual_score, grade.extra_credit = wanted[:3]
            grade.needs_manual_grade = wanted[3]
            different += 1
    return different


def student_grade(student: str, saved: dict[str, Any]) -> StudentGrade:
    """Return a saved grade as an object."""
    items = {name: ItemGrade(**item) for name, item in saved["items"].items()}
    return StudentGrade(student, None, saved["penalty"], items)


def differences(before: Snapshot, after: Snapshot) -> list[dict[str, Any]]:
    """Return a row for each item whose points or state changed, and for each changed penalty.

    `old` and `new` are the points, or None if the item waits for a person or has no grade.
    """
    rows: list[dict[str, Any]] = []
    for student in sorted({*before, *after}):
        old = before.get(student, {"penalty": 0.0, "items": {}})
        new = after.get(student, {"penalty": 0.0, "items": {}})
        for name in sorted({*old["items"], *new["items"]}):
            was, now = _points(old["items"].get(name)), _points(new["items"].get(name))
            if was != now:
                rows.append({"student": student, "item": name, "old": was, "new": now})
        if abs(old["penalty"] - new["penalty"]) > 1e-9:
            row = {"student": student, "item": LATE, "old": -old["penalty"]}
            rows.append({**row, "new": -new["penalty"]})
    return rows


def edited(before: Snapshot, after: Snapshot) -> list[tuple[str, str]]:
    """Return each student and item whose grade differs in any way, also while it waits."""
    return [
        (student, name)
        for student, grade in sorted(after.items())
        for name, item in sorted(grade["items"].items())
        if before.get(student, {}).get("items", {}).get(name) != item
    ]


def _points(item: dict[str, Any] | None) -> float | None:
    if item is None or item["waiting"]:
        return None
    return ItemGrade(**item).score
