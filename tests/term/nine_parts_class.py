"""A class in the course of nine parts, and the points that its work deserves, computed by hand.

Nothing here uses the code of the course, so that a term can be checked against it.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tests.small_course import FIRST, SECOND
from tests.term.made_up_class import Numbered
from tests.term.nine_parts import (
    ABSENT,
    DROPPED,
    DUE,
    FORMULA,
    GRACE,
    LATE_DAYS,
    MAXIMUM,
    MODULE,
    PARTS,
    PERCENT,
    QUESTIONS,
    RIGHT,
    ROUNDS,
    SLIP,
    STOP,
    STRICT,
    STUB,
    SUM,
)

KINDS = {
    FIRST: (RIGHT, SUM, STUB, RIGHT, ABSENT),
    SECOND: (RIGHT, STUB, RIGHT, ABSENT),
} | dict.fromkeys(PARTS[2:], (RIGHT, SLIP, ROUNDS, STUB, RIGHT, ABSENT, SLIP))
HOURS = (-5.0, -1.0, 0.25, -30.0, 20.0, 49.0, -2.0, 75.0, -0.5, 200.0, -8.0)


@dataclass(frozen=True)
class Member(Numbered):
    """One student of the class, and what they hand in for each part."""

    def kind(self, part: str) -> str:
        kinds = KINDS[part]
        return kinds[(self.number * 3 + PARTS.index(part)) % len(kinds)]

    def hands_in(self, part: str) -> bool:
        return self.kind(part) != ABSENT

    def hours_late(self, part: str) -> float:
        return HOURS[(self.number * 5 + PARTS.index(part) * 2) % len(HOURS)]

    def answers(self, part: str) -> bool:
        return part in QUESTIONS and (self.number + PARTS.index(part)) % 4 != 3

    def read_points(self, part: str) -> float:
        """The points that the instructor gives for the written answer."""
        return float(self.number % (int(QUESTIONS[part][1]) + 1)) if self.answers(part) else 0.0

    def extensions(self) -> dict[str, int]:
        """The days of each extension, by part. `*` means every part."""
        own = {STRICT: 2} if self.number % 7 == 4 else {}
        return own | ({"*": 1} if self.number % 11 == 3 else {})

    def items(self, part: str, *, regraded: bool) -> dict[str, float]:
        """The points of each item of a part that the student handed in."""
        kind = self.kind(part)
        if part == FIRST:
            code = {
                "counting-mean": {RIGHT: 6.0, SUM: 2.0, STUB: 0.0}[kind],
                "counting-Tally": {RIGHT: 4.0, SUM: 4.0, STUB: 0.0}[kind],
            }
        elif part == SECOND:
            three = 3.0 if kind == RIGHT else 0.0
            code = {"words-longest": three, "counting-spread": three}
        else:
            n = PARTS.index(part) + 1
            half = {RIGHT: n, ROUNDS: n, SLIP: n / 2, STUB: 0.0}[kind]
            hidden = {RIGHT: 2.0, ROUNDS: 2.0, SLIP: 0.0, STUB: 0.0}[kind]
            if part == STRICT:  # here the hidden test has a positive number
                hidden = {RIGHT: 2.0, ROUNDS: 2.0 * regraded, SLIP: 2.0, STUB: 0.0}[kind]
            code = {f"steps{n}-advance": half + hidden}
        if part not in QUESTIONS:
            return code
        name, most = QUESTIONS[part]
        dropped = part == DROPPED and regraded
        return code | {name: most if dropped else self.read_points(part)}

    def days_late(self, part: str) -> int:
        """The days that count, with the most generous extension."""
        mine = self.extensions()
        extended = max(mine.get(part, 0), mine.get("*", 0))
        hours = self.hours_late(part) - GRACE - 24 * extended
        return 0 if hours <= 0 else int(-(-hours // 24))

    def totals(self, *, until: str, regraded: bool) -> dict[str, float]:
        """The points after the penalties, for the parts handed in so far.

        The shared late days go to the first late parts; work after the stop uses them as well.
        """
        left, found = LATE_DAYS, {}
        for part in PARTS[: PARTS.index(until) + 1]:
            if not self.hands_in(part):
                continue
            earned = sum(self.items(part, regraded=regraded).values())
            days = self.days_late(part)
            free = min(left, days, STOP)
            left -= free
            lost = round(earned * PERCENT * (days - free) / 100, 2)
            found[part] = 0.0 if days > STOP else round(max(0.0, earned - lost), 2)
        return found


def members(count: int) -> list[Member]:
    return [Member(number) for number in range(1, count + 1)]


def canvas_gradebook(students: list[Member]) -> str:
    """Return what Canvas exports: the roster, with an empty column for each part."""
    columns = ",".join(f"{part} ({900 + n})" for n, part in enumerate(PARTS))
    points = ",".join(f"{MAXIMUM[part]:.2f}" for part in PARTS)
    rows = [
        f"Student,ID,SIS User ID,SIS Login ID,Section,{columns},Current Score",
        f"    Points Possible,,,,,{points},(read only)",
    ]
    empty = "," * (len(PARTS) - 1)
    for each in students:
        name = f'"{each.last}, {each.first}"'
        rows.append(f"{name},{each.canvas},{each.id},u{each.number},A,{empty},")
    return "\n".join([*rows, ""])


def moodle_worksheet(students: list[Member], part: str) -> str:
    """Return Moodle's grading worksheet of a part."""
    rows = [
        "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,"
        "Grade can be changed,Last modified (grade),Feedback comments"
    ]
    for each in students:
        who = f"Participant {each.number + 5000},{each.first} {each.last},{each.id}"
        rows.append(f"{who},,,,{MAXIMUM[part]:.2f},Yes,-,")
    return "\n".join([*rows, ""])


