"""The notebook of Part 1 on a machine whose only network plays the hosts: real images, or drawings.

Its cells run in order in a separate process. If the mirror is available, the server sends an
archive of the authors' form, made from the mirror's images.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_scripts import registry
from data_scripts.splits import read_split
from tests.conftest import ROOT
from tests.data.hosts import Hosts

# Runs the code cells up to the one that contains the last argument, without the graded ones.
CELLS = """
import sys
import jupytext
name, last = sys.argv[1:]
scope = {}
for cell in jupytext.read(f"{name}.py").cells:
    source = cell.source.removeprefix("%%attempt\\n")
    if cell.cell_type == "code" and not source.startswith("checks."):
        exec(source, scope)
        if last in source:
            break
"""
AUTHORS = "ponce_grp/data/scene_categories/scene_categories.zip"


def run(tmp_path: Path, registry_file: Path, last: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")} | {
        "COURSE_DATA": str(tmp_path / "data"),
        "COURSE_RESULTS": str(tmp_path / "results"),
        "COURSE_DATA_REGISTRY": str(registry_file),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg",
        "no_proxy": "*",
    }
    drawn, copy = ROOT / "data" / "offline", tmp_path / "data" / "offline"
    if drawn.is_dir() and not copy.exists():  # saves drawing 4,485 images
        shutil.copytree(drawn, copy)
    done = subprocess.run(
        [sys.executable, "-c", CELLS, "part1_scaler", last],
        cwd=ROOT / "notebooks",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture
def registry_file(published: Hosts, tmp_path: Path) -> Path:
    return tmp_path / "published.toml"


def test_real_scenes_arrive_in_the_notebook_after_the_server_was_off(
    mirror: Path, no_mirror: None, published: Hosts, registry_file: Path, tmp_path: Path
) -> None:
    theirs = {v: k for k, v in registry.data_set("scene15").sources[1].rename.items()}
    path = tmp_path / "scene_categories.zip"
    with zipfile.ZipFile(mirror / "scene15.zip") as ours, zipfile.ZipFile(path, "w") as packed:
        for name in ours.namelist():
            _, _, label, file = name.split("/")
            packed.writestr(f"{theirs.get(label, label)}/{file}", ours.read(name))
    host = published["www-cvr.ai.uiuc.edu"]
    host.files[AUTHORS] = path
    host.cut = 0.5  # each connection breaks halfway, and after some of them nothing is sent at all

    stop_after(published, host_requests=2)
    said = run(tmp_path, registry_file, "scenes = ")
    assert "scene15: drawings for now" in said

    published.start()
    host.cut = host.special = None
    said = run(tmp_path, registry_file, "compute_mean_and_std(str(folders")
    assert "are already here" in said
    assert host.requests[-1][1] is not None
    assert "scene15: real photographs (the authors' archive" in said
    lines = [line.split() for line in said.splitlines()]
    assert ["train", "2526", "images"] in lines
    assert ["validation", "443", "images"] in lines
    assert ["test", "1500", "images"] in lines
    mean, std = statistics(mirror)
    assert f"training pixels: mean {mean:.4f}, standard deviation {std:.4f}" in said


def statistics(mirror: Path) -> tuple[float, float]:
    """Return mean and standard deviation of the training pixels, from a histogram."""
    split = read_split("scene15")
    assert split
    counts = np.zeros(256, np.int64)
    with zipfile.ZipFile(mirror / "scene15.zip") as packed:
        for name in split.parts["train"]:
            with Image.open(io.BytesIO(packed.read(f"scene15/{name}"))) as image:
                counts += np.asarray(image.convert("L").histogram(), np.int64)
    levels = np.arange(256) / 255
    mean = (counts * levels).sum() / counts.sum()
    return mean, ((counts * (levels - mean) ** 2).sum() / counts.sum()) ** 0.5


def stop_after(hosts: Hosts, host_requests: int) -> None:
    """Switch the server off from within, before it answers one more request."""
    host = hosts["www-cvr.ai.uiuc.edu"]

    def special(request: object, path: str) -> bool:
        if len(host.requests) <= host_requests:
            return False
        hosts.stop_soon()
        return True

    host.special = special


@pytest.fixture
def unreachable(hosts: Hosts, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "unreachable.toml"
    path.write_text(hosts.registry(registry.REGISTRY.read_text(encoding="utf-8")))
    hosts.stop()
    yield path
    hosts.start()


def test_without_a_network_the_notebook_draws(unreachable: Path, tmp_path: Path) -> None:
    said = run(tmp_path, unreachable, "scenes = ")
    assert "scene15: drawings for now, because no network answers." in said
    assert ["validation", "445", "images"] in [line.split() for line in said.splitlines()]
