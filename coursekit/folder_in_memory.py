"""Find a folder in memory, for tests that create many small files."""

from __future__ import annotations

import os
import shutil

MEMORY = "/dev/shm"
ROOM = 1 << 29  # bytes; a submission's files may use an eighth of it (see `mirrored_files`)


def folder_in_memory() -> str | None:
    """Return a folder in memory if it has enough space, otherwise None, as `tempfile` expects."""
    roomy = os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else None
