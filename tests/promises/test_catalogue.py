"""Tests are classifiers: they reject each catalogued misconception and accept each alternative.

This covers the first built part and, with mutants, a function of another; `make quality` covers
everything.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.test_quality.measurement import measure
from coursekit.test_quality.rates import FunctionFigures, totals


@pytest.fixture(scope="module")
def judged(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[FunctionFigures]:
    """The measurements of every function of the first built part, without mutants."""
    part = course_file.load(root).built_parts[0]
    cache = tmp_path_factory.mktemp("verdicts")
    return measure(root, [t.function for t in part.tasks], mutated=False, cache=cache)


def test_every_right_implementation_is_accepted(judged: list[FunctionFigures]) -> None:
    assert all(len(f.accepted) >= 2 for f in judged)
    assert not [line for f in judged for line in f.rejected]


def test_every_wrong_implementation_is_rejected(judged: list[FunctionFigures]) -> None:
    assert all(f.wrong.total >= 5 for f in judged)
    assert not [name for f in judged for name in f.wrong.survived]


def test_public_tests_reject_nineteen_in_twenty(judged: list[FunctionFigures]) -> None:
    assert totals(judged)["wrong_killed_public"] >= 0.95


def test_feedback_names_four_in_five_and_hardly_ever_another(
    judged: list[FunctionFigures],
) -> None:
    assert totals(judged)["named_right"] >= 0.8
    assert totals(judged)["named_wrong"] < 0.05


def test_every_test_rejects_something(judged: list[FunctionFigures]) -> None:
    assert not [test for f in judged for test in f.idle]


def test_mutants_of_a_solution_are_rejected(root: Path, tmp_path: Path) -> None:
    (found,) = measure(root, ["theory.softmax"], cache=tmp_path)
    assert found.mutants.total >= 5
    assert not found.mutants.survived
    assert found.listed
    assert not found.wrongly_listed
