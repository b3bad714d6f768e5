"""Find out whether the photographs that students train with are there for grading."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from coursekit.grading.jobs import data_home
from data_scripts.manifest import read_marker
from data_scripts.obtain import in_mirror
from data_scripts.registry import data_set
from toolbox.course import Part


def advice_on_missing(folder: Path, part: Part) -> Iterator[str]:
    """Yield a line for each data set of a part with trained networks that lacks photographs.

    folder: the nbgrader course. Networks trained with photographs would be measured on drawings
    only. Nothing is reported with COURSE_DATA_PREFER=offline, which asks for this.
    """
    if not part.trained or os.environ.get("COURSE_DATA_PREFER", "").strip() == "offline":
        return
    home = Path(data_home(folder))
    for name in part.datasets:
        entry = data_set(name)
        if not entry.sources or read_marker(home / "real" / name) or in_mirror(entry):
            continue
        yield (
            f"{name}: there are no photographs in {home}, so networks that were trained with them "
            f"are measured on drawings only. Get them, then grade with --force:\n"
            f"  COURSE_DATA={home} python -m data_scripts fetch {name}"
        )
