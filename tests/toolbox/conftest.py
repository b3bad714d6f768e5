"""A course with one function, for tests of the checks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FACTS = {
    "course": {
        "id": "tiny",
        "title": "Tiny",
        "repository": "https://example.org/tiny",
        "branch": "main",
        "seconds_per_test": 0.5,
        "seconds_per_cell": 30,
    },
    "parts": [
        {
            "id": "part1_shapes",
            "title": "Shapes",
            "built": True,
            "minutes": 5,
            "tasks": [{"function": "shapes.area", "points": 6, "hidden": 2}],
        }
    ],
}
TESTS = '''"""Public tests of `student_code.shapes`."""

from student_code import shapes
from toolbox.checks import expect, task


@task("shapes.area", share=2)
def test_area_is_width_times_height() -> None:
    """The area is width times height."""
    expect.equal(shapes.area(3, 4), 12, "area(3, 4)")


@task("shapes.area")
def test_negative_sides_are_an_error() -> None:
    """A negative side raises ValueError."""
    expect.raises(ValueError, lambda: shapes.area(-1, 2), "area(-1, 2)")
'''


class TinyCourse:
    """The course folder, and a method to write the student's module."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "student_code").mkdir()
        (folder / "unit_tests").mkdir()
        (folder / "course.json").write_text(json.dumps(FACTS), encoding="utf-8")
        (folder / "student_code" / "__init__.py").touch()
        (folder / "unit_tests" / "__init__.py").touch()
        (folder / "unit_tests" / "test_shapes.py").write_text(TESTS, encoding="utf-8")

    def student_writes(self, text: str) -> None:
        (self.folder / "student_code" / "shapes.py").write_text(text, encoding="utf-8")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyCourse]:
    """Make the tiny course the current folder; its `student_code` shadows the real one.

    Attempts are remembered below this folder.
    """
    real = {name: m for name, m in sys.modules.items() if name.split(".")[0] == "student_code"}
    for name in real:
        del sys.modules[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    yield TinyCourse(tmp_path)
    for name in [name for name in sys.modules if name.split(".")[0] == "student_code"]:
        del sys.modules[name]
    sys.modules.update(real)
