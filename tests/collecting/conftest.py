"""A separate course for each test, copied from one that is created once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coursekit.collecting.release import Release, read_release
from tests.collecting.course import PART, make_course


@pytest.fixture(scope="session")
def made_once(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_course(root, tmp_path_factory.mktemp("collecting") / "course")


@pytest.fixture
def course(made_once: Path, tmp_path: Path) -> Path:
    """An nbgrader course with the release of Part 1 and no submissions."""
    return Path(shutil.copytree(made_once, tmp_path / "course"))


@pytest.fixture
def release(made_once: Path) -> Release:
    return read_release(made_once, PART)
