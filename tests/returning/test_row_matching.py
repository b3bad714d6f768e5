"""No grade ever gets into another student's row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from coursekit.returning.platform_sheet import CANVAS, SheetRow, read_sheet
from coursekit.returning.returned_grades import ReturnRules, fill
from coursekit.returning.row_matching import PlatformNumbers, RowMatcher
from coursekit.roster.class_file import Person
from tests.returning.generated_classes import GeneratedClass, make
from toolbox.course import Part

PART = Part("part1_scaler", "Part 1", 60, True, (), (), ())
CLASSES = 10_000


def filled(made: GeneratedClass, path: Path) -> list[list[str]]:
    """Return the student rows of the platform's file after the grades were filled in."""
    path.write_bytes(made.content())
    column = "Part 1 (901)" if made.platform == CANVAS else ""
    sheet = read_sheet(path, made.platform, PART, column)
    matches = RowMatcher(made.people, made.evidence).match(sheet.rows)
    ids = {person.id for person in made.people}
    points = {human.number: human.points for human in made.humans if human.number in ids}
    fill(sheet, matches, points, 55.0, ReturnRules())
    rows = list(csv.reader(io.StringIO(sheet.content().decode(), newline="")))
    return [[*row, row[sheet.column]] for row in rows[1 + len(made.above) :]]


def test_no_wrong_row_in_ten_thousand_classes(tmp_path: Path) -> None:
    wrong, lost, right, undamaged = [], [], 0, 0
    for seed in range(CLASSES):
        made = make(seed)
        for row, cells in zip(made.rows, filled(made, tmp_path / "export.csv"), strict=True):
            human, grade = row.human, cells[-1]
            assert human is not None
            expected = f"{human.points:.2f}" if human.known != "stranger" else ""
            if grade and grade != expected:
                wrong.append((seed, human, cells))
            right += bool(grade)
            if row.whole and human.known == "enrolled":
                undamaged += 1
                if grade != expected:
                    lost.append((seed, human, cells))
    assert wrong == []
    assert right > 30_000, "the test is about filled rows"
    assert undamaged > 20_000
    # If all numbers with zeros are missing in the file, it looks as if it had lost them.
    assert len(lost) < undamaged / 100, lost[:3]


def test_other_cells_stay_unchanged(tmp_path: Path) -> None:
    for seed in range(200):
        made = make(seed)
        before = [list(row.cells) for row in made.rows]
        after = [cells[:-1] for cells in filled(made, tmp_path / "export.csv")]
        for old, new in zip(before, after, strict=True):
            assert sum(one != other for one, other in zip(old, new, strict=True)) <= 1


PEOPLE = [
    Person("0012", "Doe", "Jane", "jane@example.org", "jdoe", "0012", "111"),
    Person("12", "Doe", "Jane", "jd@example.org", "jdoe2", "12", "222"),
    Person("rr", "Roe", "Richard"),
]


@pytest.mark.parametrize(
    ("identity", "name", "student", "reason"),
    [
        ({"canvas_id": "111", "sis_id": "0012"}, "Doe, Jane", "0012", ""),
        ({"canvas_id": "111", "sis_id": "12"}, "Doe, Jane", "", "several students: 0012, 12"),
        ({"sis_id": "12"}, "Doe, Jane", "", "may also be 0012"),
        ({"sis_id": "12", "email": "jd@example.org"}, "Doe, Jane", "12", ""),
        ({"login": "rr"}, "Roe, Richard", "rr", ""),
        ({"login": "rr"}, "Poe, Edgar", "", "named 'Poe, Edgar', but rr is 'Richard Roe'"),
        ({"email": "unknown@example.org"}, "Roe, Richard", "", "no student of the roster"),
        ({"canvas_id": "111", "sis_id": "99"}, "Doe, Jane", "", "sis_id is 99, but 0012 has 0012"),
        ({"canvas_id": "7"}, "Roe, Richard", "rr", ""),
    ],
)
def test_what_speaks_for_and_against_a_row(
    identity: dict[str, str], name: str, student: str, reason: str
) -> None:
    matcher = RowMatcher(PEOPLE, PlatformNumbers(canvas={"7": "rr"}))
    found = matcher.match([SheetRow(1, identity, name, "")])[1]
    assert found.student == student
    assert reason in found.reason


def test_two_rows_of_one_student_are_both_unclear() -> None:
    rows = [SheetRow(n, {"login": "rr"}, "Roe, Richard", "") for n in (1, 2)]
    found = RowMatcher(PEOPLE, PlatformNumbers()).match(rows)
    assert {match.student for match in found.values()} == {""}
    assert "several rows match the student rr" in found[1].reason
