"""Judge many versions after one collection: pytest collects once, then forks for each version.

Starting pytest and importing the tests takes longer than running them. Here that happens once per
module; each version is installed in a process forked afterwards. Misconceptions run twice, with
different random numbers, because their records are compared with those of students.

A test module that stores a student's function while it is imported would keep testing the
reference, and one that draws random numbers then would draw the same in both runs. No version is
judged with such a module. Callers judge versions without a result separately, and those that are
accepted here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

import pytest

from coursekit.forked_jobs import Failed, run_forked
from coursekit.free_records import OTHER_SEEDS, mark_free_records
from toolbox.checks import seeds
from toolbox.checks.plugin import CourseChecks
from toolbox.checks.pytest_run import Run, run_tests
from toolbox.checks.scores import settle


@dataclass(frozen=True)
class Subject:
    """One version of a student's function, and how to install it instead of the reference."""

    kind: str  # "wrong", "right", "mutant" or "student"
    function: str  # "module.name"
    name: str
    install: Callable[[], None]

    @property
    def key(self) -> str:
        """The key of its verdict in the cache."""
        return f"{self.kind} {self.function} {self.name}"


@dataclass(frozen=True)
class Versions:
    """Versions that one process judges after one collection.

    `collect` runs pytest with the given plugin.
    """

    collect: Callable[[Forks], None]
    subjects: Sequence[Subject]


def judge_together(
    collect: Callable[[Forks], None],
    subjects: Sequence[Subject],
    *,
    workers: int,
    seconds_per_version: float,
) -> Iterator[tuple[int, Run | Failed]]:
    """Yield (number, result) for the subjects in the order of completion.

    `workers` processes share the subjects. For the rest, see `judge_shares`.
    """
    shared = min(workers, len(subjects))
    shares = [Versions(collect, subjects[first::shared]) for first in range(shared)]
    judged = judge_shares(shares, workers=shared, seconds_per_version=seconds_per_version)
    for first, number, result in judged:
        yield first + number * shared, result


def judge_shares(
    shares: Sequence[Versions], *, workers: int, seconds_per_version: float
) -> Iterator[tuple[int, int, Run | Failed]]:
    """Yield (share, number in the share, result) for all versions in the order of completion.

    Each share is judged in a separate process, `workers` of them at a time. Results of processes
    that died are missing. Mutants run the tests of their function up to the first failure,
    students' versions all of these, and other versions all tests of the module.
    """
    context = multiprocessing.get_context("fork")
    waiting = list(enumerate(shares))[::-1]
    running: dict[Connection, tuple[int, Any]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                number, share = waiting.pop()
                ours, theirs = context.Pipe(duplex=False)
                forks = Forks(share.subjects, theirs, seconds_per_version)
                process = context.Process(target=_collect_and_fork, args=(share.collect, forks))
                process.start()
                theirs.close()
                running[ours] = (number, process)
            for connection in wait(list(running)):
                assert isinstance(connection, Connection)
                number, process = running[connection]
                try:
                    subject, result = connection.recv()
                except EOFError:
                    process.join()
                    del running[connection]
                else:
                    yield number, subject, result
    finally:
        for connection, (_, process) in running.items():
            connection.close()
            os.kill(process.pid, signal.SIGINT)  # it ends its forks, then itself
            process.join()


def in_one_process(
    file: str, *, hidden: str = "", seconds: float | None = None
) -> Callable[[Forks], None]:
    """Return a `collect` for tests that run in the process of the version, as in notebooks.

    `hidden` is the text of hidden tests; `seconds` limits a test, by default as the course does.
    """

    def collect(forks: Forks) -> None:
        run_tests([file], hidden=hidden, seconds=seconds, plugins=[forks])

    return collect


def _collect_and_fork(collect: Callable[[Forks], None], forks: Forks) -> None:
    collect(forks)
    forks.answers.close()
    os._exit(0)


class Forks:
    """A plugin that replaces pytest's loop over the tests by one over the versions.

    `install` prepares a fork for a version. `release` runs before the first fork, and at the end of
    each.
    """

    def __init__(self, subjects: Sequence[Subject], answers: Connection, seconds: float) -> None:
        self.subjects = subjects
        self.answers = answers
        self.seconds = seconds
        self.install: Callable[[Subject], None] = lambda subject: subject.install()
        self.release: Callable[[], None] = lambda: None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        self._drawn = seeds.count()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.release()
        if seeds.count() > self._drawn or any(map(_stores_student_code, session.items)):
            return True
        jobs = [lambda s=subject: self._run(session, s) for subject in self.subjects]
        for answer in run_forked(jobs, workers=1, seconds=self.seconds):
            self.answers.send(answer)
        return True

    def _run(self, session: pytest.Session, subject: Subject) -> Run:
        self.install(subject)
        try:
            return _run(session, subject)
        finally:
            self.release()


def _run(session: pytest.Session, subject: Subject) -> Run:
    """Run the tests that judge a version which is installed."""
    plugins: set[Any] = session.config.pluginmanager.get_plugins()
    (checks,) = [plugin for plugin in plugins if isinstance(plugin, CourseChecks)]
    chosen = [
        (item, plan)
        for item, plan in zip(session.items, checks.planned, strict=True)
        if subject.kind in {"wrong", "right"} or plan.function == subject.function
    ]
    _run_items([item for item, _ in chosen], checks, to_first_failure=subject.kind == "mutant")
    found = settle([plan for _, plan in chosen], checks.outcomes)
    if subject.kind == "wrong":
        checks.outcomes = []
        failed = [
            item for (item, _), outcome in zip(chosen, found, strict=True) if not outcome.passed
        ]
        with seeds.drawing_with(OTHER_SEEDS):
            _run_items(failed, checks)
        mark_free_records(found, checks.outcomes)
    return Run(found, [])


def _stores_student_code(item: pytest.Item) -> bool:
    """Return whether the module of a test has a function or class of a student in it."""
    found = vars(getattr(item, "module", item)).values()
    kept = (getattr(each, "__module__", None) for each in found if callable(each))
    return any(isinstance(name, str) and name.startswith("student_code.") for name in kept)


def _run_items(
    items: Sequence[pytest.Item], checks: CourseChecks, *, to_first_failure: bool = False
) -> None:
    for item, after in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if to_first_failure and not all(outcome.passed for outcome in checks.outcomes):
            break
