"""`coursekit roster`: put the class into nbgrader's database, and say what changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from nbgrader.api import Gradebook, Student
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coursekit.printable import printable
from coursekit.roster.class_file import ClassListError, Person, read_class
from coursekit.roster.class_list import ROSTER, RosterChanges, load_class, merged, save_class

SHOWN = 12  # names per line


def enroll(
    course_folder: Path,
    path: Path,
    console: Console,
    *,
    id_column: str = "",
    only_add: bool = False,
    dry: bool = False,
) -> RosterChanges:
    """Take a class list into the roster and the gradebook, and print what changes."""
    _require_course(course_folder)
    listed = read_class(path, id_column)
    if not listed.people:
        raise ClassListError(f"{path} lists no student.")
    today = date.today().isoformat()
    people, changes = merged(load_class(course_folder), listed.people, today, only_add=only_add)
    if not dry:
        write_students(course_folder, people)
        save_class(course_folder, people)
    _report(changes, listed.skipped, people, console, dry=dry)
    if others := unlisted(course_folder, people):
        console.print(
            f"[yellow]![/] {_some(others)}: in the gradebook, but not on the roster.",
            soft_wrap=True,
        )
    return changes


def write_students(course_folder: Path, people: Iterable[Person]) -> None:
    """Write names and addresses into nbgrader's database, all or none.

    Students are never removed from it, since their grades depend on them.
    """
    with _gradebook(course_folder) as book:
        known = {student.id: student for student in book.db.query(Student)}
        for person in people:
            student = known.get(person.id)
            if student is None:
                student = Student(id=person.id)
                book.db.add(student)
            for name in ("first_name", "last_name", "email"):
                if value := getattr(person, name):
                    setattr(student, name, value)
            if person.canvas_id:
                student.lms_user_id = person.canvas_id
        book.db.commit()


def unlisted(course_folder: Path, people: Iterable[Person]) -> list[str]:
    """Return the students of the gradebook who are not on the roster."""
    listed = {person.id for person in people}
    with _gradebook(course_folder) as book:
        return sorted(student for (student,) in book.db.query(Student.id) if student not in listed)


def show(course_folder: Path, console: Console) -> None:
    """Print the roster."""
    people = load_class(course_folder)
    if not people:
        raise ClassListError(
            f"There is no {ROSTER} in {course_folder}. Run `coursekit roster FILE` with the list "
            "that your platform exports."
        )
    table = Table(title=f"{len(people)} students", title_justify="left")
    for column in ("id", "name", "email", "group", "left"):
        table.add_column(column, overflow="fold")
    for person in people:
        cells = (person.id, person.name, person.email, person.group, person.left)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console.print(table)


def _gradebook(course_folder: Path) -> Gradebook:
    facts = json.loads((course_folder / "course.json").read_text(encoding="utf-8"))
    address = f"sqlite:///{course_folder.resolve() / 'gradebook.db'}?timeout=60"
    return Gradebook(address, facts["course"]["id"])


def _require_course(course_folder: Path) -> None:
    if not (course_folder / "course.json").is_file():
        raise ClassListError(
            f"{course_folder} is not an nbgrader course. Run `coursekit build` first, or name the "
            "course with --course."
        )


def _report(
    changes: RosterChanges,
    skipped: list[str],
    people: list[Person],
    console: Console,
    *,
    dry: bool,
) -> None:
    on_it = sum(not person.left for person in people)
    would = "would be " if dry else ""
    console.print(
        f"{on_it} students {would}on the roster: {len(changes.added)} added, "
        f"{len(changes.changed)} changed, {len(changes.left)} left, "
        f"{len(changes.unchanged)} unchanged."
    )
    for what, found in (("added", changes.added), ("changed", changes.changed)):
        if found and len(found) <= SHOWN:
            console.print(f"  {what}: {_some(found)}", markup=False, soft_wrap=True)
    if changes.left:
        console.print(
            f"  left: {_some(changes.left)}. Their grades are kept.", markup=False, soft_wrap=True
        )
    for line in skipped:
        console.print(f"  skipped {line}", markup=False)


def _some(found: list[str]) -> str:
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(printable(each) for each in found[:SHOWN]) + more
