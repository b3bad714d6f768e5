"""Identify the student of a submission from what a learning platform reports."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coursekit.collecting.findings import Notes, Refused, printable
from coursekit.roster.class_file import Person, read_class
from coursekit.roster.spellings import LONGEST, name_keys, squeezed


@dataclass(frozen=True)
class Claim:
    """Evidence of whose a submission is. `sure` if it comes from a platform, not the student."""

    kind: str  # "id", "email", "name" or "folder"
    value: str
    sure: bool = True


def as_student_id(text: str) -> str:
    """Turn a name into an id: "Doe, Jane" gives "doe-jane". Empty if nothing of it is usable."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[^\w.@]+", "-", plain).strip("-._@")[:LONGEST].rstrip("-.")


class Roster:
    """The students of the course, indexed by everything known about them."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._known: dict[str, set[str]] = {}
        self.left: set[str] = set()
        for person in people:
            if person.left:
                self.left.add(person.id)
            for value in person.identifiers:
                self._enter(squeezed(value), person.id)
            if person.last_name:
                names = f"{person.last_name}, {person.first_name}"
                for key in name_keys(names) | name_keys(f"{person.first_name} {person.last_name}"):
                    self._enter(key, person.id)

    def _enter(self, key: str, student: str) -> None:
        if key:
            self._known.setdefault(key, set()).add(student)

    def find(self, claim: Claim) -> set[str]:
        """Return the students that a claim may mean: none, one, or several with the same name."""
        keys = {squeezed(claim.value)}
        if claim.kind in ("name", "folder"):
            keys |= name_keys(claim.value)
        found = [self._known[key] for key in keys if key in self._known]
        return set().union(*found)


def read_roster(path: Path) -> Roster:
    """Read a roster from any class list that `coursekit roster` accepts.

    Raises `ClassListError` that names the line.
    """
    return Roster(read_class(path).people)


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
