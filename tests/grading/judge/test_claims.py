"""The list of tests that rest on a worker's claims, and the points that it represents."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

from coursekit import course_file
from coursekit.grading.fork_server.test_plans import plan
from coursekit.judge_audit.claims import CLAIMS, Points, differences, points_of_part, table
from coursekit.judge_audit.doubting_link import other

MOST = 0.1  # share of the points


@pytest.fixture
def at_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(root)
    return root


def test_every_name_on_the_list_is_a_test(at_root: Path) -> None:
    course = course_file.load(at_root)
    tasks = {task.function: task for part in course.built_parts for task in part.tasks}
    assert CLAIMS.keys() <= tasks.keys()
    for function, tests in CLAIMS.items():
        path = at_root / "unit_tests" / "hidden" / f"test_{tasks[function].module}.py"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        found = plan(tasks[function].test_file, function, text)
        assert tests.keys() <= {each["test"] for each in [*found["public"], *found["hidden"]]}


def test_few_points_rest_on_claims(at_root: Path) -> None:
    course = course_file.load(at_root)
    found = {part.id: points_of_part(at_root, part) for part in course.built_parts}
    whole = sum(found.values(), Points())
    assert whole.share < MOST
    more = [name for name, each in found.items() if each.share >= MOST]
    assert len(more) <= 1, more


def test_the_threat_model_shows_the_points(at_root: Path) -> None:
    page = (at_root / "docs" / "threat-model.md").read_text(encoding="utf-8")
    shown = page.split("<!-- claims: begin -->\n")[1].split("\n<!-- claims: end -->")[0]
    assert shown == table(at_root, course_file.load(at_root))


def test_doubted_values_keep_their_form() -> None:
    value = (torch.ones(2, 3), {"a": [1, 2.5, "x", True]}, None)
    found = other(value)
    assert found[0].shape == (2, 3)
    assert not (found[0] == value[0]).any()
    assert found[1:] == ({"a": [2, 4.75, "xx", False]}, None)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
def test_the_list_is_what_doubts_find(at_root: Path) -> None:
    assert differences(at_root, course_file.load(at_root), []) == []


@pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")
def test_doubts_find_the_claims_of_a_module(at_root: Path) -> None:
    assert differences(at_root, course_file.load(at_root), ["augmentation"]) == []
