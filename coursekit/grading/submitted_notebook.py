"""Read a submission's notebook and timestamp, within limits."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from coursekit.collecting.file_choice import NOT_OURS
from coursekit.collecting.findings import Notes, Refused
from coursekit.collecting.notebook_text import read as read_cells
from coursekit.collecting.release import read_release
from coursekit.collecting.repair import repair, unread
from coursekit.printable import printable, storable_data

LARGEST = 50 << 20  # bytes of a notebook file
MOST_CELLS = 2000  # in a notebook
LONGEST_TIMESTAMP = 1000  # bytes of timestamp.txt


def read(path: Path) -> NotebookNode:
    """Return the notebook, with texts that can be stored again. Raises if it is not a notebook."""
    _check_file(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    if len(data.get("cells", [])) > MOST_CELLS:
        raise ValueError(f"the notebook has more than {MOST_CELLS} cells")
    found: NotebookNode = nbformat.reads(json.dumps(storable_data(data)), as_version=4)
    return found


def _check_file(path: Path) -> None:
    if path.is_symlink():
        raise ValueError("the notebook is a link to somewhere else")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"the notebook is larger than {LARGEST >> 20} MB")


def check_answers(notebook: NotebookNode, names: Collection[str]) -> None:
    """Raise `ValueError` unless the cell of each written answer occurs exactly once."""
    marks = [cell.metadata.get("nbgrader") for cell in notebook.cells]
    found = Counter(str(mark.get("grade_id")) for mark in marks if isinstance(mark, dict))
    if odd := [name for name in names if found[name] != 1]:
        raise ValueError(f"the cell of {odd[0]} occurs {found[odd[0]]} times")


@dataclass(frozen=True)
class Rebuilt:
    """The release notebook with a student's work, and notes for the instructor."""

    notebook: NotebookNode
    notes: tuple[str, ...]
    lost_answers: bool = False


def rebuilt(path: Path, course_folder: Path, part: str) -> Rebuilt:
    """Copy a student's work into the release notebook, as `coursekit collect` does.

    If their notebook cannot be read or belongs to another part, the written answers say so.
    """
    release, notes = read_release(course_folder, part), Notes()
    try:
        _check_file(path)
        repaired = repair(release, read_cells(path, notes), notes)
        if not repaired.found:
            raise Refused(NOT_OURS)
    except (Refused, OSError, ValueError) as problem:
        return Rebuilt(unread(release, str(problem)).notebook, (str(problem),), True)
    return Rebuilt(repaired.notebook, (*notes.look, *notes.repaired))


def check_timestamp(folder: Path) -> None:
    """Raise `ValueError` if nbgrader cannot read timestamp.txt."""
    path = folder / "timestamp.txt"
    if not os.path.lexists(path):
        return
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LONGEST_TIMESTAMP:
            raise ValueError("it is not a short text file")
        if text := path.read_text(encoding="utf-8").strip():
            parse_utc(text)
    except (ValueError, OverflowError, OSError) as problem:
        raise ValueError(
            f"timestamp.txt has no valid time ({brief(problem)}): correct it or delete it"
        ) from None


def brief(problem: BaseException) -> str:
    """Return the type of an exception and the first line of its message."""
    lines = str(problem).strip().splitlines() or [""]
    return printable(f"{type(problem).__name__}: {lines[0]}", 200)
