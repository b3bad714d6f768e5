"""Write a file or a folder whole or not at all: a reader finds the old one or the new one."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, and make the folders above it.

    Raises `OSError` if that fails. What was at `path` before is still there then.
    """
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give an empty file beside `path` to write to. It becomes `path` when the body has ended.

    If the body raises, the file is removed and `path` stays as it was.
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
    """Move the finished folder `fresh` into the place of `folder`, and delete what was there.

    Both have to be on the same disk.
    """
    old = fresh.with_name(f"{fresh.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.replace(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
