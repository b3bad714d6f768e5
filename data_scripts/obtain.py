"""Getting the files of a source: from the mirror, from the web, from Google Drive; each checked."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

from data_scripts.arrange import holds_set
from data_scripts.download import download
from data_scripts.drive import download_from_drive
from data_scripts.manifest import digest
from data_scripts.places import data_home, mirror
from data_scripts.problems import DataProblem, NotHere
from data_scripts.registry import DataSet, RemoteFile

Say = Callable[[str], None]


def obtain(file: RemoteFile, entry: DataSet, workshop: Path, network: bool, say: Say) -> Path:
    """The path of a file that has its checksum: in the mirror, or downloaded to the workshop."""
    if found := _in_mirror(file, entry):
        _check_sum(found, file)
        return found
    if not (file.url or file.gdown_id):
        raise NotHere(f"{file.name} can only come from a mirror, and is in none.")
    if not network:
        raise NotHere(f"{file.name} isn't in the mirror.")
    goal = workshop / file.name
    _check_room(file, entry, workshop)
    if goal.exists():  # whole, but the run that fetched it was stopped before it was unpacked
        _check_sum(goal, file)
        return goal
    say(f"Fetching {file.name} from {file.url or 'Google Drive'}.")
    resumed = goal.with_name(goal.name + ".part").exists()
    _transfer(file, entry, goal, say)
    try:
        _check_sum(goal, file)
    except DataProblem:
        if not resumed:
            raise
        say(
            "What was fetched in two halves doesn't match its checksum: fetching it from the start."
        )
        _transfer(file, entry, goal, say)
        _check_sum(goal, file)
    return goal


def _transfer(file: RemoteFile, entry: DataSet, goal: Path, say: Say) -> None:
    if file.url:
        download(file.url, goal, max_bytes=entry.max_unpacked_mb << 20, say=say)
    else:
        download_from_drive(file.gdown_id, goal)


def _check_sum(path: Path, file: RemoteFile) -> None:
    """A DataProblem where the file isn't what the registry says; a download is then removed."""
    for algorithm, expected in (("sha256", file.sha256), ("md5", file.md5)):
        if expected and (found := digest(path, algorithm)) != expected:
            if path.is_relative_to(data_home()):
                path.unlink()
            raise DataProblem(
                f"{file.name} has the wrong checksum: {algorithm} {found[:12]}..., expected "
                f"{expected[:12]}... It was changed or damaged on its way."
            )


def _check_room(file: RemoteFile, entry: DataSet, workshop: Path) -> None:
    need, free = 2 * file.size, shutil.disk_usage(workshop).free
    if need > free:
        raise OSError(errno.ENOSPC, f"{entry.name} needs {need:,} bytes, {free:,} are free")


def mirror_folder(entry: DataSet) -> Path | None:
    """The folder in the mirror that holds this set unpacked, or None."""
    root = mirror()
    for folder in (root / entry.name, root) if root and root.is_dir() else ():
        if folder.name == entry.name and holds_set(folder, entry):
            return folder
    return None


def in_mirror(entry: DataSet) -> bool:
    """True where the mirror holds this set, unpacked or as all the files of one of its sources."""
    return mirror_folder(entry) is not None or any(
        all(_in_mirror(file, entry) for file in source.files) for source in entry.sources
    )


def _in_mirror(file: RemoteFile, entry: DataSet) -> Path | None:
    root = mirror()
    if root is None:
        return None
    if root.is_file():
        return root if root.name == file.name else None
    candidates = (root / file.name, root / entry.name / file.name)
    return next((path for path in candidates if path.is_file()), None)
