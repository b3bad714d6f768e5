"""Run the tests of a submission's functions in this process, with its code in the sandbox."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.folder_in_memory import folder_in_memory
from coursekit.grading.protocol.channel import send
from coursekit.grading.protocol.messages import PlannedTest, ServeTask, TestCell
from coursekit.grading.sandbox.container import Place
from coursekit.grading.supervisor.judge.link import Link, Lost
from coursekit.grading.supervisor.judge.pytest_session import OutOfTime, run
from coursekit.grading.supervisor.judge.remote_errors import Errors
from coursekit.grading.supervisor.processes import Processes
from toolbox.checks.outcome import Outcome

KEPT = ("COURSE_STUDENT_ID", "COURSE_DATA", "NBGRADER_EXECUTION")  # readable by tests
LONGEST_REASON = 500  # characters of the reason why a module cannot be loaded
MOST_REASONS = 10


@dataclass
class FunctionResults:
    """The outcomes of some functions' tests.

    broken: why modules could not be loaded. problems: how workers violated the protocol or
    exceeded a limit; the test that was running has failed, and the instructor should know why.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Sandboxed:
    """Starts workers in a submission's sandbox."""

    sees_data = True  # whether a worker sees the data sets

    def __init__(self, processes: Processes, reference: dict[str, str]) -> None:
        self._processes, self._reference = processes, reference

    def start(self) -> socket.socket:
        line = self._processes.sandbox.run(data=self.sees_data)
        task: ServeTask = {"kind": "serve", "reference": self._reference}
        send(line, task)
        return line

    def stop(self, line: socket.socket) -> None:
        self._processes.sandbox.sweep()
        line.close()

    def check(self) -> None:
        limits = self._processes.limits
        if self._processes.sandbox.memory() > limits.memory:
            raise Lost(f"more than {limits.memory} MB of memory")
        if time.monotonic() > self._processes.deadline:
            raise Lost(f"the submission took more than {limits.seconds:g} s")


@contextlib.contextmanager
def linked(
    source: Sandboxed, place: Place, settings: Collection[str], show: Callable[[str], Any]
) -> Iterator[tuple[Link, Path]]:
    """Yield a link to workers of `source`, and the folder in which tests write.

    settings: names of the submission's environment variables to set in this process too.
    show: called with the output of student code.
    """
    os.environ.update({k: v for k, v in place.environment.items() if k in settings})
    scratch = Path(tempfile.mkdtemp(prefix="coursekit-judge-", dir=folder_in_memory()))
    link = Link(source, scratch / "tests", Errors(place.root, place.files), show)
    try:
        yield link, scratch / "tests"
    finally:
        link.close()
        shutil.rmtree(scratch, ignore_errors=True)


class SandboxedTests:
    """Runs the tests of a submission.

    reference: the course's modules, by name, that replace the student's in the worker.
    """

    def __init__(self, processes: Processes, reference: dict[str, str], place: Place) -> None:
        self._source, self._place = Sandboxed(processes, reference), place
        self.key = ""  # seeds the tests

    def clear_cases(
        self, cells: list[TestCell], hidden: dict[str, str]
    ) -> dict[str, FunctionResults]:
        """Return the functions whose tests all pass, or all find a stub, when run together.

        All others need a separate run with their own worker, since a test must not fail because
        of another function's tests.
        """
        if len(cells) < 2:
            return {}
        try:
            found = self._run(cells, hidden, hasty=True)
        except OutOfTime:
            return {}
        known = {}
        for cell in cells:
            mine = [each for each in found.outcomes if each.function == cell["function"]]
            if len(mine) == len(tests_of(cell, hidden)) and is_clear(mine):
                known[cell["function"]] = FunctionResults(mine)
        return known

    def run(self, cell: TestCell, hidden: dict[str, str]) -> FunctionResults:
        """Run the public tests of a function and those in `hidden`."""
        return self._run([cell], hidden, hasty=False)

    def _run(
        self, cells: list[TestCell], hidden: dict[str, str], *, hasty: bool
    ) -> FunctionResults:
        functions = [cell["function"] for cell in cells]
        texts = {name: hidden[name] for name in functions if hidden.get(name)}
        files = list(dict.fromkeys(cell["file"] for cell in cells))
        show = lambda said: sys.stdout.write(said)  # noqa: E731 - follows later redirection
        with linked(self._source, self._place, KEPT, show) as (link, folder):
            found = run(link, files, functions, texts, folder, hasty=hasty, key=self.key)
        for outcome in found.outcomes:
            if outcome.hidden:
                outcome.withhold()
        broken = [reason[:LONGEST_REASON] for reason in found.broken[:MOST_REASONS]]
        return FunctionResults(found.outcomes, broken, list(dict.fromkeys(link.problems)))


def tests_of(cell: TestCell, hidden: dict[str, str]) -> list[PlannedTest]:
    """Return a cell's tests to run: hidden ones only if their source was sent."""
    plan = cell["plan"]
    return [*plan["public"], *(plan["hidden"] if hidden.get(cell["function"]) else [])]


def is_clear(outcomes: list[Outcome]) -> bool:
    """Return whether all tests passed or found a stub, so that none needs an explanation."""
    return all(each.status in ("passed", "stub") for each in outcomes)
