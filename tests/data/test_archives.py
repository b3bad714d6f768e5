"""Harmful archives are rejected before they can do harm."""

import io
import os
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from data_scripts import registry
from data_scripts.archives import ArchiveLimits, unpack
from data_scripts.fetch import fetch
from data_scripts.manifest import differences
from data_scripts.places import real_place
from data_scripts.problems import DataProblem
from tests.data import tiny
from tests.data.server import Server

OUTSIDE = Path(tempfile.gettempdir()) / f"evil-{os.getpid()}.txt"
LIMITS = ArchiveLimits(max_files=50, max_bytes=1 << 20, max_ratio=30)


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries:
            packed.writestr(name, data)
    return memory.getvalue()


def with_entry(name: str, data: bytes = b"x") -> bytes:
    return zipped(
        *((f"tiny/{path}", content) for path, content in tiny.files().items()), (name, data)
    )


def link() -> bytes:
    info = zipfile.ZipInfo("tiny/train/coast/link.jpg")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped(("tiny/a", b"x"), (info, b"/etc/passwd"))


def lying() -> bytes:
    """An entry that declares 10 bytes and contains 900,000."""
    data = bytearray(zipped(("tiny/a", bytes(900_000))))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(signature) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(zipped(("tiny/a", b"secret")))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(tiny.archive())
    data[len(data) // 2] ^= 0xFF
    return bytes(data)


def tarred(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w:gz") as packed:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        packed.addfile(info, io.BytesIO(b""))
    return memory.getvalue()


UNSAFE: dict[str, tuple[Callable[[], bytes], str]] = {
    "parent": (lambda: with_entry("../evil.txt"), "outside"),
    "parent inside": (lambda: with_entry("tiny/../../evil.txt"), "outside"),
    "absolute": (lambda: with_entry(str(OUTSIDE)), "outside"),
    "drive": (lambda: with_entry("C:evil.txt"), "outside"),
    "link": (link, "link"),
    "doubled": (lambda: with_entry("tiny/TRAIN/coast/image_0001.jpg"), "twice"),
    "large": (lambda: with_entry("tiny/a", bytes(1_040_000)), "more than the"),
    "many files": (lambda: zipped(*((f"tiny/{i}", b"") for i in range(60))), "60 files"),
    "lying": (lying, "damaged"),
    "encrypted": (encrypted, "encrypted"),
    "damaged": (damaged, "damaged"),
    "cut short": (lambda: tiny.archive()[:50_000], "neither"),
    "a web page": (lambda: b"<html>quota exceeded</html>", "a web page instead of the file"),
    "tar parent": (lambda: tarred("../evil.txt"), "outside"),
    "tar link": (lambda: tarred("a", tarfile.SYMTYPE, "/etc/passwd"), "link"),
    "tar hard link": (lambda: tarred("a", tarfile.LNKTYPE, "/etc/passwd"), "link"),
    "tar device": (lambda: tarred("a", tarfile.CHRTYPE), "device"),
    "empty": (lambda: zipped(), "are missing from the archive"),
}


@pytest.mark.parametrize("kind", UNSAFE)
def test_rejected_with_a_reason_and_the_next_run_completes(
    kind: str, tiny_set: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, reason = UNSAFE[kind]
    good, tiny_set.content = tiny_set.content, build()
    listing = Path(tmp_path / "registry.toml")
    listing.write_text(
        tiny.registry(tiny_set.url)
    )  # no checksum, so that the archive itself is checked
    registry._read.cache_clear()
    before = {path for path in tmp_path.parent.rglob("*") if path.name.startswith("evil")}
    with pytest.raises(DataProblem, match=reason):
        fetch("tiny")
    assert not real_place("tiny").exists()
    assert {path for path in tmp_path.parent.rglob("*") if path.name.startswith("evil")} == before
    assert not OUTSIDE.exists()

    tiny_set.content, tiny_set.etag = good, '"good"'
    fetch("tiny")
    assert differences(real_place("tiny")) == []


def test_a_bomb_is_rejected_by_its_ratio_before_writing(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(zipped(("a", bytes(5_000_000))))
    with pytest.raises(DataProblem, match="grows more than 30 times"):
        unpack(bomb, tmp_path / "out", ArchiveLimits(50, 1 << 30, 30))
    assert not (tmp_path / "out").exists()


def test_a_bomb_is_rejected_by_its_size_before_writing(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(zipped(("a", bytes(5_000_000))))
    with pytest.raises(DataProblem, match="unpacks to more than"):
        unpack(bomb, tmp_path / "out", LIMITS)
    assert not (tmp_path / "out").exists()


def test_a_tar_archive_is_unpacked_too(tmp_path: Path) -> None:
    packed = tmp_path / "a.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        info = tarfile.TarInfo("top/a.txt")
        info.size = 5
        archive.addfile(info, io.BytesIO(b"hello"))
    unpack(packed, tmp_path / "out", LIMITS)
    assert (tmp_path / "out/top/a.txt").read_bytes() == b"hello"


def test_files_of_operating_systems_in_archives_are_ignored(tmp_path: Path) -> None:
    packed = tmp_path / "a.zip"
    packed.write_bytes(zipped(("a.txt", b"x"), ("__MACOSX/._a.txt", b"y"), (".DS_Store", b"z")))
    unpack(packed, tmp_path / "out", LIMITS)
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["a.txt"]
