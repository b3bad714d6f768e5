"""The files of each platform: what is filled in, what stays, and what the platform accepts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.returning.feedback_archive import Received, archive, names_for
from coursekit.returning.gradescope_results import ShownItem, ShownResult, autograder
from coursekit.returning.platform_sheet import CANVAS, GRADESCOPE, MOODLE, SheetError, read_sheet
from coursekit.returning.returned_grades import (
    FILLED,
    LOCKED,
    NO_ROW,
    SAME,
    UNCLEAR,
    ReturnRules,
    fill,
)
from coursekit.returning.row_matching import PlatformNumbers, RowMatcher
from coursekit.roster.class_file import Person
from tests.returning import platform_rules
from toolbox.course import Part, Question, Task

PART = Part(
    "part1_scaler",
    "Scaling",
    60,
    True,
    (),
    (Task("scaler.mean", 40.0, 10.0, "part1_scaler"),),
    (Question("why", "Why?", 5.0, "part1_scaler"),),
)
PEOPLE = [
    Person("ada", "Ash", "Ada", "ada@example.org", "ada", "0012", "111"),
    Person("ben", "Birch", "Ben", "ben@example.org", "ben", "0013", "222"),
    Person("cleo", "Cedar", "Cleo", "cleo@example.org", "cleo", "0014", "333"),
    Person("dara", "Dogwood", "Dara", "dara@example.org", "dara", "0015", "444"),
]
POINTS = {"ada": 43.0, "ben": 7.25, "cleo": 50.0}
CANVAS_FILE = """\ufeff\
Student,ID,SIS User ID,SIS Login ID,Section,Quiz (900),part1_scaler (901),Final
,,,,,Manual Posting,Manual Posting,
    Points Possible,,,,,10.00,55.00,(read only)
