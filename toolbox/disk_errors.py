"""Messages for files that could not be written."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

MEGA = 1_000_000
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def no_space(problem: OSError, folder: Path) -> str:
    """Return why nothing could be written to `folder`, and what the student can do."""
    if problem.errno in FULL:
        at = next(p for p in [folder, *folder.parents] if p.is_dir())
        free = shutil.disk_usage(at).free / MEGA
        return (
            f"There is no space left for {folder} ({free:.0f} MB free). Nothing was written, and "
            "your files are unchanged. Free some space, or choose another folder with --to."
        )
    said = problem.strerror or str(problem)
    return f"{folder} can't be written to ({said}). Nothing was lost; choose another with --to."
