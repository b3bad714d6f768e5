"""The release of a part, with which submissions are compared and from which they are repaired."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.collecting.findings import CollectError
from coursekit.collecting.notebook_text import squeezed

SETUP = "setup"  # the id of the cell that `coursekit sync` writes


@dataclass(frozen=True)
class ReleaseCell:
    """A cell of the release notebook, and how a student's changes to it are handled."""

    cell: NotebookNode
    grade_id: str  # empty if nbgrader does not know the cell
    locked: bool  # restored if changed; otherwise the student's text counts
    answer: bool  # the student's text is graded
    key: str

    @property
    def id(self) -> str:
        return str(self.cell.id)

    @property
    def text(self) -> str:
        return str(self.cell.source)

    @property
    def needed(self) -> bool:
        """Whether grading needs this cell."""
        return self.locked or self.answer

    @property
    def says(self) -> str:
        """The name of the cell in messages."""
        return self.grade_id or f"the cell {self.id}"


@dataclass(frozen=True)
class Release:
    """The release of one part: its notebook, and the stubs of the students' modules."""

    part: str
    notebook: NotebookNode
    cells: tuple[ReleaseCell, ...]
    modules: dict[str, bytes]  # by name, without the file extension


def read_release(course_folder: Path, part: str) -> Release:
    """Read the release of `part` in an nbgrader course. Raises `CollectError` if it is missing."""
    folder = course_folder / "release" / part
    path = folder / f"{part}.ipynb"
    if not path.is_file():
        known = sorted(p.name for p in (course_folder / "release").glob("*") if p.is_dir())
        says = f"it has {', '.join(known)}" if known else "run `coursekit build` first"
        raise CollectError(f"{course_folder} has no release of {part!r}: {says}.")
    notebook = nbformat.read(path, as_version=4)
    modules = {
        module.stem: module.read_bytes()
        for module in sorted((folder / "student_code").glob("*.py"))
        if module.stem != "__init__"
    }
    return Release(part, notebook, tuple(_cell(cell) for cell in notebook.cells), modules)


def _cell(cell: NotebookNode) -> ReleaseCell:
    marks = cell.metadata.get("nbgrader", {})
    answer = bool(marks.get("solution"))
    locked = cell.id == SETUP or (bool(marks) and not answer)
    return ReleaseCell(cell, marks.get("grade_id", ""), locked, answer, squeezed(cell.source))
