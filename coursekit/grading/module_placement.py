"""Find modules that a student submitted under the wrong path."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from coursekit.collecting.file_choice import COPIED


def place_modules(files: dict[str, bytes], modules: Iterable[str]) -> list[str]:
    """Move misplaced modules into student_code/ if exactly one file matches.

    Return notes on modules that were moved or are missing.
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
            notes.append(f"{wanted} is missing, and several files could replace it: {several}")
        else:
            notes.append(f"{wanted} is missing: its functions get 0 points")
    return notes


def _names(path: str, module: str) -> bool:
    found = COPIED.fullmatch(PurePosixPath(path).name)
    return found is not None and path.endswith(".py") and found["name"] == module
