"""Keep the temporary files of a test run in memory, if there is plenty of it.

The tests copy courses of thousands of small files, which takes most of their time on some disks.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
PREFIX = "course-tests-"
ROOM = 8 << 30  # bytes that must be free


def use_memory() -> None:
    """Set TMPDIR to a new folder in memory, unless it is set or memory is short."""
    if "TMPDIR" in os.environ or not _is_roomy():
        return
    _clear_away()
    folder = MEMORY / f"{PREFIX}{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o1777)  # like /tmp: some tests and all student code run as other users
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None


def free_memory() -> None:
    """Remove the folder that this process created, if it did."""
    folder = MEMORY / f"{PREFIX}{os.getpid()}"
    if os.environ.get("TMPDIR") == str(folder):
        shutil.rmtree(folder, ignore_errors=True)


def _is_roomy() -> bool:
    try:
        facts = Path("/proc/meminfo").read_text(encoding="utf-8")
        available = int(re.findall(r"MemAvailable: *(\d+) kB", facts)[0]) << 10
        free = shutil.disk_usage(MEMORY).free
    except (OSError, IndexError):
        return False
    return os.access(MEMORY, os.W_OK | os.X_OK) and min(available, free) > ROOM


def _clear_away() -> None:
    """Remove the folders of test runs that were killed."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX)
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            shutil.rmtree(folder, ignore_errors=True)
