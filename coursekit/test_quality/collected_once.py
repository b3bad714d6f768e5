"""Many versions judged after one collection: pytest collects once, then forks for each version.

Starting pytest and importing the tests takes longer than running them. Here that happens once a
module; each version is put in place in a process forked after it. A test that took hold of the
student's function while it was imported would go on testing the reference, so nothing that is
accepted here is believed: see `judging`.
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
from coursekit.test_quality.subjects import Subject
from toolbox.checks.plugin import CourseChecks
from toolbox.checks.pytest_run import Run, run_tests
from toolbox.checks.scores import settle


def judge_together(
    file: str,
    subjects: Sequence[Subject],
    *,
    hidden: str,
    workers: int,
    seconds_per_test: float,
    seconds_per_version: float,
) -> Iterator[tuple[int, Run | Failed]]:
    """Yield (number, what came of it) for the subjects, as they are ready.

    Those of a process that died are missing. Mutants run the tests of their own function up to
    the first failure, the others all tests of the module.
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
            os.kill(process.pid, signal.SIGINT)  # it ends its own forks, and then itself
        process.join()


class _Forks:
    """Takes the place of pytest's loop over the tests."""

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
    """In a fork: put the version in place, and run what it is to be judged by."""
    plugins: set[Any] = session.config.pluginmanager.get_plugins()
    (checks,) = [plugin for plugin in plugins if isinstance(plugin, CourseChecks)]
    subject.install()
    is_mutant = subject.kind == "mutant"
    chosen = [
        (item, plan)
        for item, plan in zip(session.items, checks.planned, strict=True)
        if not is_mutant or plan.function == subject.function
    ]
    following = [item for item, _ in chosen[1:]]
    for (item, _), after in zip(chosen, [*following, None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if is_mutant and not all(outcome.passed for outcome in checks.outcomes):
            break
    return Run(settle([plan for _, plan in chosen], checks.outcomes), [])
