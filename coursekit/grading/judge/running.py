"""Runs the tests of functions in this process, with the student's code in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from coursekit.grading.judge.facade import student_code_of
from coursekit.grading.judge.keeping import Keeping
from coursekit.grading.judge.link import Link
from toolbox.checks import modules, running
from toolbox.checks.after import in_another_process
from toolbox.checks.keeping import kept_elsewhere
from toolbox.checks.marker import mark_of
from toolbox.checks.plugin import CourseChecks


class OutOfTime(Exception):
    """A test ran out of time, in a run that is to be given up for it."""


class Judging:
    """A pytest plugin beside `CourseChecks`: keeps to some functions, adds the hidden tests."""

    def __init__(
        self, link: Link, functions: Sequence[str], hidden: dict[str, str], *, hasty: bool
    ) -> None:
        self._link, self._functions, self._hidden = link, frozenset(functions), hidden
        self._hasty = hasty
        self.out_of_time = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        found = session.config.pluginmanager.get_plugins()
        self._checks = next(each for each in found if isinstance(each, CourseChecks))
        self._link.start_test(2 * self._checks.limit(""))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        items[:] = [item for item in items if function_of(item) in self._functions]
        # The text is often that of a whole module: only the function's own tests count.
        for function, text in self._hidden.items():
            found = modules.hidden_items(session, text)
            items += [item for item in found if function_of(item) == function]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        names = getattr(item, "fixturenames", ())
        self._link.start_test(self._checks.limit(function_of(item)), files="tmp_path" in names)

    def pytest_runtest_logfinish(self) -> None:
        slow = self._checks.outcomes and self._checks.outcomes[-1].status == "slow"
        if slow and self._hasty:
            self.out_of_time = True
            raise pytest.exit.Exception("a test ran out of time")


def function_of(item: pytest.Item) -> str:
    """The student's function that a test is of, or nothing."""
    mark = mark_of(getattr(item, "function", None))
    return mark.function if mark else ""


def run(
    link: Link,
    files: Sequence[str],
    functions: Sequence[str],
    hidden: dict[str, str],
    scratch: Path,
    *,
    hasty: bool = False,
    seconds: float | None = None,
) -> running.Run:
    """Run the public tests in `files` of `functions`, and those in `hidden` by function.

    The tests write below `scratch`, which the caller removes. With `hasty`, the first test that
    runs out of time ends the run: raises `OutOfTime`.
    """
    judging = Judging(link, functions, hidden, hasty=hasty)
    with (
        student_code_of(link),
        in_another_process(link.handed.after, link.hand_over),
        kept_elsewhere(Keeping(link)),
    ):
        found = running.run_tests(list(files), plugins=[judging], scratch=scratch, seconds=seconds)
    if judging.out_of_time:
        raise OutOfTime
    return found
