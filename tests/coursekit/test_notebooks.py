"""Cells get their points, and contain the hidden tests."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from coursekit import course_file
from coursekit.builds.nbgrader_source import NotebookError, for_nbgrader, tests_of
from coursekit.gradebook import first_words
from tests.small_course import FIRST

TESTS = '''"""Two functions' tests."""

from toolbox.checks import task


@task("m.first")
def test_first() -> None:
    """One."""


def shared() -> int:
    return 1


@task("m.second", share=2)
def test_second() -> None:
    """Two."""
'''


def test_only_the_functions_own_tests_travel() -> None:
    kept = tests_of("m.second", TESTS, ())
    assert "test_first" not in kept
    assert "def shared()" in kept
    assert '@task("m.second", share=2)\ndef test_second' in kept


@pytest.fixture
def prepared(small_once: Path) -> nbformat.NotebookNode:
    course = course_file.load(small_once)
    path = small_once / "notebooks" / f"{FIRST}.ipynb"
    return for_nbgrader(path, course.part(FIRST), course, small_once / "unit_tests" / "hidden")


def test_points_in_cells_are_those_of_course_toml(
    small_once: Path, prepared: nbformat.NotebookNode
) -> None:
    marks = [cell.metadata["nbgrader"] for cell in prepared.cells if "nbgrader" in cell.metadata]
    assert (
        sum(mark.get("points", 0) for mark in marks)
        == course_file.load(small_once).part(FIRST).points
    )


def test_mark_schemes_are_in_separate_locked_cells(prepared: nbformat.NotebookNode) -> None:
    for answer, marks in zip(prepared.cells, prepared.cells[1:], strict=False):
        if answer.metadata.get("nbgrader", {}).get("solution"):
            assert "MARK SCHEME" not in answer.source
            assert "### BEGIN MARK SCHEME" in marks.source
            assert marks.metadata["nbgrader"]["locked"]
            assert not marks.metadata["nbgrader"]["grade"]


def test_a_task_without_a_cell_is_an_error(small: Path) -> None:
    path = small / "course.toml"
    row = '    { function = "counting.Tally"'
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(row, '    { function = "counting.extra", points = 1 },\n' + row, 1),
        encoding="utf-8",
    )
    course = course_file.load(small)
    with pytest.raises(
        NotebookError, match=r"'counting.extra' of course.toml has 0 cells instead of one"
    ):
        for_nbgrader(
            small / "notebooks" / f"{FIRST}.ipynb",
            course.part(FIRST),
            course,
            small / "unit_tests" / "hidden",
        )


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("✓ a\n✓ b\n", "every test passed"),
        ("· a: f is not implemented yet\n✗ b\n    got           7\n✓ c\n", "✗ b\n7"),
        ("✗ a\n    got           7\n    likely cause  That.\n", "✗ a\nThat."),
        ("✗ a\n✗ b\n    got           7\n", "✗ a"),
    ],
)
def test_the_gradebook_quotes_the_first_mistake(printed: str, said: str) -> None:
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("stream", text=printed)])
    cell.metadata["nbgrader"] = {"grade": True}
    assert first_words(nbformat.v4.new_notebook(cells=[cell])) == said
