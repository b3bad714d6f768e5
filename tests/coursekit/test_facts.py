"""A mistake in course.toml is told with its key and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import facts


@pytest.fixture
def text(root: Path) -> str:
    return (root / "course.toml").read_text(encoding="utf-8")


def problem(folder: Path, text: str) -> str:
    (folder / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(facts.CourseFileError) as caught:
        facts.read(folder / "course.toml")
    return str(caught.value)


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith(start))


def test_the_course_itself_is_fine(root: Path) -> None:
    assert len(facts.load(root).parts) == 9


def test_a_misspelt_key_names_line_and_right_spelling(tmp_path: Path, text: str) -> None:
    wrong = text.replace("seconds_per_test =", "second_per_test =", 1)
    said = problem(tmp_path, wrong)
    assert f"line {line_of(wrong, 'second_per_test')}" in said
    assert "did you mean 'seconds_per_test'?" in said


def test_a_misspelt_key_of_a_later_part_names_its_line(tmp_path: Path, text: str) -> None:
    head, tail = text.split('id = "part3_dropout_augmentation"', 1)
    wrong = head + 'id = "part3_dropout_augmentation"' + tail.replace("minutes", "minuets", 1)
    said = problem(tmp_path, wrong)
    number = next(n for n, line in enumerate(wrong.splitlines(), 1) if line.startswith("minuets"))
    assert f"course.toml, line {number}: parts[2].minuets" in said


def test_a_misspelt_key_inside_a_task_names_its_row(tmp_path: Path, text: str) -> None:
    wrong = text.replace("points = 8, hidden = 3", "points = 8, hiden = 3", 1)
    said = problem(tmp_path, wrong)
    number = next(n for n, line in enumerate(wrong.splitlines(), 1) if "hiden" in line)
    assert f"line {number}" in said
    assert "did you mean 'hidden'?" in said


def test_a_wrong_value_is_quoted(tmp_path: Path, text: str) -> None:
    said = problem(tmp_path, text.replace("minutes = 120", 'minutes = "long"', 1))
    assert "minutes" in said
    assert "'long'" in said


def test_a_missing_key_is_named(tmp_path: Path, text: str) -> None:
    said = problem(tmp_path, text.replace('branch = "main"\n', "", 1))
    assert "course.branch is missing" in said


def test_broken_toml_names_the_line(tmp_path: Path, text: str) -> None:
    said = problem(tmp_path, text.replace('id = "vision"', 'id = "vision', 1))
    assert "not valid TOML" in said
    assert "line 5" in said


def test_a_task_twice_is_told(tmp_path: Path, text: str) -> None:
    row = '    { function = "scaler.compute_mean_and_std", points = 8, hidden = 3 },\n'
    assert "stands there twice" in problem(tmp_path, text.replace(row, row + row, 1))


def test_no_file_says_where_to_run(tmp_path: Path) -> None:
    with pytest.raises(facts.CourseFileError, match="Run coursekit in the root of the course"):
        facts.read(tmp_path / "course.toml")
