"""The course with Colab's Python and packages, in a separate environment: `make colab`.

The environment has the versions of `constraints/colab.txt` and nothing of the instructor's, as on
Colab. These tests run its Python in separate processes, with a stand-in of `google.colab`.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import nbformat
import pytest

from coursekit import course_file
from coursekit.builds import pairs
from tests.colab.test_setup_cell import content as content
from tests.colab.test_setup_cell import published as published
from tests.conftest import ROOT
from toolbox.tested_versions import pins

PYTHON = os.environ.get("COURSE_COLAB_PYTHON", "")
COURSE = course_file.load(ROOT)
LONG = 1200  # seconds; only a cell that hangs takes this long

pytestmark = pytest.mark.skipif(
    not PYTHON, reason="COURSE_COLAB_PYTHON names no Python with Colab's packages: make colab"
)


def run(*arguments: str | Path, folder: Path, **settings: str) -> str:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "OMP_NUM_THREADS": "1", **settings}
    done = subprocess.run(
        [PYTHON, *map(str, arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


def test_the_environment_has_colabs_versions(tmp_path: Path) -> None:
    script = (
        "import json, sys; from importlib.metadata import distributions as d;"
        "print(json.dumps([sys.version_info[:2], {x.name.lower(): x.version for x in d()}]))"
    )
    python, found = json.loads(run("-c", script, folder=tmp_path))
    assert python == [3, 13]
    for name, version in pins(ROOT / "constraints" / "colab.txt").items():
        at_hand = found.get(name.lower()) or found.get(name.lower().replace("-", "_"))
        assert at_hand is None or at_hand.partition("+")[0] == version, name
    assert {"torch", "torchvision", "ipython", "ipykernel", "gdown"} <= set(found)
    assert "nbgrader" not in found


@pytest.mark.parametrize("part", [part.id for part in COURSE.built_parts])
def test_the_first_cell_of_each_part_runs(part: str, content: Path, published: Path) -> None:
    """In IPython, as on Colab: on an empty machine the first time, then on the same one."""
    cell = pairs.setup_cell(COURSE, part)
    cell = cell.replace("/content", str(content)).replace(COURSE.repository, published.as_uri())
    script = content.parent / f"{part}.ipy"
    script.write_text(f"import google.colab.drive\n{cell}\n", encoding="utf-8")
    said = run("-m", "IPython", script, folder=content, PYTHONPATH=str(content.parent / "stand_in"))
    assert "Traceback" not in said
    assert "Ready." in said
    assert "was not tested with" not in said


def test_all_of_part_1_runs(built: Path, tmp_path: Path) -> None:
    """The solution's notebook, with drawings: no cell fails, and each task gets all its points."""
    notebook = built / "build" / "solution" / "notebooks" / "part1_scaler.ipynb"
    run(
        *("-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors"),
        *("--output-dir", tmp_path, notebook),
        folder=notebook.parent,
        COURSE_DATA=str(tmp_path / "data"),
        COURSE_DATA_PREFER="offline",
        COURSE_RESULTS=str(tmp_path / "results"),
    )
    executed = nbformat.read(tmp_path / "part1_scaler.ipynb", as_version=4)
    outputs = [o for c in executed.cells if c.cell_type == "code" for o in c.outputs]
    assert [o for o in outputs if o.output_type == "error"] == []
    said = "".join(o.get("text", "") for o in outputs)
    assert "✗" not in said
    for task in COURSE.part("part1_scaler").tasks:
        assert f"{task.function}: {task.points:g} of {task.points:g} points" in said
