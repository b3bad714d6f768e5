"""From the release to the export: a student's evening and the instructor's next morning."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from coursekit import course_file
from tests.conftest import ROOT
from tests.semester.instructor import Instructor
from tests.semester.student import Student

PART = "part1_scaler"


@pytest.fixture(scope="module")
def evening(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Student, Path]:
    """A student who did Part 1 on Colab and submitted it, and the path of the zip."""
    data = Path(os.environ.get("COURSE_DATA", str(ROOT / "data")))
    place = tmp_path_factory.mktemp("semester")
    course = course_file.load(built)
    part = course.part(PART)
    student = Student("Ada Example", "ax17", built / "build" / "release", place / "ada", data)
    first = student.toolbox("status", PART)
    assert "scaler.StreamingScaler (10 points) is not written yet." in first.stdout, first.stderr
    student.writes(built, course, part)
    student.answers(part)
    student.runs(part, course.seconds_per_cell)
    student.saves_as_colab_does(part)
    done = student.hands_in(part, place / "inbox")
    assert done.returncode == 0, done.stdout + done.stderr
    public = f"{sum(task.points for task in part.tasks):g}"
    assert f"{public} of {public} points from the public tests" in done.stdout
    return student, place / "inbox"


def test_the_hand_in_holds_a_report_with_all_that_the_part_asks(
    evening: tuple[Student, Path],
) -> None:
    _, inbox = evening
    with zipfile.ZipFile(inbox / "ax17_part1_scaler.zip") as archive:
        html = archive.read("report.html").decode()
    assert "Everything that was asked for is here." in html
    assert html.count("data:image/png") == 3
    assert "My answer to question why_streaming" in html


def test_the_instructor_collects_grades_and_exports(
    evening: tuple[Student, Path], built: Path, tmp_path: Path
) -> None:
    _, inbox = evening
    part = course_file.load(built).part(PART)
    instructor = Instructor(built / "build" / "nbgrader", tmp_path / "course")
    assert set(instructor.collects(inbox, part)) == {"ax17"}
    (row,) = instructor.grades(part)
    assert row.score == sum(task.total for task in part.tasks)
    assert row.to_read == len(part.questions)
    instructor.reads(part, "ax17", "why_streaming", 2)
    assert instructor.exports()["ax17", PART] == row.score + 2
