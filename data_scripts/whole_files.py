"""Atomic writing of files and folders: a reader sees either the old version or the new one."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, and create missing parent folders.

    Raises: `OSError` if that fails; the previous content of `path` is then unchanged.
    """
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield an empty file next to `path` to write to, and rename it to `path` after the body.

    If the body raises an error, the file is removed and `path` is unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    unfinished.touch(exist_ok=False)
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def replace_folder(fresh: Path, folder: Path) -> None:
    """Replace `folder` by the finished folder `fresh`, and delete the old one.

    Both must be on the same disk.
    """
    old = fresh.with_name(f"{fresh.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.replace(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
