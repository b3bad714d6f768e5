"""The first minutes of a newcomer: make, and what it says where something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_help_lists_the_targets(root: Path) -> None:
    said = make(root, "help").stdout
    for target in ("install", "demo", "build", "test", "lint", "clean"):
        assert target in said


def test_an_old_python_is_told_what_to_do(root: Path, tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(root / name, tmp_path / name)
    done = make(tmp_path, "demo", "PYTHON=")
    assert done.returncode != 0
    assert "The course needs Python 3.11, 3.12 or 3.13" in done.stdout
    assert "make demo PYTHON=/path/to/python3" in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_cleaning_keeps_grades_and_submissions(root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "Makefile", tmp_path / "Makefile")
    kept = tmp_path / "build" / "nbgrader" / "submitted" / "somebody"
    kept.mkdir(parents=True)
    (tmp_path / "build" / "nbgrader" / "gradebook.db").touch()
    (tmp_path / "build" / "release").mkdir()
    assert make(tmp_path, "clean").returncode == 0
    assert kept.is_dir()
    assert (tmp_path / "build" / "nbgrader" / "gradebook.db").is_file()
    assert not (tmp_path / "build" / "release").exists()


def test_the_readme_says_both_commands_on_its_first_screen(root: Path) -> None:
    first = (root / "README.md").read_text(encoding="utf-8").splitlines()[:25]
    assert any(line.startswith("make demo") for line in first)
    assert any(line.startswith("make test") for line in first)
    assert any("5 GB" in line for line in first)


def test_the_installed_command_finds_the_course_it_is_run_in(root: Path, tmp_path: Path) -> None:
    for package in ("coursekit", "toolbox", "data_scripts"):  # what an install puts on the path
        (tmp_path / package).symlink_to(root / package)
    done = subprocess.run(
        [sys.executable, "-P", "-c", "from coursekit.entry import main; main()", "grade", "--help"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "sandbox" in done.stdout
