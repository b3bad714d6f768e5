"""No attack on training, optimizers, features or animals passes a test that its base fails."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path

import pytest

from coursekit.forked_jobs import Failed, run_forked
from coursekit.test_quality.forked_judge import by_judge
from tests.daily import some
from tests.grading.judge.on_training import ATTACKS, BASES
from toolbox.checks.outcome import Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked")
ROOT = Path(__file__).resolve().parents[3]


def judged(function: str, text: str) -> list[Outcome]:
    """Return the outcomes of all tests of a function that `text` replaces."""
    module = function.split(".")[0]
    hidden = (ROOT / "unit_tests" / "hidden" / f"test_{module}.py").read_text(encoding="utf-8")

    def prepare() -> None:
        exec(text, importlib.import_module(f"student_code.{module}").__dict__)

    job = lambda: by_judge(ROOT, module, [function], {function: hidden}, prepare)  # noqa: E731
    ((_, found),) = run_forked([job], workers=1, seconds=120.0)
    assert not isinstance(found, Failed), found.reason
    return found.outcomes


def passed(function: str, text: str) -> set[str]:
    return {outcome.test for outcome in judged(function, text) if outcome.passed}


@cache
def passed_by_base(function: str) -> frozenset[str]:
    return frozenset(passed(function, BASES[function]))


def test_there_are_thirty_attacks() -> None:
    assert len(ATTACKS) >= 30


@pytest.mark.parametrize("name", some({name: name for name in ATTACKS}, one_in=12))
def test_an_attack_passes_no_further_test(name: str) -> None:
    function, text = ATTACKS[name]
    assert passed(function, text) <= passed_by_base(function)


@pytest.mark.parametrize("function", some({name: name for name in BASES}, one_in=3))
def test_right_work_passes_all_tests(function: str) -> None:
    outcomes = judged(function, "")
    assert outcomes
    assert [outcome.test for outcome in outcomes if not outcome.passed] == []
