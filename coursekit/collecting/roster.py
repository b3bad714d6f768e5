"""Identify the student of a submission from what a learning platform reports."""

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
SAYS_WHO = ("id", "mail", "login", "user", "number")  # headings of columns that identify a student
LONGEST = 60


@dataclass(frozen=True)
class Claim:
    """Evidence of whose a submission is. `sure` if it comes from a platform, not the student."""

    kind: str  # "id", "email", "name" or "folder"
    value: str
    sure: bool = True


def is_student_id(text: str) -> bool:
    """Return whether nbgrader, file systems and globs all accept `text` as a student id."""
    fits = re.fullmatch(r"\w[\w.@-]*", text) is not None
    return fits and len(text) <= LONGEST and not text.endswith(".")


def as_student_id(text: str) -> str:
    """Turn a name into an id: "Doe, Jane" gives "doe-jane". Empty if nothing of it is usable."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[^\w.@]+", "-", plain).strip("-._@")[:LONGEST].rstrip("-.")


class Roster:
    """The students of the course, indexed by everything known about them."""

    def __init__(self, rows: Iterable[dict[str, str]], source: str) -> None:
        self._known: dict[str, set[str]] = {}
        for number, row in enumerate(rows, start=2):
            student = next((row[c] for c in ID_COLUMNS if row.get(c)), "")
            if not is_student_id(student):
                raise CollectError(
                    f"{source}, line {number}: {printable(student)!r} is not a valid student id. "
                    f"It comes from one of the columns {', '.join(ID_COLUMNS)} and must consist of "
                    "letters, digits, and . _ - @ inside."
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
        """Return the students that a claim may mean: none, one, or several with the same name."""
        keys = {_squeezed(claim.value)}
        if claim.kind in ("name", "folder"):
            keys |= _name_keys(claim.value)
        found = [self._known[key] for key in keys if key in self._known]
        return set().union(*found)


def read_roster(path: Path) -> Roster:
    """Read a roster from a CSV file with a header: an id column and any others.

    Other columns can be names, emails or the ids of a platform. Raises `CollectError` that names
    the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CollectError(f"Cannot read the roster {path} as UTF-8 text: {error}") from error
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=head.count))
    columns = [(name or "").strip().casefold() for name in reader.fieldnames or []]
    if not set(columns) & set(ID_COLUMNS):
        raise CollectError(
            f"The roster {path} has no id column. Name a column one of {', '.join(ID_COLUMNS)}."
        )
    reader.fieldnames = columns
    rows = [{k: (v or "").strip() for k, v in row.items() if isinstance(k, str)} for row in reader]
    return Roster([row for row in rows if any(row.values())], path.name)


def student_of(claims: list[Claim], roster: Roster | None, notes: Notes) -> str:
    """Return the id of the student meant by `claims` (most reliable first).

    A platform's claims come before the submission's own, or anybody could hand in for somebody
    else. If the two differ, a note is added. Raises `Refused` if the student is not certain.
    """
    if not claims:
        raise Refused("no student identified: name one with --student")
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
    if meant:  # two students with the same name, or a number of somebody else
        several = ", ".join(sorted(set().union(*meant)))
        raise Refused(f"{said} matches several students in the roster: {several}")
    for claim in claims:
        if len(students := roster.find(claim)) == 1:
            return next(iter(students))
    raise Refused(f"no student in the roster matches {said}: add a line to it, or use --student")


def _without_roster(claims: list[Claim]) -> str:
    for claim in claims:
        if student := as_student_id(claim.value):
            return student
    raise Refused(f"{printable(claims[0].value)!r} is not a valid student id: use a --roster")


def _squeezed(text: str) -> str:
    """Return only the letters and digits, in lower case and without accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if letter.isalnum())


def _name_keys(name: str) -> set[str]:
    """Return the ways to write a name without spaces: first name first, and last name first."""
    last, comma, first = name.partition(",")
    if comma:
        return {_squeezed(last + first), _squeezed(first + last)} - {""}
    words = re.split(r"[\s_]+", name.strip())
    return {_squeezed(name), _squeezed(words[-1] + "".join(words[:-1]))} - {""}
