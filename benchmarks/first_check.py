"""Measure the time to the first green check in a fresh installation.

    python -m benchmarks.first_check

It simulates a machine that has nothing but the packages: an empty home folder (without caches or
a font list) and a fresh copy of the course without compiled modules. It runs the notebook's first
cell and the first check, with the solution, in a new process. Times are those of the process, in
seconds.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from coursekit import course_file
from coursekit.builds import pairs, trees

ROOT = Path(__file__).resolve().parent.parent
FUNCTION = "scaler.StreamingScaler"


def measure(folder: Path) -> tuple[float, float]:
    """Return wall time and processor time from the start to the first green check."""
    course = course_file.load(ROOT)
    part = course.built_parts[0]
    tree = trees.facts_file(course_file.read(ROOT / "course.toml"), course.built_parts)
    for room in ("toolbox", "data_scripts"):
        tree |= trees.room(ROOT, room)
    tree |= trees.student_code(ROOT, part.modules, solved=True)
    tree |= trees.public_tests(ROOT, part.modules)
    trees.write(tree, folder / "course")
    (folder / "home").mkdir()
    script = f"{pairs.setup_cell(course, part.id)}\nassert checks.verify({FUNCTION!r})\n"
    before, began = _processor(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder / "course",
        env={"HOME": str(folder / "home"), "PATH": os.environ["PATH"], "MPLBACKEND": "agg"},
        check=True,
    )
    return time.perf_counter() - began, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure once without caches, and print both times."""
    with tempfile.TemporaryDirectory(prefix="first-check-") as folder:
        wall, processor = measure(Path(folder))
    print(f"first green check after {wall:.1f} s ({processor:.1f} s of processor time)")


if __name__ == "__main__":
    main()
