"""Edited modules are imported again, and everything in the notebook uses the new code."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest

from tests.toolbox.conftest import TinyCourse
from toolbox.edited_modules import EditedModules

FIRST = """
def helper(x):
    return x + 1

def area(w, h=1):
    return helper(w) * h

class Shape:
    def __init__(self):
        self.sides = 4

    def name(self):
        return "square"

class Round(Shape):
    def __init__(self):
        super().__init__()
"""
SECOND = '''
"""Everything moved down and changed."""

def other_helper(x):
    return x + 100

def area(w, h=2):
    return other_helper(w) * h

class Shape:
    def __init__(self):
        self.sides = 5

    def name(self):
        return f"{self.sides} sides, {self.added()}"

    def added(self):
        return "new"

class Round(Shape):
    def __init__(self):
        super().__init__()
        self.round = True
'''
USING = "from student_code.shapes import Shape, area\n\ndef twice(w):\n    return 2 * area(w)\n"


@pytest.fixture
def names(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(str(tiny.folder))
    return {}


def test_names_objects_and_containers_use_the_new_code(
    tiny: TinyCourse, names: dict[str, Any]
) -> None:
    tiny.student_writes(FIRST)
    (tiny.folder / "student_code" / "using.py").write_text(USING, encoding="utf-8")
    edited = EditedModules(names)
    edited.refresh()
    exec(
        "from student_code.shapes import area, Shape, Round; from student_code import shapes", names
    )
    exec("from student_code.using import twice; kept = [area]; thing = Round()", names)
    assert (names["area"](1), names["twice"](1), names["thing"].name()) == (2, 4, "square")
    tiny.student_writes(SECOND)
    assert edited.refresh() is None
    assert names["area"](1) == names["kept"][0](1) == names["shapes"].area(1) == 202
    assert names["twice"](1) == 404
    assert names["thing"].name() == "4 sides, new"
    assert names["Round"]().sides == 5
    assert names["Round"] is sys.modules["student_code.shapes"].Round
    assert isinstance(names["thing"], names["Round"])
    assert not hasattr(names["shapes"], "helper")


def test_an_edit_while_a_cell_runs_is_noticed(tiny: TinyCourse, names: dict[str, Any]) -> None:
    tiny.student_writes("def area(w, h): return 1\n")
    edited = EditedModules(names)
    edited.refresh()  # before the cell
    exec("from student_code.shapes import area", names)  # in the cell
    tiny.student_writes("def area(w, h): return 2\n")  # while it still runs
    edited.refresh()
    assert names["area"](1, 1) == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [("def area(w, h) return 2\n", SyntaxError), ("import nothing_like_it\n", ImportError)],
)
def test_what_cannot_be_imported_is_a_problem_until_it_can(
    tiny: TinyCourse, names: dict[str, Any], text: str, error: type[BaseException]
) -> None:
    tiny.student_writes("def area(w, h): return 1\n")
    edited = EditedModules(names)
    edited.refresh()
    exec("from student_code.shapes import area", names)
    tiny.student_writes(text)
    assert isinstance(edited.refresh(), error)
    assert isinstance(edited.refresh(), error)
    assert importlib.import_module("student_code.shapes").area(1, 1) == 1
    tiny.student_writes("def area(w, h): return 3\n")
    assert edited.refresh() is None
    assert names["area"](1, 1) == 3


def test_a_module_that_does_not_exist_any_more_is_a_problem(
    tiny: TinyCourse, names: dict[str, Any]
) -> None:
    tiny.student_writes("def area(w, h): return 1\n")
    edited = EditedModules(names)
    edited.refresh()
    exec("from student_code.shapes import area", names)
    (tiny.folder / "student_code" / "shapes.py").unlink()
    assert isinstance(edited.refresh(), ModuleNotFoundError)


def test_a_module_that_never_finishes_is_a_problem(tiny: TinyCourse, names: dict[str, Any]) -> None:
    tiny.student_writes("def area(w, h): return 1\n")
    edited = EditedModules(names)
    edited.refresh()
    exec("from student_code.shapes import area", names)
    tiny.student_writes("while True:\n    pass\n")
    assert edited.refresh() is not None
    assert edited.problem is not None
