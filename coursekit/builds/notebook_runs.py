"""Executing notebooks, for the solution and for the proof that a fresh release runs."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from coursekit import dependencies
from coursekit.builds.trees import DIAGNOSIS
from toolbox.course import Part

KERNEL_ENVIRONMENT = {
    "COURSE_STEADY": "1",  # no times and progress bars in the outputs
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


def execute(path: Path, *, data: Path, results: Path, seconds: int) -> NotebookNode:
    """The notebook at `path` with its outputs, executed in its own folder.

    Errors stay in the outputs. `data` is where data sets live, `results` where figures go;
    `seconds` bounds each cell. What depends on the moment is left out of the outputs.
    """
    notebook = nbformat.read(path, as_version=4)
    environment = {
        **os.environ,
        **KERNEL_ENVIRONMENT,
        "COURSE_DATA": str(data),
        "COURSE_RESULTS": str(results),
    }
    # The stand-in is the same on every machine, and so is what is built with it.
    environment.setdefault("COURSE_DATA_PREFER", "offline")
    client = NotebookClient(
        notebook,
        timeout=seconds,
        allow_errors=True,
        record_timing=False,
        coalesce_streams=True,  # how a cell's text falls into messages is chance
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(env=environment, stderr=subprocess.DEVNULL)
    return notebook


def as_bytes(notebook: NotebookNode) -> bytes:
    """Return an executed notebook in nbformat 4.5, the same bytes for the same outputs."""
    return (nbformat.writes(notebook) + "\n").encode()


def write(notebook: NotebookNode, path: Path) -> None:
    """Save an executed notebook."""
    path.write_bytes(as_bytes(notebook))


def state(folder: Path, part: Part, facts: dict[str, Any], data: list[str]) -> str:
    """Return a hash over everything that the outputs of a part's notebook in `folder` depend on.

    folder: the release or the solution, with the notebook in it. facts: those of the course.
    data: what identifies each data set of the part. The table of misconceptions is left out: its
    words appear only below a test that fails, and `shows_hints` finds those.
    """
    starts = [folder / "notebooks" / f"{part.id}.ipynb", folder / "unit_tests" / "conftest.py"]
    starts += [folder / "toolbox" / "checks" / "pytest_run.py"]
    for module in part.modules:
        starts += [folder / f"student_code/{module}.py", folder / f"unit_tests/test_{module}.py"]
    paths = dependencies.closure(folder, starts)
    used = {path.stem for path in paths if path.parent == folder / "student_code"}
    paths = dependencies.with_data_files(folder, paths) - {folder / DIAGNOSIS}
    about = [{**each, "due": ""} for each in facts["parts"] if _concerns(each, part, used)]
    versions = [dependencies.environment(), dependencies.engine("builds.notebook_runs")]
    return dependencies.digest(folder, paths, facts["course"], about, data, *versions)


def _concerns(facts: dict[str, Any], part: Part, modules: set[str]) -> bool:
    mentioned = {task["function"].split(".")[0] for task in facts["tasks"]}
    return facts["id"] == part.id or bool(mentioned & modules)


def shows_hints(notebook: NotebookNode, table: bytes) -> bool:
    """Whether an output quotes the table of misconceptions, and so depends on its words."""
    shown = json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)
    rows = [row for rows in json.loads(table).values() for row in rows]
    said = [text for row in rows for text in (row["looks_like"], *row["hints"])]
    return any(json.dumps(text, ensure_ascii=False)[1:-1] in shown for text in said)
