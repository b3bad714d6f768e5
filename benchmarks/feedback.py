"""Compare nbgrader's `generate_feedback` with `coursekit return` on the same graded class.

    python -m benchmarks.feedback --count 400 --write

Requires a build (`coursekit build`). Grades sample students under different names in a copy of
`build/nbgrader`, writes all feedback pages with both programs, on two cores, and checks that the
pages are equal. `coursekit return` also fills in the grades and packs the pages.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.grading import course_with, ours, timed
from coursekit import course_file
from coursekit.generated_blocks import replace_block

PAGE = Path("docs/return.md")
MARK = "speed"


def pages(course: Path, part: str) -> dict[str, bytes]:
    """Return the feedback pages of a part, by student."""
    found = (course / "feedback").glob(f"*/{part}/{part}.html")
    return {path.parts[-3]: path.read_bytes() for path in found}


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
        first = timed(command, root)
        written = pages(course, part.id)
        again = timed(command, root)
        plain = timed(
            [sys.executable, "-m", "nbgrader", "generate_feedback", part.id, "--force"], course
        )
        equal = len(written) == chosen.count and written == pages(course, part.id)
    count = chosen.count
    lines = [
        "| what | students | seconds | |",
        "| --- | --- | --- | --- |",
        f"| `nbgrader generate_feedback`, pages only | {count} | {plain:.1f} | |",
        f"| `coursekit return`, the first time | {count} | {first:.1f} "
        f"| {plain / first:.1f} times as fast |",
        f"| `coursekit return`, nothing changed | {count} | {again:.1f} | |",
        "",
        f"The pages are {'equal' if equal else 'NOT equal'}, byte for byte.",
    ]
    text = "\n".join(lines)
    print(text)
    if chosen.write:
        replace_block(PAGE, MARK, text)
    if not equal:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
