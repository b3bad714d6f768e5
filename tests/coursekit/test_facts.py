"""Errors in course.toml are reported with key and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import course_file
from tests.small_course import COURSE, SECOND


@pytest.fixture
def text() -> str:
    """A `course.toml` for these tests, with two parts."""
    return COURSE


def problem(folder: Path, text: str) -> str:
    (folder / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(course_file.CourseFileError) as caught:
        course_file.read(folder / "course.toml")
    return str(caught.value)


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith(start))


def test_the_course_itself_is_fine(root: Path) -> None:
    assert course_file.load(root).parts


def test_a_misspelled_key_names_line_and_right_spelling(tmp_path: Path, text: str) -> None:
    wrong = text.replace("seconds_per_test =", "second_per_test =", 1)
    said = problem(tmp_path, wrong)
    assert f"line {line_of(wrong, 'second_per_test')}" in said
    assert "did you mean 'seconds_per_test'?" in said


def test_a_misspelled_key_of_a_later_part_names_its_line(tmp_path: Path, text: str) -> None:
    head, tail = text.split(f'id = "{SECOND}"', 1)
    wrong = f'{head}id = "{SECOND}"' + tail.replace("minutes", "minuets", 1)
    said = problem(tmp_path, wrong)
    number = next(n for n, line in enumerate(wrong.splitlines(), 1) if line.startswith("minuets"))
    assert f"course.toml, line {number}: parts[1].minuets" in said


def test_a_misspelled_key_inside_a_task_names_its_row(tmp_path: Path, text: str) -> None:
    wrong = text.replace("points = 3, hidden = 1", "points = 3, hiden = 1", 1)
    said = problem(tmp_path, wrong)
    number = next(n for n, line in enumerate(wrong.splitlines(), 1) if "hiden" in line)
    assert f"line {number}" in said
    assert "did you mean 'hidden'?" in said


def test_a_wrong_value_is_quoted(tmp_path: Path, text: str) -> None:
    said = problem(tmp_path, text.replace("minutes = 30", 'minutes = "long"', 1))
    assert "minutes" in said
    assert "'long'" in said


def test_a_missing_key_is_named(tmp_path: Path, text: str) -> None:
    said = problem(tmp_path, text.replace('branch = "main"\n', "", 1))
    assert "course.branch is missing" in said


def test_broken_toml_names_the_line(tmp_path: Path, text: str) -> None:
    said = problem(tmp_path, text.replace('id = "small"', 'id = "small', 1))
    assert "not valid TOML" in said
    assert f"line {line_of(text, 'id = ')}" in said


def test_a_duplicate_task_is_reported(tmp_path: Path, text: str) -> None:
    row = '    { function = "counting.Tally", points = 3, hidden = 1 },\n'
    assert "is defined twice" in problem(tmp_path, text.replace(row, row + row, 1))


def test_a_missing_file_says_where_to_run(tmp_path: Path) -> None:
    with pytest.raises(
        course_file.CourseFileError, match="Run coursekit in the root of the course"
    ):
        course_file.read(tmp_path / "course.toml")
