"""Running marked tests inside this process: for notebooks, and for grading."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import FileFinder
from pathlib import Path
from unittest.mock import patch

import pytest

from toolbox import course
from toolbox.checks.collected_modules import FileModules, HiddenTests
from toolbox.checks.outcome import Outcome
from toolbox.checks.plugin import CourseChecks

FRESH = ("student_code", "unit_tests")
# The first two collect garbage several times a run, which with torch loaded takes most of it; the
# others would be set up for each run, and some for each test, and never used.
NOT_NEEDED = (
    *("unraisableexception", "threadexception", "terminal", "cacheprovider", "faulthandler"),
    *("logging", "doctest", "junitxml", "pastebin", "stepwise", "setuponly", "setupplan"),
    *("unittest", "legacypath", "subtests"),
)


@dataclass
class Run:
    """What came of one run. `broken` says why modules of tests could not be loaded at all."""

    outcomes: list[Outcome]
    broken: list[str]


def run_tests(
    files: list[str],
    *,
    function: str | None = None,
    hidden: str = "",
    prepare: Callable[[], None] | None = None,
    seconds: float | None = None,
    plugins: Sequence[object] = (),
    scratch: Path | None = None,
) -> Run:
    """Run the tests in `files` (from the root of the course), of one `function` or of all.

    `hidden` is the text of a module of further tests, which is never written to disk.
    `prepare` runs once the student's modules may be imported afresh, before any test does.
    `seconds` is the time limit of a test, if not the course's; `plugins` are pytest's, in
    addition to those of the checks. In `scratch`, a folder that is not there yet, the tests write;
    the caller removes it. Without it, their files are removed after the run.
    The student's modules are read from disk anew, and what the caller had imported stays as it
    was. Nothing is printed; what the student's code prints is kept with each outcome.
    """
    root = course.find_root()
    checks = CourseChecks(talk=False, function=function, seconds=seconds)
    all_plugins: list[object] = [*plugins, checks, FileModules()]
    if hidden:
        all_plugins.append(HiddenTests(hidden))
    arguments = [
        *(str(root / file) for file in files),
        f"--rootdir={root}",
        f"--confcutdir={root / 'unit_tests'}",
        f"--config-file={os.devnull}",
        "--capture=sys",
        "--continue-on-collection-errors",  # one module with a slip costs the others nothing
        "--assert=plain",  # rewriting a file's asserts takes longer than running its tests
        *(f"-pno:{plugin}" for plugin in NOT_NEEDED),
    ]
    missing = [file for file in files if not (root / file).is_file()]
    if missing:
        return Run([], [f"{file} is missing from the course folder" for file in missing])
    said = io.StringIO()
    with fresh_modules(root), quiet(said), _folder_for_files(scratch) as place:
        if prepare is not None:
            prepare()
        # The files of a test that passed end with it.
        arguments += [f"--basetemp={place}", "--override-ini=tmp_path_retention_policy=failed"]
        status = pytest.main(arguments, plugins=all_plugins)
    if status in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"the checks themselves broke down:\n{said.getvalue()[-2000:]}")
    return Run(checks.settled, list(dict.fromkeys(checks.import_errors)))


@contextlib.contextmanager
def _folder_for_files(scratch: Path | None) -> Iterator[Path]:
    """Give a folder for the files of tests that is not there yet: `scratch` or a temporary one.

    In the folder that pytest shares among all runs of a user, it deletes what earlier runs left,
    which takes time and can fail.
    """
    if scratch is not None:
        yield scratch
        return
    with tempfile.TemporaryDirectory(prefix="checks-", ignore_cleanup_errors=True) as folder:
        yield Path(folder, "tests")


@contextlib.contextmanager
def fresh_modules(root: Path) -> Iterator[None]:
    """Import the student's modules and the tests anew, then put everything back."""
    path, bytecode = list(sys.path), sys.dont_write_bytecode
    # Going through all modules takes a fork of a warm process longer than many a test.
    known = _imported_since(None) if any(name in sys.modules for name in FRESH) else []
    before = {name: sys.modules.pop(name) for name in known}
    newest = next(reversed(sys.modules))
    sys.path.insert(0, str(root))
    # A .pyc is told stale by a time in whole seconds: too coarse for edit, run, edit, run.
    sys.dont_write_bytecode = True
    for folder in (root, *(root / name for name in FRESH)):
        finder = sys.path_importer_cache.get(str(folder))
        if isinstance(finder, FileFinder):
            finder.invalidate_caches()  # it may not know of a file that was written just now
    try:
        yield
    finally:
        for name in _imported_since(newest):
            del sys.modules[name]
        sys.modules.update(before)
        sys.path[:] = path
        sys.dont_write_bytecode = bytecode


def _imported_since(newest: str | None) -> list[str]:
    """The modules of the student's and of the tests that were imported after that module."""
    after = itertools.takewhile(lambda name: name != newest, reversed(sys.modules))
    return [name for name in after if name.split(".", 1)[0] in FRESH]


@contextlib.contextmanager
def quiet(said: io.StringIO) -> Iterator[None]:
    """What would be printed goes to `said`.

    Nothing on stdout or stderr: in nbgrader a single warning on stderr costs all points.
    """
    with (
        patch.dict(os.environ, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        warnings.catch_warnings(),
    ):
        yield
