"""The exact contents of a data set: its manifest, its fingerprint and its completion marker.

An installed data set contains two hidden files. `.manifest.txt` lists every file with its size
and SHA-256. `.complete.json` says what the set is and where it came from, and is written last. A
folder without this marker never counts as a data set.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from data_scripts.problems import DataProblem
from data_scripts.progress import bar

MANIFEST = ".manifest.txt"
MARKER = ".complete.json"


class FileRecord(NamedTuple):
    """Size in bytes and SHA-256 of one file."""

    size: int
    sha256: str


Manifest = dict[str, FileRecord]


@dataclass(frozen=True)
class Marker:
    """What an installed data set is.

    origin: "real" or "offline stand-in". details: how it was created.
    """

    name: str
    origin: str
    fingerprint: str
    files: int
    size: int
    source: str
    made: str
    details: dict[str, Any] = field(default_factory=dict)


def digest(path: Path, algorithm: str = "sha256", tick: Callable[[int], Any] | None = None) -> str:
    """Return the checksum of a file in hex; `tick` is called with the length of each chunk."""
    state = hashlib.new(algorithm)
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            state.update(piece)
            if tick:
                tick(len(piece))
    return state.hexdigest()


def measure(folder: Path) -> Manifest:
    """Return the manifest of the files now in `folder`, sorted by path, without hidden files."""
    paths = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    manifest: Manifest = {}
    with bar("checking", len(paths)) as progress:
        for name in sorted(paths):
            manifest[name] = FileRecord(paths[name].stat().st_size, digest(paths[name]))
            progress.update()
    return manifest


def fingerprint(manifest: Manifest) -> str:
    """Return one SHA-256 for a whole set; it depends on every file's name, size and content."""
    return hashlib.sha256(_text(manifest).encode()).hexdigest()


def seal(folder: Path, manifest: Manifest, marker: Marker) -> None:
    """Write the manifest and then, once everything else is on disk, the marker."""
    (folder / MANIFEST).write_text(_text(manifest), encoding="utf-8")
    if hasattr(os, "sync"):
        os.sync()
    with (folder / MARKER).open("w", encoding="utf-8") as stream:
        json.dump(asdict(marker), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())


def read_marker(folder: Path) -> Marker | None:
    """Return the marker of the data set in `folder`, or None if there is no complete one."""
    try:
        return Marker(**json.loads((folder / MARKER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest that the set in `folder` was sealed with.

    Raises: DataProblem if the manifest has changed since.
    """
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
        rows = [line.split("  ", 2) for line in lines]
        manifest = {name: FileRecord(int(size), sha256) for sha256, size, name in rows}
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"its manifest can't be read ({error})") from error
    marker = read_marker(folder)
    if marker is None or marker.fingerprint != fingerprint(manifest):
        raise _damaged(folder, "its manifest differs from the one it was sealed with")
    return manifest


def looks_complete(folder: Path) -> bool:
    """Return whether the marker exists and every file has its size, without reading any content."""
    try:
        manifest = read_manifest(folder)
        return all((folder / name).stat().st_size == r.size for name, r in manifest.items())
    except (DataProblem, OSError):
        return False


def differences(folder: Path) -> list[str]:
    """Read every byte of the set in `folder` and return what is wrong; [] if it is intact."""
    found, sealed = measure(folder), read_manifest(folder)
    missing = [f"missing: {name}" for name in sealed if name not in found]
    changed = [f"changed: {n}" for n, record in sealed.items() if n in found and found[n] != record]
    added = [f"not part of the set: {name}" for name in found if name not in sealed]
    return missing + changed + added


def _text(manifest: Manifest) -> str:
    lines = (f"{record.sha256}  {record.size}  {name}" for name, record in sorted(manifest.items()))
    return "\n".join(lines) + "\n"


def _damaged(folder: Path, why: str) -> DataProblem:
    command = "make-offline" if folder.parent.name == "offline" else "fetch"
    return DataProblem(
        f"The data set in {folder} is damaged: {why}.",
        f"Restore it with: python -m data_scripts {command} {folder.name}",
    )
