"""Generated classes that are easy to mix up, and what a platform exports about them.

Namesakes, numbers that differ only in leading zeros, numbers of one platform that are students'
numbers on another, students who left, strangers, and spreadsheets that removed zeros.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, replace

from coursekit.returning.platform_sheet import CANVAS, GRADESCOPE, MOODLE
from coursekit.returning.row_matching import PlatformNumbers
from coursekit.roster.class_file import Person

FIRST = ("Ada", "Ben", "Zoë", "Li")
LAST = ("Ash", "Birch", "van der Berg", "O'Neil")
NUMBERS = [zeros + str(n) for n in (7, 12, 112, 5007) for zeros in ("", "0", "00")]


@dataclass(frozen=True)
class Human:
    """Somebody at the university, as they really are."""

    number: str
    first: str
    last: str
    login: str
    canvas: str
    participant: str
    known: str  # "enrolled", "left" or "stranger"
    points: float

    @property
    def email(self) -> str:
        return f"{self.login}@example.org"


@dataclass(frozen=True)
class GeneratedRow:
    """A row of the platform's file: whose it is, and whether it is complete and undamaged."""

    human: Human | None
    whole: bool
    cells: tuple[str, ...]


@dataclass
class GeneratedClass:
    """A class as the roster and as a platform know it."""

    platform: str
    humans: list[Human]
    people: list[Person]
    evidence: PlatformNumbers
    head: tuple[str, ...]
    above: list[tuple[str, ...]]
    rows: list[GeneratedRow]

    def content(self) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out).writerows([self.head, *self.above, *(row.cells for row in self.rows)])
        return out.getvalue().encode()


def make(seed: int) -> GeneratedClass:
    """Return the class of a seed."""
    draw = random.Random(seed)
    numbers = draw.sample(NUMBERS, draw.randint(3, 9))
    humans = [_human(draw, number, place) for place, number in enumerate(numbers)]
    known = [human for human in humans if human.known != "stranger"]
    form = draw.choice(("canvas", "moodle", "plain", "numbers"))
    people = [_person(human, form) for human in known]
    platform = draw.choice((CANVAS, MOODLE, GRADESCOPE))
    collected = [human for human in known if draw.random() < 0.5]
    evidence = PlatformNumbers(
        {human.canvas: human.number for human in collected} if platform == CANVAS else {},
        {human.participant: human.number for human in collected} if platform == MOODLE else {},
    )
    head, above = HEADS[platform]
    damaged = draw.random() < 0.4
    rows = []
    for human in humans:
        if human.known == "left" and draw.random() < 0.7:
            continue
        rows.append(_row(draw, human, platform, damaged=damaged))
    if rows and draw.random() < 0.1:
        rows.append(draw.choice(rows))  # pasted twice
        rows = [replace(row, whole=row.whole and rows.count(row) == 1) for row in rows]
    draw.shuffle(rows)
    return GeneratedClass(platform, humans, people, evidence, head, above, rows)


def _human(draw: random.Random, number: str, place: int) -> Human:
    first, last = draw.choice(FIRST), draw.choice(LAST)
    known = draw.choices(("enrolled", "left", "stranger"), (7, 2, 1))[0]
    login = f"{first[0]}{last[0]}{place}".lower() if draw.random() < 0.8 else number
    # The platforms count, too, and reach the numbers of other students.
    canvas = draw.choice(NUMBERS[::3]) + str(place)
    participant = str(12 + place * 100)
    return Human(number, first, last, login, canvas, participant, known, 10.0 + place)


def _person(human: Human, form: str) -> Person:
    person = Person(human.number, human.last, human.first)
    if human.known == "left":
        person = replace(person, left="2027-02-01")
    if form == "canvas":
        return replace(person, sis_id=human.number, login=human.login, canvas_id=human.canvas)
    if form == "moodle":
        return replace(person, sis_id=human.number, email=human.email)
    return replace(person, email=human.email) if form == "plain" else person


HEADS: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
    CANVAS: (
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Part 1 (901)", "Final Score"),
        [
            ("", "", "", "", "", "Manual Posting", ""),
            ("    Points Possible", "", "", "", "", "55.00", "(read only)"),
        ],
    ),
    MOODLE: (
        (
            *("Identifier", "Full name", "ID number", "Email address", "Status", "Grade"),
            *("Maximum Grade", "Grade can be changed", "Last modified (grade)"),
        ),
        [],
    ),
    GRADESCOPE: (
        ("First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status"),
        [],
    ),
}


def _row(draw: random.Random, human: Human, platform: str, *, damaged: bool) -> GeneratedRow:
    number, whole = human.number, True
    if damaged:
        number, whole = number.lstrip("0"), False
    elif draw.random() < 0.1:
        number, whole = "", False
    name = f"{human.last}, {human.first}"
    cells: tuple[str, ...]
    if platform == CANVAS:
        cells = (name, human.canvas, number, human.login, "A; B", "", "")
    elif platform == MOODLE:
        email = human.email.upper() if draw.random() < 0.2 else human.email
        who = f"Participant {human.participant}"
        cells = (who, f"{human.first} {human.last}", number, email, "", "", "55.00", "Yes", "-")
    else:
        cells = (human.first, human.last, number, human.email, "", "55.0", "Missing")
    return GeneratedRow(human, whole, cells)
