"""`coursekit grade` grades every part as plain nbgrader does, at every sandbox level."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.grading.grade import Report, Wish, grade
from coursekit.grading.levels import Level
from coursekit.grading.runner import Warm
from tests.grading import comparing
from tests.grading.nine_parts import NineParts, environment
from tests.plain import nbgrader
from toolbox.course import Part

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes are made of Linux")

TRAINED = (
    "part2_simplenet",
    "part3_dropout_augmentation",
    "part4_alexnet",
    "part5_segmentation",
)


@pytest.fixture(scope="session")
def nine(tmp_path_factory: pytest.TempPathFactory) -> NineParts:
    return NineParts(tmp_path_factory.mktemp("nine"))


def ours(course: Path, part: Part, level: Level, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Grade a part at a level, without the reference in place of earlier modules."""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("COURSE_DATA_PREFER", "offline")
    strongest, problem = Level.LIMITS, ""
    probe = Warm.probe

    def no_stronger(self: Warm) -> tuple[Level, str]:
        nonlocal strongest, problem
        strongest, problem = probe(self)
        return min(strongest, level), problem

    with monkeypatch.context() as patch:
        patch.setattr(Warm, "probe", no_stronger)
        report = grade(course, Wish(part.id, least=Level.LIMITS), None, lambda done, of: None)
    if strongest < level:
        pytest.skip(f"this machine gives {strongest.word}: {problem}")
    return report


def plain(course: Path, part: Part, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in environment(course / "data").items():
        monkeypatch.setenv(name, value)
    done = nbgrader(course, "autograde", part.id)
    assert done.returncode == 0, done.stderr[-3000:]
    return course


def compare(mine: Path, theirs: Path, part: Part) -> None:
    """Compare scores, comments, files and notebooks of two graded courses."""
    assert comparing.gradebook(mine) == comparing.gradebook(theirs)
    assert comparing.files(mine, part.id) == comparing.files(theirs, part.id)
    found, expected = (comparing.notebooks(each, part.id) for each in (mine, theirs))
    assert found.keys() == expected.keys()
    for student, notebook in expected.items():
        assert found[student] == notebook, student


def trained_scores(course: Path, student: str) -> dict[str, float]:
    grades = comparing.gradebook(course)["grades"]
    return {g[1]: g[2] for g in grades if g[0] == student and g[1].startswith("trained-")}


@pytest.mark.parametrize("name", TRAINED)
def test_trained_networks_are_graded_as_by_plain_nbgrader(
    name: str, nine: NineParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = nine.course.part(name)
    students = nine.hand_in(part)
    course = nine.copy(tmp_path / "sealed")
    report = ours(course, part, Level.SEALED, monkeypatch)
    assert report.graded == students or sorted(report.graded) == sorted(students)
    assert report.flags == {}
    assert report.incomplete == {}
    theirs = plain(nine.copy(tmp_path / "plain"), part, monkeypatch)
    assert all(points > 0 for points in trained_scores(theirs, "right").values())
    compare(course, theirs, part)
