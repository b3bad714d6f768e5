"""Students get their answer in seconds."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest


def wall(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(command, cwd=folder, capture_output=True, env=environment, check=False)
    return time.perf_counter() - start


def test_a_test_file_takes_no_more_than_twice_the_imports(built: Path) -> None:
    """Paired runs, since a shared machine's speed drifts; the median pair counts."""
    release = built / "build" / "release"
    imports = [sys.executable, "-c", "import torch, torchvision"]
    tests = [sys.executable, "-m", "pytest", "unit_tests/test_scaler.py"]
    wall(imports, release), wall(tests, release)
    ratios = [wall(tests, release) / wall(imports, release) for _ in range(3)]
    assert statistics.median(ratios) <= 2.0, ratios


def test_every_public_test_takes_less_than_a_second(built: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "unit_tests", "--durations=0", "-vv"],
        cwd=built / "build" / "solution",
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    rows = [line.split() for line in done.stdout.splitlines() if "s call " in line]
    slow = {row[2]: row[0] for row in rows if float(row[0].rstrip("s")) >= 1.0}
    assert not slow


@pytest.mark.parametrize("name", ["solution", "release"])
def test_outcomes_come_as_json_too(built: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "toolbox.checks", "unit_tests/test_image_loader.py"],
        cwd=built / "build" / name,
        capture_output=True,
        text=True,
        check=False,
    )
    outcomes = json.loads(done.stdout)["outcomes"]
    assert {o["status"] for o in outcomes} == {"passed" if name == "solution" else "stub"}
