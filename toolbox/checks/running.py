"""Running marked tests inside this process: for notebooks, and for grading."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from toolbox import course
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
) -> Run:
    """Run the tests in `files` (from the root of the course), of one `function` or of all.

    `hidden` is the text of a module of further tests, which is never written to disk.
    `prepare` runs once the student's modules may be imported afresh, before any test does.
    `seconds` is the time limit of a test, if not the course's; `plugins` are pytest's, in
    addition to those of the checks.
    The student's modules are read from disk anew, and what the caller had imported stays as it
    was. Nothing is printed; what the student's code prints is kept with each outcome.
    """
    root = course.find_root()
    checks = CourseChecks(talk=False, function=function, seconds=seconds)
    all_plugins: list[object] = [*plugins, checks]
    if hidden:
        all_plugins.append(_HiddenTests(hidden))
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
    with fresh_modules(root), quiet(said):
        if prepare is not None:
            prepare()
        status = pytest.main(arguments, plugins=all_plugins)
    if status in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"the checks themselves broke down:\n{said.getvalue()[-2000:]}")
    return Run(checks.settled, list(dict.fromkeys(checks.import_errors)))


@contextlib.contextmanager
def fresh_modules(root: Path) -> Iterator[None]:
    """Import the student's modules and the tests anew, then put everything back."""

    def ours() -> dict[str, ModuleType]:
        return {k: m for k, m in sys.modules.items() if k.split(".")[0] in FRESH}

    before, path, bytecode = ours(), list(sys.path), sys.dont_write_bytecode
    for name in before:
        del sys.modules[name]
    sys.path.insert(0, str(root))
    # A .pyc is told stale by a time in whole seconds: too coarse for edit, run, edit, run.
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in ours():
            del sys.modules[name]
        sys.modules.update(before)
        sys.path[:] = path
        sys.dont_write_bytecode = bytecode


@contextlib.contextmanager
def quiet(said: io.StringIO) -> Iterator[None]:
    """What would be printed goes to `said`.

    Nothing on stdout or stderr: in nbgrader a single warning on stderr costs all points.
    """
    key = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = os.environ.get(key)
    os.environ[key] = "1"
    try:
        with (
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            warnings.catch_warnings(),
        ):
            yield
    finally:
        os.environ.pop(key, None)
        if before is not None:
            os.environ[key] = before


class _HiddenTests:
    """Adds the tests of a module that exists as text only."""

    def __init__(self, text: str) -> None:
        self.text = text

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        items.extend(hidden_items(session, self.text))


def hidden_items(session: pytest.Session, text: str) -> Iterator[pytest.Item]:
    """The tests of a module that exists as text only."""
    module = ModuleType("hidden_tests")
    module.HIDDEN = True  # type: ignore[attr-defined]
    collector = _TextModule.from_parent(session, path=session.path / "test_hidden.py")
    collector.text, collector.made = text, module
    return session.genitems(collector)


class _TextModule(pytest.Module):
    text: str
    made: ModuleType

    def _getobj(self) -> ModuleType:
        exec(compile(self.text, "test_hidden.py", "exec"), self.made.__dict__)
        return self.made
