"""Unpack archives and folders from students into flat lists of files, without trusting them.

Links, devices, paths that lead outside, and encrypted, damaged or oversized entries are left out
and noted; everything else is taken.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone, tzinfo
from pathlib import Path, PurePosixPath

from coursekit.collecting.findings import Notes, Refused, printable
from data_scripts.archives import JUNK, ArchiveLimits, entry_name, unpack
from data_scripts.problems import DataProblem

ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
# Enough for a class of a thousand with trained networks, and for the work of one student.
BULK = ArchiveLimits(max_files=300_000, max_bytes=200 << 30, max_ratio=100, max_file=2 << 30)
SINGLE = ArchiveLimits(max_files=20_000, max_bytes=4 << 30, max_ratio=100, max_file=2 << 30)
DEEPEST = 3  # nested levels of archives
LEFT_OUT = JUNK | {"__pycache__", ".ipynb_checkpoints", ".git", ".venv", "node_modules"}
FIRST_YEAR = 2000  # zip entries without a time have the year 1980
UNIX_TIME = 0x5455  # the extra field of a zip entry with its time in UTC


@dataclass(frozen=True)
class File:
    """A file of a submission: its path as its owner knows it, its place here, and its time."""

    path: PurePosixPath
    place: Path
    when: datetime | None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_archive(self) -> bool:
        return self.name.lower().endswith(ARCHIVES)


def stem(name: str) -> str:
    """Return the name of an archive or notebook without its file extension."""
    for ending in (*sorted(ARCHIVES, key=len, reverse=True), ".ipynb"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def opened(source: Path, shop: Path, zone: tzinfo, notes: Notes) -> list[File]:
    """Return the files of an archive or folder. Raises `Refused`.

    An archive is unpacked into `shop`; archives inside it stay packed (see `expanded`). A single
    notebook gives a list of one file.
    """
    if source.is_dir():
        return list(_walk(source, notes))
    if source.name.lower().endswith(ARCHIVES):
        return _unpacked(source, shop, BULK, zone, notes)
    if source.is_file():
        return [File(PurePosixPath(source.name), source, modified(source.stat()))]
    raise Refused("it is neither a file nor a folder")


def expanded(files: list[File], shop: Path, zone: tzinfo, notes: Notes) -> list[File]:
    """Return the files of one submission with all archives among them unpacked."""
    for depth in range(DEEPEST):
        packed = [file for file in files if file.is_archive]
        if not packed:
            break
        files = [file for file in files if not file.is_archive]
        for number, archive in enumerate(packed):
            into = shop / f"{depth}-{number}"
            try:
                inside = _unpacked(archive.place, into, SINGLE, zone, notes)
            except Refused as problem:
                notes.look.append(str(problem))
                continue
            top = archive.path.with_name(stem(archive.name) or "archive")
            files += [replace(file, path=top / file.path) for file in inside]
    for file in files:
        if file.is_archive:
            notes.look.append(f"{printable(file.path)} is in {DEEPEST} nested archives: not opened")
    if sum(file.place.stat().st_size for file in files) > SINGLE.max_bytes:
        raise Refused(f"it unpacks to more than {SINGLE.max_bytes:,} bytes")
    return [file for file in files if not file.is_archive]


def _unpacked(
    archive: Path, into: Path, limits: ArchiveLimits, zone: tzinfo, notes: Notes
) -> list[File]:
    passed_over: list[str] = []
    try:
        unpack(archive, into, limits, passed_over)
        times = _times(archive, zone)
    except DataProblem as problem:
        raise Refused(printable(problem.what)) from problem
    except (ValueError, LookupError, struct.error, OverflowError, MemoryError) as error:
        # Python's archive readers raise these if a header is damaged.
        raise Refused(f"{printable(archive.name)} is damaged ({printable(error)})") from error
    notes.look += [f"left out of {printable(archive.name)}: {printable(p)}" for p in passed_over]
    files = [replace(f, when=times.get(f.path.as_posix())) for f in _walk(into, notes)]
    if not files and passed_over:
        raise Refused(f"{printable(archive.name)}: {printable(passed_over[0])}")
    if not files:
        raise Refused(f"{printable(archive.name)} contains no files")
    return files


def _walk(folder: Path, notes: Notes) -> Iterator[File]:
    """Yield the ordinary files below a folder in the order of their paths. Links are skipped."""
    found: list[File] = []
    todo = [folder]
    while todo:
        for entry in sorted(os.scandir(todo.pop()), key=lambda entry: entry.name):
            if entry.name in LEFT_OUT:
                continue
            status = entry.stat(follow_symlinks=False)
            path = PurePosixPath(Path(entry.path).relative_to(folder).as_posix())
            if stat.S_ISDIR(status.st_mode):
                todo.append(Path(entry.path))
            elif stat.S_ISREG(status.st_mode):
                found.append(File(path, Path(entry.path), modified(status)))
            else:
                notes.look.append(f"left out: {printable(path)} is a link or a device, not a file")
    yield from sorted(found, key=lambda file: file.path)


def modified(status: os.stat_result) -> datetime:
    """Return the time of a file's last change, in whole seconds."""
    return datetime.fromtimestamp(int(status.st_mtime), timezone.utc)


def _times(archive: Path, zone: tzinfo) -> dict[str, datetime]:
    """Return when the entries of a zip were last changed, without implausible times."""
    if not zipfile.is_zipfile(archive):
        return {}
    found = {}
    with zipfile.ZipFile(archive) as packed:
        for info in packed.infolist():
            when = _entry_time(info, zone)
            if when is not None and when.year > FIRST_YEAR:
                found[PurePosixPath(entry_name(info)).as_posix()] = when
    return found


def _entry_time(info: zipfile.ZipInfo, zone: tzinfo) -> datetime | None:
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == UNIX_TIME and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<I", extra, 5)[0], timezone.utc)
        extra = extra[4 + size :]
    try:
        return datetime(*info.date_time, tzinfo=zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None  # an impossible date
