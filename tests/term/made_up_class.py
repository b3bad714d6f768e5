"""A made-up class: what each student hands in and when, and the points that this deserves.

The points are computed here by hand, without the code of the course, so that a term can be checked
against them.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import nbformat

from tests.small_course import FIRST, STUDENT, SUM

DUE = datetime(2031, 3, 1, 12, 0)
FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dara", "Eli", "Fay", "Gus", "Hana", "Ivo", "June")
LAST_NAMES = ("Ash", "Birch", "Cedar")
MAXIMUM = 12.0
PERCENT, LATE_DAYS, EXTENDED = 10, 1, 2
LATE = f"""
[late]
grace_minutes = 30
percent_per_day = {PERCENT}
late_days = {LATE_DAYS}
hard_stop_days = 5

[grading]"""
DROPPED = """dropped = [
    { item = "counting.mean", test = "test_mean_of_two", on = 2031-03-05, why = "it was unclear" },
    { item = "why_count", on = 2031-03-05, why = "not in the lecture" },
]
"""


@dataclass(frozen=True)
class Numbered:
    """A made-up student, whose ids and names follow from a number."""

    number: int

    @property
    def id(self) -> str:
        return f"{self.number:04d}"

    @property
    def first(self) -> str:
        return FIRST_NAMES[self.number % 10]

    @property
    def last(self) -> str:
        return LAST_NAMES[self.number % 3]

    @property
    def canvas(self) -> int:
        return 100 + self.number


@dataclass(frozen=True)
class MadeUp(Numbered):
    """A student of the small course, and what they hand in."""

    kind: str  # "right", "sum", "stub" or "absent"
    hours_late: float
    extended: bool
    answered: bool

    @property
    def answer_points(self) -> float:
        return float(self.number % 3) if self.answered else 0.0

    def items(self, *, dropped: bool) -> dict[str, float]:
        """The points of each item, before and after a test and a question are dropped."""
        mean = {"right": 6.0, "sum": 4.0 if dropped else 2.0, "stub": 0.0}[self.kind]
        tally = {"right": 4.0, "sum": 4.0, "stub": 0.0}[self.kind]
        answer = 2.0 if dropped else self.answer_points
        return {"counting-mean": mean, "counting-Tally": tally, "why_count": answer}

    def days(self) -> int:
        """The days late that cost points."""
        hours = self.hours_late - 0.5 - (24 * EXTENDED if self.extended else 0)
        return 0 if hours <= 0 else int(-(-hours // 24))

    def total(self, *, dropped: bool) -> float:
        earned = sum(self.items(dropped=dropped).values())
        if self.days() > 5:
            return 0.0
        charged = max(0, self.days() - LATE_DAYS)
        return round(earned - round(earned * PERCENT * charged / 100, 2), 2)


def made_up_class(count: int) -> list[MadeUp]:
    """Return a class in which every combination occurs sooner or later."""
    kinds = ("right", "sum", "stub", "right", "right", "absent")
    hours = (-5.0, -1.0, 0.25, -30.0, 20.0, 49.0, -2.0, 200.0)
    return [
        MadeUp(n, kinds[n % 6], hours[n % 8], n % 7 == 4, n % 4 != 3) for n in range(1, count + 1)
    ]


def canvas_gradebook(students: list[MadeUp]) -> str:
    """Return what Canvas exports: the roster, with an empty column for the part."""
    rows = [
        "Student,ID,SIS User ID,SIS Login ID,Section,part1_counting (901),Current Score",
        "    Points Possible,,,,,12.00,(read only)",
    ]
    for each in students:
        rows.append(f'"{each.last}, {each.first}",{each.canvas},{each.id},u{each.number},A,,')
    return "\n".join([*rows, '"Student, Test",9,,test,A,,', ""])


def moodle_worksheet(students: list[MadeUp]) -> str:
    """Return Moodle's grading worksheet of the part."""
    rows = [
        "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,"
        "Grade can be changed,Last modified (grade),Feedback comments"
    ]
    for each in students:
        name = f"{each.first} {each.last}"
        rows.append(f"Participant {each.number + 5000},{name},{each.id},,,,12.00,Yes,-,")
    return "\n".join([*rows, ""])


def extensions(students: list[MadeUp]) -> str:
    rows = [f"{s.id},{FIRST},,{EXTENDED},illness" for s in students if s.extended]
    return "\n".join(["student,part,until,days,reason", *rows, ""])


def canvas_download(students: list[MadeUp], release: Path, stub: str) -> bytes:
    """Return the zip of all submissions, each packed by the student."""
    whole = io.BytesIO()
    notebook = nbformat.read(release / f"{FIRST}.ipynb", as_version=4)
    codes = {"right": STUDENT["counting"], "sum": SUM, "stub": stub}
    with zipfile.ZipFile(whole, "w") as download:
        for each in students:
            if each.kind == "absent":
                continue
            when = DUE + timedelta(hours=each.hours_late)
            mine = nbformat.from_dict(json.loads(json.dumps(notebook)))
            for cell in mine.cells:
                if cell.metadata.get("nbgrader", {}).get("grade_id") == "why_count":
                    cell.source = f"An answer, {each.number}." if each.answered else cell.source
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as archive:
                archive.writestr(f"{FIRST}.ipynb", json.dumps(mine))
                archive.writestr("student_code/counting.py", codes[each.kind])
            late = "_LATE" if each.hours_late > 0 else ""
            name = f"{each.last}{each.first}".lower()
            name += f"{late}_{each.canvas}_{each.canvas + 9000}_work.zip"
            stamp = (when.year, when.month, when.day, when.hour, when.minute, when.second)
            download.writestr(zipfile.ZipInfo(name, stamp), inner.getvalue())
    return whole.getvalue()
