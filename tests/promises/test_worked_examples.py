"""The worked examples are right: the reference returns their results, and their sums are correct.

Texts round to three decimals.
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest

from coursekit import course_file
from coursekit.builds.stubs import solution_lines
from coursekit.example_files import ExampleError, WorkedExample, read
from tests.conftest import ROOT
from tests.promises.arithmetic import NoArithmetic, equations, value_of

TASKS = [t for part in course_file.load(ROOT).parts for t in part.tasks]
MODULES = sorted({task.module for task in TASKS})
EXAMPLES = {name: each for module in MODULES for name, each in read(ROOT, module).items()}
COMPUTED = {name: each for name, each in EXAMPLES.items() if not each.reason}
ROUNDED = 0.0005 + 1e-6  # half a unit of the third decimal, and the noise of float32
MOST_LINES, WIDEST = 4, 105
TELLING = 12  # characters of a line of a solution that must not be in an example


def plain(value: Any) -> Any:
    """Return arrays, tensors and tuples in a value as lists."""
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def agree(found: Any, said: Any) -> bool:
    """Return whether two plain values agree, numbers to three decimals."""
    if isinstance(said, list):
        same = isinstance(found, list) and len(found) == len(said)
        return same and all(map(agree, found, said))
    if isinstance(said, dict):
        same = isinstance(found, dict) and found.keys() == said.keys()
        return same and all(agree(found[key], said[key]) for key in said)
    if isinstance(said, (bool, str)) or isinstance(found, (bool, str)):
        return type(found) is type(said) and found == said
    return isinstance(found, (int, float)) and abs(found - said) <= ROUNDED


def computed(function: str, example: WorkedExample, folder: Path) -> Any:
    """Return the value of an example's code, with `folder` as an empty folder."""
    import numpy as np
    import torch
    from PIL import Image
    from torch import nn
    from torchvision import tv_tensors

    module = importlib.import_module(f"student_code.{function.split('.')[0]}")
    common = {"np": np, "torch": torch, "nn": nn, "Image": Image, "tv_tensors": tv_tensors}
    names = {**common, **vars(module), "folder": folder}
    *statements, last = ast.parse(example.code.strip()).body
    assert isinstance(last, ast.Expr), "the code must end with an expression"
    torch.manual_seed(0)
    exec(compile(ast.Module(statements, []), function, "exec"), names)
    return plain(eval(compile(ast.Expression(last.value), function, "eval"), names))


def test_every_graded_function_has_an_example_or_a_reason() -> None:
    graded = {task.function for task in TASKS}
    assert graded - EXAMPLES.keys() == set()
    assert EXAMPLES.keys() - graded == set()


@pytest.mark.parametrize("function", sorted(COMPUTED))
def test_the_reference_returns_what_the_example_says(function: str, tmp_path: Path) -> None:
    example = COMPUTED[function]
    found = computed(function, example, tmp_path)
    said = value_of(example.result)
    assert agree(found, said), f"{function} returns {found}, but the example says {said}"


@pytest.mark.parametrize("function", sorted(COMPUTED))
def test_the_sums_of_an_example_are_correct(function: str) -> None:
    for step in COMPUTED[function].steps:
        for clause, values in equations(step):
            assert all(agree(value, values[-1]) for value in values), (clause, values)


@pytest.mark.parametrize("function", sorted(COMPUTED))
def test_an_example_is_short_and_reveals_no_line_of_the_solution(function: str) -> None:
    lines = COMPUTED[function].lines
    assert 2 <= len(lines) <= MOST_LINES
    assert [line for line in lines if len(line) > WIDEST or "\n" in line] == []
    source = ROOT / "student_code" / f"{function.split('.')[0]}.py"
    secret = [line.strip() for line in solution_lines(source.read_text(encoding="utf-8"))]
    text = "\n".join(lines)
    assert [line for line in secret if len(line) >= TELLING and line in text] == []


def test_most_functions_have_an_example_with_checked_sums() -> None:
    assert len(COMPUTED) >= len(EXAMPLES) * 0.9
    checked = [e for e in COMPUTED.values() if any(list(equations(step)) for step in e.steps)]
    assert len(checked) >= len(COMPUTED) * 0.7


def test_a_wrong_sum_and_a_wrong_result_are_found() -> None:
    ((clause, values),) = equations("mean: (1 + 3) / 2 = 4; the rest is 2")
    assert (clause, values) == ("(1 + 3) / 2 = 4", [2.0, 4])
    assert not agree(2.0, 4)
    assert next(v for _, v in equations("w: 2² · 3 = 12 = twelve; -ln(0.5) = 0.693")) == [12, 12]
    assert agree(plain((1, [0.33333])), value_of("(1, [0.333])"))
    assert not agree([1, 2], [1])
    assert not agree(1, True)
    assert not agree({"a": 1}, {"b": 1})
    with pytest.raises(NoArithmetic):
        value_of("__import__('os')")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[f]\nsteps = []\n", "f: needs code and result, or only a reason"),
        ('[f]\ncode = "1"\nresult = "1"\nreason = "none"\n', "needs code and result"),
        ('[f]\ncode = "1"\nresult = "1"\nresutl = "2"\n', "unknown key 'resutl'"),
        ("f = 3\n", r"f: write a table, \[f\]"),
        ("[f\n", r"Cannot read misconceptions/examples/m\.toml: "),
    ],
)
def test_an_invalid_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "misconceptions" / "examples" / "m.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExampleError, match=said):
        read(tmp_path, "m")


def test_a_module_without_a_file_has_no_examples(tmp_path: Path) -> None:
    assert read(tmp_path, "m") == {}
