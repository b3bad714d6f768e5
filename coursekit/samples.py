"""Made-up students, who hand in what real ones do: right, wrong, unfinished and broken work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from coursekit.stripping import strip_file
from misconceptions.catalogue import entries
from toolbox.course import Part


@dataclass(frozen=True)
class Sample:
    """One student: a name, what is special, and the modules that differ from the solution."""

    student: str
    story: str
    modules: Callable[[Path], dict[str, str]]  # from the root of the source to file texts


def _solution(root: Path, module: str) -> str:
    return (root / "student_code" / f"{module}.py").read_text(encoding="utf-8")


def _stub(root: Path, module: str) -> str:
    return strip_file(root / "student_code" / f"{module}.py")


def _misconception(root: Path) -> dict[str, str]:
    chosen = next(e for e in entries("scaler") if e.id == "ForgetsEarlierBatches")
    return {"scaler": chosen.as_student_file(_solution(root, "scaler"))}


def _syntax_error(root: Path) -> dict[str, str]:
    broken = _solution(root, "scaler").replace("def partial_fit(self,", "def partial_fit(self", 1)
    return {"scaler": broken}


def _endless_loop(root: Path) -> dict[str, str]:
    stub = "# YOUR CODE HERE\n        raise NotImplementedError()"
    looping = _stub(root, "scaler").replace(f"        {stub}", "        self.count_ = 0", 1)
    return {
        "scaler": looping.replace(f"        {stub}", "        while True:\n            pass", 1)
    }


RIGHT = Sample("right", "the whole solution", lambda root: {})
SAMPLES = (
    RIGHT,
    Sample("misconception", "each batch replaces the ones before it", _misconception),
    Sample("stub", "nothing written yet", lambda root: {}),
    Sample("syntax_error", "a comma is missing, and nothing else is written", _syntax_error),
    Sample("endless_loop", "partial_fit never returns, and nothing else is written", _endless_loop),
)
SOLVED = {"right", "misconception"}  # the others leave their other modules as stubs


def hand_in(sample: Sample, part: Part, root: Path, course_folder: Path) -> Path:
    """Write a sample's submission into nbgrader's `submitted/`. Returns its folder.

    It starts from the release, as a student does. The student who is right answers the written
    questions too.
    """
    target = course_folder / "submitted" / sample.student / part.id
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(course_folder / "release" / part.id, target)
    texts = {m: _solution(root, m) for m in part.modules} if sample.student in SOLVED else {}
    for module, text in {**texts, **sample.modules(root)}.items():
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
