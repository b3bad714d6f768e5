"""Find modules that a student handed in under another path."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from coursekit.collecting.file_choice import COPIED


def place_modules(files: dict[str, bytes], modules: Iterable[str]) -> list[str]:
    """Put modules that lie elsewhere into student_code/, if it is clear which file is meant.

    Returns notes on what was moved, and on what is missing.
    """
    notes = []
    for module in modules:
        wanted = f"student_code/{module}.py"
        if wanted in files:
            continue
        found = sorted(path for path in files if _names(path, module))
        if len(found) == 1:
            files[wanted] = files[found[0]]
            notes.append(f"{found[0]} was graded as {wanted}")
        elif found:
            several = ", ".join(found[:3])
            notes.append(f"{wanted} is missing, and which file is meant is unclear: {several}")
        else:
            notes.append(f"{wanted} is missing: its functions get 0 points")
    return notes


def _names(path: str, module: str) -> bool:
    found = COPIED.fullmatch(PurePosixPath(path).name)
    return found is not None and path.endswith(".py") and found["name"] == module
