"""Mutants: what they change, and what they never change."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit.test_quality.mutants import Mutant, mutants

MODULE = '''
LIMIT = 3


def outside(x):
    return x + 1


def measured(x, model):
    """What a docstring says stays: 1 + 1."""
    ### BEGIN SOLUTION
    model.eval()
    if len(x) < 2 and LIMIT:
        raise ValueError(f"fewer than {1 + 1} values: {len(x) - 1}")
    return _rest(x.clone(), x).sum(dim=1, keepdim=True) * -2


def _rest(a, b):
    return a - b
    ### END SOLUTION
'''


@pytest.fixture
def made(tmp_path: Path) -> list[Mutant]:
    path = tmp_path / "measuring.py"
    path.write_text(MODULE, encoding="utf-8")
    return mutants(path)


@pytest.mark.parametrize(
    "change",
    [
        "axis: dim=1 → dim=0",
        "flag: True → False",
        "sign: -2 → 2",
        "off by one: 2 → 3",
        "off by one: 2 → 1",
        "comparison: len(x) < 2 → len(x) <= 2",
        "condition: len(x) < 2 and LIMIT → len(x) < 2 or LIMIT",
        "condition: if len(x) < 2 and LIMIT → if not (len(x) < 2 and LIMIT)",
        "dropped call: model.eval() → pass",
        "dropped call: x.clone() → x",
        "dropped keyword: keepdim=True in _rest(x.clone(), x).sum",
        "swapped: x.clone() ↔ x",
        "twin: model.eval() → model.train()",
        "arithmetic: a - b → a + b",
    ],
)
def test_each_operator_makes_its_change(made: list[Mutant], change: str) -> None:
    assert change in {mutant.change for mutant in made}


def test_only_the_solution_is_changed_and_no_message(made: list[Mutant]) -> None:
    lines = {mutant.line for mutant in made}
    assert not any("outside" in line or "LIMIT = 3" in line for line in lines)
    assert not any("return x + 1" in line for line in lines)
    assert not any("fewer than" in line for line in lines)


def test_a_private_function_belongs_to_the_one_before(made: list[Mutant]) -> None:
    assert {mutant.function for mutant in made} == {"measuring.measured"}


def test_a_mutant_is_the_module_with_one_change(made: list[Mutant]) -> None:
    (mutant,) = [m for m in made if m.change == "arithmetic: a - b → a + b"]
    changed: dict[str, object] = {"__name__": "measuring"}
    exec(mutant.code, changed)
    assert changed["_rest"](5, 3) == 8  # type: ignore[operator]
    assert changed["outside"](5) == 6  # type: ignore[operator]
    (other,) = [m for m in made if m.change.startswith("axis")]
    untouched: dict[str, object] = {"__name__": "measuring"}
    exec(other.code, untouched)
    assert untouched["_rest"](5, 3) == 2  # type: ignore[operator]


def test_the_same_file_gives_the_same_mutants(made: list[Mutant], tmp_path: Path) -> None:
    assert mutants(tmp_path / "measuring.py") == made
