"""Decide which student of the roster a row of a platform's gradebook is, or that it is unclear.

A wrong row gives one student another student's grade, so a row counts only if nothing speaks
against it: every id that both sides have must agree, a name must have a word in common, and no
second row may be the same student. A name alone is never enough. Neither is a number alone if a
spreadsheet program removed the leading zeros of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coursekit.returning.platform_sheet import SheetRow
from coursekit.roster.class_file import Person
from coursekit.roster.spellings import name_words, without_zeros

STRONG = ("participant", "canvas_id", "sis_id")  # do not change during a term
KINDS = (*STRONG, "login", "email")
INSTITUTION = ("sis_id", "login", "email")  # the id of a plain list may be any of these


@dataclass(frozen=True)
class PlatformNumbers:
    """A platform's numbers of students, from the submissions that were collected."""

    canvas: Mapping[str, str] = field(default_factory=dict)  # student by number
    moodle: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowMatch:
    """The student of a row, or the reason why there is none."""

    student: str = ""
    reason: str = ""


class RowMatcher:
    """Matches the rows of one file with the students of the roster."""

    def __init__(self, people: Iterable[Person], evidence: PlatformNumbers) -> None:
        self.people = {person.id: person for person in people}
        self.evidence = evidence
        self._damaged: set[str] = set()  # kinds of ids that lost their leading zeros
        self._known: dict[str, dict[str, set[str]]] = {kind: {} for kind in KINDS}
        self._stripped: dict[str, dict[str, set[tuple[str, str]]]] = {kind: {} for kind in KINDS}
        for person in self.people.values():
            for kind in KINDS:
                for value in self._own(kind, person):
                    self._known[kind].setdefault(value, set()).add(person.id)
                    if (short := without_zeros(value)) != value:
                        self._stripped[kind].setdefault(short, set()).add((person.id, value))

    def match(self, rows: Iterable[SheetRow]) -> dict[int, RowMatch]:
        """Return the match of each row, by the row's number."""
        rows = list(rows)
        seen = {kind: {_same(row.identity.get(kind, "")) for row in rows} for kind in KINDS}
        self._damaged = {kind for kind in KINDS if self._lost_zeros(kind, seen[kind])}
        found = {row.number: self._one(row, seen) for row in rows}
        twice = Counter(match.student for match in found.values() if match.student)
        for number, match in found.items():
            if twice[match.student] > 1 and match.student:
                reason = f"several rows match the student {match.student}"
                found[number] = RowMatch(reason=reason)
        return found

    def _one(self, row: SheetRow, seen: Mapping[str, set[str]]) -> RowMatch:
        exact: dict[str, set[str]] = {}
        near: dict[str, set[str]] = {}
        for kind, value in row.identity.items():
            exact[kind], near[kind] = self._owners(kind, value, seen[kind])
        meant = [owners for owners in exact.values() if owners]
        if not meant:
            lost = sorted(set().union(*near.values()))
            if lost:
                return RowMatch(
                    reason=f"its id differs from that of {', '.join(lost)} only in leading zeros"
                )
            return RowMatch(reason="no student of the roster has one of its ids")
        agreed = set.intersection(*meant)
        if len(agreed) != 1:
            several = ", ".join(sorted(set().union(*meant)))
            return RowMatch(reason=f"its ids belong to several students: {several}")
        person = self.people[next(iter(agreed))]
        if reason := self._against(row, person, exact, near):
            return RowMatch(reason=reason)
        return RowMatch(person.id)

    def _owners(self, kind: str, value: str, seen: set[str]) -> tuple[set[str], set[str]]:
        """Return the students with an id, and those whose id lost its zeros on the way."""
        exact = self._known[kind].get(_same(value), set())
        lost = self._stripped[kind].get(_same(value), set()) if kind in self._damaged else set()
        return exact, {student for student, full in lost if full not in seen} - exact

    def _lost_zeros(self, kind: str, seen: set[str]) -> bool:
        """Return whether the roster has numbers with leading zeros, but no row of the file."""
        zeros = [value for value in self._known[kind] if without_zeros(value) != value]
        return bool(zeros) and not any(without_zeros(value) != value for value in seen)

    def _own(self, kind: str, person: Person) -> set[str]:
        """Return a student's values of a kind of id."""
        if kind == "participant":
            return {n for n, student in self.evidence.moodle.items() if student == person.id}
        own = {_same(getattr(person, kind))} - {""}
        if kind == "canvas_id" and not own:
            own = {n for n, student in self.evidence.canvas.items() if student == person.id}
        if kind in INSTITUTION and not own:
            own = {_same(person.id)}
        return own

    def _against(
        self,
        row: SheetRow,
        person: Person,
        exact: Mapping[str, set[str]],
        near: Mapping[str, set[str]],
    ) -> str:
        """Return what speaks against the match, or an empty text."""
        agreeing = [kind for kind, owners in exact.items() if person.id in owners]
        for kind, value in row.identity.items():
            if kind in agreeing or not self._given(kind, person):
                continue
            if kind in STRONG or len(agreeing) < 2:
                known = ", ".join(sorted(self._own(kind, person)))
                return f"its {kind} is {value}, but {person.id} has {known} in the roster"
        sure = [
            kind
            for kind in agreeing
            if not (kind in self._damaged and row.identity[kind].isdecimal())
        ]
        if not sure:
            others = sorted(set().union(*near.values()) - {person.id})
            maybe = f", so it may also be {', '.join(others)}" if others else ""
            return (
                f"the file has no number with leading zeros, but the roster has{maybe}. Export "
                "the file again, and do not save it with a spreadsheet program"
            )
        mine, theirs = name_words(f"{person.first_name} {person.last_name}"), name_words(row.name)
        if mine and theirs and not mine & theirs:
            return f"it is named {row.name!r}, but {person.id} is {person.name!r} in the roster"
        return ""

    def _given(self, kind: str, person: Person) -> bool:
        """Return whether the roster has a value of this kind, and not only an id of any kind."""
        if kind == "participant":
            return bool(self._own(kind, person))
        if kind == "canvas_id":
            return bool(self._own(kind, person))
        return bool(getattr(person, kind))


def _same(text: str) -> str:
    return text.strip().casefold()
