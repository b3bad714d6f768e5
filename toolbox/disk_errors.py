"""Where a file could not be written: why, and that nothing was lost."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

MEGA = 1_000_000
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def no_space(problem: OSError, folder: Path) -> str:
    """Why a file could not be written, and that nothing was lost."""
    if problem.errno in FULL:
        at = next(p for p in [folder, *folder.parents] if p.is_dir())
        free = shutil.disk_usage(at).free / MEGA
        return (
            f"There is no space left for {folder} ({free:.0f} MB free). Nothing was written, and "
            "your files are as they were. Make room, or choose another folder with --to."
        )
    said = problem.strerror or str(problem)
    return f"{folder} can't be written to ({said}). Nothing was lost; choose another with --to."
