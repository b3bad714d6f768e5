"""A gradebook as a platform exports it: its rows, who they are, and the column of the grade.

Everything that is not a grade stays as the platform wrote it. Canvas has rows above the students
and a column for each assignment; Moodle's grading worksheet and Gradescope's scores have one.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.errors import CourseProblem
from coursekit.roster.class_file import delimiter_of, heading, read_text
from coursekit.roster.spellings import squeezed
from toolbox.course import Part

CANVAS, MOODLE, GRADESCOPE, PLAIN = "canvas", "moodle", "gradescope", "csv"
PLATFORMS = (CANVAS, MOODLE, GRADESCOPE, PLAIN)
# Columns that identify a row, by kind.
IDENTITY = {
    CANVAS: {"id": "canvas_id", "sis user id": "sis_id", "sis login id": "login"},
    MOODLE: {
        "identifier": "participant",
        "id number": "sis_id",
        "username": "login",
        "email address": "email",
    },
    GRADESCOPE: {"sid": "sis_id", "email": "email"},
}
NAMES = {
    CANVAS: ("student", "firstname", "lastname"),
    MOODLE: ("full name", "first name", "last name"),
    GRADESCOPE: ("name", "first name", "last name"),
}
REQUIRED = {CANVAS: ("id", "section"), MOODLE: ("identifier", "grade"), GRADESCOPE: ("email",)}
HOW = {
    CANVAS: "In Canvas: Grades, Export, Export Entire Gradebook.",
    MOODLE: "In Moodle, in English: the assignment, Submissions, Download grading worksheet.",
    GRADESCOPE: "In Gradescope: the assignment, Review Grades, Download Grades, CSV.",
}


class SheetError(CourseProblem):
    """A platform's gradebook cannot be filled in; the message says why and what to do."""


@dataclass(frozen=True)
class SheetRow:
    """The row of one student: its line, what identifies it, and the grade in it."""

    number: int  # index in the file, from 0
    identity: dict[str, str]  # by kind: canvas_id, sis_id, login, email, participant
    name: str
    grade: str
    locked: str = ""  # why the grade must not be changed


@dataclass
class PlatformSheet:
    """A platform's gradebook with the column of one part."""

    path: Path
    platform: str
    cells: list[list[str]]
    delimiter: str
    column: int  # the column of the grade
    maximum: float | None  # the platform's maximum
    comma: bool  # numbers have a decimal comma
    rows: list[SheetRow] = field(default_factory=list)
    bom: bool = False

    @property
    def title(self) -> str:
        return self.cells[0][self.column]

    def shown(self, points: float) -> str:
        """Return a number as the platform writes it."""
        text = f"{points:.2f}"
        return text.replace(".", ",") if self.comma else text

    def value(self, text: str) -> float | None:
        """Return the number in a cell, or None if it is empty or no number."""
        try:
            return float(text.strip().replace(",", "."))
        except ValueError:
            return None

    def content(self) -> bytes:
        """Return the file, with everything but the filled cells unchanged in value."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerows(self.cells)
        return out.getvalue().encode("utf-8-sig" if self.bom else "utf-8")


def read_sheet(path: Path, platform: str, part: Part, column: str = "") -> PlatformSheet:
    """Read a platform's gradebook and find the column of a part.

    `column` is its heading; by default, the heading that contains the part's id or title. Raises
    `SheetError`.
    """
    text = read_text(path, "the gradebook")
    delimiter = delimiter_of(text)
    cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    cells = [row for row in cells if row]
    head = [heading(name) for name in cells[0]] if cells else []
    if not set(REQUIRED[platform]) <= set(head):
        missing = ", ".join(sorted(set(REQUIRED[platform]) - set(head)))
        raise SheetError(
            f"{path} is not a gradebook of {platform.capitalize()}: it has no column {missing}. "
            f"{HOW[platform]}"
        )
    width = len(head)
    for number, row in enumerate(cells):
        if len(row) > width and any(row[width:]):
            raise SheetError(f"{path}, line {number + 1} has more cells than the first line.")
        row += [""] * (width - len(row))
    place = column_of(path, platform, cells[0], part, column)
    sheet = PlatformSheet(path, platform, cells, delimiter, place, None, comma=False)
    sheet.bom = path.read_bytes().startswith(b"\xef\xbb\xbf")
    _fill_rows(sheet, head)
    return sheet


def column_of(path: Path, platform: str, head: list[str], part: Part, wanted: str) -> int:
    """Return the place of a part's column: the one named `wanted`, or the one that fits."""
    if platform != CANVAS and not wanted:
        wanted = "grade" if platform == MOODLE else "total score"
    if wanted:
        found = [n for n, name in enumerate(head) if heading(name) == heading(wanted)]
    else:
        found = [n for n, name in enumerate(head) if _is_of(name, part)]
    if len(found) == 1:
        return found[0]
    known = [name for name in head if re.search(r"\(\d+\)$", name.strip())] or head
    many = "Several columns fit" if found else "No column fits"
    raise SheetError(
        f"{path}: {many} {wanted or part.id}. Name one with --column: {'; '.join(known)}"
    )


def _is_of(name: str, part: Part) -> bool:
    """Return whether a column of Canvas, "Part 1 (901)", is the one of a part."""
    title = re.sub(r"\s*\(\d+\)$", "", name.strip())
    own = squeezed(title)
    return own in (squeezed(part.id), squeezed(part.title)) or squeezed(part.id) in own


def _fill_rows(sheet: PlatformSheet, head: list[str]) -> None:
    kinds = IDENTITY[sheet.platform]
    for number, cells in enumerate(sheet.cells[1:], start=1):
        row = dict(zip(head, (cell.strip() for cell in cells), strict=True))
        first, grade = cells[0].strip().casefold(), cells[sheet.column].strip()
        if first == "points possible":
            sheet.maximum, sheet.comma = sheet.value(grade), "," in grade
            continue
        identity = {kind: row[name] for name, kind in kinds.items() if row.get(name)}
        if sheet.platform == MOODLE:
            identity["participant"] = re.sub(r"\D", "", identity.get("participant", ""))
            most = row.get("maximum grade", "")
            sheet.maximum = sheet.value(most) if most else sheet.maximum
            sheet.comma = sheet.comma or "," in most
        elif sheet.platform == GRADESCOPE and row.get("max points"):
            sheet.maximum = sheet.value(row["max points"])
        identity = {kind: value for kind, value in identity.items() if value}
        if not identity or first in ("student, test", "test student"):
            continue
        name = " ".join(row[each] for each in NAMES[sheet.platform] if row.get(each))
        locked = locked_in(sheet.platform, grade, row)
        sheet.rows.append(SheetRow(number, identity, name, grade, locked))


def locked_in(platform: str, grade: str, row: dict[str, str]) -> str:
    """Return why a platform does not allow a change of a grade. Empty if it does."""
    if platform == CANVAS and grade.upper() == "EX":
        return "the student is excused in Canvas"
    if platform == CANVAS and grade.upper() == "N/A":
        return "the assignment is not for this student"
    if platform == MOODLE and row.get("grade can be changed", "").casefold() == "no":
        return "Moodle does not allow a change of this grade"
    return ""
