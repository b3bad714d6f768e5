"""The release of the whole course reveals no solution and no hidden test."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import v4, writes

from coursekit import course_file
from coursekit.builds import release_checks, trees


def test_the_whole_course_gives_nothing_away(root: Path) -> None:
    known = course_file.read(root / "course.toml")
    course = course_file.load(root)
    tree = trees.students_course(root, known, course, b"{}\n", solved=False)
    release_checks.no_leak(root, {f"release/{name}": content for name, content in tree.items()})


SHOWN, SECRET = "picture = plots.of_all_images(images)", "answer = 'because the images differ'"


def test_only_lines_that_no_notebook_shows_are_secret(tmp_path: Path) -> None:
    """An answer may repeat a line of a cell that students get; its other lines are secret."""
    (tmp_path / "notebooks").mkdir()
    answer = f"### BEGIN SOLUTION\n{SHOWN}\n{SECRET}\n### END SOLUTION"
    notebook = v4.new_notebook(cells=[v4.new_code_cell(SHOWN), v4.new_code_cell(answer)])
    (tmp_path / "notebooks" / "part1_a.ipynb").write_text(writes(notebook), encoding="utf-8")
    released = v4.new_notebook(cells=[v4.new_code_cell(SHOWN)])
    release_checks.no_leak(tmp_path, {"notebooks/part1_a.ipynb": writes(released).encode()})
    released.cells[0].source = SECRET
    with pytest.raises(release_checks.ProofError, match="because the images differ"):
        release_checks.no_leak(tmp_path, {"notebooks/part1_a.ipynb": writes(released).encode()})
