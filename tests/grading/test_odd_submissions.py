"""Irregularities in one submission never affect the grading of others."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import SaveAutoGrades

from coursekit import course_file
from coursekit.errors import CourseProblem
from coursekit.grading.fork_server.client import ForkServer
from coursekit.grading.protocol.messages import Job, Results
from coursekit.samples import RIGHT, hand_in
from tests.conftest import Coursekit
from tests.grading import comparing
from tests.grading.conftest import Graded, run
from tests.plain import PART, nbgrader

NESTED = """
from IPython.display import display
nested = {}
for _ in range(600):
    nested = {"x": nested}
display({"application/json": nested}, raw=True)
"""


def _cell(source: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / f"{PART}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(2, new_code_cell(source))
        nbformat.write(notebook, path)

    return change


def _file(name: bytes, text: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123 - bytes
            file.write(text)

    return change


def _surrogate_in_answer(folder: Path) -> None:
    path = folder / f"{PART}.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("YOUR ANSWER HERE", r"caf\udce9"), encoding="utf-8")


def _byte_order_mark(folder: Path) -> None:
    path = folder / f"{PART}.ipynb"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")


def _conflict_marks(folder: Path) -> None:
    path = folder / f"{PART}.ipynb"
    path.write_text(f"<<<<<<< HEAD\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def _many_cells(folder: Path) -> None:
    path = folder / f"{PART}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [new_code_cell() for _ in range(2000)]
    nbformat.write(notebook, path)


def _nested_folders(folder: Path) -> None:
    inner = str(folder)
    for _ in range(1200):
        inner += "/d"
        os.mkdir(inner)  # noqa: PTH102 - too long for a Path


def _sparse_file(folder: Path) -> None:
    with (folder / "a_video.mp4").open("wb") as file:
        file.truncate(1 << 40)


def _many_links(folder: Path) -> None:
    for number in range(600):
        (folder / f"link{number}").symlink_to("/etc/passwd")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "timestamp.txt")


# Right submissions with one change each, which are graded as if unchanged.
GRADED: dict[str, Callable[[Path], None]] = {
    "unchanged": lambda folder: None,
    "prints_a_surrogate": _cell(r"print('caf\udce9')"),
    "raises_a_surrogate": _cell(r"raise ValueError('caf\udce9')"),
    "displays_nested_data": _cell(NESTED),
    "counts_below_zero": _cell("get_ipython().execution_count = -2\n1"),
    "displays_a_number_as_text": _cell(
        "from IPython.display import display\ndisplay({'text/plain': 7}, raw=True)"
    ),
    "displays_20000_times": _cell("for n in range(20_000):\n    display(n)"),
    "surrogate_in_answer": _surrogate_in_answer,
    "byte_order_mark": _byte_order_mark,
    "conflict_marks": _conflict_marks,
    "many_cells": _many_cells,
    "nested_folders": _nested_folders,
    "latin_1_name": _file(b"caf\xe9.txt", b"x"),
    "forges_a_line": _file("x\n✓ 9 graded\x1b[2J.so".encode(), b"x"),
    "sparse_file": _sparse_file,
    "many_links": _many_links,
}
# Submissions that cannot be graded. The second item is a part of the reason.
REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "date_overflows": (_file(b"timestamp.txt", b"9" * 30), "timestamp.txt"),
    "date_is_no_text": (_file(b"timestamp.txt", b"\xff\xfe"), "timestamp.txt"),
    "date_is_endless": (_file(b"timestamp.txt", b"1" * 100_000), "timestamp.txt"),
    "date_is_a_pipe": (_pipe, "timestamp.txt"),
    "gradebook_fails": (lambda folder: None, "RuntimeError: no comment"),
    "gradebook_undoes": (lambda folder: None, "LostChanges: the gradebook refused a change"),
}
# Faults of the course: one of its tests fails, or the grader's process ends.
NOT_JUDGED: dict[str, Results] = {
    "test_fails": {"not_graded": {"scaler.StreamingScaler": "the course's own test failed"}},
    "process_ends": {"problem": "the supervisor died"},
}


def handed_in_odd(built: Path, course: Path) -> Path:
    """A course with one submission for each irregularity above."""
    shutil.copytree(built / "build" / "nbgrader", course)
    shutil.rmtree(course / "submitted")
    right = hand_in(RIGHT, course_file.load(built).part(PART), built, course)
    changes = GRADED | {name: change for name, (change, _) in REFUSED.items()}
    for name, change in {**changes, **dict.fromkeys(NOT_JUDGED, lambda folder: None)}.items():
        folder = course / "submitted" / name / PART
        shutil.copytree(right, folder)
        change(folder)
    shutil.rmtree(right.parent)
    return course


def _with_failures(patch: pytest.MonkeyPatch) -> None:
    """Make the gradebook fail halfway for some students, and the course's tests for others."""
    usual, job = SaveAutoGrades._add_comment, ForkServer.run

    def add_comment(self: SaveAutoGrades, cell: Any, resources: Any) -> None:
        usual(self, cell, resources)
        if self.student_id == "gradebook_fails":
            raise RuntimeError("no comment")
        if self.student_id == "gradebook_undoes":
            self.gradebook.db.rollback()

    def run_job(self: ForkServer, task: Job, hidden: dict[str, str]) -> Results:
        trouble = NOT_JUDGED.get(task["sandbox"]["environment"]["COURSE_STUDENT_ID"], {})
        return trouble if "problem" in trouble else job(self, task, hidden) | trouble

    patch.setattr(SaveAutoGrades, "_add_comment", add_comment)
    patch.setattr(ForkServer, "run", run_job)