def extension_list(students: list[Member]) -> str:
    rows = [
        f"{each.id},{part},,{days},approved"
        for each in students
        for part, days in each.extensions().items()
    ]
    return "\n".join(["student,part,until,days,reason", *rows, ""])


def canvas_download(students: list[Member], part: str, course: Path) -> bytes:
    """Return Canvas's zip of all submissions of a part, each packed by the student."""
    release = course / "build" / "nbgrader" / "release" / part
    notebook = nbformat.read(release / f"{part}.ipynb", as_version=4)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as download:
        for each in students:
            if not each.hands_in(part):
                continue
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as archive:
                archive.writestr(f"{part}.ipynb", json.dumps(_answered(notebook, each, part)))
                for name, text in _modules(each.kind(part), part, course, release).items():
                    archive.writestr(f"student_code/{name}.py", text)
            late = "_LATE" if each.hours_late(part) > 0 else ""
            name = f"{each.last}{each.first}".lower()
            name += f"{late}_{each.canvas}_{each.canvas + 9000}_work.zip"
            when = (DUE[part] + timedelta(hours=each.hours_late(part))).timetuple()[:6]
            download.writestr(zipfile.ZipInfo(name, when), inner.getvalue())
    return whole.getvalue()


def _answered(notebook: NotebookNode, student: Member, part: str) -> NotebookNode:
    mine = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in mine.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if student.answers(part) and name == QUESTIONS[part][0]:
            cell.source = f"An answer, {student.number}: $x^2$."
    return mine


def _modules(kind: str, part: str, course: Path, release: Path) -> dict[str, str]:
    """Return the modules that a student of a kind hands in."""
    names = {FIRST: ("counting",), SECOND: ("words", "counting")}
    modules = names.get(part) or (f"steps{PARTS.index(part) + 1}",)
    folder = release if kind == STUB else course
    texts = {m: (folder / "student_code" / f"{m}.py").read_text("utf-8") for m in modules}
    if kind == SUM:
        texts["counting"] = texts["counting"].replace(" / len(values)", "")
    elif kind in (SLIP, ROUNDS):
        formula = FORMULA[kind].format(n=PARTS.index(part) + 1)
        texts[modules[0]] = MODULE.format(formula=formula)
    return texts
