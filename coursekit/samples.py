"""Sample students with typical submissions: right, wrong, unfinished and broken work."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from coursekit.builds.stubs import strip_file
from coursekit.errors import CourseProblem
from misconceptions.catalogue import entries
from toolbox.course import Part

# The first line of a function, and what nbgrader leaves of a solution.
DEFINITION = re.compile(r"^(\s*def \w+)\(", re.M)
STUB_LINES = re.compile(r"^( *)# YOUR CODE HERE\n *raise NotImplementedError\(\)", re.M)


@dataclass(frozen=True)
class Sample:
    """One student: a name, a description, and the modules that differ from the release."""

    student: str
    story: str
    modules: Callable[[Path, Part], dict[str, str]]  # maps the source root to file contents


def _solution(root: Path, module: str) -> str:
    return (root / "student_code" / f"{module}.py").read_text(encoding="utf-8")


def _stub(root: Path, module: str) -> str:
    return strip_file(root / "student_code" / f"{module}.py")


def _misconception(root: Path, part: Part) -> dict[str, str]:
    """Return the first catalogued wrong implementation for a function of the part."""
    for task in part.tasks:
        for entry in entries(task.module):
            if entry.function == task.function and not entry.is_right:
                return {task.module: entry.as_student_file(_solution(root, task.module))}
    raise CourseProblem(
        f"The catalog has no misconception for {part.id}. Add one to misconceptions/."
    )


def _syntax_error(root: Path, part: Part) -> dict[str, str]:
    module = part.modules[0]
    return {module: DEFINITION.sub(r"\1", _solution(root, module), count=1)}


def _endless_loop(root: Path, part: Part) -> dict[str, str]:
    module = part.modules[0]
    return {module: STUB_LINES.sub(r"\1while True:\n\1    pass", _stub(root, module), count=1)}


def _nothing(root: Path, part: Part) -> dict[str, str]:
    return {}


RIGHT = Sample("right", "the complete solution", _nothing)
SAMPLES = (
    RIGHT,
    Sample("misconception", "a catalogued misconception in the first function", _misconception),
    Sample("stub", "nothing implemented yet", _nothing),
    Sample("syntax_error", "a missing bracket, and nothing else implemented", _syntax_error),
    Sample(
        "endless_loop",
        "the first function never returns, and nothing else is implemented",
        _endless_loop,
    ),
)
SOLVED = {"right", "misconception"}  # the others leave all other modules as stubs


def hand_in(sample: Sample, part: Part, root: Path, course_folder: Path) -> Path:
    """Write a sample's submission into nbgrader's `submitted/`. Return its folder.

    It starts from the release, as a student does. The right sample also answers the written
    questions.
    """
    target = course_folder / "submitted" / sample.student / part.id
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(course_folder / "release" / part.id, target)
    texts = {m: _solution(root, m) for m in part.modules} if sample.student in SOLVED else {}
    for module, text in {**texts, **sample.modules(root, part)}.items():
        (target / "student_code" / f"{module}.py").write_text(text, encoding="utf-8")
    if sample is RIGHT:
        _answer(target / f"{part.id}.ipynb", part)
    return target


def _answer(path: Path, part: Part) -> None:
    notebook = nbformat.read(path, as_version=4)
    questions = {question.id for question in part.questions}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in questions:
            cell.source = "An answer in the student's own words, to be graded by a person."
    nbformat.write(notebook, path)
