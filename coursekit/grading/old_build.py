"""Find out whether the built course is older than the course it was built from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def advice_on_old(root: Path, folder: Path, part: str) -> Iterator[str]:
    """Yield a line if a part was built with another version of the toolbox than that of `root`.

    folder: the nbgrader course. The grader uses both versions, which may not fit together.
    """
    ours, built = _programs(root / "toolbox"), _programs(folder / "source" / part / "toolbox")
    if ours and built and ours != built:
        changed = min(name for name, content in (ours.items() ^ built.items()))
        yield (
            f"{folder} was built with another version of the toolbox ({changed} differs). "
            "Run `coursekit build`, then grade."
        )


def _programs(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder.parent).as_posix(): path.read_bytes()
        for path in folder.rglob("*.py")
    }
