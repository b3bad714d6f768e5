"""Executing notebooks, for the solution and for the proof that a fresh release runs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

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


def write(notebook: NotebookNode, path: Path) -> None:
    """Save an executed notebook in nbformat 4.5, the same bytes for the same outputs."""
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
