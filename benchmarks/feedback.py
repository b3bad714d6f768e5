"""Compare nbgrader's `generate_feedback` with `coursekit return` on the same graded class.

    python -m benchmarks.feedback --count 400 --write

Requires a build (`coursekit build`). Grades sample students under different names in a copy of
`build/nbgrader`, writes all feedback pages with both programs, on two cores, and checks that the
pages are equal. `coursekit return` also fills in the grades and packs the pages. Processor time
includes all processes, so it can be compared on a busy machine as well.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from pathlib import Path

from benchmarks.grading import course_with, ours, timed
from benchmarks.pages import publish_comparison
from coursekit import course_file

PAGE = Path("docs/return.md")
MARK = "speed"


def pages(course: Path, part: str) -> dict[str, bytes]:
    """Return the feedback pages of a part, by student."""
    found = (course / "feedback").glob(f"*/{part}/{part}.html")
    return {path.parts[-3]: path.read_bytes() for path in found}


def cost(command: list[str], folder: Path) -> tuple[float, float]:
    """Return the seconds and the processor seconds that a command takes in `folder`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = timed(command, folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, worked


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--built", type=Path, default=Path("build/nbgrader"))
    asked.add_argument("--part", default="part1_scaler")
    asked.add_argument("--count", type=int, default=400)
    asked.add_argument("--write", action="store_true", help=f"write the table to {PAGE}")
    chosen = asked.parse_args()
    root = Path.cwd()
    part = course_file.load(root).part(chosen.part)
    with tempfile.TemporaryDirectory() as place:
        course = course_with(chosen.built, part, root, chosen.count, Path(place) / "course")
        ours(course, part.id, root)
        command = [sys.executable, "-m", "coursekit", "return", part.id, "--to", "csv", "--unread"]
        command += ["--course", str(course)]
        first = cost(command, root)
        written = pages(course, part.id)
        again = cost(command, root)
        generate = [sys.executable, "-m", "nbgrader", "generate_feedback", part.id, "--force"]
        plain = cost(generate, course)
        equal = len(written) == chosen.count and written == pages(course, part.id)
    rows = {
        "`nbgrader generate_feedback`, pages only": plain,
        "`coursekit return`, the first time": first,
        "`coursekit return`, nothing changed": again,
    }
    lines = ["| what | students | seconds | processor seconds |", "| --- | --- | --- | --- |"]
    lines += [f"| {what} | {chosen.count} | {s:.1f} | {w:.1f} |" for what, (s, w) in rows.items()]
    lines += [
        "",
        f"The first time, `coursekit return` takes {plain[0] / first[0]:.1f} times less time and "
        f"{plain[1] / first[1]:.1f} times less processor time than `nbgrader generate_feedback`. "
        f"The pages are {'equal' if equal else 'NOT equal'}, byte for byte.",
    ]
    text = "\n".join(lines)
    publish_comparison(PAGE, MARK, text, write=chosen.write, equal=equal)


if __name__ == "__main__":
    main()
