"""A student's files in a place that lasts: linked to a folder on Drive, or copied to any folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data_scripts.whole_files import write_whole
from toolbox import course as courses
from toolbox.disk_errors import no_space

DRIVE = Path("/content/drive/MyDrive")
# What a student makes. Everything else can be fetched again.
ROOMS = ("student_code", "notebooks", "results")
FILES = ("student.json",)
NOT_KEPT = {"__pycache__", ".ipynb_checkpoints"}


class NotKept(Exception):
    """The files could not be put where they should be; says why, and where they are instead."""


@dataclass(frozen=True)
class Copied:
    """How many files the folder holds of the student's, and how many had to be written."""

    folder: Path
    count: int
    new: int


def drive_folder(root: Path) -> Path:
    """The course's folder on Drive."""
    return DRIVE / courses.load(root).id


def save(root: Path, to: Path | None = None) -> Copied:
    """Copy the student's files to `to`, by default the course's folder on Drive.

    A file that is there already with the same bytes is left alone; each other is replaced whole or
    not at all. Raises `ValueError` where there is no Drive and no folder was named, or no space.
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
    """Let the student's rooms in the course `root` be those in `folder`, which lasts.

    What is in `folder` stays as it is, since it is the work of the days before; what only the
    course has is added to it. Done twice, it changes nothing. Returns how many files were added.
    Raises `NotKept` where that isn't possible: then the course is as it was, and so is `folder`
    but for files that were added whole.
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
            f"{no_space(problem, folder)} Until then your work is in {root} alone, which Colab "
            "deletes when it disconnects."
        ) from problem
    return added


def _swap(here: Path, there: Path) -> None:
    """Put a link to `there` in the place of `here`, which stays as `.NAME-as-fetched`."""
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
    """All files below `folder`, as paths from it; no caches, no half-written ones."""
    found = []
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(set(folders) - NOT_KEPT)
        found += [(Path(place) / n).relative_to(folder) for n in sorted(names) if n[0] != "."]
    return found


def _copy(source: Path, target: Path) -> bool:
    """Copy one file whole. Returns whether that was needed."""
    content = source.read_bytes()
    if target.is_file() and target.read_bytes() == content:
        return False
    write_whole(target, content)
    if target.stat().st_size != len(content):  # a Drive that is full may say nothing
        target.unlink()
        raise OSError(28, "no space left", str(target))
    return True
