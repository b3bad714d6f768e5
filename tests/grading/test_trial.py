"""Tests of several functions in one process: what is said of each, whatever the others do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coursekit.grading.trial import run_trial
from tests.toolbox.conftest import FACTS, TESTS, TinyCourse, tiny
from tests.toolbox.test_checks import HIDDEN, RIGHT

__all__ = ["tiny"]  # a fixture

SECOND = TESTS.replace("shapes", "colours").replace("area", "mix")


@pytest.fixture
def said(tiny: TinyCourse) -> list[dict[str, Any]]:
    """What is said of `shapes.area`, which is right, and of `colours.mix`, which can't be read."""
    part = FACTS["parts"][0]  # type: ignore[index]
    tasks = [part["tasks"][0], {"function": "colours.mix", "points": 6, "hidden": 2}]
    facts = {**FACTS, "parts": [{**part, "tasks": tasks}]}
    Path("course.json").write_text(json.dumps(facts), encoding="utf-8")
    Path("unit_tests/test_colours.py").write_text(SECOND, encoding="utf-8")
    tiny.student_writes(RIGHT)
    Path("student_code/colours.py").write_text("def mix(a, b)\n", encoding="utf-8")
    hidden = {"shapes.area": HIDDEN, "colours.mix": HIDDEN.replace("shapes", "colours")}
    found: list[dict[str, Any]] = []
    task = {
        "files": ["unit_tests/test_colours.py", "unit_tests/test_shapes.py"],
        "functions": list(hidden)[::-1],
    }
    run_trial(task, found.append, None, ask=lambda broken: hidden, prepare=lambda: None)
    return found


def test_a_module_that_cannot_be_loaded_costs_the_others_nothing(
    said: list[dict[str, Any]],
) -> None:
    outcomes = [each for each in said if each["kind"] == "outcome"]
    assert [(o["function"], o["hidden"], o["status"]) for o in outcomes] == [
        ("shapes.area", False, "passed"),
        ("shapes.area", False, "passed"),
        ("shapes.area", True, "passed"),
    ]


def test_the_end_is_said_and_why_a_module_could_not_be_loaded(said: list[dict[str, Any]]) -> None:
    assert said[-1]["kind"] == "done"
    (reason,) = said[-1]["broken"]
    assert reason.startswith("student_code/colours.py, line 1 is not valid Python")
