"""Trials of a submission's functions: by the judge, or in the process of the student's code.

Has the methods of `coursekit.grading.trials.Trials`, which still runs the functions that
`judge.places` lists.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from coursekit.grading.channel import send
from coursekit.grading.judge.errors import Errors
from coursekit.grading.judge.link import Link, Lost
from coursekit.grading.judge.running import OutOfTime, run
from coursekit.grading.processes import Processes
from coursekit.grading.sandbox import Place
from coursekit.grading.trials import Cell, Trial, Trials, is_clear, tests_of

KEPT = ("COURSE_STUDENT_ID", "COURSE_DATA", "NBGRADER_EXECUTION")  # what tests may read


class Sandboxed:
    """Starts workers in a submission's sandbox."""

    def __init__(self, processes: Processes, reference: dict[str, str]) -> None:
        self._processes, self._reference = processes, reference

    def start(self) -> socket.socket:
        line = self._processes.sandbox.run()
        send(line, {"do": "serve", "key": "", "reference": self._reference})
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


class JudgedTrials:
    """Runs the tests of a submission, each where it is judged best."""

    def __init__(self, inside: Trials, place: Place) -> None:
        self._inside, self._place = inside, place
        self.key = ""  # for the seeds of tests

    @property
    def noticed_together(self) -> list[str]:
        """What was noticed while several functions were tested in one process."""
        return self._inside.noticed_together

    def clear_cases(self, cells: list[Cell], hidden: dict[str, str]) -> dict[str, Trial]:
        """The functions all of whose tests pass, or find a stub, when they are run together.

        Each of the other functions is then run with a fresh worker.
        """
        outside = [cell for cell in cells if cell["outside"]]
        within = [cell for cell in cells if not cell["outside"]]
        known = self._inside.clear_cases(within, hidden)
        if len(outside) < 2:
            return known
        trial = self._judged(outside, hidden)
        for cell in outside:
            mine = [each for each in trial.outcomes if each.function == cell["function"]]
            if len(mine) == len(tests_of(cell, hidden)) and is_clear(mine):
                known[cell["function"]] = Trial(mine)
        return known

    def run(self, cells: list[Cell], hidden: dict[str, str]) -> Trial:
        """Run the public tests of some functions and those in `hidden`."""
        if all(cell["outside"] for cell in cells):
            return self._judged(cells, hidden)
        return self._inside.run(cells, hidden)

    def _judged(self, cells: list[Cell], hidden: dict[str, str]) -> Trial:
        functions = [cell["function"] for cell in cells]
        texts = {name: hidden[name] for name in functions if hidden.get(name)}
        files = list(dict.fromkeys(cell["file"] for cell in cells))
        os.environ.update({k: v for k, v in self._place.environment.items() if k in KEPT})
        scratch = Path(tempfile.mkdtemp(prefix="coursekit-judge-"))
        errors = Errors(self._place.root, self._place.files)
        source = Sandboxed(self._inside.processes, self._inside.reference)
        link = Link(source, scratch / "tests", errors, lambda said: sys.stdout.write(said))
        try:
            place, hasty = scratch / "tests", len(cells) > 1
            found = run(link, files, functions, texts, place, hasty=hasty, key=self.key)
        except OutOfTime:
            return Trial(ended="a test out of time")
        finally:
            link.close()
            shutil.rmtree(scratch, ignore_errors=True)
        for outcome in found.outcomes:
            if outcome.hidden:
                outcome.withhold()
        return Trial(found.outcomes, found.broken)
