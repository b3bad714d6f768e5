"""Judge many versions after one collection: pytest collects once, then forks for each version.

Starting pytest and importing the tests takes longer than running them. Here that happens once per
module; each version is installed in a process forked afterwards. Misconceptions run twice, with
different random numbers, because their records are compared with those of students.

A test that stored the student's function while it was imported would keep testing the reference, so
versions accepted here are judged again: see `verdicts`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

import pytest

from coursekit.forked_jobs import Failed, run_forked
from coursekit.free_records import OTHER_SEEDS, mark_free_records
from coursekit.test_quality.subjects import Subject
from toolbox.checks.plugin import CourseChecks
from toolbox.checks.pytest_run import Run, run_tests
from toolbox.checks.scores import settle
from toolbox.checks.seeds import drawing_with


def judge_together(
    file: str,
    subjects: Sequence[Subject],
    *,
    hidden: str,
    workers: int,
    seconds_per_test: float,
    seconds_per_version: float,
) -> Iterator[tuple[int, Run | Failed]]:
    """Yield (number, result) for the subjects in the order of completion.

    Results of processes that died are missing. Mutants run the tests of their own function up to
    the first failure, students' versions all of these, and other versions all tests of the module.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)

    def collect_and_fork() -> None:
        ours.close()
        forks = _Forks(subjects, theirs, workers, seconds_per_version)
        run_tests([file], hidden=hidden, seconds=seconds_per_test, plugins=[forks])
        theirs.close()
        os._exit(0)

    process = context.Process(target=collect_and_fork)
    process.start()
    theirs.close()
    ended = False
    try:
        while not ended:
            try:
                answer = ours.recv()
            except EOFError:
                ended = True
            else:
                yield answer
    finally:
        ours.close()
        if not ended and process.pid is not None:
            os.kill(process.pid, signal.SIGINT)  # it ends its forks, then itself
        process.join()


class _Forks:
    """Replaces pytest's loop over the tests."""

    def __init__(
        self, subjects: Sequence[Subject], answers: Connection, workers: int, seconds: float
    ) -> None:
        self.subjects = subjects
        self.answers = answers
        self.workers = workers
        self.seconds = seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        jobs = [lambda s=subject: _run(session, s) for subject in self.subjects]
        for answer in run_forked(jobs, workers=self.workers, seconds=self.seconds):
            self.answers.send(answer)
        return True


def _run(session: pytest.Session, subject: Subject) -> Run:
    """Install a version in a fork and run the tests that judge it."""
    plugins: set[Any] = session.config.pluginmanager.get_plugins()
    (checks,) = [plugin for plugin in plugins if isinstance(plugin, CourseChecks)]
    subject.install()
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
        with drawing_with(OTHER_SEEDS):
            _run_items(failed, checks)
        mark_free_records(found, checks.outcomes)
    return Run(found, [])


def _run_items(
    items: Sequence[pytest.Item], checks: CourseChecks, *, to_first_failure: bool = False
) -> None:
    for item, after in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if to_first_failure and not all(outcome.passed for outcome in checks.outcomes):
            break
