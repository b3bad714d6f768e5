"""What a data set consists of, to the byte: its manifest, its fingerprint, its completion marker.

A data set in place holds two hidden files. `.manifest.txt` lists every file with size and SHA-256;
`.complete.json` says what the set is and where it came from, and is written last. A folder without
the marker is never taken for a data set.
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
    """What a data set in place is. origin: "real" or "offline stand-in"; details: how it came."""

    name: str
    origin: str
    fingerprint: str
    files: int
    size: int
    source: str
    made: str
    details: dict[str, Any] = field(default_factory=dict)


def digest(path: Path, algorithm: str = "sha256", tick: Callable[[int], Any] | None = None) -> str:
    """The checksum of a file in hex; `tick` hears of each piece's length."""
    state = hashlib.new(algorithm)
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            state.update(piece)
            if tick:
                tick(len(piece))
    return state.hexdigest()


def measure(folder: Path) -> Manifest:
    """The manifest of the files that are in `folder` now, sorted by path; hidden files are left."""
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
    """One SHA-256 for a whole set: changes with any file's name, size or content."""
    return hashlib.sha256(_text(manifest).encode()).hexdigest()


def seal(folder: Path, manifest: Manifest, marker: Marker) -> None:
    """Write the manifest and then, when everything else is on the disk, the marker."""
    (folder / MANIFEST).write_text(_text(manifest), encoding="utf-8")
    if hasattr(os, "sync"):
        os.sync()
    with (folder / MARKER).open("w", encoding="utf-8") as stream:
        json.dump(asdict(marker), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())


def read_marker(folder: Path) -> Marker | None:
    """The marker of the data set in `folder`, or None where no complete one is there."""
    try:
        return Marker(**json.loads((folder / MARKER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def read_manifest(folder: Path) -> Manifest:
    """The manifest that the set in `folder` was sealed with; a DataProblem where it was changed."""
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
        rows = [line.split("  ", 2) for line in lines]
        manifest = {name: FileRecord(int(size), sha256) for sha256, size, name in rows}
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"its manifest can't be read ({error})") from error
    marker = read_marker(folder)
    if marker is None or marker.fingerprint != fingerprint(manifest):
        raise _damaged(folder, "its manifest isn't the one that it was sealed with")
    return manifest


def looks_complete(folder: Path) -> bool:
    """True where the marker is there and every file has its size. Reads no file's content."""
    try:
        manifest = read_manifest(folder)
        return all((folder / name).stat().st_size == r.size for name, r in manifest.items())
    except (DataProblem, OSError):
        return False


def differences(folder: Path) -> list[str]:
    """What is wrong with the set in `folder`, read to the last byte; [] if it is sound."""
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
        f"Get it again with: python -m data_scripts {command} {folder.name}",
    )
