"""Run the tests of functions in this process, with the student's code in a worker.

With a key, hidden tests draw random numbers that no student knows. Public tests draw the same
numbers as a notebook, so that feedback matches the notebook; those that pass are repeated with
other numbers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from coursekit.grading.protocol.random_states import Follower
from coursekit.grading.supervisor.judge.facade import student_code_of
from coursekit.grading.supervisor.judge.link import Link
from coursekit.grading.supervisor.judge.remote_state import Keeping
from toolbox.checks import collected_modules, pytest_run, seeds
from toolbox.checks.handed_values import in_another_process
from toolbox.checks.marker import mark_of
from toolbox.checks.object_state import kept_elsewhere
from toolbox.checks.outcome import Outcome
from toolbox.checks.plugin import CourseChecks

OTHER_NUMBERS = "It passes on the notebook's random numbers but fails on others like them."


class OutOfTime(Exception):
    """A test ran out of time in a run that was to stop at the first timeout."""


@dataclass(frozen=True)
class Plan:
    """The tests to run. `only` restricts the run to public tests, by function and name."""

    functions: Sequence[str]
    hidden: dict[str, str] = field(default_factory=dict)
    key: str = ""  # seeds the hidden tests, or those in `only`
    only: frozenset[tuple[str, str]] | None = None
    hasty: bool = False


class Judging:
    """A pytest plugin used with `CourseChecks` that follows a plan and adds the hidden tests.

    `drew` has the tests that drew random numbers, by function and name.
    """

    def __init__(self, link: Link, plan: Plan) -> None:
        self._link, self._plan = link, plan
        self.out_of_time = self.modules_drew = False
        self.drew: set[tuple[str, str]] = set()
        self._before = seeds.count()
        self._again = plan.only is not None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        found = session.config.pluginmanager.get_plugins()
        self._checks = next(each for each in found if isinstance(each, CourseChecks))
        self._link.start_test(2 * self._checks.limit(""))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        wanted, only = frozenset(self._plan.functions), self._plan.only
        items[:] = [item for item in items if function_of(item) in wanted]
        if only is not None:
            items[:] = [item for item in items if (function_of(item), item.name) in only]
        self.modules_drew = seeds.count() > self._before  # during import
        if self.modules_drew:
            self.drew |= {(function_of(item), item.name) for item in items}
        # The source is often that of a whole module, so keep only this function's tests.
        for function, text in self._plan.hidden.items():
            with seeds.drawing_with(self._plan.key):
                found = list(collected_modules.hidden_items(session, text))
            items += [item for item in found if function_of(item) == function]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        result = yield
        if self._plan.key and not self._again and not self.modules_drew:
            self._run_again(session)
        return result

    def _run_again(self, session: pytest.Session) -> None:
        """Run the public tests that passed and draw random numbers once more, with the key."""
        outcomes = self._checks.outcomes
        count, passed = len(outcomes), to_repeat(outcomes, self.drew)
        names = {(each.function, each.test) for each in passed}
        items = [
            i for i in session.items if (function_of(i), i.name) in names and not _is_hidden(i)
        ]
        self._again = True
        for item, following in zip_longest(items, items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        take_over(passed, outcomes[count:])
        del outcomes[count:]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        keyed = self._again or _is_hidden(item)
        with seeds.drawing_with(self._plan.key) if keyed and self._plan.key else nullcontext():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        with self._noting([item]):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        own = fixturedef.scope == "function"
        with self._noting([request.node] if own else request.session.items):
            return (yield)

    @contextmanager
    def _noting(self, items: Sequence[pytest.Item]) -> Iterator[None]:
        """Record for `items` whether random numbers are drawn in this context."""
        follower, before = Follower(), seeds.count()
        try:
            yield
        finally:
            if follower.drawn() or seeds.count() > before:
                self.drew |= {(function_of(item), item.name) for item in items}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        names = getattr(item, "fixturenames", ())
        self._link.start_test(self._checks.limit(function_of(item)), files="tmp_path" in names)

    def pytest_runtest_logfinish(self) -> None:
        slow = self._checks.outcomes and self._checks.outcomes[-1].status == "slow"
        if slow and self._plan.hasty:
            self.out_of_time = True
            raise pytest.exit.Exception("a test ran out of time")


def function_of(item: pytest.Item) -> str:
    """Return the student's function that a test is for, or an empty string."""
    mark = mark_of(getattr(item, "function", None))
    return mark.function if mark else ""


def _is_hidden(item: pytest.Item) -> bool:
    return bool(getattr(getattr(item, "module", None), "HIDDEN", False))


def run(
    link: Link,
    files: Sequence[str],
    functions: Sequence[str],
    hidden: dict[str, str],
    scratch: Path,
    *,
    hasty: bool = False,
    seconds: float | None = None,
    key: str = "",
) -> pytest_run.Run:
    """Run the public tests in `files` of `functions`, and those in `hidden` by function.

    The tests write below `scratch`, which the caller removes. With `hasty`, the first test that
    runs out of time ends the run and raises `OutOfTime`. `key` seeds the hidden tests and a second
    run of the public tests that passed and draw random numbers.
    """
    plan = Plan(functions, hidden, key, hasty=hasty)
    found, judging = _run(link, files, plan, scratch, seconds)
    passed = to_repeat(found.outcomes, judging.drew)
    if key and passed and judging.modules_drew:  # only importing a module again draws again
        only = frozenset((each.function, each.test) for each in passed)
        plan = Plan(functions, key=key, only=only, hasty=hasty)
        again, _ = _run(link, files, plan, scratch, seconds)
        take_over(passed, again.outcomes)
    return found


def _run(
    link: Link, files: Sequence[str], plan: Plan, scratch: Path, seconds: float | None
) -> tuple[pytest_run.Run, Judging]:
    judging = Judging(link, plan)
    key = plan.key if plan.only is not None else ""
    with judged_by(link), seeds.drawing_with(key):
        found = pytest_run.run_tests(
            list(files), plugins=[judging], scratch=scratch, seconds=seconds
        )
    if judging.out_of_time:
        raise OutOfTime
    return found, judging


@contextmanager
def judged_by(link: Link) -> Iterator[None]:
    """Let tests that run in this context test the student's code in the worker of `link`."""
    with (
        student_code_of(link),
        in_another_process(link.handed.after, link.hand_over),
        kept_elsewhere(Keeping(link)),
    ):
        yield


def to_repeat(outcomes: Sequence[Outcome], drew: set[tuple[str, str]]) -> list[Outcome]:
    """Return the public tests that passed and drew random numbers."""
    return [
        each
        for each in outcomes
        if each.passed and not each.hidden and (each.function, each.test) in drew
    ]


def take_over(passed: Sequence[Outcome], again: Sequence[Outcome]) -> None:
    """Fail tests that passed on the public numbers only, without showing the other numbers."""
    status = {(each.function, each.test): each.status for each in again}
    for outcome in passed:
        found = status.get((outcome.function, outcome.test), "error")
        if found != "passed":
            outcome.status = "slow" if found == "slow" else "failed"
            outcome.withhold()
            outcome.meaning = OTHER_NUMBERS
