"""Submit attacks, and determine what they achieved."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from coursekit.grading.jobs import autograded
from coursekit.samples import RIGHT, SAMPLES, hand_in
from tests.attacks import on_files, on_modules, on_notebooks
from toolbox.course import Part

PART = "part1_scaler"
MISCONCEPTION = SAMPLES[1]
HONEST = ("right", "misconception")
BASE = "wrong"  # the submission with what an attack earns without its trick


@dataclass(frozen=True)
class Attack:
    """A submission that differs from the release in one change."""

    name: str
    change: Callable[[Path], None]


def _module(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "student_code" / "scaler.py").write_text(on_modules.WRONG + text)

    return write


def _cell(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        _module("")(folder)
        path = folder / f"{PART}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(2, new_code_cell(text))
        nbformat.write(notebook, path)

    return write


def _notebook(change: on_notebooks.Change) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        _module("")(folder)
        path = folder / f"{PART}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        change(notebook)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    return write


def _files(change: on_files.Change) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        _module("")(folder)
        change(folder)

    return write


ATTACKS = {
    attack.name: attack
    for attack in (
        *(Attack(name, _module(text)) for name, text in on_modules.ALL.items()),
        *(Attack(name, _cell(text)) for name, text in on_notebooks.CELLS.items()),
        *(Attack(name, _notebook(change)) for name, change in on_notebooks.CHANGES.items()),
        *(Attack(name, _files(change)) for name, change in on_files.CHANGES.items()),
    )
}


def hand_in_all(course: Path, root: Path, part: Part, names: Iterable[str], port: int) -> None:
    """Submit the named attacks, the honest students, and one with merely wrong code."""
    for sample in (RIGHT, MISCONCEPTION):
        hand_in(sample, part, root, course)
    attacks = [Attack(BASE, _module("")), *(ATTACKS[name] for name in names)]
    for attack in attacks:
        folder = course / "submitted" / attack.name / PART
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(course / "release" / PART, folder)
        attack.change(folder)
        port_file = folder / "student_code" / "port.json"
        port_file.write_text(str(port), encoding="utf-8")


def shortened(course: Path) -> None:
    """Set short time limits: 1 s per test, 10 s per cell."""
    path = course / "course.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["course"] |= {"seconds_per_test": 1, "seconds_per_cell": 10}
    path.write_text(json.dumps(facts), encoding="utf-8")
    for each in (course / "source" / PART, course / "release" / PART):
        (each / "course.json").write_text(json.dumps(facts), encoding="utf-8")


def scores(course: Path) -> dict[str, dict[str, float | None]]:
    """Return the points of each autograded cell (and manual points if counted), by student."""
    query = """
        select student.id, base_cell.name, coalesce(grade.manual_score, grade.auto_score)
        from grade join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join student on student.id = submitted_assignment.student_id"""
    found: dict[str, dict[str, float | None]] = {}
    with sqlite3.connect(course / "gradebook.db") as book:
        for student, cell, score in book.execute(query):
            found.setdefault(student, {})[cell] = score
    return found


def gained(course: Path, name: str) -> dict[str, tuple[float, float]]:
    """Return the cells in which an attack scores more than honest wrong work, with both scores."""
    mine, base = scores(course).get(name, {}), scores(course)[BASE]
    cells = [cell for cell in base if "-" in cell]
    pairs = {cell: (mine.get(cell) or 0.0, base[cell] or 0.0) for cell in cells}
    return {cell: pair for cell, pair in pairs.items() if pair[0] > pair[1]}


def secret_lines(course: Path) -> list[str]:
    """Return the lines that occur only in hidden tests and mark schemes."""
    source = nbformat.read(course / "source" / PART / f"{PART}.ipynb", as_version=4)
    public = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (course / "release" / PART).rglob("*")
        if path.suffix in (".py", ".ipynb", ".json")
    )
    lines: list[str] = []
    for cell in source.cells:
        found = autograded(cell.source) if cell.cell_type == "code" else None
        if found:
            lines += found.hidden.splitlines()
        if "BEGIN MARK SCHEME" in cell.source:
            lines += cell.source.split("BEGIN MARK SCHEME")[1].splitlines()[1:-1]
    told = [line.strip() for line in lines]
    return [line for line in told if len(line) > 30 and line not in public and '"""' not in line]


def leaks(course: Path, name: str, secrets: list[str]) -> list[str]:
    """Return the secrets, or an attack's reported finds, in the outputs of its notebook."""
    path = course / "autograded" / name / PART / f"{PART}.ipynb"
    if not path.is_file():
        return []
    cells = nbformat.read(path, as_version=4).cells
    said = json.dumps([cell.get("outputs", []) for cell in cells])
    plain = said.replace('\\\\"', '"').replace('\\"', '"').replace("\\\\n", "\n")
    found = [line for line in secrets if line in plain]
    return found + re.findall(r"FOUND \S+", plain)
