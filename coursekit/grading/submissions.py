"""Find submissions, collect their files, and hash them to detect changes."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from coursekit.errors import UsageProblem
from coursekit.grading.sandbox.container import SHOWN
from coursekit.printable import printable

NOT_TAKEN = {".pyc", ".pyo", ".so", ".pyd", ".dylib", ".pth", ".egg"}
MOST_FILES = 2000  # in a submission; the rest is left out
MOST_BYTES = 100 << 20  # all files of a submission together
DEEPEST = 40  # levels of nested folders
NAMED = 3  # files to name in notes, per reason


def handed_in(folder: Path, part: str, wanted: Iterable[str] = ()) -> dict[str, str]:
    """Return the students who submitted `part`, each with the reason why it cannot be graded.

    The reason is "" for a valid submission. Raises `UsageProblem` if a student in `wanted` did
    not submit anything.
    """
    found = {}
    for path in sorted((folder / "submitted").glob(f"*/{part}")):
        name, reason = path.parent.name, ""
        if path.is_symlink() or path.parent.is_symlink():
            reason = "the folder is a link to somewhere else"
        elif not path.is_dir():
            continue
        elif not (path / f"{part}.ipynb").is_file():
            reason = f"there is no {part}.ipynb in it"
        elif set(name) & set("+*?[]\\") or not name.isprintable():
            reason = "the folder's name has characters that nbgrader does not accept: rename it"
        found[name] = reason
    if absent := sorted(set(wanted) - set(found)):
        raise UsageProblem(
            f"No submission of {part} found for {', '.join(absent)}. "
            f"Check the folders in {folder / 'submitted'}."
        )
    return {name: reason for name, reason in found.items() if not set(wanted) or name in wanted}


def files_of(submission: Path, ours: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of a submission for its sandbox, and notes on the files left out.

    The course's own files come in the instructor's version, from `ours`.
    """
    files: dict[str, bytes] = {}
    left_out = LeftOut()
    for entry in kept_files(submission, ours, left_out):
        path, top = submission / entry.name, entry.name.split("/", 1)[0]
        if path.suffix in NOT_TAKEN or "__pycache__" in path.parts:
            if path.suffix != ".pyc":
                left_out.add(entry.name, "is compiled code")
        elif top in SHOWN:
            continue
        elif _shadows(top):
            left_out.add(entry.name, "would hide a package")
        else:
            files[entry.name] = path.read_bytes()
    return files | course_files(ours), left_out.notes()


