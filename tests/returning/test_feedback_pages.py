"""Feedback pages that are rendered together are the same as nbgrader's, one by one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook

from coursekit.deadlines.penalties import opened
from coursekit.part_grades import part_grades
from coursekit.returning import feedback_pages
from coursekit.returning.feedback_pages import page_of, write_pages
from coursekit.returning.page_exporter import SharedPieces
from tests.feedback import active
from tests.feedback.pages import PART, QUESTION, STUDENT, make_course, notebook

TASK = "scaler-mean"


def student_cells(number: int) -> list[NotebookNode]:
    """Return what one student handed in: much of it is the same for all, and nothing is safe."""
    mark = {"grade": True, "solution": False, "locked": True, "grade_id": TASK, "points": 4}
    said = "✗ `mean` is exact\n    hint          Look again.\n" if number % 2 else "✓ mean\n"
    check = new_code_cell(
        "checks.grade()",
        metadata={"nbgrader": mark | {"schema_version": 3}},
        outputs=[new_output("stream", name="stdout", text=said)],
        execution_count=number,
    )
    attacks = [cell for place, (_, cell) in enumerate(active.vectors()) if place % 7 >= number]
    own = new_markdown_cell(f"An answer, {number}: $x_{number}$ <b>never closed")
    return [check, *active.harmless(), *attacks, own]


@pytest.fixture(scope="module")
def course(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An nbgrader course in which six students were graded."""
    folder = make_course(root, tmp_path_factory.mktemp("pages") / "course", student_cells(0))
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        book.add_grade_cell(TASK, PART, PART, max_score=4, cell_type="code")
        book.remove_submission(PART, STUDENT)
        for number in range(6):
            student = STUDENT if number == 0 else f"student{number}"
            book.update_or_create_student(student, first_name="Ada" if number == 1 else None)
            book.add_submission(PART, student)
            path = folder / "autograded" / student / PART / f"{PART}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(notebook(student_cells(number))), encoding="utf-8")
            answer = book.find_grade(QUESTION, PART, PART, student)
            answer.manual_score, answer.needs_manual_grade = number / 3, number == 2
            answer.extra_credit = 0.1 if number == 3 else None
            task = book.find_grade(TASK, PART, PART, student)
            task.auto_score, task.needs_manual_grade = number / 2, False
            comment = book.find_comment(QUESTION, PART, PART, student)
            comment.auto_comment = "No response."
            comment.manual_comment = f"Well done, {number} $x$." if number > 3 else None
        book.db.commit()
    return folder


def written(folder: Path) -> dict[str, bytes]:
    return {path.parent.parent.name: path.read_bytes() for path in folder.rglob(f"{PART}.html")}


@pytest.fixture(scope="module")
def theirs(course: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The pages that plain nbgrader writes."""
    plain = Path(shutil.copytree(course, tmp_path_factory.mktemp("plain") / "course"))
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", PART]
    subprocess.run(command, cwd=plain, capture_output=True, check=True)
    return written(plain)


@pytest.mark.parametrize("group", [1, 20])
def test_pages_are_those_of_nbgrader(
    course: Path,
    theirs: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    group: int,
) -> None:
    """With groups of one, every page but the first comes from a forked process."""
    monkeypatch.setattr(feedback_pages, "GROUP", group)
    ours = Path(shutil.copytree(course, tmp_path / "ours"))
    with opened(ours) as book:
        assert write_pages(ours, PART, part_grades(book, PART), book) == {}
    assert len(theirs) == 6
    assert written(ours) == theirs


def test_only_pages_that_are_out_of_date_are_written(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "course"))
    done: list[tuple[int, int]] = []
    with opened(folder) as book:
        for points in (1.0, 1.0, 2.0):
            book.find_grade(TASK, PART, PART, STUDENT).auto_score = points
            book.db.commit()
            write_pages(folder, PART, part_grades(book, PART), book, lambda *now: done.append(now))
    assert done == [(n, 6) for n in range(1, 7)] + [(1, 1)]


def test_a_page_that_cannot_be_written_is_named(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it is the first one, or if a process that writes pages dies."""
    folder = Path(shutil.copytree(course, tmp_path / "course"))
    (folder / "autograded" / STUDENT / PART / f"{PART}.ipynb").write_text("[]", encoding="utf-8")
    with opened(folder) as book:
        grades = part_grades(book, PART)
        assert list(write_pages(folder, PART, grades, book)) == [STUDENT]
        assert not page_of(folder, PART, STUDENT).exists()
        monkeypatch.setattr(feedback_pages, "GROUP", 1)
        monkeypatch.setattr(feedback_pages, "_reasons", lambda convert, group: os._exit(1))
        shutil.rmtree(folder / "feedback")
        found = write_pages(folder, PART, grades, book)
    assert len(found) == 6
    assert "died" in found["student5"]


def test_a_piece_that_leaves_a_tag_open_is_not_shared() -> None:
    """Its HTML depends on what follows."""
    shared = SharedPieces()
    for html, is_kept in (("\n<p>closed</p> ", True), ("<p><b>open</p>", False), ("text", False)):
        page = shared.expanded(f"<i>{shared.marked(html, html)}</i>")
        assert page == f"<i>{html}</i>"
        assert (html in shared) == is_kept
    assert shared.expanded(shared.mark("\n<p>closed</p> ")) == "\n<p>closed</p> "


def test_a_piece_inside_another_is_shared_as_well() -> None:
    shared = SharedPieces()
    inner = shared.marked("inner", "<b>x</b>")
    assert shared.expanded(shared.marked("outer", f"<p>{inner}</p>")) == "<p><b>x</b></p>"
    assert shared.expanded(shared.mark("outer") + shared.mark("inner")) == (
        "<p><b>x</b></p><b>x</b>"
    )
