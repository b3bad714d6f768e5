"""The release of the whole course reveals no solution and no hidden test."""

from __future__ import annotations

from pathlib import Path

from coursekit import course_file
from coursekit.builds import release_checks, trees


def test_the_whole_course_gives_nothing_away(root: Path) -> None:
    known = course_file.read(root / "course.toml")
    course = course_file.load(root)
    tree = trees.students_course(root, known, course, b"{}\n", solved=False)
    release_checks.no_leak(root, {f"release/{name}": content for name, content in tree.items()})
