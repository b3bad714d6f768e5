"""What there is to grade: submissions, their files, and hashes that tell what has changed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from coursekit.grading.sandbox import SHOWN

NOT_TAKEN = {".pyc", ".pyo", ".so", ".pyd", ".dylib", ".pth", ".egg"}
MOST_FILES = 2000


def handed_in(folder: Path, part: str, wanted: Iterable[str] = ()) -> dict[str, str]:
    """Who handed `part` in, by name, each with a reason where that can't be graded, else "".

    Raises `ValueError` for a wanted student who handed nothing in.
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
        elif set(name) & set("+*?[]\\\n"):
            reason = "the folder's name has characters that nbgrader can't take"
        found[name] = reason
    if absent := sorted(set(wanted) - set(found)):
        raise ValueError(f"nothing of {part} was handed in by {', '.join(absent)}")
    return {name: reason for name, reason in found.items() if not set(wanted) or name in wanted}


def files_of(
    submission: Path, ours: Mapping[str, bytes], most: int
) -> tuple[dict[str, bytes], list[str]]:
    """The files that a sandbox gets of a submission, and notes on what it doesn't get.

    The files of the course come in the instructor's version, from `ours`. `most` bounds the bytes
    in all.
    """
    files: dict[str, bytes] = {}
    notes: list[str] = []
    size = 0
    for name in _walk(str(submission)):
        path, top = submission / name, name.split("/", 1)[0]
        if path.is_symlink():
            notes.append(f"{name} is a link, and was left out")
        elif path.suffix in NOT_TAKEN or "__pycache__" in path.parts:
            if path.suffix != ".pyc":
                notes.append(f"{name} is compiled code, and was left out")
        elif top in SHOWN or (name in ours and not _theirs(name)):
            continue
        elif _shadows(top):
            notes.append(f"{name} would hide a package, and was left out")
        elif path.is_file():
            size += path.stat().st_size
            if size > most or len(files) >= MOST_FILES:
                notes.append("it is too large: not all of its files were taken")
                break
            files[name] = path.read_bytes()
    for name, content in ours.items():
        if is_ours(name) and not name.startswith(SHOWN):
            files[name] = content
    return files, notes


def _walk(folder: str, within: str = "") -> Iterator[str]:
    """The files and links below a folder, by their paths from it, in order."""
    with os.scandir(folder + within) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{within}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder, name)
        else:
            yield name[1:]


def _theirs(name: str) -> bool:
    return name.startswith("student_code/") and name != "student_code/__init__.py"


def is_ours(name: str) -> bool:
    """Whether a file of the course is given in the instructor's version, whoever hands in."""
    return not _theirs(name) and not name.endswith(".ipynb")


@cache
def _shadows(top: str) -> bool:
    """Whether a file or folder of that name at the top would stand before a real package."""
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
    """A hash of all files in some folders (or of single files), names included.

    `without` are paths from the folder that don't count.
    """
    whole = hashlib.sha256()
    for place in places:
        is_folder = place.is_dir() and not place.is_symlink()
        for name in _walk(str(place)) if is_folder else [""]:
            if name in without or "__pycache__" in name.split("/"):
                continue
            path = place / name
            content = str(path.readlink()).encode() if path.is_symlink() else b""
            if path.is_file() and not path.is_symlink():
                content = hashlib.sha256(path.read_bytes()).digest()
            whole.update(f"{place.name}/{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


class Journal:
    """What was graded, how, and from what: a line for each submission, appended when its grade
    is safely in the gradebook. A line that a crash cut short is as good as none."""

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