"Ash, Ada",111,0012,ada,A,9.00,,80.00
"Birch, Ben",222,0013,ben,A,8.00,7.25,70.00
"Cedar, Cleo",333,0014,cleo,B,7.00,EX,
"Student, Test",999,,x,A,,,
"Elm, Eli",555,,eli,B,1.00,,
"""
MOODLE_FILE = (
    "Identifier;Full name;Email address;Status;Grade;Maximum Grade;Grade can be changed;"
    "Last modified (grade);Feedback comments\n"
    'Participant 501;Ada Ash;ada@example.org;;;55,00;Yes;-;"<p>two\nlines</p>"\n'
    "Participant 502;Ben Birch;ben@example.org;;;55,00;No;-;\n"
)


def returned(
    folder: Path, platform: str, text: str, **rules: bool
) -> tuple[list[str], dict[str, str]]:
    sheet = read_sheet(_written(folder, text), platform, PART)
    matches = RowMatcher(PEOPLE, PlatformNumbers()).match(sheet.rows)
    lines = fill(sheet, matches, POINTS, PART.points, ReturnRules(**rules))
    states = {line.student or line.reason: line.state for line in lines}
    return sheet.content().decode().splitlines(), states


def _written(folder: Path, text: str) -> Path:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_canvas_is_filled_and_everything_else_stays(tmp_path: Path) -> None:
    lines, states = returned(tmp_path, CANVAS, CANVAS_FILE)
    before = CANVAS_FILE.splitlines()
    assert lines[3] == '"Ash, Ada",111,0012,ada,A,9.00,43.00,80.00'
    assert [n for n, line in enumerate(lines) if line != before[n]] == [3]
    assert states.pop("ada") == FILLED
    assert states.pop("ben") == SAME
    assert states.pop("cleo") == LOCKED
    assert list(states.values()) == [UNCLEAR]
    assert "line 8, Elm, Eli: no student of the roster" in next(iter(states))


def test_moodle_with_decimal_commas_and_a_locked_grade(tmp_path: Path) -> None:
    lines, states = returned(tmp_path, MOODLE, MOODLE_FILE)
    assert lines[1].startswith("Participant 501;Ada Ash;ada@example.org;;43,00;55,00;Yes;-;")
    assert '"<p>two' in lines[1]
    assert states == {"ada": FILLED, "ben": LOCKED, "cleo": NO_ROW}


def test_gradescope_scores_are_filled(tmp_path: Path) -> None:
    text = (
        "First Name,Last Name,SID,Email,Total Score,Max Points,Status\n"
        "Ada,Ash,0012,ada@example.org,,110.0,Missing\n"
    )
    with pytest.raises(SheetError, match=r"has 110 points, but the part has 55.*--scale"):
        returned(tmp_path, GRADESCOPE, text)
    lines, _ = returned(tmp_path, GRADESCOPE, text, scale=True)
    assert lines[1] == "Ada,Ash,0012,ada@example.org,86.00,110.0,Missing"


@pytest.mark.parametrize(
    ("platform", "text", "said"),
    [
        (CANVAS, MOODLE_FILE, "is not a gradebook of Canvas.*Export Entire Gradebook"),
        (MOODLE, CANVAS_FILE, "is not a gradebook of Moodle.*Download grading worksheet"),
        (CANVAS, CANVAS_FILE.replace("part1_scaler (901)", "Test (9)"), "No column fits.*--column"),
        (
            CANVAS,
            CANVAS_FILE.replace("Quiz (900)", "Scaling (900)"),
            r"Several columns fit.*Scaling \(900\); part1_scaler \(901\)",
        ),
        (CANVAS, CANVAS_FILE.replace(",80.00", ",80.00,extra"), "line 4 has more cells"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    tmp_path: Path, platform: str, text: str, said: str
) -> None:
    with pytest.raises(SheetError, match=said):
        returned(tmp_path, platform, text)


@pytest.fixture
def pages(tmp_path: Path) -> dict[str, Path]:
    found = {}
    for student in ("ada", "ben"):
        found[student] = tmp_path / f"{student}.html"
        found[student].write_text(f"feedback for {student}", encoding="utf-8")
    return found


def test_canvas_gives_each_page_to_its_student(pages: dict[str, Path]) -> None:
    begins = {"ada": "ashada_111_9001_", "ben": "birchben_LATE_222_9002_"}
    names = names_for(CANVAS, ["ada", "ben", "cleo"], PART.id, Received(begins={CANVAS: begins}))
    content = archive({name: pages[student] for student, name in names.items()})
    found = platform_rules.canvas_comments(content, {"9001": "111", "9002": "222"})
    assert found == {"111": b"feedback for ada", "222": b"feedback for ben"}


def test_moodle_gives_each_page_to_its_participant(tmp_path: Path, pages: dict[str, Path]) -> None:
    """Names come from the worksheet for students who handed in elsewhere."""
    text = MOODLE_FILE.replace("Ada Ash", "Ada_Ash / A: <b>")
    sheet = read_sheet(_written(tmp_path, text), MOODLE, PART)
    matches = RowMatcher(PEOPLE, PlatformNumbers()).match(sheet.rows)
    known = Received(begins={MOODLE: {"ben": "Ben Birch_502_assignsubmission_file_"}})
    names = names_for(MOODLE, ["ada", "ben"], PART.id, known, sheet, matches)
    content = archive({name: pages[student] for student, name in names.items()})
    found = platform_rules.moodle_feedback(content, {"501", "502"})
    assert found == {"501": b"feedback for ada", "502": b"feedback for ben"}


def test_the_same_pages_give_the_same_zip(pages: dict[str, Path]) -> None:
    named = {f"{student}.html": path for student, path in pages.items()}
    assert archive(named) == archive(dict(reversed(named.items())))


RESULT = ShownResult(
    43.0,
    55.0,
    "43 of 55 points, so far",
    [
        ShownItem("scaler.mean", 43.0, 50.0, "The mean is exact\n    hint: Look again."),
        ShownItem("Why?", None, 5.0, ""),
    ],
)


def run_autograder(folder: Path, users: list[dict[str, str]]) -> subprocess.CompletedProcess[str]:
    """Run the autograder as Gradescope does, on a submission of these users."""
    content = autograder({"ada": RESULT, "ben": ShownResult(1, 55, "")}, PEOPLE)
    for name, text in platform_rules.entries(content).items():
        path = folder / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    metadata = json.dumps({"users": users, "assignment": {"title": "Part 1"}})
    (folder / "submission_metadata.json").write_text(metadata, encoding="utf-8")
    (folder / "submission").mkdir()
    (folder / "submission" / "json.py").write_text("raise SystemExit('student code ran')")
    return subprocess.run(
        [sys.executable, folder / "source" / "run_autograder"],
        env={**os.environ, "AUTOGRADER_ROOT": str(folder)},
        cwd=folder / "submission",
        capture_output=True,
        text=True,
        check=False,
    )


def test_gradescope_shows_each_student_the_own_result(tmp_path: Path) -> None:
    done = run_autograder(tmp_path, [{"email": "ADA@example.org", "sid": "0012"}])
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert platform_rules.is_gradescope_result(found)
    assert found["score"] == 43.0
    first, second = found["tests"]
    assert (first["score"], first["max_score"]) == (43.0, 50.0)
    assert second["name"] == "Why? (not read yet)"
    assert "score" not in second


@pytest.mark.parametrize(
    "users",
    [
        [{"email": "nobody@example.org"}],
        [{"email": "ada@example.org", "sid": "0013"}],
        [{"email": "ada@example.org"}, {"email": "ben@example.org"}],
        [],
    ],
)
def test_gradescope_gives_no_grade_if_the_student_is_unclear(
    tmp_path: Path, users: list[dict[str, str]]
) -> None:
    done = run_autograder(tmp_path, users)
    assert done.returncode == 1
    assert "There is no grade for this submission yet" in done.stderr
    assert not (tmp_path / "results").exists()
