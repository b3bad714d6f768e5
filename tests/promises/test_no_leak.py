"""What students get of the whole course gives no solution and no hidden test away."""

from __future__ import annotations

from pathlib import Path

from coursekit import facts, proofs, trees


def test_the_whole_course_gives_nothing_away(root: Path) -> None:
    known = facts.read(root / "course.toml")
    course = facts.load(root)
    tree = trees.students_course(root, known, course, b"{}\n", solved=False)
    proofs.no_leak(root, {f"release/{name}": content for name, content in tree.items()})
