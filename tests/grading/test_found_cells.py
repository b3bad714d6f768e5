"""The gradebook that finds a notebook's cells at once answers like nbgrader's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import event

from coursekit.grading.found_cells import FoundCells

ASSIGNMENT, NOTEBOOK, STUDENT = "part", "sheet", "ada"
# nbgrader links objects before it adds them.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
PLACE = (NOTEBOOK, ASSIGNMENT, STUDENT)
GRADED = [f"tests-{number}" for number in range(8)]


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Create a gradebook with graded cells, an answer that is both kinds, and a task."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as book:
        book.add_assignment(ASSIGNMENT)
        book.add_notebook(NOTEBOOK, ASSIGNMENT)
        for name in [*GRADED, "answer"]:
            book.add_grade_cell(name, NOTEBOOK, ASSIGNMENT, max_score=2, cell_type="code")
            book.add_source_cell(name, NOTEBOOK, ASSIGNMENT, cell_type="code", source=name)
        book.add_solution_cell("answer", NOTEBOOK, ASSIGNMENT)
        book.add_task_cell("task", NOTEBOOK, ASSIGNMENT, max_score=3, cell_type="markdown")
        for student in (STUDENT, "ben"):
            book.add_student(student)
            book.add_submission(ASSIGNMENT, student)
    return url


@pytest.fixture
def book(address: str) -> Iterator[FoundCells]:
    with FoundCells(address, "course") as opened:
        yield opened


def test_answers_are_those_of_nbgrader(address: str, book: FoundCells) -> None:
    with Gradebook(address) as plain:
        for name in [*GRADED, "answer", "task"]:
            for student in (STUDENT, "ben"):
                place = (name, NOTEBOOK, ASSIGNMENT, student)
                assert book.find_grade(*place).id == plain.find_grade(*place).id
        for name in ("answer", "task"):
            assert book.find_comment(name, *PLACE).id == plain.find_comment(name, *PLACE).id
        for name in [*GRADED, "answer", "task"]:
            cell = (name, NOTEBOOK, ASSIGNMENT)
            assert book.find_graded_cell(*cell).id == plain.find_graded_cell(*cell).id
        for name in GRADED:
            cell = (name, NOTEBOOK, ASSIGNMENT)
            assert book.find_source_cell(*cell).id == plain.find_source_cell(*cell).id


def test_unknown_cells_are_missing_entries(book: FoundCells) -> None:
    with pytest.raises(MissingEntry, match="No such grade: part/sheet/other for ada"):
        book.find_grade("other", *PLACE)
    with pytest.raises(MissingEntry):
        book.find_comment(GRADED[0], *PLACE)
    for ask in (book.find_source_cell, book.find_graded_cell):
        with pytest.raises(MissingEntry):
            ask("other", NOTEBOOK, ASSIGNMENT)
    with pytest.raises(MissingEntry):
        book.find_grade(GRADED[0], NOTEBOOK, ASSIGNMENT, "nobody")


def test_all_grades_of_a_notebook_take_two_queries(book: FoundCells) -> None:
    asked: list[str] = []
    event.listen(book.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    for name in GRADED * 3:
        book.find_grade(name, *PLACE)
    assert len(asked) == 2


def test_what_was_added_later_is_found_after_forgetting(book: FoundCells) -> None:
    with pytest.raises(MissingEntry):
        book.find_source_cell("late", NOTEBOOK, ASSIGNMENT)
    book.add_source_cell("late", NOTEBOOK, ASSIGNMENT, cell_type="code", source="late")
    book.forget()
    assert book.find_source_cell("late", NOTEBOOK, ASSIGNMENT).source == "late"
    assert not book.find_grade("task", *PLACE).manual_score
