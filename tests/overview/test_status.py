"""`coursekit status` names everybody, with the next step, and `coursekit roster` what changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from coursekit.deadlines.penalties import opened
from coursekit.samples import RIGHT
from tests.conftest import Coursekit
from tests.small_course import FIRST, hand_in_samples

CLASS = """student_id,last_name,first_name,email
right,Ash,Ada,ada@example.org
stub,Birch,Ben,ben@example.org
absent,Cedar,Cleo,cleo@example.org
"""
LATE = "2031-03-02 11:00:00 UTC"


@pytest.fixture
def course(small: Path, coursekit: Coursekit) -> Path:
    """The small course with a roster and three submissions, one late and one of a stranger."""
    folder = small / "build" / "nbgrader"
    (small / "class.csv").write_text(CLASS, encoding="utf-8")
    hand_in_samples(small)
    shutil.move(folder / "submitted" / "misconception", folder / "submitted" / "stranger")
    (folder / "submitted" / "stub" / FIRST / "timestamp.txt").write_text(LATE, encoding="utf-8")
    return small


def words(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def test_from_the_roster_to_what_is_ready(course: Path, coursekit: Coursekit) -> None:
    dry = coursekit(course, "roster", "class.csv", "--dry-run")
    assert "3 students would be on the roster: 3 added" in dry.stdout
    assert not (course / "build" / "nbgrader" / "roster.csv").exists()
    done = coursekit(course, "roster", "class.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    with opened(course / "build" / "nbgrader") as book:
        ada = book.find_student("right")
        assert (ada.first_name, ada.last_name, ada.email) == ("Ada", "Ash", "ada@example.org")
    before = coursekit(course, "status", FIRST)
    assert before.returncode == 0, before.stdout + before.stderr
    said = words(before.stdout)
    assert "due 2031-03-01 12:00 UTC, 3 students on the roster, 0 graded" in said
    assert "1 nothing handed in absent" in said
    assert "1 not on the roster stranger" in said
    assert "3 to grade right, stranger, stub" in said
    assert coursekit(course, "grade", FIRST).returncode == 0
    after = words(coursekit(course, "status", FIRST).stdout)
    assert "to grade" not in after.replace("to grade again", "")
    assert "1 to read right: 1 answer" in after
    assert "1 late stub: 1 day" in after
    _read(course / "build" / "nbgrader")
    ready = words(coursekit(course, "status", FIRST).stdout)
    assert "right: 12" in ready
    module = course / "build/nbgrader/submitted/stub" / FIRST / "student_code/counting.py"
    shutil.copyfile(course / "student_code" / "counting.py", module)
    assert "1 to grade again stub" in words(coursekit(course, "status", FIRST).stdout)


def _read(folder: Path) -> None:
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        grade = book.find_grade("why_count", FIRST, FIRST, "right")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.db.commit()


def test_mistakes_are_explained(course: Path, coursekit: Coursekit) -> None:
    for arguments, said in (
        (("roster",), "There is no roster.csv in build/nbgrader"),
        (("roster", "nothing.csv"), "Cannot read the roster nothing.csv"),
        (("roster", "class.csv", "--id", "number"), "Name a column one of number"),
        (("status", "part9_x"), "Unknown part 'part9_x'. The parts are part1_counting"),
    ):
        done = coursekit(course, *arguments)
        assert done.returncode == 1
        assert said in words(done.stdout), done.stdout
        assert "Traceback" not in done.stderr
    assert coursekit(course, "roster", "class.csv").returncode == 0
    shown = coursekit(course, "roster")
    assert "Ada Ash" in shown.stdout
    assert RIGHT.student in shown.stdout


def test_a_named_nbgrader_course_can_be_anywhere(
    course: Path, coursekit: Coursekit, tmp_path: Path
) -> None:
    folder = course / "build" / "nbgrader"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for arguments in (("roster", str(course / "class.csv")), ("status", FIRST)):
        refused = coursekit(elsewhere, *arguments)
        assert refused.returncode == 1
        assert "There is no course.toml in" in refused.stdout
        done = coursekit(elsewhere, *arguments, "--course", str(folder))
        assert done.returncode == 0, done.stdout + done.stderr
