"""Get the files of a source from the mirror, the web or Google Drive, and check each of them."""

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
    """Return the path of a file with the right checksum, from the mirror or downloaded."""
    if found := _in_mirror(file, entry):
        _check_sum(found, file)
        return found
    if not (file.url or file.gdown_id):
        raise NotHere(f"{file.name} is available only from a mirror, and no mirror contains it.")
    if not network:
        raise NotHere(f"{file.name} is not in the mirror.")
    goal = workshop / file.name
    _check_room(file, entry, workshop)
    if goal.exists():  # complete, but the run that downloaded it was stopped before it unpacked it
        _check_sum(goal, file)
        return goal
    say(f"Downloading {file.name} from {file.url or 'Google Drive'}.")
    resumed = goal.with_name(goal.name + ".part").exists()
    _transfer(file, entry, goal, say)
    try:
        _check_sum(goal, file)
    except DataProblem:
        if not resumed:
            raise
        say("The resumed download doesn't match its checksum. Downloading it again from the start.")
        _transfer(file, entry, goal, say)
        _check_sum(goal, file)
    return goal


def _transfer(file: RemoteFile, entry: DataSet, goal: Path, say: Say) -> None:
    if file.url:
        download(file.url, goal, max_bytes=entry.max_unpacked_mb << 20, say=say)
    else:
        download_from_drive(file.gdown_id, goal)


def _check_sum(path: Path, file: RemoteFile) -> None:
    """Raise a DataProblem if the checksum is wrong, and delete the file if it was downloaded."""
    for algorithm, expected in (("sha256", file.sha256), ("md5", file.md5)):
        if expected and (found := digest(path, algorithm)) != expected:
            if path.is_relative_to(data_home()):
                path.unlink()
            raise DataProblem(
                f"{file.name} has the wrong checksum: {algorithm} {found[:12]}..., expected "
                f"{expected[:12]}... The file was changed or damaged on the way here."
            )


def _check_room(file: RemoteFile, entry: DataSet, workshop: Path) -> None:
    need, free = 2 * file.size, shutil.disk_usage(workshop).free
    if need > free:
        raise OSError(
            errno.ENOSPC, f"{entry.name} needs {need:,} bytes, but only {free:,} are free"
        )


def mirror_folder(entry: DataSet) -> Path | None:
    """Return the folder in the mirror that contains this set unpacked, or None."""
    root = mirror()
    for folder in (root / entry.name, root) if root and root.is_dir() else ():
        if folder.name == entry.name and holds_set(folder, entry):
            return folder
    return None


def in_mirror(entry: DataSet) -> bool:
    """Return whether the mirror has this set, unpacked or as all files of one of its sources."""
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
