"""Open the zips of `python -m toolbox submit` without trusting their contents."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

MANIFEST = "manifest.json"
MOST = 500_000_000  # bytes in total, unpacked; a submission has a tenth of that


class HandInProblem(Exception):
    """A zip that is not a submission or could do harm; the message says why."""


@dataclass(frozen=True)
class SubmittedReport:
    """The files of a submission by name, and a sentence for each irregularity."""

    path: Path
    student: str
    part: str
    files: dict[str, bytes]
    oddities: tuple[str, ...]

    def numbers(self) -> dict[str, dict[str, Any]]:
        """Return the records in `results/numbers` by name. Unreadable ones are left out."""
        found = {}
        for name, content in self.files.items():
            path = PurePosixPath(name)
            if path.parent.as_posix() == "results/numbers" and path.suffix == ".json":
                try:
                    record = json.loads(content)
                except ValueError:
                    continue
                if isinstance(record, dict) and "value" in record:
                    found[path.stem] = record
        return found


def opened(path: Path) -> SubmittedReport:
    """Read a submission into memory. Raises `HandInProblem`; nothing is unpacked or run."""
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
            if sum(info.file_size for info in listed) > MOST:
                raise HandInProblem(f"{path.name} would unpack to more than {MOST // 10**6} MB")
            files = {i.filename: archive.read(i) for i in listed if not i.is_dir()}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as problem:
        raise HandInProblem(f"{path.name} cannot be read as a zip: {problem}") from problem
    for name in files:
        if name.startswith(("/", "\\")) or ".." in PurePosixPath(name).parts or ":" in name:
            raise HandInProblem(f"{path.name} has a file with a path outside the zip: {name}")
    try:
        manifest = json.loads(files[MANIFEST])
        student = str(manifest["student"].get("id") or path.stem)
        return SubmittedReport(
            path, student, str(manifest["part"]), files, _oddities(manifest, files)
        )
    except (KeyError, ValueError, TypeError, AttributeError) as problem:
        raise HandInProblem(
            f"{path.name} has no manifest from `python -m toolbox submit`"
        ) from problem


def _oddities(manifest: dict[str, Any], files: dict[str, bytes]) -> tuple[str, ...]:
    listed = manifest["files"]
    found = [f"{name} is in the manifest, but not in the zip" for name in listed.keys() - files]
    for name, content in files.items():
        if name == MANIFEST:
            continue
        if name not in listed:
            found.append(f"{name} was added after the submission was packed")
        elif listed[name].get("sha256") != hashlib.sha256(content).hexdigest():
            found.append(f"{name} was changed after the submission was packed")
    return tuple(sorted(found))
