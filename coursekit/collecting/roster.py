"""Whose hand-in it is: from what a learning platform says to the id of a student."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coursekit.collecting.findings import CollectError, Notes, Refused, printable

ID_COLUMNS = ("student_id", "sis user id", "sid", "id", "username", "login")
NAME_COLUMNS = ("name", "full name", "full_name", "student", "student name")
FIRST, LAST = ("first_name", "first name", "firstname"), ("last_name", "last name", "lastname")
SAYS_WHO = ("id", "mail", "login", "user", "number")  # a column with one of these in its heading
LONGEST = 60


@dataclass(frozen=True)
class Claim:
    """Something that says whose a hand-in is. `sure` where a platform says it, not the student."""

    kind: str  # "id", "email", "name" or "folder"
    value: str
    sure: bool = True


def is_student_id(text: str) -> bool:
    """Whether nbgrader, file systems and globs all take `text` as the id of a student."""
    fits = re.fullmatch(r"\w[\w.@-]*", text) is not None
    return fits and len(text) <= LONGEST and not text.endswith(".")


def as_student_id(text: str) -> str:
    """A name as an id: "Doe, Jane" gives "doe-jane". Empty where nothing of it can be used."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[^\w.@]+", "-", plain).strip("-._@")[:LONGEST].rstrip("-.")


class Roster:
    """The students of the course, found by any of the things that are known about them."""

    def __init__(self, rows: Iterable[dict[str, str]], source: str) -> None:
        self._known: dict[str, set[str]] = {}
        for number, row in enumerate(rows, start=2):
            student = next((row[c] for c in ID_COLUMNS if row.get(c)), "")
            if not is_student_id(student):
                raise CollectError(
                    f"{source}, line {number}: {printable(student)!r} can't be a student's id. "
                    f"One of the columns {', '.join(ID_COLUMNS)} holds it: letters, digits, "
                    "and . _ - @ inside."
                )
            for column, value in row.items():
                if any(word in column for word in SAYS_WHO):
                    self._enter(_squeezed(value), student)
            name = next((row[c] for c in NAME_COLUMNS if row.get(c)), "")
            first = next((row[c] for c in FIRST if row.get(c)), "")
            last = next((row[c] for c in LAST if row.get(c)), "")
            for key in _name_keys(name) | _name_keys(f"{last}, {first}" if last else ""):
                self._enter(key, student)

    def _enter(self, key: str, student: str) -> None:
        if key:
            self._known.setdefault(key, set()).add(student)

    def find(self, claim: Claim) -> set[str]:
        """The students that a claim may mean: none, one, or several of the same name."""
        keys = {_squeezed(claim.value)}
        if claim.kind in ("name", "folder"):
            keys |= _name_keys(claim.value)
        found = [self._known[key] for key in keys if key in self._known]
        return set().union(*found)


def read_roster(path: Path) -> Roster:
    """The roster in a CSV file with a heading: a column with the id, and any others (name, email,
    the ids of a platform). Raises `CollectError` that names the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CollectError(f"The roster {path} can't be read as UTF-8 text: {error}") from error
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=head.count))
    columns = [(name or "").strip().casefold() for name in reader.fieldnames or []]
    if not set(columns) & set(ID_COLUMNS):
        raise CollectError(
            f"The roster {path} has no column with an id. Call it one of {', '.join(ID_COLUMNS)}."
        )
    reader.fieldnames = columns
    rows = [{k: (v or "").strip() for k, v in row.items() if isinstance(k, str)} for row in reader]
    return Roster([row for row in rows if any(row.values())], path.name)


def student_of(claims: list[Claim], roster: Roster | None, notes: Notes) -> str:
    """The id of the student that `claims` (surest first) mean. Raises `Refused` if it isn't sure.

    What a platform says comes before what the hand-in says of itself, or anybody could hand in
    for somebody else; where the two differ, a note says so.
    """
    if not claims:
        raise Refused("nothing says whose it is: name the student with --student")
    found = _by_roster(claims, roster) if roster else _without_roster(claims)
    for claim in claims:
        other = roster.find(claim) if roster else {as_student_id(claim.value)}
        if not claim.sure and claim.kind == "id" and other and found not in other:
            notes.look.append(f"its own manifest names {printable(claim.value)} as the student")
    return found


def _by_roster(claims: list[Claim], roster: Roster) -> str:
    said = ", ".join(dict.fromkeys(printable(claim.value) for claim in claims))
    meant = [students for claim in claims if claim.sure and (students := roster.find(claim))]
    agreed = set.intersection(*meant) if meant else set()
    if len(agreed) == 1:
        return next(iter(agreed))
    if meant:  # two of the same name, or a number that is somebody else's
        several = ", ".join(sorted(set().union(*meant)))
        raise Refused(f"{said} may be any of {several} in the roster")
    for claim in claims:
        if len(students := roster.find(claim)) == 1:
            return next(iter(students))
    raise Refused(f"the roster knows nobody by {said}: add a line, or name one with --student")


def _without_roster(claims: list[Claim]) -> str:
    for claim in claims:
        if student := as_student_id(claim.value):
            return student
    raise Refused(f"{printable(claims[0].value)!r} can't be a student's id: use a --roster")


def _squeezed(text: str) -> str:
    """Letters and digits only, without accents and capitals."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if letter.isalnum())


def _name_keys(name: str) -> set[str]:
    """The ways to write a name without spaces: first names first, and last name first."""
    last, comma, first = name.partition(",")
    if comma:
        return {_squeezed(last + first), _squeezed(first + last)} - {""}
    words = re.split(r"[\s_]+", name.strip())
    return {_squeezed(name), _squeezed(words[-1] + "".join(words[:-1]))} - {""}
