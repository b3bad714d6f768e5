"""Collect the tests of a function from the instructor's files, without running student code."""

from __future__ import annotations

import pytest

from coursekit.grading.protocol.messages import PlannedTest, TestPlan
from coursekit.grading.supervisor.judge.pytest_session import function_of
from toolbox.checks import collected_modules, pytest_run
from toolbox.checks.outcome import Outcome
from toolbox.checks.plugin import CourseChecks


class Collecting:
    """A pytest plugin used with `CourseChecks` that collects one function's tests and runs none."""

    def __init__(self, function: str, hidden: str) -> None:
        self._function, self._hidden = function, hidden
        self.plan: TestPlan = {"public": [], "hidden": []}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if function_of(item) == self._function]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        plugins = session.config.pluginmanager.get_plugins()
        checks = next(each for each in plugins if isinstance(each, CourseChecks))
        self.plan["public"] = [_planned(each) for each in checks.planned]
        if session.items and self._hidden:
            found = collected_modules.hidden_items(session, self._hidden, explain=True)
            items = [item for item in found if function_of(item) == self._function]
            checks.pytest_collection_modifyitems(items)
            self.plan["hidden"] = [_planned(each) for each in checks.planned]
        return True  # replaces the loop that runs the tests


def _planned(outcome: Outcome) -> PlannedTest:
    return {
        "test": outcome.test,
        "promise": outcome.promise,
        "function": outcome.function,
        "share": outcome.share,
        "hidden": outcome.hidden,
    }


def plan(file: str, function: str, hidden: str) -> TestPlan:
    """Return the "public" and "hidden" tests of a function.

    hidden: the source of the hidden tests, or an empty string. Raises `ValueError` if the tests
    cannot be loaded.
    """
    collecting = Collecting(function, hidden)
    run = pytest_run.run_tests([file], plugins=[collecting])
    if run.broken:
        raise ValueError(f"{file}: the course's own tests cannot be loaded: {run.broken[0]}")
    return collecting.plan
