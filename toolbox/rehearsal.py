"""Rehearse a demo: run the demo cell of a notebook alone, in a fresh process.

A demo cell has the id `PREFIX_demo`, such as `part9_demo`. It saves what it shows as a figure of
the same name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from toolbox import results
from toolbox.course import Part
from toolbox.report.written_answers import notebook_file

SECONDS = 600  # the duration of a demo
UNWRITTEN = "NotImplementedError"
# The cell runs as a file, so that a traceback shows its lines.
RUN = "import runpy, sys; sys.path[:0] = [{root!r}]; runpy.run_path({cell!r}, run_name='__demo__')"


class RehearsalError(ValueError):
    """There is no demo to rehearse; the message says what to do."""


@dataclass(frozen=True)
class Rehearsal:
    """The result of a rehearsal.

    output: what the cell printed. problem: why the demo failed, or empty. figure: the saved figure,
    or None if this run saved none.
    """

    seconds: float
    output: str
    problem: str = ""
    figure: Path | None = None


def demo_cell(root: Path, part: Part) -> str:
    """Return the code of the part's demo cell. Raises `RehearsalError` if there is none."""
    path, name = notebook_file(root, part), demo_name(part)
    shown = path.relative_to(root).as_posix()
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        raise RehearsalError(f"{shown} is missing: was it renamed or moved?") from None
    except (ValueError, KeyError, TypeError):
        raise RehearsalError(f"{shown} is damaged: it can't be read as a notebook.") from None
    for cell in cells:
        grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
        if cell.get("cell_type") == "code" and name in (grade_id, cell.get("id")):
            lines = "".join(cell["source"]).splitlines(keepends=True)
            # Comments instead of the magics of a notebook, so that line numbers stay the same.
            return "".join(f"# {line}" if line.startswith(("%", "!")) else line for line in lines)
    raise RehearsalError(f"{part.id} has no demo: {shown} contains no cell {name}.")


def demo_name(part: Part) -> str:
    """Return the id of a part's demo cell, which is also the name of its figure."""
    return f"{part.id.partition('_')[0]}_demo"


def rehearse(root: Path, part: Part, seconds: float = SECONDS) -> Rehearsal:
    """Run the part's demo cell in a fresh process, for at most `seconds`.

    Raises `RehearsalError` if the notebook has no demo cell, or if it is not written yet.
    """
    code = demo_cell(root, part)
    if f"raise {UNWRITTEN}" in code or not code.strip():
        name = demo_name(part)
        raise RehearsalError(f"The demo of {part.id} is not written yet: see its cell {name}.")
    figure = results.folder() / "figures" / f"{demo_name(part)}.png"
    before = figure.stat().st_mtime_ns if figure.is_file() else 0
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        cell = Path(folder) / f"{demo_name(part)}.py"
        cell.write_text(code, encoding="utf-8")
        command = [sys.executable, "-c", RUN.format(root=str(root), cell=str(cell))]
        plain = {"MPLBACKEND": "Agg", "COURSE_RESULTS": str(results.folder())}
        began = time.perf_counter()
        try:
            done = subprocess.run(
                command,
                cwd=root,
                env={**os.environ, **plain},
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Rehearsal(seconds, "", f"it was still running after {seconds:g} s")
        taken = time.perf_counter() - began
    if done.returncode:
        return Rehearsal(taken, done.stdout, _reason(done.stderr, cell, code))
    if not figure.is_file() or figure.stat().st_mtime_ns == before:
        missing = f'it saved no figure: end the cell with results.figure("{demo_name(part)}", ...)'
        return Rehearsal(taken, done.stdout, missing)
    return Rehearsal(taken, done.stdout, figure=figure)


def _reason(stderr: str, cell: Path, code: str) -> str:
    """Return the error of a traceback in one line, with the line of the cell that led to it."""
    lines = stderr.strip().splitlines() or ["the process ended without a message"]
    error = lines[-1].strip()
    places = [line.split(", line ")[1] for line in lines if str(cell) in line and ", line " in line]
    if not places:
        return error
    number = int(places[-1].split(",")[0])
    text = code.splitlines()[number - 1].strip()
    hint = ""
    if error.startswith("NameError"):
        hint = ". The demo starts with nothing: import or load it in this cell"
    return f"line {number} of the cell ({text}): {error}{hint}"
