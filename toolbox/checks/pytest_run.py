"""Run marked tests inside this process, for notebooks and for grading."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import FileFinder
from pathlib import Path
from unittest.mock import patch

import pytest

from toolbox import course
from toolbox.checks.collected_modules import FileModules, HiddenTests
from toolbox.checks.outcome import Run as Run
from toolbox.checks.plugin import CourseChecks
from toolbox.interrupts import raising_interrupted

FRESH = ("student_code", "unit_tests")
# The first two collect garbage several times per run, which dominates its time once torch is
# loaded; the others would be set up for each run or test without being used.
NOT_NEEDED = (
    *("unraisableexception", "threadexception", "terminal", "cacheprovider", "faulthandler"),
    *("logging", "doctest", "junitxml", "pastebin", "stepwise", "setuponly", "setupplan"),
    *("unittest", "legacypath", "subtests"),
)


@raising_interrupted("Interrupted: the checks did not finish.")
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
    """Run the tests in `files` (relative to the course root), of one `function` or of all.

    `hidden` is the text of a module of further tests, which is never written to disk.
    `prepare` runs once the student's modules may be imported again, before any test does.
    `seconds` is the time limit of a test, if not the course's; `plugins` are pytest's, in
    addition to those of the checks. `scratch` is a folder for the temporary files of the tests; it
    must not exist yet, and the caller removes it. Without it, a temporary folder is used and
    removed. The student's modules are read from disk again, and those that the caller imported
    are restored afterwards. Nothing is printed; the output of the student's code is kept with each
    outcome. Raises `Interrupted` after Ctrl-C.
    """
    root = course.find_root()
    arguments = [
        *(str(root / file) for file in files),
        f"--rootdir={root}",
        f"--confcutdir={root / 'unit_tests'}",
        f"--config-file={os.devnull}",
        "--capture=sys",
        "--continue-on-collection-errors",  # so that one broken module doesn't affect the others
        "--assert=plain",  # rewriting a file's asserts takes longer than running its tests
        *(f"-pno:{plugin}" for plugin in NOT_NEEDED),
    ]
    missing = [file for file in files if not (root / file).is_file()]
    if missing:
        return Run([], [f"{file} is missing from the course folder" for file in missing])
    said = io.StringIO()
    with (
        fresh_modules(root),
        quiet(said),
        _temporary_files(scratch) as options,
    ):
        if prepare is not None:
            prepare()
        # Remove the files of each test that passed.
        arguments += [*options, "--override-ini=tmp_path_retention_policy=failed"]
        checks = CourseChecks(talk=False, function=function, seconds=seconds)
        further = [HiddenTests(hidden)] if hidden else []
        status = pytest.main(arguments, plugins=[*plugins, checks, FileModules(), *further])
    if status in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest failed while running the checks:\n{said.getvalue()[-2000:]}")
    return Run(checks.settled, list(dict.fromkeys(checks.import_errors)))


@contextlib.contextmanager
def _temporary_files(scratch: Path | None) -> Iterator[list[str]]:
    """Yield the options by which tests write to `scratch`, or to a folder that is removed after.

    pytest's default is a folder that all runs of a user share. There it deletes the files of
    earlier runs, which takes time and can fail. In the folder given here, processes forked from
    this one get separate folders, as in pytest's default.
    """
    if scratch is not None:
        yield [f"--basetemp={scratch}"]
        return
    with (
        tempfile.TemporaryDirectory(prefix="checks-", ignore_cleanup_errors=True) as folder,
        patch.dict(os.environ, {"PYTEST_DEBUG_TEMPROOT": folder}),
    ):
        yield []


@contextlib.contextmanager
def fresh_modules(root: Path) -> Iterator[None]:
    """Import the student's modules and the tests again, and restore the old ones afterwards."""
    path, bytecode = list(sys.path), sys.dont_write_bytecode
    # In a fork of a process with many modules, scanning them all takes longer than many a test.
    known = _imported_since(None) if any(name in sys.modules for name in FRESH) else []
    before = {name: sys.modules.pop(name) for name in known}
    newest = next(reversed(sys.modules))
    sys.path.insert(0, str(root))
    # A .pyc is checked by a time in whole seconds: too coarse for edit, run, edit, run.
    sys.dont_write_bytecode = True
    for folder in (root, *(root / name for name in FRESH)):
        finder = sys.path_importer_cache.get(str(folder))
        if isinstance(finder, FileFinder):
            finder.invalidate_caches()  # it may have missed a file that was written just now
    try:
        yield
    finally:
        for name in _imported_since(newest):
            del sys.modules[name]
        sys.modules.update(before)
        sys.path[:] = path
        sys.dont_write_bytecode = bytecode


def _imported_since(newest: str | None) -> list[str]:
    """Return the student and test modules that were imported after the module `newest`."""
    after = itertools.takewhile(lambda name: name != newest, reversed(sys.modules))
    return [name for name in after if name.split(".", 1)[0] in FRESH]


@contextlib.contextmanager
def quiet(said: io.StringIO) -> Iterator[None]:
    """Redirect everything that would be printed to `said`.

    Nothing may reach stdout or stderr: in nbgrader a single warning on stderr costs all points.
    """
    with (
        patch.dict(os.environ, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        warnings.catch_warnings(),
    ):
        yield
