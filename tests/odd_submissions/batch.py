"""Submit the corpus, once through `coursekit collect` and once by hand, and grade it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import nbformat
from rich.console import Console

from coursekit import course_file
from coursekit.collecting.collect import Collected, CollectSettings, collect
from coursekit.collecting.summary import SubmissionRow
from coursekit.grading.pipeline import grade
from coursekit.grading.run_report import Report, Wish
from coursekit.samples import RIGHT, hand_in
from tests.attacks.batch import shortened
from tests.collecting.course import ANSWERS, PART, put
from tests.grading import comparing
from tests.odd_submissions import files, modules, notebook_cells, notebook_files
from tests.odd_submissions.case import NOTEBOOK, Case, Files, Outcome, Verdict
from tests.small_course import drawn_images

HONEST, HONEST_WORK = "honest", Outcome.AS_HONEST
CASES: dict[str, Case] = {
    **notebook_files.CASES,
    **notebook_cells.CASES,
    **modules.CASES,
    **files.CASES,
}
Scores = dict[str, tuple[float | None, bool]]  # by cell: automatic score, needs manual grading


@dataclass(frozen=True)
class Graded:
    """The graded corpus."""

    course: Path
    rows: dict[str, SubmissionRow]  # from collecting, by student
    report: Report
    same: frozenset[str]  # collected into exactly the honest student's submission
    scores: dict[str, Scores] = field(default_factory=dict)


def verdicts() -> Iterator[tuple[str, str, Verdict]]:
    """Yield each case's name, its student, and its expected verdict."""
    for name, case in CASES.items():
        if case.collected:
            yield name, as_student(name), case.collected
        if case.by_hand:
            yield name, by_hand(name), case.by_hand


def daily() -> Iterator[tuple[str, str, Verdict]]:
    """Yield each case once: by hand unless that is plain honest work, else through collecting."""
    for name, case in CASES.items():
        if case.by_hand and (case.collected is None or case.by_hand.outcome is not HONEST_WORK):
            yield name, by_hand(name), case.by_hand
        elif case.collected:
            yield name, as_student(name), case.collected


def as_student(name: str) -> str:
    return name.replace("_", "-")


def by_hand(name: str) -> str:
    return f"{as_student(name)}-by-hand"


def run(built: Path, folder: Path, students: Collection[str]) -> Graded:
    """Collect and grade the submissions of these students and of one honest student."""
    course = folder / "course"
    shutil.copytree(built / "build" / "nbgrader", course)
    shutil.rmtree(course / "submitted")
    shortened(course)
    honest = _honest(built, course)
    box = folder / "box"
    for name, case in CASES.items():
        if as_student(name) in students:
            mine = dict(honest)
            case.change(mine)
            ending, content = case.pack(mine)
            put(box / f"{as_student(name)}{ending}", content)
    result = Collected()
    collect([box], CollectSettings(course, PART), Console(quiet=True), result)
    rows = {row.student: row for row in result.rows}
    same = frozenset(_take_out_the_same(course, rows, honest))
    for name, case in CASES.items():
        if by_hand(name) in students:
            _put_by_hand(course / "submitted" / by_hand(name) / PART, case, honest)
    _put_by_hand(course / "submitted" / HONEST / PART, Case(), honest)
    with patch.dict(os.environ, drawn_images()):
        report = grade(course, Wish(PART), built / "student_code", lambda done, of: None)
    graded = Graded(course, rows, report, same)
    for student, cell, auto, _, _, waits in comparing.gradebook(course)["grades"]:
        graded.scores.setdefault(student, {})[cell] = (auto, bool(waits))
    return graded


def _honest(built: Path, course: Path) -> Files:
    """Return the files of the right submission, with every question answered."""
    folder = hand_in(RIGHT, course_file.load(built).part(PART), built, course)
    notebook = nbformat.read(folder / NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = ANSWERS.get(name, cell.source)
    found = {f"student_code/{p.name}": p.read_bytes() for p in folder.glob("student_code/*.py")}
    del found["student_code/__init__.py"]
    shutil.rmtree(course / "submitted")
    return {NOTEBOOK: nbformat.writes(notebook).encode(), **found}


def _put_by_hand(folder: Path, case: Case, honest: Files) -> None:
    mine = dict(honest)
    case.change(mine)
    for name, content in mine.items():
        put(folder / name, content)
    case.on_disk(folder)


def _take_out_the_same(
    course: Path, rows: dict[str, SubmissionRow], honest: Files
) -> Iterator[str]:
    """Remove submissions identical to the honest student's, whose grade is known."""
    expected = {name: text for name, text in honest.items() if name != NOTEBOOK}
    for student in rows:
        folder = course / "submitted" / student / PART
        if not folder.is_dir():
            continue
        found = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*.py")
            if path.is_file()
        }
        if found == expected and _cells(folder / NOTEBOOK) == _cells_of(honest[NOTEBOOK]):
            shutil.rmtree(folder.parent)
            yield student


def _cells(path: Path) -> list[str]:
    return _cells_of(path.read_bytes())


def _cells_of(content: bytes) -> list[str]:
    return [cell.source for cell in nbformat.reads(content.decode(), as_version=4).cells]


def said(graded: Graded, student: str) -> str:
    """Return all messages of collecting and grading about a student."""
    row, report = graded.rows.get(student), graded.report
    lines = [row.reason, *row.look, *row.repaired] if row else []
    lines += report.flags.get(student, [])
    return "\n".join([*lines, report.refused.get(student, ""), report.incomplete.get(student, "")])


def outcome(graded: Graded, student: str) -> Outcome:
    """Return the outcome of a student's submission."""
    row, report = graded.rows.get(student), graded.report
    if student in report.refused or (row is not None and row.status == "refused"):
        return Outcome.REFUSED
    if student in graded.same:
        return Outcome.FLAGGED if row and row.look else Outcome.AS_HONEST
    if student not in report.graded:
        return Outcome.REFUSED
    if any("Your notebook could not be read" in text for text in answers(graded, student)):
        return Outcome.WAITING
    looked = (row is not None and bool(row.look)) or student in report.flags
    return Outcome.FLAGGED if looked else Outcome.AS_HONEST


def answers(graded: Graded, student: str) -> list[str]:
    """Return the written answers in the autograded notebook."""
    path = graded.course / "autograded" / student / PART / NOTEBOOK
    cells = nbformat.read(path, as_version=4).cells
    return [c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") in ANSWERS]
