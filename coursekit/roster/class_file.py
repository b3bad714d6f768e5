"""Read a class from a CSV file: exports of Canvas, Moodle and Gradescope, and plain lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from coursekit.errors import CourseProblem
from coursekit.printable import printable
from coursekit.roster.spellings import is_student_id

# Headings in lower case, without underscores. The first filled column of a row counts.
ID_COLUMNS = (
    *("student id", "sis user id", "sis id", "sid", "id number", "username", "login"),
    *("sis login id", "id", "email", "email address"),
)
KINDS = {
    "email": ("email", "email address", "e-mail", "e-mail address", "mail"),
    "login": ("login", "login id", "sis login id", "username", "user name"),
    "sis_id": ("sis id", "sis user id", "sid", "id number", "student number"),
    "canvas_id": ("canvas id", "canvas user id"),
}
NAME = ("name", "full name", "student", "student name")
FIRST, LAST = ("first name", "firstname"), ("last name", "lastname", "surname")
GROUP, LEFT, ROLE = ("group", "groups", "section", "sections"), ("left",), ("role", "roles")
SAYS_WHO = ("id", "mail", "login", "user", "number", "userid")  # words of headings that identify
NOT_OTHER = {"integration id", "submission id", "identifier"}  # not of a student


class ClassListError(CourseProblem):
    """A class list cannot be used; the message says where, why and what to do."""


@dataclass(frozen=True)
class Person:
    """One student of the class."""

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    login: str = ""
    sis_id: str = ""  # the number of the institution
    canvas_id: str = ""
    group: str = ""  # several are separated by semicolons
    left: str = ""  # the date on which the student was no longer on the list
    others: tuple[tuple[str, str], ...] = ()  # further columns that identify the student

    @property
    def name(self) -> str:
        """The name in the usual order, or the id if there is no name."""
        return f"{self.first_name} {self.last_name}".strip() or self.id

    @property
    def identifiers(self) -> list[str]:
        """Everything that identifies the student, except the name."""
        known = [self.id, self.email, self.login, self.sis_id, self.canvas_id]
        return [value for value in known if value] + [value for _, value in self.others]


@dataclass
class ClassFile:
    """The content of a class list: its students, and the rows that are no students."""

    people: list[Person] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def read_class(path: Path, id_column: str = "") -> ClassFile:
    """Read a class list with a header row.

    `id_column` names the column with the ids. By default, it is the first filled one of
    `ID_COLUMNS`. Raises `ClassListError`, which names the line.
    """
    head, rows = _table(path)
    chosen = (heading(id_column),) if id_column else ID_COLUMNS
    if not set(head) & set(chosen):
        wanted = id_column or ", ".join(column.replace(" ", "_") for column in ID_COLUMNS)
        raise ClassListError(
            f"The roster {path} has no id column. Name a column one of {wanted}, or choose one "
            "with --id."
        )
    of_canvas = "id" in head and {"student", "lastname"} & set(head) and "section" in head
    found = ClassFile()
    lines: dict[str, int] = {}
    for line, row in rows:
        if of_canvas:
            row["canvas id"] = row.pop("id", "")
        if reason := _no_student(row):
            found.skipped.append(f"line {line}: {reason}")
            continue
        person = _person(row, chosen, of_canvas=bool(of_canvas), place=f"{path.name}, line {line}")
        known = person.id.casefold()
        if known in lines:
            _merge(found.people, person, f"{path.name}, line {line}", lines[known])
        else:
            lines[known] = line
            found.people.append(person)
    return found


def heading(text: str) -> str:
    """Return a column heading in the form of this module's lists."""
    return " ".join((text or "").replace("_", " ").casefold().split())


def read_text(path: Path, what: str) -> str:
    """Return the text of a CSV file. Raises `ClassListError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ClassListError(
            f"Cannot read {what} {path}: {error.strerror}. Check the name and the folder."
        ) from error
    except UnicodeDecodeError as error:
        raise ClassListError(
            f"Cannot read {what} {path} as UTF-8 text: {error}. Save it as CSV in UTF-8."
        ) from error


def delimiter_of(text: str) -> str:
    """Return the character that separates the columns of a CSV file."""
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _table(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the headings, and the rows that are not empty, each with its line number."""
    text = read_text(path, "the roster")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        head = [heading(name) for name in next(reader, [])]
        rows = []
        for cells in reader:
            row = {name: cell.strip() for name, cell in zip(head, cells, strict=False) if name}
            if any(row.values()):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise ClassListError(f"Cannot read {path} line {reader.line_num}: {error}.") from error
    return head, rows


def _no_student(row: dict[str, str]) -> str:
    """Return why a row is not a student, or an empty text."""
    first = next(iter(row.values()), "").casefold()
    if first == "points possible":
        return "the maximum points"
    if first in ("student, test", "test student"):
        return "the test student"
    if not any(_first(row, names) for names in (ID_COLUMNS, NAME, LAST, ("canvas id",))):
        return "it names no student"
    role = _first(row, ROLE)
    if role and "student" not in role.casefold():
        return f"the role is {printable(role, 40)}"
    return ""


def _person(row: dict[str, str], chosen: tuple[str, ...], *, of_canvas: bool, place: str) -> Person:
    columns = (*chosen, "canvas id") if of_canvas else chosen
    student = _first(row, columns)
    if not is_student_id(student):
        raise ClassListError(
            f"{place}: {printable(student)!r} is not a valid student id. It comes from one of the "
            f"columns {', '.join(column.replace(' ', '_') for column in columns)} and must consist "
            "of letters, digits, and . _ - @ inside."
        )
    known = {name for names in KINDS.values() for name in names} | {"student id", "id"} | NOT_OTHER
    others = [
        (name, value)
        for name, value in row.items()
        if value and name not in known and set(name.split()) & set(SAYS_WHO)
    ]
    last, first = _name(row)
    return Person(
        student,
        last,
        first,
        **{kind: _first(row, names) for kind, names in KINDS.items()},
        group="; ".join(dict.fromkeys(_groups(_first(row, GROUP)))),
        left=_first(row, LEFT),
        others=tuple(others),
    )


def _first(row: dict[str, str], columns: tuple[str, ...]) -> str:
    return next((row[column] for column in columns if row.get(column)), "")


def _name(row: dict[str, str]) -> tuple[str, str]:
    """Return the last and the first name."""
    last, first = _first(row, LAST), _first(row, FIRST)
    if last or first:
        return last, first
    whole = _first(row, NAME)
    last, comma, first = whole.partition(",")
    if comma:
        return last.strip(), first.strip()
    first, _, last = whole.rpartition(" ")
    return last.strip(), first.strip()


def _groups(text: str) -> Iterator[str]:
    for each in text.replace(";", ",").split(","):
        if each.strip():
            yield each.strip()


def _merge(people: list[Person], person: Person, place: str, earlier: int) -> None:
    """Combine two rows of one student, who is in several sections."""
    number = next(n for n, each in enumerate(people) if each.id.casefold() == person.id.casefold())
    first = people[number]
    if replace(first, group="") != replace(person, group=""):
        raise ClassListError(
            f"{place}: the id {person.id!r} is already on line {earlier}, with other data. "
            "Correct one of the lines."
        )
    groups = dict.fromkeys([*_groups(first.group), *_groups(person.group)])
    people[number] = replace(first, group="; ".join(groups))
