"""Safe unpacking of archives from untrusted sources.

All entries are checked before the first byte is written. Rejected are names that would leave the
folder, links, encrypted or duplicate entries, and sizes that no data set of the course has. Sizes
are counted again while writing, because an archive can declare wrong ones. A single bad entry
rejects the whole archive, unless the caller asks to skip such entries and collect the reasons.
"""

from __future__ import annotations

import errno
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
UNREADABLE = (NotImplementedError, RuntimeError)
DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, *UNREADABLE)
RATIO_MATTERS_ABOVE = 1 << 20  # a few kilobytes of a single color compress well and are harmless


@dataclass(frozen=True)
class ArchiveLimits:
    """Limits for an archive: files, total bytes, and unpacked bytes per byte of the archive."""

    max_files: int
    max_bytes: int
    max_ratio: float
    max_file: int | None = None  # bytes in one file; None means max_bytes


@dataclass(frozen=True)
class _Member:
    name: str
    size: int
    packed: int  # bytes in the archive, as declared
    is_file: bool
    open: Callable[[], IO[bytes]]
    fault: str = ""  # why it is rejected


def unpack(
    archive: Path, into: Path, limits: ArchiveLimits, passed_over: list[str] | None = None
) -> None:
    """Unpack a zip or tar archive into the folder `into`, which is created.

    If a list `passed_over` is given, entries that are unsafe, too large or damaged are skipped and
    described in it, and the others are still unpacked. The archive is then rejected only for
    limits on the whole of it.

    Raises: DataProblem if the archive is rejected.
    """
    with ExitStack() as stack:
        try:
            members = list(_members(archive, stack, limits, passed_over))
            _check_sizes(archive, members, limits)
            _write(archive, members, into, limits, passed_over)
        except DAMAGE as error:
            if isinstance(error, UNREADABLE):
                raise _refused(archive, f"it is packed in an unsupported way ({error})") from error
            raise _refused(archive, f"it is damaged ({error})") from error


def _members(
    archive: Path, stack: ExitStack, limits: ArchiveLimits, passed_over: list[str] | None
) -> Iterator[_Member]:
    seen: set[str] = set()
    if zipfile.is_zipfile(archive):
        entries = _zip_members(archive, stack)
    elif tarfile.is_tarfile(archive):
        entries = _tar_members(archive, stack)
    else:
        raise _refused(archive, "it is neither a zip nor a tar archive")
    for member in entries:
        fault = member.fault or _fault(member.name)
        parts = PurePosixPath(member.name).parts
        if not fault and (JUNK & set(parts) or not member.is_file):
            continue
        if not fault and (key := "/".join(parts).lower()) in seen:
            fault = f"it contains {member.name!r} twice"
        if not fault and passed_over is not None:
            fault = _too_large(member, limits)
        if not fault:
            seen.add(key)
            yield member
        elif passed_over is None:
            raise _refused(archive, fault)
        else:
            passed_over.append(fault)


def _zip_members(archive: Path, stack: ExitStack) -> Iterator[_Member]:
    packed = stack.enter_context(zipfile.ZipFile(archive))
    for info in packed.infolist():
        fault, kind = "", stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            fault = f"{info.filename!r} is a link or a device, not a file"
        elif info.flag_bits & 1:
            fault = f"{info.filename!r} is encrypted"
        name = entry_name(info)
        yield _Member(
            name,
            info.file_size,
            info.compress_size,
            not name.endswith("/"),
            partial(packed.open, info),
            fault,
        )


def entry_name(info: zipfile.ZipInfo) -> str:
    """Return the path of a zip entry. Some Windows programs write it with backslashes."""
    by_windows = info.create_system == 0
    return info.filename.replace("\\", "/") if by_windows else info.filename


def _tar_members(archive: Path, stack: ExitStack) -> Iterator[_Member]:
    packed = stack.enter_context(tarfile.open(archive))  # noqa: SIM115 - the stack closes it

    def reader(info: tarfile.TarInfo) -> IO[bytes]:
        stream = packed.extractfile(info)
        if stream is None:
            raise _refused(archive, f"{info.name!r} contains no data")
        return stream

    for info in packed:
        fault = ""
        if not (info.isfile() or info.isdir()):
            fault = f"{info.name!r} is a link or a device, not a file"
        yield _Member(info.name, info.size, info.size, info.isfile(), partial(reader, info), fault)


def _fault(name: str) -> str:
    """Return what is wrong with a member's path, or "": it must stay inside its folder."""
    path = PurePosixPath(name)
    outside = path.is_absolute() or ".." in path.parts
    if not path.parts or outside or any(letter in name for letter in "\\:\0"):
        return f"{name!r} would be written outside its folder"
    return ""


def _too_large(member: _Member, limits: ArchiveLimits) -> str:
    most = limits.max_bytes if limits.max_file is None else limits.max_file
    if member.size > most:
        return f"{member.name!r} unpacks to more than the {most:,} bytes allowed for one file"
    if member.size > max(RATIO_MATTERS_ABOVE, limits.max_ratio * member.packed):
        return f"{member.name!r} grows more than {limits.max_ratio:.0f} times when unpacked"
    return ""


def _check_sizes(archive: Path, members: list[_Member], limits: ArchiveLimits) -> None:
    if len(members) > limits.max_files:
        raise _refused(
            archive, f"it contains {len(members)} files, more than the {limits.max_files} allowed"
        )
    _check_total(archive, sum(member.size for member in members), limits)


def _check_total(archive: Path, total: int, limits: ArchiveLimits) -> None:
    if total > limits.max_bytes:
        raise _refused(archive, f"it unpacks to more than the {limits.max_bytes:,} bytes allowed")
    if total > max(RATIO_MATTERS_ABOVE, limits.max_ratio * archive.stat().st_size):
        raise _refused(archive, f"it grows more than {limits.max_ratio:.0f} times when unpacked")


def _write(
    archive: Path,
    members: list[_Member],
    into: Path,
    limits: ArchiveLimits,
    passed_over: list[str] | None,
) -> None:
    written = 0
    into.mkdir(parents=True, exist_ok=True)
    with bar(f"unpacking {archive.name}", len(members)) as progress:
        for member in members:
            target = into.joinpath(*PurePosixPath(member.name).parts)
            try:
                for size in _write_member(member, target):
                    written += size
                    _check_total(archive, written, limits)
            except (*DAMAGE, OSError) as error:
                full = isinstance(error, OSError) and error.errno == errno.ENOSPC
                if passed_over is None or full:
                    raise
                passed_over.append(f"{member.name!r} can't be unpacked ({error})")
            progress.update()


def _write_member(member: _Member, target: Path) -> Iterator[int]:
    """Write one file in chunks; yield the size of each chunk before it is written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with member.open() as source, target.open("xb") as sink:
        try:
            while piece := source.read(1 << 18):
                yield len(piece)
                sink.write(piece)
        except BaseException:
            target.unlink()
            raise


def _refused(archive: Path, why: str) -> DataProblem:
    return DataProblem(f"{archive.name} was not unpacked: {why}.")
