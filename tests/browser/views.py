"""The content of the screenshots: a student with a misconception, and a part of a long page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat

from coursekit import course_file
from coursekit.samples import SAMPLES
from tests.conftest import ROOT
from tests.semester.student import Student
from toolbox.course import Part

WORDS = (
    "It reads one image after the other and keeps three numbers, so the memory does not grow with "
    "the number of images; and it can continue when new images arrive."
)


def answer(path: Path, part: Part) -> None:
    """Answer the part's questions in the notebook at `path`."""
    notebook = nbformat.read(path, as_version=4)
    questions = {question.id for question in part.questions}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in questions:
            cell.source = WORDS
    nbformat.write(notebook, path)


def student(built: Path, folder: Path, part_id: str, sample_name: str) -> Student:
    """Return a student with the sample's code and an executed notebook."""
    data = Path(os.environ.get("COURSE_DATA", str(ROOT / "data")))
    course = course_file.load(built)
    part = course.part(part_id)
    made = Student("Ada Example", "ax17", built / "build" / "release", folder, data)
    made.writes(built, course, part)
    sample = next(each for each in SAMPLES if each.student == sample_name)
    for module, text in sample.modules(built, part).items():
        (folder / "student_code" / f"{module}.py").write_text(text, encoding="utf-8")
    made.runs(part, course.seconds_per_cell)
    return made


def around(page: Any, element: Any) -> bytes:
    """Return a screenshot with the element in the middle of the window."""
    element.evaluate("element => element.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(500)
    return bytes(page.screenshot())
