"""The judge gives no module a point for an area that it did not compute."""

from __future__ import annotations

import sys

import pytest

from tests.daily import some
from tests.grading.judge.attacks import ALL, UNSHOWABLE, WRONG
from tests.grading.tiny_grader import TinyGrader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes need Linux")


def test_there_are_sixty_attacks() -> None:
    assert len(ALL) >= 60


@pytest.mark.parametrize("text", some({"wrong": WRONG, **ALL}, one_in=6))
def test_an_attack_earns_nothing_and_learns_nothing(grader: TinyGrader, text: str) -> None:
    verdict = grader.grade(text)
    assert verdict.score == 0, verdict
    assert "FOUND" not in verdict.text
    assert "secret" not in verdict.text


@pytest.mark.parametrize("text", UNSHOWABLE.values(), ids=UNSHOWABLE)
def test_a_value_that_cannot_be_described_fails_its_test_alone(
    grader: TinyGrader, text: str
) -> None:
    verdict = grader.grade(text)
    assert verdict.score == 0
    assert "the course's own" not in verdict.text
    assert "✗" in verdict.text


def test_right_work_earns_everything_after_all_of_them(grader: TinyGrader) -> None:
    right = (
        "def area(a, b):\n    if a < 0 or b < 0: raise ValueError('negative')\n    return a * b\n"
    )
    assert grader.grade(right).score == 8
