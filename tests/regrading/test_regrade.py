"""A regrade reports every change, keeps what people graded, and can be undone."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.deadlines.penalties import opened
from coursekit.part_grades import part_grades
from tests.conftest import Coursekit
from tests.grading import comparing
from tests.small_course import COURSE, FIRST

DROPPED = """dropped = [
    { item = "counting.mean", test = "test_mean_of_two", on = 2031-03-05, why = "it was unclear" },
    { item = "why_count", on = 2031-03-05, why = "not in the lecture" },
]
"""
WHY = "Two items were not fair"


@pytest.fixture
def graded(small_graded_once: Path, tmp_path: Path) -> Path:
    """The small course with three graded students, and an answer that was read."""
    course = Path(shutil.copytree(small_graded_once, tmp_path / "course", symlinks=True))
    with opened(course / "build" / "nbgrader") as book:
        grade = book.find_grade("why_count", FIRST, FIRST, "right")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.find_comment("why_count", FIRST, FIRST, "right").manual_comment = "Good."
        book.db.commit()
    return course


def dropped(course: Path, coursekit: Coursekit) -> None:
    """Drop a test and a question in `course.toml`, and build."""
    path = course / "course.toml"
    text = path.read_text(encoding="utf-8")
    head, tail = text.split('id = "part2_words"', 1)
    head, opening = head.rsplit("[[parts]]", 1)
    whole = f'{head}{DROPPED}\n[[parts]]{opening}id = "part2_words"{tail}'
    path.write_text(whole, encoding="utf-8")
    done = coursekit(course, "build", FIRST)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_dropped_test_and_a_dropped_question(graded: Path, coursekit: Coursekit) -> None:
    folder = graded / "build" / "nbgrader"
    before = comparing.gradebook(folder)
    dropped(graded, coursekit)
    released = json.loads((graded / "build/release/course.json").read_text(encoding="utf-8"))
    assert "it was unclear" not in json.dumps(released)
    assert comparing.gradebook(folder) == before

    dry = coursekit(graded, "regrade", FIRST, "--why", WHY, "--dry-run")
    assert dry.returncode == 0, dry.stdout + dry.stderr
    assert "4 changes for 3 students" in dry.stdout
    assert comparing.gradebook(folder) == before
    assert not (folder / "regrades").exists()

    done = coursekit(graded, "regrade", FIRST, "--why", WHY)
    assert done.returncode == 0, done.stdout + done.stderr
    with (folder / "regrades" / FIRST / "001" / "report.csv").open(encoding="utf-8") as file:
        rows = {(r["student"], r["item"]): (r["old"], r["new"]) for r in csv.DictReader(file)}
    assert rows == {
        ("misconception", "counting-mean"): ("2", "4"),
        ("misconception", "why_count"): ("0", "2"),
        ("right", "why_count"): ("1.5", "2"),
        ("stub", "why_count"): ("0", "2"),
    }
    with opened(folder) as book:
        grades = part_grades(book, FIRST)
        assert book.find_comment("why_count", FIRST, FIRST, "right").manual_comment == "Good."
    assert {s: g.total for s, g in grades.items()} == {"misconception": 10, "right": 12, "stub": 2}
    assert not any(grade.waiting for grade in grades.values())

    undone = coursekit(graded, "regrade", FIRST, "--undo")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert comparing.gradebook(folder) == before
    again = coursekit(graded, "regrade", FIRST, "--undo")
    assert "There is no regrade of part1_counting to undo" in again.stdout


def test_an_unchanged_answer_keeps_its_score_and_a_changed_one_waits(
    graded: Path, coursekit: Coursekit
) -> None:
    folder = graded / "build" / "nbgrader"
    hidden = graded / "unit_tests" / "hidden" / "test_counting.py"
    text = hidden.read_text(encoding="utf-8")
    hidden.write_text(text.replace("[-2.0, -4.0]", "[-2.0, -6.0]").replace("-3.0", "-4.0"), "utf-8")
    assert coursekit(graded, "build", FIRST).returncode == 0
    done = coursekit(graded, "regrade", FIRST, "--why", "Another input")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 changes for 0 students" in done.stdout
    with opened(folder) as book:
        grade = part_grades(book, FIRST)["right"]
    assert grade.waiting == []
    assert grade.items["why_count"].manual == 1.5
    notebook = folder / "submitted" / "right" / FIRST / f"{FIRST}.ipynb"
    words = notebook.read_text(encoding="utf-8").replace("An answer in", "Another answer in")
    notebook.write_text(words, encoding="utf-8")
    done = coursekit(graded, "regrade", FIRST, "--why", "A late answer")
    assert "1 change for 1 student." in done.stdout
    with opened(folder) as book:
        grade = part_grades(book, FIRST)["right"]
        assert grade.waiting == ["why_count"]
        assert grade.items["why_count"].manual == 1.5, "the score is kept for the reader"
        book.find_grade("why_count", FIRST, FIRST, "right").manual_score = 2.0
        book.db.commit()
    undone = coursekit(graded, "regrade", FIRST, "--undo")
    assert undone.returncode == 1
    assert "Undoing it would lose them" in undone.stdout


def test_a_regrade_needs_a_reason_and_grades(small: Path, coursekit: Coursekit) -> None:
    assert "Give the reason" in coursekit(small, "regrade", FIRST).stdout
    said = coursekit(small, "regrade", FIRST, "--why", "x").stdout
    assert f"There are no grades in {FIRST} yet" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("counting.mean", "counting.maen", "did you mean 'counting.mean'?"),
        ('"why_count", on', '"why_count", test = "test_x", on', "'why_count' has no tests"),
        (', why = "it was unclear"', "", "why is missing"),
        ("on = 2031-03-05", 'on = "soon"', "on: Input should be a valid date"),
    ],
)
def test_a_wrong_line_of_dropped_items_is_reported(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    head, tail = COURSE.split('\n[[parts]]\nid = "part2_words"', 1)
    text = head + DROPPED.replace(old, new, 1) + '\n[[parts]]\nid = "part2_words"' + tail
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(course_file.CourseFileError, match=said.replace("?", r"\?")):
        course_file.read(tmp_path / "course.toml")
