"""The grader may be killed at any moment: run again, it ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.grading import comparing
from tests.grading.conftest import Graded
from tests.plain import PART, handed_in


def start(course: Path, built: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "coursekit", "grade", PART, "--course", str(course)]
    return subprocess.Popen(command, cwd=built, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def killed_and_finished(course: Path, built: Path, moments: int) -> None:
    chance = random.Random(7)
    for _ in range(moments):
        process = start(course, built)
        # The journal appears once the first grades are safe: kills come before and after that.
        time.sleep(chance.uniform(0.5, 8.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = start(course, built)
    _, said = last.communicate(timeout=600)
    assert last.returncode == 0, said[-2000:]


def same(one: Path, other: Path) -> None:
    assert comparing.gradebook(one) == comparing.gradebook(other)
    assert comparing.files(one, PART) == comparing.files(other, PART)
    assert comparing.notebooks(one, PART) == comparing.notebooks(other, PART)


@pytest.mark.parametrize("moments", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_kill_9_changes_nothing(ours: Graded, built: Path, tmp_path: Path, moments: int) -> None:
    course = handed_in(built, tmp_path / "course")
    killed_and_finished(course, built, moments)
    same(course, ours.course)


def test_nothing_outlives_a_killed_grader(built: Path, tmp_path: Path) -> None:
    course = handed_in(built, tmp_path / "course")
    process = start(course, built)
    children: list[int] = []
    for _ in range(2400):  # until the warm process and the first sandboxes are there
        time.sleep(0.1)
        children = _all_below(process.pid)
        if len(children) > 2:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert children
    for _ in range(100):
        left = [each for each in children if Path(f"/proc/{each}").exists()]
        if not left:
            return
        time.sleep(0.1)
    for each in left:
        os.kill(each, signal.SIGKILL)
    raise AssertionError(f"{len(left)} processes lived on")


def _all_below(process: int) -> list[int]:
    from coursekit.grading.usage import descendants

    return descendants(process)[1:]
