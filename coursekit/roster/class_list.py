"""The class of a course, in `roster.csv` beside the gradebook, and how a new list changes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from coursekit.roster.class_file import ClassListError, Person, read_class
from coursekit.roster.spellings import without_zeros
from data_scripts.whole_files import write_whole

ROSTER = "roster.csv"
COLUMNS = (
    *("id", "last_name", "first_name", "email", "login", "sis_id", "canvas_id", "group"),
    "left",
)


@dataclass
class RosterChanges:
    """What a new list changes, by student id."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def load_class(course_folder: Path) -> list[Person]:
    """Return the class of an nbgrader course, including students who left. Empty if none is kept.

    Raises `ClassListError` if the file was edited and is invalid.
    """
    path = course_folder / ROSTER
    return read_class(path).people if path.is_file() else []


def names_of(course_folder: Path) -> dict[str, str]:
    """Return the names of the class by student id."""
    return {person.id: person.name for person in load_class(course_folder)}


def enrolled(course_folder: Path) -> list[Person]:
    """Return the students who are on the roster and have not left."""
    return [person for person in load_class(course_folder) if not person.left]


def merged(
    known: Iterable[Person], listed: Iterable[Person], today: str, *, only_add: bool = False
) -> tuple[list[Person], RosterChanges]:
    """Return the class after a new list, ordered by id, and what changed.

    Students who are no longer listed are marked as left on `today`, unless `only_add`. Data that
    the new list does not have is kept. Raises `ClassListError` if ids lost their leading zeros.
    """
    before = {person.id: person for person in known}
    after = dict(before)
    changes = RosterChanges()
    now = {person.id: person for person in listed}
    _require_zeros(set(before), set(now))
    for student, person in now.items():
        if student not in before:
            after[student] = person
            changes.added.append(student)
            continue
        after[student] = _updated(before[student], person)
        same = after[student] == before[student]
        (changes.unchanged if same else changes.changed).append(student)
    for student in before.keys() - now.keys():
        if only_add or before[student].left:
            changes.unchanged.append(student)
        else:
            after[student] = replace(before[student], left=today)
            changes.left.append(student)
    for found in (changes.added, changes.changed, changes.left, changes.unchanged):
        found.sort()
    return [after[student] for student in sorted(after)], changes


def _updated(old: Person, new: Person) -> Person:
    fields = ("last_name", "first_name", "email", "login", "sis_id", "canvas_id", "group")
    given = {name: value for name in fields if (value := getattr(new, name))}
    others = dict(old.others) | dict(new.others)
    return replace(old, **given, others=tuple(sorted(others.items())), left="")


def _require_zeros(before: set[str], now: set[str]) -> None:
    """Refuse a list in which a spreadsheet program removed the leading zeros of known ids."""
    missing = {without_zeros(student): student for student in before - now}
    for student in sorted(now - before):
        full = missing.get(without_zeros(student))
        if full and student.isdecimal() and full.isdecimal():
            raise ClassListError(
                f"The list has the id {student!r}, but the roster knows {full!r}. A spreadsheet "
                "program may have changed leading zeros. Export the list again and do not save it "
                "with that program."
            )


def save_class(course_folder: Path, people: Iterable[Person]) -> None:
    """Write `roster.csv`, completely or not at all."""
    people = list(people)
    extra = sorted({name for person in people for name, _ in person.others})
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student_id", *COLUMNS[1:], *extra])
    for person in people:
        others = dict(person.others)
        known = [str(getattr(person, column)) for column in COLUMNS]
        writer.writerow([*known, *(others.get(name, "") for name in extra)])
    write_whole(course_folder / ROSTER, out.getvalue().encode())