def course_files(ours: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the course's own files in a submission, except the folders that sandboxes mount."""
    return {
        name: content
        for name, content in ours.items()
        if is_ours(name) and not name.startswith(SHOWN)
    }


def kept_files(
    submission: Path, ours: Collection[str], left_out: LeftOut | None = None
) -> list[JournalEntry]:
    """Return the student's own files within the limits, those with code first.

    Files that are left out are added to `left_out` with the reason.
    """
    left_out = left_out or LeftOut()
    kept: list[JournalEntry] = []
    size = 0
    folders = {folder for name in ours for folder in _above(name)}
    found = [e for e in walk(submission) if e.name not in ours or _theirs(e.name)]
    for entry in sorted(found, key=lambda entry: not _theirs(entry.name)):
        if entry.kind is not Kind.FILE:
            left_out.add(entry.name, entry.kind.value)
        elif entry.name in folders:
            left_out.add(entry.name, "is a file, but the course has a folder of that name")
        elif any(folder in ours for folder in _above(entry.name)):
            left_out.add(entry.name, "is in a folder, but the course has a file of that name")
        elif size + entry.size > MOST_BYTES or len(kept) >= MOST_FILES:
            left_out.add(entry.name, "exceeds the limits on size or number of files")
        else:
            size += entry.size
            kept.append(entry)
    return kept


def _above(name: str) -> list[str]:
    """Return all parent folders of a path."""
    steps = name.split("/")
    return ["/".join(steps[:count]) for count in range(1, len(steps))]


class LeftOut:
    """Notes on files that were left out, a few for each reason."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def add(self, name: str, reason: str) -> None:
        self._names.setdefault(reason, []).append(name)

    def notes(self) -> list[str]:
        """Return one line for each of the first files, and one for the rest, per reason."""
        lines = []
        for reason, names in self._names.items():
            lines += [
                f"{printable(name, 100)} {reason}, and was left out" for name in names[:NAMED]
            ]
            if len(names) > NAMED:
                lines.append(f"and {len(names) - NAMED:,} more: each {reason}, and was left out")
        return lines


class Kind(Enum):
    """The kind of a directory entry; the value says why it is left out."""

    FILE = ""
    LINK = "is a link"
    OTHER = "is neither a file nor a folder"
    DEEP = f"is nested deeper than {DEEPEST} folders"


@dataclass(frozen=True)
class JournalEntry:
    """A file below a folder, by its relative path, or an entry that is left out."""

    name: str
    kind: Kind
    size: int
    changed: int  # in nanoseconds


def walk(folder: Path) -> Iterator[JournalEntry]:
    """Yield the files below a folder in order, and all other entries that are not folders.

    Folders nested deeper than `DEEPEST` are yielded, but not entered.
    """
    waiting = [("", 0)]
    while waiting:
        within, depth = waiting.pop()
        with os.scandir(f"{folder}/{within}") as found:
            entries = sorted(found, key=lambda entry: entry.name)
        folders = []
        for entry in entries:
            name = within + entry.name
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST:
                    folders.append((f"{name}/", depth + 1))
                else:
                    yield JournalEntry(name, Kind.DEEP, 0, 0)
                continue
            facts = entry.stat(follow_symlinks=False)
            is_file = entry.is_file(follow_symlinks=False)
            kind = Kind.LINK if entry.is_symlink() else Kind.FILE if is_file else Kind.OTHER
            yield JournalEntry(name, kind, facts.st_size, facts.st_mtime_ns)
        waiting += reversed(folders)


def _theirs(name: str) -> bool:
    return name.startswith("student_code/") and name != "student_code/__init__.py"


def is_ours(name: str) -> bool:
    """Return whether every submission gets the instructor's version of a course file."""
    return not _theirs(name) and not name.endswith(".ipynb")


@cache
def _shadows(top: str) -> bool:
    """Return whether a top-level file or folder of that name would hide a real package."""
    module = top.removesuffix(".py")
    if module in ("student_code", "results", "data") or not module.isidentifier():
        return False
    if module in sys.stdlib_module_names or module in ("sitecustomize", "conftest"):
        return True
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return True


def digest_of_tree(*places: Path, without: Collection[str] = ()) -> str:
    """Return a hash of all files in some folders (or of single files), including their names.

    `without` are relative paths to ignore. For files too large for a sandbox, size and time
    replace the content.
    """
    whole = hashlib.sha256()
    for place in places:
        left = MOST_BYTES
        for entry in walk(place) if place.is_dir() else [_single(place)]:
            if entry.name in without or "__pycache__" in entry.name.split("/"):
                continue
            path = place / entry.name
            if entry.kind is Kind.LINK:
                content = os.fsencode(path.readlink())
            elif entry.kind is Kind.FILE and entry.size <= left:
                content = hashlib.sha256(path.read_bytes()).digest()
                left -= entry.size
            else:
                content = f"{entry.kind} {entry.size} {entry.changed}".encode()
            whole.update(os.fsencode(f"{place.name}/{entry.name}\0{len(content)}\0") + content)
    return whole.hexdigest()


def _single(path: Path) -> JournalEntry:
    facts = path.stat()
    return JournalEntry("", Kind.FILE, facts.st_size, facts.st_mtime_ns)


class Journal:
    """What was graded, how, and from which files: one line per submission.

    A line is appended after the grade is committed to the gradebook. Lines that a crash cut
    short are ignored.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, dict[str, Any]] = {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    entry = json.loads(line)
                    self.entries[entry["student"]] = entry
                except (ValueError, KeyError, TypeError):
                    continue

    def knows(self, student: str, digest: str) -> bool:
        return self.entries.get(student, {}).get("digest") == digest

    def add(self, entries: list[dict[str, Any]]) -> None:
        self.path.parent.mkdir(exist_ok=True)
        cut = self.path.is_file() and not self.path.read_bytes().endswith(b"\n")
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" * cut + "".join(json.dumps(entry) + "\n" for entry in entries))
        self.entries |= {entry["student"]: entry for entry in entries}
