"""Execute notebooks, for the solution and to check that a fresh release runs."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

from coursekit import dependencies
from coursekit.builds.trees import DIAGNOSIS, EXAMPLES
from toolbox.course import Part

# The tensors of one step of a training are freed and allocated again in the next. By default, most
# of their memory goes back to the system in between; the segmentation networks of Part 5 took 9 %
# more processor time. glibc reads these; other C libraries do not.
KEPT_MEMORY = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
}
KERNEL_ENVIRONMENT = {
    **KEPT_MEMORY,
    "COURSE_STEADY": "1",  # no times and progress bars in the outputs
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
LONGEST_ADDRESS = 90  # bytes; a system allows a little more, with the number of the socket


def execute(path: Path, *, data: Path, results: Path, seconds: int) -> NotebookNode:
    """Execute the notebook at `path` in its own folder, and return it with its outputs.

    Errors stay in the outputs. data: the folder of the data sets. results: the folder for plots.
    seconds: the time limit per cell. Outputs that differ from run to run are left out.
    """
    notebook = nbformat.read(path, as_version=4)
    environment = {
        **os.environ,
        **KERNEL_ENVIRONMENT,
        "COURSE_DATA": str(data),
        "COURSE_RESULTS": str(results),
    }
    # The synthetic images are the same on every machine, and so is what is built with them.
    environment.setdefault("COURSE_DATA_PREFER", "offline")
    with tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as place:
        _client(notebook, seconds, path.parent, Path(place)).execute(
            env=environment, stderr=subprocess.DEVNULL
        )
    return notebook


def _client(notebook: NotebookNode, seconds: int, folder: Path, sockets: Path) -> NotebookClient:
    config = Config()
    address = str(sockets / "socket")
    # A port that is free when jupyter_client chooses it may be taken when the kernel starts.
    if os.name == "posix" and len(address) < LONGEST_ADDRESS:
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = address
    return NotebookClient(
        notebook,
        config=config,
        timeout=seconds,
        startup_timeout=seconds,  # on a busy machine, a kernel needs more than a minute
        allow_errors=True,
        record_timing=False,
        coalesce_streams=True,  # how a kernel splits text into messages is random
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
    )


def as_bytes(notebook: NotebookNode) -> bytes:
    """Return an executed notebook in nbformat 4.5; equal outputs give equal bytes."""
    return (nbformat.writes(notebook) + "\n").encode()


def write(notebook: NotebookNode, path: Path) -> None:
    """Save an executed notebook."""
    path.write_bytes(as_bytes(notebook))


def state(folder: Path, part: Part, facts: dict[str, Any], data: list[str]) -> str:
    """Return a hash of everything on which the outputs of a part's notebook in `folder` depend.

    folder: the release or the solution, with the notebook in it. facts: those of the course.
    data: identifiers of the part's data sets. The table of misconceptions is left out: its texts
    appear only below a failing test, and `shows_hints` detects those. The worked examples are left
    out, too: they appear only after two failed attempts, and a notebook is executed once.
    """
    starts = [folder / "notebooks" / f"{part.id}.ipynb", folder / "unit_tests" / "conftest.py"]
    starts += [folder / "toolbox" / "checks" / "pytest_run.py"]
    for module in part.modules:
        starts += [folder / f"student_code/{module}.py", folder / f"unit_tests/test_{module}.py"]
    paths = dependencies.closure(folder, starts)
    used = {path.stem for path in paths if path.parent == folder / "student_code"}
    paths = dependencies.with_data_files(folder, paths) - {folder / DIAGNOSIS, folder / EXAMPLES}
    about = [{**each, "due": ""} for each in facts["parts"] if _concerns(each, part, used)]
    versions = [dependencies.environment(), dependencies.engine("builds.notebook_runs")]
    return dependencies.digest(folder, paths, facts["course"], about, data, *versions)


def _concerns(facts: dict[str, Any], part: Part, modules: set[str]) -> bool:
    mentioned = {task["function"].split(".")[0] for task in facts["tasks"]}
    return facts["id"] == part.id or bool(mentioned & modules)


def shows_hints(notebook: NotebookNode, table: bytes) -> bool:
    """Return whether an output quotes the table of misconceptions and so depends on its texts."""
    shown = json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)
    rows = [row for rows in json.loads(table).values() for row in rows if "looks_like" in row]
    said = [text for row in rows for text in (row["looks_like"], *row["hints"])]
    return any(json.dumps(text, ensure_ascii=False)[1:-1] in shown for text in said)
