"""The pytest plugin: points, time limits and feedback for marked tests."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Generator
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from toolbox import course
from toolbox.checks import expect
from toolbox.checks.deadline import TooSlow, deadline
from toolbox.checks.diagnosis import diagnose
from toolbox.checks.feedback_text import headline
from toolbox.checks.marker import plan_of
from toolbox.checks.outcome import HIDDEN_BROKEN, Outcome, describe, describe_import
from toolbox.checks.scores import function_line, settle
from toolbox.checks.seeds import seed_for

SEED = 1234
AFTER_A_TIMEOUT = 1.0  # time limit in seconds for a function's next tests after its first timeout
PLAN = pytest.StashKey[Outcome | None]()
MOST_TIMEOUTS = 2  # after this many timeouts, the function's other tests are not run


class CourseChecks:
    """The checks of one pytest run.

    `planned` is filled before the first test, `settled` after the last.
    """

    def __init__(
        self, *, talk: bool, function: str | None = None, seconds: float | None = None
    ) -> None:
        self.talk = talk
        self.function = function  # run only the tests of this function
        self.outcomes: list[Outcome] = []
        self.planned: list[Outcome] = []
        self.settled: list[Outcome] = []
        self.import_errors: list[str] = []
        self._failures: list[tuple[Any, Outcome]] = []
        self._timeouts: Counter[str] = Counter()
        self._limit = course.load().seconds_per_test if seconds is None else seconds

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """Report a module that can't be loaded in one sentence, within a time limit."""
        if not isinstance(collector, pytest.Module):
            return (yield)
        try:
            with deadline(2 * self._limit):
                report = yield
        except SystemExit as left:  # pytest would let this through and stop the run
            self.import_errors.append(describe_import(left))
            return pytest.CollectReport(collector.nodeid, "failed", self.import_errors[-1], [])
        if report.failed and hasattr(report, "call"):
            error = _cause(report.call.excinfo.value)
            report.longrepr = describe_import(error)
            # An earlier error already explains why the hidden tests can't be loaded.
            if report.longrepr != HIDDEN_BROKEN or not self.import_errors:
                self.import_errors.append(report.longrepr)
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # A module may contain functions of parts that are not released yet: skip their tests.
        declared = {task.function for part in course.load().parts for task in part.tasks}
        plans = [(item, plan_of(item)) for item in items]
        plans = [(item, plan) for item, plan in plans if not plan or plan.function in declared]
        if self.function is not None:
            plans = [each for each in plans if each[1] and each[1].function == self.function]
        items[:] = [item for item, _ in plans]
        for item, plan in plans:
            item.stash[PLAN] = plan
        self.planned = [deepcopy(plan) for _, plan in plans if plan is not None]
        if not self.talk:  # formatting pytest's own failure report takes longer than most tests
            for item in items:
                item.repr_failure = _unsaid  # type: ignore[method-assign]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if _planned(item) is None:
            return
        expect.start_counting()
        seed = seed_for(SEED)
        random.seed(seed)
        np.random.seed(seed)
        if "torch" not in sys.modules:
            return  # don't import torch for a part that doesn't use it
        import torch

        # torch.manual_seed records its caller for devices that aren't initialized: that takes
        # longer than most tests do.
        torch.default_generator.manual_seed(seed)
        if torch.cuda.is_initialized():
            torch.cuda.manual_seed_all(seed)

    def limit(self, function: str) -> float:
        """Return the time limit in seconds of processor time for the next test of `function`."""
        return min(AFTER_A_TIMEOUT, self._limit) if self._timeouts[function] else self._limit

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        plan = _planned(item)
        if plan is None:
            return (yield)
        timeouts = self._timeouts[plan.function]
        if timeouts >= MOST_TIMEOUTS:
            raise TooSlow(f"not run, because {timeouts} earlier tests ran out of time")
        limit = self.limit(plan.function)
        with expect.collecting():
            try:
                with deadline(limit):
                    return (yield)
            except TooSlow:
                self._timeouts[plan.function] += 1
                raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        report: Any = yield
        outcome = deepcopy(_planned(item))
        if outcome is None:
            return report
        if not outcome.hidden:
            outcome.printed = _tail(report.capstdout)
        if report.skipped:
            outcome.status = "skipped"
        elif call.excinfo is not None:
            self._describe(outcome, call.excinfo.value)
            if outcome.hidden:
                outcome.withhold()
            report.sections = []
            self._failures.append((report, outcome))
        if report.when == "call" or not report.passed:
            self.outcomes.append(outcome)
        return report

    def _describe(self, outcome: Outcome, error: BaseException) -> None:
        """Describe an error within the time limit: formatting it may run student code."""
        try:
            with deadline(min(AFTER_A_TIMEOUT, self._limit)):
                describe(outcome, error)
        except TooSlow:
            outcome.status = "error" if outcome.passed else outcome.status
            outcome.got = outcome.got or "an error that takes too long to display"

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Once all outcomes are known, name misconceptions and write the reports."""
        self.settled = settle(self.planned, self.outcomes)
        diagnose(self.settled)
        for report, outcome in self._failures:
            report.longrepr = "\n".join([headline(outcome), *outcome.lines()])

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        settled = self.settled
        if not self.talk or not settled:
            return
        terminalreporter.write_sep("=", "points from the public tests")
        for function in dict.fromkeys(outcome.function for outcome in settled):
            mine = [outcome for outcome in settled if outcome.function == function]
            terminalreporter.write_line(function_line(mine))


def _unsaid(*arguments: object, **named: object) -> str:
    return ""


def _planned(item: pytest.Item) -> Outcome | None:
    """Return the outcome that was planned for the test; it belongs to no run, so copy it."""
    return item.stash.get(PLAN, None)


def _cause(error: BaseException) -> BaseException:
    """Return the student's error, which pytest wraps in its collection error."""
    while isinstance(error, pytest.Collector.CollectError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _tail(printed: str, longest: int = 500) -> str:
    text = " | ".join(line for line in printed.strip().splitlines() if line.strip())
    return text if len(text) <= longest else "… " + text[-longest:]
