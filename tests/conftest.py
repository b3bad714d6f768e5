"""Fixtures: the source, a copy that tests can change, and a shared build of a copy."""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import matplotlib
import pytest

from coursekit import huge_pages
from tests import temporary_files, warm_commands
from tests.file_order import pytest_collection_modifyitems as pytest_collection_modifyitems
from tests.made_once import made_once
from tests.plain import PART, handed_in, nbgrader
from tests.processor_time import OPTION, ProcessorTime
from tests.small_course import FIRST, hand_in_samples, run_coursekit, write_small_course

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv*", "build", "data", "results", "__pycache__", "*.egg-info", ".*_cache"
)

Coursekit = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        OPTION, type=int, default=0, metavar="N", help="Print the N files with most processor time."
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    temporary_files.use_memory()
    # Hooks of this file would not see the tests in unit_tests.
    config.pluginmanager.register(ProcessorTime(config.getoption(OPTION)))


def pytest_collection_finish() -> None:
    if "nbgrader.api" in sys.modules:  # some test may create gradebooks
        from coursekit import gradebook_schema

        gradebook_schema.read_here()
    _prepare_for_forks()


def _prepare_for_forks() -> None:
    """Make the forks of many tests cheap in a process that has imported all tests.

    The garbage collector of a fork would copy everything that was imported: half a second.
    """
    gc.collect()
    gc.freeze()
    if "PYTEST_XDIST_WORKER" in os.environ:
        huge_pages.use_huge_pages()


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Start one process more than there are cores: many tests wait for the disk or for others."""
    return 1 + (yield)


def pytest_unconfigure() -> None:
    warm_commands.close()
    temporary_files.free_memory()


@pytest.fixture(autouse=True)
def style_of_figures() -> Iterator[None]:
    """Restore matplotlib's style after a test, since most plots of the course change it."""
    with matplotlib.rc_context():
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the source. Tests read it and never write to it."""
    return ROOT


def copy_source(to: Path) -> Path:
    # Everything except a top-level data/ is source, including toolbox/data.
    shutil.copytree(ROOT, to, ignore=lambda folder, names: _left_out(Path(folder), names))
    return to


def _left_out(folder: Path, names: list[str]) -> set[str]:
    ignored = set(NOT_COPIED(str(folder), names))
    return ignored if folder == ROOT else ignored - {"data", "build", "results"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the source that one test can change."""
    return copy_source(tmp_path / "course")


@pytest.fixture(scope="session")
def coursekit() -> Coursekit:
    """Run `coursekit` in a folder, with that folder's own packages."""
    return run_coursekit


@pytest.fixture(scope="session")
def small_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with its build. Tests only read it."""
    return made_once(tmp_path_factory, "small", lambda folder: _build(write_small_course(folder)))


def _build(folder: Path) -> None:
    done = run_coursekit(folder, "build")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def small(small_once: Path, tmp_path: Path) -> Path:
    """A copy of the small course and its build that one test can change."""
    return Path(shutil.copytree(small_once, tmp_path / "course", symlinks=True))


@pytest.fixture(scope="session")
def small_graded_once(tmp_path_factory: pytest.TempPathFactory, small_once: Path) -> Path:
    """The small course with its build, and Part 1 of three graded students. Tests only read it."""

    def grade(folder: Path) -> None:
        shutil.copytree(small_once, folder, symlinks=True)
        hand_in_samples(folder)
        done = run_coursekit(folder, "grade", FIRST)
        assert done.returncode == 0, done.stdout + done.stderr

    return made_once(tmp_path_factory, "small-graded", grade)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source with its build. Tests only read it.

    Only Part 1 is marked as built in it: it represents the other parts in everything that matters
    here, and its notebook does not train.
    """
    return made_once(tmp_path_factory, "built", _build_part1)


def _build_part1(folder: Path) -> None:
    toml = copy_source(folder) / "course.toml"
    head, *others = re.split(r"(?m)^(?=\[\[parts\]\])", toml.read_text(encoding="utf-8"))
    parts = [
        text if PART in text else re.sub(r"(?m)^built = true", "built = false", text)
        for text in others
    ]
    head = re.sub("seconds_per_test = .*", "seconds_per_test = 3", head)  # endless loops end sooner
    toml.write_text("".join([head, *parts]), encoding="utf-8")
    _build(folder)


@pytest.fixture(scope="session")
def graded(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An nbgrader course with the graded sample students and some irregular submissions."""

    def grade(folder: Path) -> None:
        handed_in(built, folder)
        for verb in ("autograde", "generate_feedback"):
            done = nbgrader(folder, verb, PART)
            assert done.returncode == 0, done.stderr[-3000:]

    return made_once(tmp_path_factory, "graded", grade)
