"""Keep a student's files safe: link them to a folder on Drive, or copy them to any folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data_scripts.whole_files import write_whole
from toolbox import course as courses
from toolbox.disk_errors import no_space

DRIVE = Path("/content/drive/MyDrive")
# The student's work. Everything else can be downloaded again.
ROOMS = ("student_code", "notebooks", "results")
FILES = ("student.json",)
NOT_KEPT = {"__pycache__", ".ipynb_checkpoints"}


class NotKept(Exception):
    """The files could not be saved to their place; the message says why and where they are."""


@dataclass(frozen=True)
class Copied:
    """The number of the student's files in the folder, and how many of them were written."""

    folder: Path
    count: int
    new: int


def drive_folder(root: Path) -> Path:
    """Return the course's folder on Drive."""
    return DRIVE / courses.load(root).id


def save(root: Path, to: Path | None = None) -> Copied:
    """Copy the student's files to `to`, by default the course's folder on Drive.

    A file that already exists with the same bytes is not written; any other file is replaced
    completely or not at all. Raises `ValueError` if there is no Drive and no folder was given, or
    if there is no space.
    """
    if to is None:
        if not DRIVE.is_dir():
            raise ValueError("There is no Drive here: name a folder, as in `… save /media/stick`.")
        to = drive_folder(root)
    count = new = 0
    try:
        for name in _own_files(root):
            count += 1
            new += _copy(root / name, to / name)
    except OSError as problem:
        raise ValueError(no_space(problem, to)) from problem
    return Copied(to, count, new)


def link(root: Path, folder: Path) -> int:
    """Replace the student's folders in the course `root` by links to those in `folder`.

    Files in `folder` never change, since they are the work of earlier sessions; files that only the
    course has are added. A second call changes nothing. Returns the number of added files.
    Raises `NotKept` if linking fails: then a folder that could not be linked stays in the course,
    and `folder` has changed only by complete files that were added.
    """
    added = 0
    try:
        for room in ROOMS:
            here, there = root / room, folder / room
            if here.is_symlink():
                continue
            here.mkdir(exist_ok=True)
            for name in _files(here):
                if not (there / name).exists():
                    added += _copy(here / name, there / name)
            there.mkdir(parents=True, exist_ok=True)
            _swap(here, there)
        for file in FILES:
            if (folder / file).is_file() and not (root / file).is_file():
                _copy(folder / file, root / file)
    except OSError as problem:
        raise NotKept(
            f"{no_space(problem, folder)} Until then, your work is only in {root}, which Colab "
            "deletes when it disconnects."
        ) from problem
    return added


def _swap(here: Path, there: Path) -> None:
    """Replace `here` by a link to `there`, and keep the original as `.NAME-as-fetched`."""
    aside = here.with_name(f".{here.name}-as-fetched")
    here.rename(aside)
    try:
        here.symlink_to(there, target_is_directory=True)
    except OSError:
        aside.rename(here)
        raise


def _own_files(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        if (root / room).is_dir():
            yield from (Path(room) / name for name in _files(root / room))
    yield from (Path(name) for name in FILES if (root / name).is_file())


def _files(folder: Path) -> list[Path]:
    """Return all files below `folder` as relative paths, without caches and hidden files."""
    found = []
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(set(folders) - NOT_KEPT)
        found += [(Path(place) / n).relative_to(folder) for n in sorted(names) if n[0] != "."]
    return found


def _copy(source: Path, target: Path) -> bool:
    """Copy one file completely. Returns whether a copy was needed."""
    content = source.read_bytes()
    if target.is_file() and target.read_bytes() == content:
        return False
    write_whole(target, content)
    if target.stat().st_size != len(content):  # a full Drive may not report an error
        target.unlink()
        raise OSError(28, "no space left", str(target))
    return True
