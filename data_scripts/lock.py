"""Locks that let only one process at a time work on a data set, while the others wait.

The lock is the operating system's file lock, which is released when its process ends for any
reason. If the file system has no locks, it is a file that only one process can create and that
names its owner.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from data_scripts.problems import DataProblem
from data_scripts.progress import steady

POLL_SECONDS = 0.1
STALE_SECONDS = 3600.0


@contextmanager
def locked(
    path: Path, say: Callable[[str], None] = print, patience: float = 3600.0
) -> Iterator[None]:
    """Hold the lock at `path`; wait up to `patience` seconds for another holder to finish."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as stream:
        try:
            release = _wait(lambda: _system_lock(stream), path, say, patience)
        except NotImplementedError:
            owner = path.with_suffix(".owner")
            release = _wait(lambda: _owner_file(owner), path, say, patience)
        try:
            yield
        finally:
            release()


def _wait(
    attempt: Callable[[], Callable[[], None] | None],
    path: Path,
    say: Callable[[str], None],
    patience: float,
) -> Callable[[], None]:
    until, told = time.monotonic() + patience, False
    while (release := attempt()) is None:
        if not told and not steady():
            say(f"Another process is working on {path.stem}. Waiting for it.")
            told = True
        if time.monotonic() > until:
            raise DataProblem(
                f"Another process has been working on {path.stem} for {patience:.0f} s.",
                f"Stop that process, or delete {path.parent} if none is running, and try again.",
            )
        time.sleep(POLL_SECONDS)
    return release


def _system_lock(stream: IO[str]) -> Callable[[], None] | None:
    """Lock the file and return a function that releases it, or None if it is already locked.

    Raises: NotImplementedError if the file system has no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        stream.seek(0)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return None
        return lambda: (stream.seek(0), msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1))[1]
    try:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    except (ImportError, OSError) as error:
        raise NotImplementedError from error
    return lambda: fcntl.flock(stream, fcntl.LOCK_UN)


def _owner_file(path: Path) -> Callable[[], None] | None:
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(f"{socket.gethostname()} {os.getpid()}")
    except FileExistsError:
        if _stale(path):
            path.unlink(missing_ok=True)
        return None
    return lambda: path.unlink(missing_ok=True)


def _stale(path: Path) -> bool:
    """Return whether the owner's process has ended on this machine, or the file is old."""
    try:
        host, _, pid = path.read_text(encoding="utf-8").partition(" ")
        if time.time() - path.stat().st_mtime > STALE_SECONDS:
            return True
        if host != socket.gethostname() or not pid.isdigit() or sys.platform == "win32":
            return False
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
