"""Read what a student handed in, within limits: the notebook and its timestamp."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from coursekit.printable import printable, storable_data

LARGEST = 50 << 20  # bytes of a notebook
MOST_CELLS = 2000  # of a notebook
LONGEST_TIMESTAMP = 1000  # bytes of timestamp.txt


def read(path: Path) -> NotebookNode:
    """Return the notebook, with texts that can be written again. Raises for what is none."""
    if path.is_symlink():
        raise ValueError("the notebook is a link to somewhere else")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"the notebook is larger than {LARGEST >> 20} MB")
    data = json.loads(path.read_text(encoding="utf-8"))
    if len(data.get("cells", [])) > MOST_CELLS:
        raise ValueError(f"the notebook has more than {MOST_CELLS} cells")
    return nbformat.reads(json.dumps(storable_data(data)), as_version=4)


def rebuilt(path: Path, released: Path) -> tuple[NotebookNode, bool]:
    """Return the release notebook with the student's answers, and whether these are lost."""
    notebook = nbformat.read(released, as_version=4)
    try:
        submitted = read(path)
    except Exception:  # whatever a broken notebook does to nbformat
        return notebook, True
    answers = {
        c.metadata["nbgrader"]["grade_id"]: c.source
        for c in submitted.get("cells", [])
        if isinstance(c.get("metadata", {}).get("nbgrader"), dict)
        and isinstance(c.get("source"), str)
        and isinstance(c.metadata["nbgrader"].get("grade_id"), str)
    }
    for cell in notebook.cells:
        mine = cell.metadata.get("nbgrader", {})
        if mine.get("solution") and mine.get("grade_id") in answers:
            cell.source = answers[mine["grade_id"]]
    return notebook, False


def check_timestamp(folder: Path) -> None:
    """Raise `ValueError` for a timestamp.txt that nbgrader cannot read."""
    path = folder / "timestamp.txt"
    if not os.path.lexists(path):
        return
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LONGEST_TIMESTAMP:
            raise ValueError("it is no short text file")
        if text := path.read_text(encoding="utf-8").strip():
            parse_utc(text)
    except (ValueError, OverflowError, OSError) as problem:
        raise ValueError(
            f"timestamp.txt holds no time ({brief(problem)}): correct it or delete it"
        ) from None


def brief(problem: BaseException) -> str:
    """Return the type of an exception and the beginning of what it says, as one line."""
    lines = str(problem).strip().splitlines() or [""]
    return printable(f"{type(problem).__name__}: {lines[0]}", 200)
