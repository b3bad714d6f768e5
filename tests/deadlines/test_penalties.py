"""Penalties in the gradebook always equal those of a fresh grade."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook, SubmittedNotebook

from coursekit.deadlines.penalties import settle, terms_of
from coursekit.errors import CourseProblem
from coursekit.part_grades import part_grades
from coursekit.roster.class_file import Person
from coursekit.roster.class_list import save_class
from coursekit.settings.extension_list import Extension
from coursekit.settings.late_policy import LateTerms
from tests.deadlines.test_late_policy import CHANGES, facts, late_tables, times

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # raised by nbgrader
PARTS, STUDENTS = ("p1", "p2", "p3"), ("ada", "ben")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gradebook]:
    """A gradebook with two students, three parts and two items in each."""
    path = tmp_path_factory.mktemp("penalties") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as made:
        for part in PARTS:
            made.add_assignment(part)
            made.add_notebook(part, part)
            made.add_grade_cell("code", part, part, max_score=30, cell_type="code")
            made.add_grade_cell("text", part, part, max_score=20, cell_type="markdown")
        for student in STUDENTS:
            made.add_student(student)
            for part in PARTS:
                made.add_submission(part, student)
        made.db.commit()
        yield made


def penalties(book: Gradebook) -> list[tuple[str, str, float | None]]:
    found = book.db.query(SubmittedNotebook).all()
    rows = [(n.assignment.student_id, n.name, n.late_submission_penalty) for n in found]
    return sorted(rows, key=lambda row: row[:2])


Step = tuple[str, str, int, datetime, dict[str, Any], int]
changed_states: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["due", "submitted", "extension", "read", "rules"]),
        st.sampled_from(STUDENTS),
        st.integers(0, 2),
        times,
        late_tables,
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("examples", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_regrading_after_any_change_of_dates_equals_a_fresh_grade(
    book: Gradebook, examples: int
) -> None:
    check = settings(max_examples=examples)(given(changed_states)(_regrades_like_a_fresh_grade))
    check(book)


def _regrades_like_a_fresh_grade(book: Gradebook, steps: list[Step]) -> None:
    due, rules, extensions = list(CHANGES[:3]), {"percent_per_day": 10, "late_days": 2}, []
    for what, student, number, when, late, points in steps:
        part = PARTS[number]
        if what == "due":
            due[number] = when
        elif what == "rules":
            rules = late
        elif what == "extension":
            extensions.append(Extension(student, part, when, 0))
        elif what == "submitted":
            submission = book.find_submission(part, student)
            submission.timestamp = when.replace(tzinfo=None)
        else:
            grade = book.find_grade("text", part, part, student)
            grade.manual_score, grade.needs_manual_grade = float(points), False
            book.find_grade("code", part, part, student).auto_score = 30.0 - points
        book.db.flush()
        terms = LateTerms(facts("Europe/Berlin", rules, due), list(extensions))
        settle(book, terms)
        book.db.flush()
    settled = penalties(book)
    for notebook in book.db.query(SubmittedNotebook):
        notebook.late_submission_penalty = None
    book.db.flush()
    settle(book, terms)
    book.db.flush()
    assert penalties(book) == settled
    assert settle(book, terms) == [], "settling twice changes nothing"
    book.db.rollback()


def test_an_answer_that_is_read_later_raises_a_percent_penalty(book: Gradebook) -> None:
    due = [datetime(2027, 3, 5, tzinfo=timezone.utc)] * 3
    terms = LateTerms(facts("UTC", {"percent_per_day": 10}, due))
    submission = book.find_submission("p1", "ada")
    submission.timestamp = (due[0] + timedelta(hours=30)).replace(tzinfo=None)
    book.find_grade("code", "p1", "p1", "ada").auto_score = 20.0
    book.db.flush()
    (change,) = settle(book, terms)
    assert (change.student, change.part, change.old, change.new) == ("ada", "p1", 0.0, 4.0)
    book.find_grade("text", "p1", "p1", "ada").manual_score = 10.0
    book.db.flush()
    (change,) = settle(book, terms)
    assert (change.old, change.new) == (4.0, 6.0)
    book.db.flush()
    grade = part_grades(book, "p1")["ada"]
    assert (grade.earned, grade.penalty, grade.total) == (30.0, 6.0, 24.0)
    book.db.rollback()


def test_an_extension_for_a_stranger_is_an_error(tmp_path: Path) -> None:
    known = facts("UTC", {}, CHANGES)
    (tmp_path / "course.json").write_text(json.dumps(known), encoding="utf-8")
    (tmp_path / "extensions.csv").write_text("student,part,days\nadda,p1,2\n", encoding="utf-8")
    assert terms_of(tmp_path).extensions[0].student == "adda", "without a roster"
    save_class(tmp_path, [Person("ada")])
    with pytest.raises(CourseProblem, match="names adda, who is not on the roster"):
        terms_of(tmp_path)
