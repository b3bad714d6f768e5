"""The course in an environment with Colab's own versions, which `make colab` creates.

The kernel is Colab's: its Python, IPython and ipykernel, with `google.colab` imported from the
start. The notebook is executed from outside, as by a browser.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from data_scripts.synthetic_set import make_offline
from tests.colab.machine import Machine, build
from tests.conftest import ROOT
from toolbox import course, tested_versions

PYTHON = Path(os.environ.get("COURSE_COLAB") or ROOT / ".venv-colab" / "bin" / "python")
LATER = PYTHON.parent.parent / "later"  # the packages that Colab lacks
LIST = ROOT / "constraints" / "colab.txt"
PARTS = [part.id for part in course.load(ROOT).built_parts]
pytestmark = pytest.mark.skipif(
    not PYTHON.is_file(), reason="there is no environment with Colab's versions: run make colab"
)
VERSIONS = """
import importlib.metadata, json, sys
print(json.dumps({n: importlib.metadata.version(n) for n in sys.argv[1:]} | {"": sys.version}))
"""


@pytest.fixture(scope="module", autouse=True)
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with few drawn scenes, and a kernel with the name "colab"."""
    folder = tmp_path_factory.mktemp("images")
    kernel = folder / "kernels" / "colab" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": argv, "display_name": "Colab", "language": "python"}))
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-colab.py").write_text("import google.colab\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(folder / "data"))
        patch.setenv("JUPYTER_PATH", str(folder))
        make_offline("scene15", scale=0.05, say=lambda line: None)
        yield folder


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return build(tmp_path_factory.mktemp("colab"))


def execute(notebook: NotebookNode, machine: Machine, images: Path) -> list[str]:
    """Execute a notebook on the machine, and return the text of each code cell's outputs."""
    environment = machine.environment | {
        "COURSE_DATA": str(images / "data"),
        "COURSE_DATA_PREFER": "offline",
        "LATER": str(LATER),
        "IPYTHONDIR": str(images / "ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
    }
    client = NotebookClient(
        notebook,
        kernel_name="colab",
        timeout=300,
        startup_timeout=300,
        resources={"metadata": {"path": str(machine.content)}},
    )
    client.execute(env=environment)  # a cell that fails raises an error
    return [text_of(cell) for cell in notebook.cells if cell.cell_type == "code"]


def text_of(cell: NotebookNode) -> str:
    """Return the texts of a cell's outputs; those of the checks are in the HTML's text version."""
    texts = []
    for output in cell.outputs:
        shown: Any = output.get("data", {}).get("text/plain", "")
        texts.append(output.get("text", "") + shown)
    return "\n".join(texts)


def test_the_environment_has_the_listed_versions() -> None:
    pins = tested_versions.pins(LIST)
    done = subprocess.run(
        [str(PYTHON), "-c", VERSIONS, *pins], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    python = ".".join(found.pop("").split(".")[:2])
    assert found == pins
    assert f"Python {python}" in LIST.read_text(encoding="utf-8").splitlines()[0]


def test_part_1_runs_to_its_last_cell(machine: Machine, images: Path) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / "part1_scaler.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code[0].source = machine.here(code[0].source)
    for line in ("from toolbox import colab\ncolab.save()", 'colab.submit("1", name="A", id="a1")'):
        notebook.cells.append(new_code_cell(line))
    machine.browser.write_text(nbformat.writes(notebook), encoding="utf-8")
    *outputs, saved, submitted = execute(notebook, machine, images)
    assert "Installed the packages that were missing: typst>=" in outputs[0]
    assert machine.asked_of_pip.split()[:2] == ["install", "--quiet"]
    assert machine.asked_of_pip.count("=") == 1  # for one package
    assert "not tested with" not in outputs[0]
    graded = [text for cell, text in zip(code, outputs, strict=False) if "grade(" in cell.source]
    assert len(graded) == len(course.load(ROOT).part("part1_scaler").tasks)
    for text in graded:
        assert "✓" in text
        assert "✗" not in text
    assert "✓ Saved notebooks/part1_scaler.ipynb" in saved
    assert (machine.drive / "notebooks" / "part1_scaler.ipynb").is_file()
    assert "Offered for download:" in submitted


@pytest.mark.parametrize("part", PARTS)
def test_the_first_cell_of_each_part_runs(part: str, machine: Machine, images: Path) -> None:
    """The magic is known afterwards, and where VS Code has no browser, saving says what to do."""
    machine.browser.unlink(missing_ok=True)
    attempt = "%%attempt\nraise NotImplementedError"
    saving = "from toolbox import colab\nprint(colab.save().name)"
    cells = [new_code_cell(text) for text in (machine.setup_cell(part), attempt, saving)]
    setup, attempted, saved = execute(new_notebook(cells=cells), machine, images)
    assert "Ready." in setup
    assert "not tested with" not in setup
    assert "This cell is not written yet" in attempted
    assert "The browser did not send the notebook; VS Code, for example, can't be asked" in saved
    assert saved.rstrip().endswith(f"{part}.ipynb")
