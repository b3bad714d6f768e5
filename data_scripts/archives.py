"""Unpacking archives that nobody has vouched for.

Everything is checked before the first byte is written: names that would leave the folder, links,
encrypted or doubled entries, and sizes that no data set of the course has. Sizes are counted again
while writing, because an archive can lie about them.
"""

from __future__ import annotations

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from data_scripts.problems import DataProblem
from data_scripts.progress import bar

JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db"}
RATIO_MATTERS_ABOVE = 1 << 20  # a few kilobytes of flat colour pack well, and harm nobody


@dataclass(frozen=True)
class Limits:
    """What an archive may unpack to: files, bytes in all, and bytes for each byte of archive."""

    max_files: int
    max_bytes: int
    max_ratio: float


@dataclass(frozen=True)
class _Member:
    name: str
    size: int
    open: Callable[[], IO[bytes]]


def unpack(archive: Path, into: Path, limits: Limits) -> None:
    """Unpack a zip or tar archive under the folder `into`, which is made. Unsafe: DataProblem."""
    with ExitStack() as stack:
        try:
            members = list(_members(archive, stack))
            _check_sizes(archive, members, limits)
            _write(archive, members, into, limits)
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
            raise _refused(archive, f"it is damaged ({error})") from error
        except (NotImplementedError, RuntimeError) as error:
            raise _refused(
                archive, f"it is packed in a way that can't be read ({error})"
            ) from error


def _members(archive: Path, stack: ExitStack) -> Iterator[_Member]:
    seen: set[str] = set()
    if zipfile.is_zipfile(archive):
        entries = _zip_members(archive, stack)
    elif tarfile.is_tarfile(archive):
        entries = _tar_members(archive, stack)
    else:
        raise _refused(archive, "it is neither a zip nor a tar archive")
    for member in entries:
        parts = _safe_parts(archive, member.name)
        if JUNK & set(parts):
            continue
        if (key := "/".join(parts).lower()) in seen:
            raise _refused(archive, f"it holds {member.name!r} twice")
        seen.add(key)
        yield member


def _zip_members(archive: Path, stack: ExitStack) -> Iterator[_Member]:
    packed = stack.enter_context(zipfile.ZipFile(archive))
    for info in packed.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise _refused(archive, f"{info.filename!r} is a link or a device, not a file")
        if info.flag_bits & 1:
            raise _refused(archive, f"{info.filename!r} is encrypted")
        _safe_parts(archive, info.filename)
        if not info.is_dir():
            yield _Member(info.filename, info.file_size, partial(packed.open, info))


def _tar_members(archive: Path, stack: ExitStack) -> Iterator[_Member]:
    packed = stack.enter_context(tarfile.open(archive))  # noqa: SIM115 - the stack closes it

    def reader(info: tarfile.TarInfo) -> IO[bytes]:
        stream = packed.extractfile(info)
        if stream is None:
            raise _refused(archive, f"{info.name!r} holds no data")
        return stream

    for info in packed:
        if not (info.isfile() or info.isdir()):
            raise _refused(archive, f"{info.name!r} is a link or a device, not a file")
        _safe_parts(archive, info.name)
        if info.isfile():
            yield _Member(info.name, info.size, partial(reader, info))


def _safe_parts(archive: Path, name: str) -> tuple[str, ...]:
    """The parts of a member's path; refused where it would be written outside its folder."""
    path = PurePosixPath(name)
    outside = path.is_absolute() or ".." in path.parts
    if not path.parts or outside or any(letter in name for letter in "\\:\0"):
        raise _refused(archive, f"{name!r} would be written outside the data set's folder")
    return path.parts


def _check_sizes(archive: Path, members: list[_Member], limits: Limits) -> None:
    if len(members) > limits.max_files:
        raise _refused(
            archive, f"it holds {len(members)} files, more than the {limits.max_files} expected"
        )
    _check_total(archive, sum(member.size for member in members), limits)


def _check_total(archive: Path, total: int, limits: Limits) -> None:
    if total > limits.max_bytes:
        raise _refused(archive, f"it unpacks to more than the {limits.max_bytes:,} bytes expected")
    if total > max(RATIO_MATTERS_ABOVE, limits.max_ratio * archive.stat().st_size):
        raise _refused(archive, f"it grows more than {limits.max_ratio:.0f} times when unpacked")


def _write(archive: Path, members: list[_Member], into: Path, limits: Limits) -> None:
    written = 0
    into.mkdir(parents=True, exist_ok=True)
    with bar(f"unpacking {archive.name}", len(members)) as progress:
        for member in members:
            target = into.joinpath(*PurePosixPath(member.name).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with member.open() as source, target.open("xb") as sink:
                while piece := source.read(1 << 18):
                    written += len(piece)
                    _check_total(archive, written, limits)
                    sink.write(piece)
            progress.update()


def _refused(archive: Path, why: str) -> DataProblem:
    return DataProblem(f"{archive.name} was not unpacked: {why}.")
