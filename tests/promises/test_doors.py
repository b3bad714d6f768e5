"""The first steps of a newcomer: make targets, and their messages if something is missing."""

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


def test_the_demo_draws_only_what_its_part_needs(root: Path) -> None:
    """`coursekit demo` draws only the data sets that `course.toml` lists for its part."""
    assert "make-offline" in make(root, "-n", "build").stdout
    assert "make-offline" not in make(root, "-n", "demo").stdout


def test_an_old_python_is_told_what_to_do(root: Path, tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(root / name, tmp_path / name)
    done = make(tmp_path, "demo", "PYTHON=", "UV=")
    assert done.returncode != 0
    assert "The course needs Python 3.11 or later (tested: 3.11 to 3.13)" in done.stdout
    assert "make demo PYTHON=/path/to/python3" in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_a_python_that_is_too_old_makes_no_environment(root: Path, tmp_path: Path) -> None:
    """An environment of the wrong version would stay, and the next try would use it."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(root / name, tmp_path / name)
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for given in (old, tmp_path / "missing-python"):
        done = make(tmp_path, "install", f"PYTHON={given}")
        assert done.returncode != 0
        assert f"{given} is not Python 3.11 or later" in done.stdout
        assert "make install PYTHON=/path/to/python3" in done.stdout
        assert not (tmp_path / ".venv").exists()


def test_make_tests_runs_the_tests(root: Path) -> None:
    """The folder of that name would make the misspelled target do nothing."""
    assert "pytest" in make(root, "-n", "tests").stdout


@pytest.fixture
def bare(root: Path, tmp_path: Path) -> Path:
    """A course whose interpreter, provided by `uv`, only records what would be installed."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(root / name, tmp_path / name)
    (tmp_path / "constraints").mkdir()
    (tmp_path / "constraints" / "py313.txt").touch()
    scripts = {
        "python": 'echo "$@" >> calls.txt; if [ "$1" = -c ]; then echo 3${MINOR:-13}; fi',
        "uv": 'for last; do :; done; mkdir -p "$last/bin"; cp python "$last/bin/python"',
    }
    for name, body in scripts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_uv_provides_a_python_and_the_tested_versions_are_installed(bare: Path) -> None:
    done = make(bare, "install", "PYTHON=", f"UV={bare / 'uv'}", "VENV=env")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "uv provides Python 3.13" in done.stdout
    assert "--constraint constraints/py313.txt" in (bare / "calls.txt").read_text()


@pytest.mark.parametrize("given", ["LATEST=1", "MINOR=99"])
def test_the_newest_packages_come_when_asked_for_or_when_none_were_tested(
    bare: Path, given: str
) -> None:
    done = make(bare, "install", "PYTHON=", f"UV={bare / 'uv'}", "VENV=env", given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the newest packages" in done.stdout
    calls = (bare / "calls.txt").read_text()
    assert "pip install" in calls
    assert "--constraint" not in calls


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
    assert any("7 GB" in line for line in first)


def test_the_installed_command_finds_the_course_it_is_run_in(root: Path, tmp_path: Path) -> None:
    for package in ("coursekit", "toolbox", "data_scripts"):  # the installed packages
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
