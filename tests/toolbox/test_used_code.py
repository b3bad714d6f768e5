"""A result depends on the student's code that it uses, and on nothing else."""

from __future__ import annotations

import functools
import importlib
from typing import Any

import pytest
from torch import nn

from tests.toolbox.conftest import TinyCourse
from toolbox.training import trainer
from toolbox.training.used_code import changed, identity

LOSSES = '''"""Losses."""
from math import exp

SCALE = 2.0

def weigh(x):
    """Weigh."""
    return SCALE * exp(x)  # heavy

def unused(x):
    return x
'''
TRAINING = """
from student_code.losses import weigh
from student_code import shapes as other

def train_epoch(x):
    return weigh(x) + other.area(x, x)

def evaluate(x):
    from student_code.losses import unused
    return unused(x)
"""


class Course:
    """A course folder with three modules that the test edits."""

    def __init__(self, tiny: TinyCourse) -> None:
        self.folder = tiny.folder / "student_code"
        self.write("losses", LOSSES)
        self.write("training", TRAINING)
        self.write("shapes", "def area(w, h):\n    return w * h\n\ndef edge(w):\n    return w\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.py").write_text(text, encoding="utf-8")

    def get(self, module: str) -> Any:
        return importlib.import_module(f"student_code.{module}")


@pytest.fixture
def course(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> Course:
    monkeypatch.syspath_prepend(str(tiny.folder))
    return Course(tiny)


def test_the_code_that_a_function_reaches_counts(course: Course) -> None:
    before = identity(course.get("training").train_epoch)
    assert set(before) == {"losses.py", "shapes.py", "training.py"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("losses", '"""Weigh."""', '"""Weigh with a scale."""'),
        ("losses", "# heavy", "# very heavy"),
        ("losses", '"""Losses."""\n', '"""All losses of the course."""\n\n\n'),
        ("losses", "def unused(x):\n    return x", "def unused(x):\n    return -x"),
        ("shapes", "def edge(w):\n    return w", "def edge(w):\n    return 2 * w"),
        ("training", "return unused(x)", "return -unused(x)"),
    ],
)
def test_other_edits_change_nothing(course: Course, name: str, old: str, new: str) -> None:
    function = course.get("training").train_epoch
    before = identity(function)
    text = (course.folder / f"{name}.py").read_text(encoding="utf-8")
    assert old in text
    course.write(name, text.replace(old, new))
    assert identity(function) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("losses", "SCALE = 2.0", "SCALE = 2.5"),
        ("losses", "exp(x)", "exp(-x)"),
        ("losses", "from math import exp", "from numpy import exp"),
        ("shapes", "return w * h", "return w + h"),
        ("training", "return weigh(x) +", "return weigh(x) -"),
    ],
)
def test_edits_of_used_code_name_the_file(course: Course, name: str, old: str, new: str) -> None:
    function = course.get("training").train_epoch
    before = identity(function)
    text = (course.folder / f"{name}.py").read_text(encoding="utf-8")
    assert old in text
    course.write(name, text.replace(old, new))
    assert changed(before, identity(function)) == [f"{name}.py"]


def test_an_import_inside_a_function_counts(course: Course) -> None:
    assert set(identity(course.get("training").evaluate)) == {"losses.py", "training.py"}


def test_layers_of_a_network_and_functions_of_a_notebook_count(course: Course) -> None:
    course.write(
        "layers",
        "from torch import nn\n\nclass Layer(nn.Module):\n    def forward(self, x): return x\n",
    )
    layer = course.get("layers").Layer
    assert set(identity(nn.Sequential(nn.ReLU(), layer()))) == {"layers.py"}
    names = {"__name__": "__main__", "area": course.get("shapes").area, "Layer": layer}
    exec("def inner(x): return [area(v, v) for v in x]\ndef outer(x): return inner(x)", names)
    exec("class Mine(Layer): pass", names)
    assert set(identity(names["outer"])) == {"shapes.py"}
    assert set(identity(functools.partial(print, names["outer"]))) == {"shapes.py"}
    assert set(identity(names["Mine"]())) == {"layers.py"}


def test_the_course_calls_the_students_loop(course: Course) -> None:
    names = {"__name__": "__main__", "fit": trainer.fit}
    exec("def study(settings): return fit(settings)", names)
    assert set(identity(names["study"])) == {"losses.py", "shapes.py", "training.py"}


def test_a_file_that_cannot_be_read_any_more_is_a_change(course: Course) -> None:
    function = course.get("shapes").area
    before = identity(function)
    course.write("shapes", "def area(w, h:\n")
    assert changed(before, identity(function)) == ["shapes.py"]