@pytest.fixture(scope="module")
def odd(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    course = handed_in_odd(built, tmp_path_factory.mktemp("odd") / "course")
    with pytest.MonkeyPatch.context() as patch:
        _with_failures(patch)
        report = run(course, built)
    yield Graded(course, report)
    # Python cannot remove folders nested this deeply.
    subprocess.run(["rm", "-rf", course / "submitted" / "nested_folders"], check=True)


def scores(course: Path, student: str) -> dict[str, tuple[float | None, bool]]:
    """Return a student's automatic score per cell, and whether the cell needs manual grading."""
    grades = comparing.gradebook(course)["grades"]
    return {
        cell: (auto, bool(waits)) for name, cell, auto, _, _, waits in grades if name == student
    }


@pytest.mark.parametrize("student", GRADED)
def test_an_odd_submission_has_the_grade_of_its_code(odd: Graded, student: str) -> None:
    assert student in odd.report.graded
    mine, right = scores(odd.course, student), scores(odd.course, "unchanged")
    if student == "surrogate_in_answer":
        mine = {cell: mine[cell] for cell in mine if "-" in cell}
        right = {cell: right[cell] for cell in right if "-" in cell}
    assert mine == right
    path = odd.course / "autograded" / student / PART / f"{PART}.ipynb"
    nbformat.validate(nbformat.read(path, as_version=4))


@pytest.mark.parametrize("student", REFUSED)
def test_a_submission_that_cannot_be_graded_is_named(odd: Graded, student: str) -> None:
    assert REFUSED[student][1] in odd.report.refused[student]
    assert not (odd.course / "autograded" / student / PART).exists()
    assert not any(auto for auto, _ in scores(odd.course, student).values())


def test_nobody_else_is_refused(odd: Graded) -> None:
    assert odd.report.refused.keys() == REFUSED.keys()
    assert set(odd.report.graded) == set(GRADED)


def test_what_is_left_unfinished_is_removed(odd: Graded) -> None:
    names = {path.name for path in (odd.course / ".grading").iterdir()}
    assert names == {f"{PART}.jsonl"}


def test_a_cell_that_could_not_be_graded_needs_a_person(odd: Graded) -> None:
    mine, right = scores(odd.course, "test_fails"), scores(odd.course, "unchanged")
    assert mine.pop("scaler-StreamingScaler") == (None, True)
    assert right.pop("scaler-StreamingScaler")[0]
    assert mine == right
    assert odd.report.incomplete["test_fails"] == (
        "scaler.StreamingScaler: the course's own test failed"
    )


def test_no_cell_is_scored_when_the_graders_process_ends(odd: Graded) -> None:
    judged = scores(odd.course, "process_ends")
    right = scores(odd.course, "unchanged")
    for cell, (auto, _) in right.items():
        assert judged[cell] == ((None, True) if "-" in cell else (auto, True))
    assert "the supervisor died" in odd.report.incomplete["process_ends"]


def test_flags_are_single_lines_and_few(odd: Graded) -> None:
    for flags in odd.report.flags.values():
        assert len(flags) < 10
        assert all(flag.isprintable() for flag in flags)
    assert any("597 more" in flag for flag in odd.report.flags["many_links"])
    assert any("a_video.mp4" in flag for flag in odd.report.flags["sparse_file"])
    assert not (odd.course / "autograded" / "sparse_file" / PART / "a_video.mp4").exists()


def test_the_next_run_grades_only_what_is_not_graded(
    odd: Graded, built: Path, coursekit: Coursekit, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(odd.course, course, ignore=shutil.ignore_patterns("submitted"))
    (course / "submitted").symlink_to(odd.course / "submitted")
    done = coursekit(built, "grade", PART, "--course", str(course))
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stdout.strip().splitlines()
    again = {"gradebook_fails", "gradebook_undoes", *NOT_JUDGED}
    (summary,) = (line for line in lines if line.startswith("✓"))  # after preparing images
    assert summary.startswith(f"✓ {len(again)} graded in ")
    assert f"{len(GRADED)} unchanged" in summary
    named = {line.split()[1] for line in lines if line.startswith("✗")}
    assert named == REFUSED.keys() - again
    assert all(scores(course, name) == scores(course, "unchanged") for name in again)


def test_a_run_that_grades_everybody_exits_with_0(
    odd: Graded, built: Path, coursekit: Coursekit
) -> None:
    done = coursekit(
        built, "grade", PART, "--course", str(odd.course), "--students", "unchanged,many_links"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 unchanged" in done.stdout


def test_a_gradebook_in_use_ends_the_run_in_plain_words(built: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(built / "build" / "nbgrader", course)
    hand_in(RIGHT, course_file.load(built).part(PART), built, course)
    config = course / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("timeout=60", "timeout=0"), encoding="utf-8")
    with closing(sqlite3.connect(course / "gradebook.db")) as other:
        other.execute("begin immediate")
        with pytest.raises(
            CourseProblem, match=r"Cannot write the gradebook .*locked.* run the same"
        ):
            run(course, built)
    assert run(course, built).graded == ["right"]


def test_feedback_can_be_written_for_odd_submissions(odd: Graded) -> None:
    done = nbgrader(odd.course, "generate_feedback", PART)
    assert done.returncode == 0, done.stderr[-2000:]
    pages = {path.parent.parent.name for path in odd.course.glob(f"feedback/*/{PART}/*.html")}
    assert pages == {*GRADED, *NOT_JUDGED}
