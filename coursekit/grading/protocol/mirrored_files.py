"""Copy the files of a test between the folders of both sides as they change.

Only plain files and folders below one folder on each side are copied, up to a total size. Neither
side ever holds a link to the other's disk.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from coursekit.grading.protocol.frames import Violation
from coursekit.grading.protocol.values import text, whole

MOST_FILES = 2000
MOST_BYTES = 64 << 20
TOKEN = "/\ue000tests"  # replaces the folder in texts on the wire; its path differs on each side


class Mirror:
    """One side's folder, and which of its files the other side already has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, tuple[int, int, int]] = {}

    def neutral(self, value: str) -> str:
        """Return a text of this side in the form in which it is sent."""
        path = str(self.folder)
        return value.replace(path, TOKEN) if path in value else value

    def local(self, value: str) -> str:
        """Return a received text with the paths of this side."""
        return value.replace(TOKEN, str(self.folder)) if TOKEN in value else value

    def changes(self, blobs: list[bytes]) -> list[Any]:
        """Return what was created, changed or removed since the last call, as data."""
        now = self._now()
        if now == self._known:
            return []
        found: list[Any] = [[name, None] for name in self._known if name not in now]
        for name, mark in now.items():
            if self._known.get(name) == mark:
                continue
            if mark[0]:
                found.append([name, -1])
            else:
                blobs.append((self.folder / name).read_bytes())
                found.append([name, len(blobs) - 1])
        self._known = now
        return found

    def take(self, changes: object, blobs: list[bytearray]) -> None:
        """Apply the other side's changes here. Raises `Violation`."""
        if not changes:
            return
        if type(changes) is not list or len(changes) > MOST_FILES:
            raise Violation("files that are malformed")
        for name, content in changes:
            path = self._path(name)
            if content is None:
                self._remove(path)
            elif content == -1:
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(blobs[whole(content, 0, len(blobs) - 1)])
        self._known = self._now()
        if len(self._known) > MOST_FILES or sum(m[1] for m in self._known.values()) > MOST_BYTES:
            raise Violation("more files than are allowed")

    def _path(self, name: Any) -> Path:
        parts = text(name, 1000).split("/")
        if "\0" in name or any(part in ("", ".", "..") for part in parts):
            raise Violation("a file outside of the folder")
        return self.folder.joinpath(*parts)

    @staticmethod
    def _remove(path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def _now(self) -> dict[str, tuple[int, int, int]]:
        """Return all folders and plain files, each with a mark that changes with its content."""
        found: dict[str, tuple[int, int, int]] = {}
        waiting, root = [""], str(self.folder)
        while waiting:
            place = waiting.pop()
            try:
                entries = list(os.scandir(f"{root}/{place}"))
            except OSError:
                continue
            for entry in entries:
                name = f"{place}/{entry.name}" if place else entry.name
                if entry.is_dir(follow_symlinks=False):
                    found[name] = (1, 0, 0)
                    waiting.append(name)
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    found[name] = (0, status.st_size, status.st_mtime_ns)
                if len(found) > MOST_FILES:
                    return found
        return found
