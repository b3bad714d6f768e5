"""Decide which grades can be returned, and fill them into a platform's gradebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from coursekit.part_grades import StudentGrade
from coursekit.returning.platform_sheet import PlatformSheet, SheetError
from coursekit.returning.row_matching import RowMatch
from coursekit.roster.class_file import Person

FILLED, SAME, UNREAD, MISSING = "returned", "already there", "not read yet", "handed in nothing"
NO_ROW, UNCLEAR, LOCKED = "no row", "unclear row", "locked"
STATES = (UNCLEAR, NO_ROW, LOCKED, UNREAD, MISSING, FILLED, SAME)


@dataclass(frozen=True)
class ReturnRules:
    """What to return."""

    unread: bool = False  # also return grades with answers that are not read yet
    missing_as_zero: bool = False
    scale: bool = False  # convert points to the platform's maximum


@dataclass(frozen=True)
class ReturnLine:
    """The outcome for one student or one row."""

    student: str
    state: str
    points: float | None = None
    before: str = ""  # what the platform had
    reason: str = ""


@dataclass
class ReturnOutcome:
    """The outcome for the class."""

    lines: list[ReturnLine] = field(default_factory=list)

    @property
    def points(self) -> dict[str, float]:
        """The points that the file contains, by student, without scaling."""
        states = (FILLED, SAME)
        return {
            each.student: each.points
            for each in self.lines
            if each.state in states and each.points is not None
        }

    @property
    def all_returned(self) -> bool:
        """Whether every grade that can be returned has a row."""
        return not any(each.state in (UNCLEAR, NO_ROW) for each in self.lines)


def ready(
    grades: dict[str, StudentGrade], people: Iterable[Person], rules: ReturnRules
) -> tuple[dict[str, float], list[ReturnLine]]:
    """Return the points by student that can be returned, and a line for everybody else."""
    points = {}
    others = []
    for student, grade in grades.items():
        if grade.waiting and not rules.unread:
            count = len(grade.waiting)
            reason = f"{count} item{'' if count == 1 else 's'} to grade by hand"
            others.append(ReturnLine(student, UNREAD, reason=reason))
        else:
            points[student] = grade.total
    for person in people:
        if person.id in grades or person.left:
            continue
        if rules.missing_as_zero:
            points[person.id] = 0.0
        else:
            others.append(ReturnLine(person.id, MISSING))
    return points, others


def fill(
    sheet: PlatformSheet,
    matches: dict[int, RowMatch],
    points: dict[str, float],
    maximum: float,
    rules: ReturnRules,
) -> list[ReturnLine]:
    """Write the points into the rows of a sheet. Return a line for each grade and each odd row.

    Raises `SheetError` if the platform's maximum is another one, unless the points are scaled.
    """
    factor = _factor(sheet, maximum, scale=rules.scale)
    lines = []
    seen = set()
    for row in sheet.rows:
        match = matches[row.number]
        if not match.student:
            where = f"line {row.number + 1}, {row.name}".rstrip(", ")
            lines.append(ReturnLine("", UNCLEAR, reason=f"{where}: {match.reason}"))
            continue
        if match.student not in points:
            continue
        seen.add(match.student)
        mine = points[match.student]
        if row.locked:
            lines.append(ReturnLine(match.student, LOCKED, mine, row.grade, row.locked))
            continue
        new = sheet.shown(mine * factor)
        same = sheet.value(row.grade) == sheet.value(new)
        lines.append(ReturnLine(match.student, SAME if same else FILLED, mine, row.grade))
        if not same:
            sheet.cells[row.number][sheet.column] = new
    for student in sorted(points.keys() - seen):
        reason = "no row of the file is this student"
        lines.append(ReturnLine(student, NO_ROW, points[student], reason=reason))
    return lines


def _factor(sheet: PlatformSheet, maximum: float, *, scale: bool) -> float:
    if sheet.maximum is None or abs(sheet.maximum - maximum) < 1e-9 or not maximum:
        return 1.0
    if scale:
        return sheet.maximum / maximum
    raise SheetError(
        f"{sheet.path}: the column {sheet.title!r} has {sheet.maximum:g} points, but the part has "
        f"{maximum:g}. Change the points on the platform and export again, or use --scale to "
        "convert them."
    )
