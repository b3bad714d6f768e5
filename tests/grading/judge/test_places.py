"""The list of functions that are judged outside, and the points that it stands for."""

from __future__ import annotations

from pathlib import Path

from coursekit import facts
from coursekit.grading.judge.places import IN_PROCESS, points_outside, table


def test_every_name_on_the_list_is_a_graded_function(root: Path) -> None:
    known = {task.function for part in facts.load(root).built_parts for task in part.tasks}
    assert set(IN_PROCESS) <= known


def test_all_of_part_1_is_judged_outside(root: Path) -> None:
    part = facts.load(root).part("part1_scaler")
    outside, whole = points_outside(part)
    assert outside == whole > 0


def test_the_threat_model_shows_the_points(root: Path) -> None:
    page = (root / "docs" / "threat-model.md").read_text(encoding="utf-8")
    shown = page.split("<!-- outside: begin -->\n")[1].split("\n<!-- outside: end -->")[0]
    assert shown == table(facts.load(root))
