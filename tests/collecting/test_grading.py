"""Work that was damaged, moved or renamed in transit earns what the original would have earned."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from coursekit import course_file
from coursekit.builds.nbgrader_release import run_nbgrader
from coursekit.collecting.summary import REFUSED
from coursekit.gradebook import GradebookRow, rows
from coursekit.samples import RIGHT, hand_in
from tests.collecting.colab import saved_by_colab
from tests.collecting.course import ANSWERS, PART, answers, as_bytes, packed, put, run, submitted

pytestmark = pytest.mark.slow


def _nameless(notebook: NotebookNode) -> NotebookNode:
    return saved_by_colab(notebook, keeps_nbgrader=False)


def _shuffled(notebook: NotebookNode) -> NotebookNode:
    graded = [c for c in notebook.cells if "nbgrader" in c.metadata]
    random.Random(1).shuffle(graded)
    others = [c for c in notebook.cells if "nbgrader" not in c.metadata and c.id != "setup"]
    notebook.cells = [*graded, *graded, *others]
    return notebook


def _without_checks(notebook: NotebookNode) -> NotebookNode:
    notebook.cells = [c for c in notebook.cells if not c.source.startswith("checks.grade(")]
    return notebook


DAMAGE: dict[str, Callable[[NotebookNode], NotebookNode]] = {
    "untouched": lambda notebook: notebook,
    "colab": saved_by_colab,
    "nameless": _nameless,
    "shuffled": _shuffled,
    "unchecked": _without_checks,
}


@pytest.fixture(scope="module")
def graded(
    built: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, GradebookRow]]:
    """A course with the right solution, submitted with every kind of damage."""
    folder = tmp_path_factory.mktemp("handed-in")
    course = Path(shutil.copytree(built / "build" / "nbgrader", folder / "course"))
    part = course_file.load(built).part(PART)
    right = hand_in(RIGHT, part, built, folder / "course")
    notebook = nbformat.read(right / f"{PART}.ipynb", as_version=4)
    modules = {f"student_code/{p.name}": p.read_bytes() for p in right.glob("student_code/*.py")}
    shutil.rmtree(course / "submitted")
    for student, damage in DAMAGE.items():
        changed = as_bytes(damage(nbformat.from_dict(notebook)))
        files = {f"vision-course-main/{name}": content for name, content in modules.items()}
        files[f"vision-course-main/notebooks/Part 1 ({student}).ipynb"] = changed
        put(folder / "box" / f"{student}.zip", packed({"work.zip": packed(files)}))
    lost = {**modules, "x.ipynb": b'{"cells": [{'}
    put(folder / "box" / "lost.zip", packed(lost))
    result = run(course, folder / "box")
    assert not [row for row in result.rows if row.status == REFUSED]
    run_nbgrader(course, "autograde", part.id, quiet=True)
    return course, {row.student: row for row in rows(course, part)}


def test_every_hand_in_earns_what_the_untouched_one_does(
    graded: tuple[Path, dict[str, GradebookRow]],
) -> None:
    _, found = graded
    assert set(found) == {*DAMAGE, "lost"}
    assert found["untouched"].score == 45
    for student, row in found.items():
        assert row.tasks == found["untouched"].tasks, student
        assert row.says == "every test passed", student


def test_answers_arrive_where_a_person_reads_them(
    graded: tuple[Path, dict[str, GradebookRow]],
) -> None:
    course, found = graded
    untouched = answers(submitted(course, "untouched"))
    for student in DAMAGE:
        assert answers(submitted(course, student)) == untouched, student
        assert found[student].to_read == len(ANSWERS)
    assert found["lost"].to_read == len(ANSWERS)  # in the notebook as received
