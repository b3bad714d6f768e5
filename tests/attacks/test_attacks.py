"""No attack gains a point, learns a secret or affects other submissions."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from coursekit import course_file
from coursekit.grading.pipeline import grade
from coursekit.grading.run_report import Report, Wish
from coursekit.grading.sandbox.levels import Level
from tests.attacks.batch import (
    ATTACKS,
    HONEST,
    PART,
    gained,
    hand_in_all,
    leaks,
    scores,
    secret_lines,
)
from tests.attacks.conftest import Listener
from tests.small_course import drawn_images

# One of each kind for the daily run; `make attacks` runs all of them.
DAILY = (
    "patched_expectations",
    "patched_and_restored",
    "garbage_collector",
    "equal_to_everything",
    "exit_in_a_call",
    "forged_messages",
    "kill_the_parent",
    "looks_for_everything",
    "network",
    "cell_patches_grade",
    "skips_graded_cells",
    "doubled_graded_cells",
    "a_link_to_another_student",
    "a_notebook_of_noise",
)


def attack(
    names: tuple[str, ...], arena: Path, built: Path, listener: Listener, to: Path
) -> tuple[Path, Report]:
    course = to / "course"
    shutil.copytree(arena, course)
    part = course_file.load(built).part(PART)
    hand_in_all(course, built, part, names, listener.port)
    wish = Wish(PART, least=Level.NAMESPACES)
    with patch.dict(os.environ, drawn_images()):
        return course, grade(course, wish, built / "student_code", lambda done, of: None)


def judge(course: Path, report: Report, names: tuple[str, ...], listener: Listener) -> None:
    secrets = secret_lines(course)
    assert len(secrets) > 50
    points = {name: found for name in names if (found := gained(course, name))}
    assert points == {}, "points gained"
    leaked = {name: lines for name in names if (lines := leaks(course, name, secrets))}
    assert leaked == {}, "secrets leaked"
    assert listener.heard == []
    book = scores(course)
    assert sum(book["right"].get(c) or 0 for c in book["right"] if "-" in c) == 45
    assert 0 < (book["misconception"]["scaler-StreamingScaler"] or 0) < 14
    assert not set(HONEST) & set(report.flags)
    everybody = {path.name for path in (course / "submitted").iterdir()}
    assert set(report.graded) | set(report.refused) == everybody


def test_some_attacks_of_each_kind(
    arena: Path, built: Path, listener: Listener, tmp_path: Path
) -> None:
    course, report = attack(DAILY, arena, built, listener, tmp_path)
    judge(course, report, DAILY, listener)


@pytest.mark.slow
def test_all_attacks(arena: Path, built: Path, listener: Listener, tmp_path: Path) -> None:
    names = tuple(ATTACKS)
    assert len(names) >= 60
    course, report = attack(names, arena, built, listener, tmp_path)
    judge(course, report, names, listener)
