"""Without a network, no cell of a notebook waits for longer than three seconds for one.

A daily run executes the cells of three notebooks, `make thorough` those of all.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data_scripts.synthetic_set import make_offline
from tests.conftest import ROOT
from toolbox import course

LONGEST = 3.0
# In each notebook, the last cell that can use the network.
LAST = {
    "part1_scaler": "data.get(",
    "part2_simplenet": "data.get(",
    "part3_dropout_augmentation": "data.get(",
    "part4_alexnet": 'load_backbone("alexnet")',
    "part5_segmentation": "data.get(",
    "part6_quantization": "data.get(",
    "part8_analysis": "data.get(",
    "part9_animals": 'load_backbone("vgg19")',
}
# The first notebook, one with photographs, and one with pretrained weights.
DAILY = ("part1_scaler", "part2_simplenet", "part4_alexnet")
# Modules that connect to other machines, and functions that lead to them.
CONNECTING = {"socket", "urllib.request", "http.client", "requests", "gdown", "urllib3", "httpx"}
CONNECTED = {"connections", "download", "drive", "reachability", "lock", "network", "mirrors"}
ENTRANCES = ("data.get(", "load_backbone(", "pretrained=True")
# The course's own weights are files; the other network is loaded only if there is a GPU.
HARMLESS = ('load_backbone("alexnet", "course")', 'load_backbone(OTHER, "imagenet")')

Cells = dict[str, list[dict[str, Any]]]


def count(folder: Path, wanted: dict[str, str]) -> Cells:
    """Run the cells of notebooks in one process, and return what was counted in each."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")} | {
        "COURSE_DATA": str(folder / "data"),
        "COURSE_RESULTS": str(folder / "results"),
        "TORCH_HOME": str(folder / "torch"),  # without weights
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg",
        "no_proxy": "*",
    }
    pairs = [f"{name}:{last}" for name, last in wanted.items()]
    done = subprocess.run(
        [sys.executable, "-m", "tests.data.absent_network", str(folder / "out.json"), *pairs],
        cwd=ROOT / "notebooks",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: Cells = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return found


def draw(folder: Path, **scales: float) -> None:
    """Draw a few images of each set, so that the cells that train take seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(folder / "data"))
        for name, scale in scales.items():
            make_offline(name, scale=scale, say=lambda line: None)


@pytest.fixture(scope="module")
def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cells:
    """Run the notebooks of the tests in this run."""
    runs = [
        item for item in request.session.items if "counted" in getattr(item, "fixturenames", ())
    ]
    wanted = {
        item.callspec.params["notebook"] for item in runs if isinstance(item, pytest.Function)
    }
    folder = tmp_path_factory.mktemp("absent")
    draw(folder, scene15=0.02, camvid=0.02, animals=0.05)
    return count(folder, {name: last for name, last in LAST.items() if name in wanted})


@pytest.mark.parametrize(
    "notebook",
    [pytest.param(n, marks=[] if n in DAILY else [pytest.mark.slow]) for n in LAST],
)
def test_no_cell_waits_long_for_a_network_that_is_not_there(notebook: str, counted: Cells) -> None:
    tried = [cell for cell in counted[notebook] if cell["attempts"]]
    assert any("data.get(" in cell["cell"] for cell in tried)
    if "load_backbone" in LAST[notebook]:
        assert "download.pytorch.org" in tried[-1]["attempts"]
    for cell in counted[notebook]:
        assert cell["waited"] <= LONGEST, cell["cell"]
        assert cell["waited"] > 0 or not cell["attempts"], cell["cell"]


def test_an_attempt_in_the_thread_of_the_notebook_counts_as_endless(tmp_path: Path) -> None:
    (tmp_path / "impatient.py").write_text(
        "# %%\nimport contextlib, urllib.request\nwith contextlib.suppress(OSError):\n"
        '    urllib.request.urlopen("http://course.example/", timeout=1)\n',
        encoding="utf-8",
    )
    (cell,) = count(tmp_path, {str(tmp_path / "impatient"): ""})[str(tmp_path / "impatient")]
    assert cell["waited"] == float("inf")
    assert cell["attempts"] == ["course.example"]


def test_weights_that_were_asked_for_in_vain_are_not_asked_for_again_at_once(
    tmp_path: Path,
) -> None:
    """A student's network may load them each time it is created: ten times in one check."""
    (tmp_path / "often.py").write_text(
        "# %%\nfrom toolbox.models.backbones import load_backbone\n"
        'for _ in range(10):\n    load_backbone("alexnet")\n',
        encoding="utf-8",
    )
    (cell,) = count(tmp_path, {str(tmp_path / "often"): ""})[str(tmp_path / "often")]
    assert cell["attempts"] == ["download.pytorch.org"]
    assert cell["waited"] <= LONGEST


def test_the_cells_that_can_use_the_network_are_known() -> None:
    """The cells after those in LAST do not call a function that leads to the network."""
    for part in course.load(ROOT).built_parts:
        text = (ROOT / "notebooks" / f"{part.id}.py").read_text(encoding="utf-8")
        code = [cell for cell in text.split("# %%") if not cell.startswith(" [markdown]")]
        uses = [cell for cell in code if any(entrance in cell for entrance in ENTRANCES)]
        last = LAST.get(part.id)
        assert bool(uses) == bool(last), part.id
        after = code[max(n for n, cell in enumerate(code) if last in cell) + 1 :] if last else []
        for cell in after:
            for harmless in HARMLESS:
                cell = cell.replace(harmless, "")
            assert not any(entrance in cell for entrance in ENTRANCES), cell


def test_only_a_few_modules_connect_to_other_machines() -> None:
    """Their functions take a time limit for reaching a host; everything else goes through them."""
    found = set()
    for folder in ("toolbox", "data_scripts", "student_code"):
        for path in (ROOT / folder).rglob("*.py"):
            if CONNECTING & set(imported(path)):
                found.add(path.stem)
    assert found <= CONNECTED


def imported(path: Path) -> list[str]:
    """Return the names of all modules that a file imports, anywhere in it."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return names
