"""The supervisor of one submission: run its cells and tests in a sandbox and decide the results.

It has the hidden tests and runs no student code. Its judge runs the tests and asks a worker in the
sandbox for the values that they compare.
"""

from __future__ import annotations

import base64
import secrets
import socket

from coursekit.grading.protocol.channel import Broken, receive, send
from coursekit.grading.protocol.messages import (
    EarlierModule,
    GradedCell,
    Job,
    NetworkCell,
    Output,
    Results,
    RunCell,
    SandboxJob,
    SourceCell,
)
from coursekit.grading.sandbox.container import Place, Sandbox
from coursekit.grading.sandbox.levels import Level, Limits
from coursekit.grading.supervisor import feedback
from coursekit.grading.supervisor.cell_outputs import checked_outputs
from coursekit.grading.supervisor.judge.link import Lost
from coursekit.grading.supervisor.judge.sandboxed_tests import FunctionResults, SandboxedTests
from coursekit.grading.supervisor.judge.trained_run import measured
from coursekit.grading.supervisor.processes import Processes, Stopped
from coursekit.grading.worker.main import work
from coursekit.printable import storable_data

GRACE = 5.0  # seconds between the interrupt and the kill


class Supervisor:
    """Runs one job, received as plain data, and returns its results as plain data.

    It is created from the job's `SandboxJob` alone. The rest arrives after the process from which
    all processes with student code are forked exists, so none of them inherits it.
    """

    def __init__(self, needed: SandboxJob, public: str) -> None:
        self.limits, self.level = Limits(**needed["limits"]), Level(needed["level"])
        self.place = Place(
            needed["root"],
            public,
            {name: base64.b64decode(text) for name, text in needed["files"].items()},
            data=needed["data"],
            environment={**needed["environment"], "COURSEKIT_PUBLIC": public},
        )
        self.flags: list[str] = []
        self.replaced: dict[str, str] = {}
        self.not_graded: dict[str, str] = {}  # why the course's own test failed, by cell
        sandbox = Sandbox(self.place, self.limits, self.level, work)
        self.processes = Processes(sandbox, self.limits)
        self.tests = SandboxedTests(self.processes, self.replaced, self.place)

    def run(self, job: Job, hidden: dict[str, str]) -> Results:
        """Run the rest of a job. `hidden` has the source of the hidden tests by function."""
        self.tests.key = job["key"]
        results: dict[int, list[Output]] = {}
        try:
            self._replace_earlier(job["earlier"])
            results |= self._notebook([cell for cell in job["cells"] if cell["kind"] == "run"])
            graded = [cell for cell in job["cells"] if cell["kind"] != "run"]
            tested = [cell for cell in graded if cell["kind"] == "tests"]
            known = self.tests.clear_cases(tested, hidden)
            for cell in graded:
                results[cell["index"]] = self._graded(cell, job, hidden, known)
        finally:
            self.processes.sandbox.close()
        return {
            "cells": {str(index): storable_data(shown) for index, shown in results.items()},
            "flags": self.flags,
            "not_graded": self.not_graded,
            "replaced": sorted(self.replaced),
            "level": self.level.word,
        }

    # Cells without points run in one process, for the readers of the notebook.

    def _notebook(self, cells: list[RunCell]) -> dict[int, list[Output]]:
        results: dict[int, list[Output]] = {}
        if not cells:
            return results
        seconds = self.limits.seconds_per_cell
        listening = self.processes.run_cells(cells)
        at, interrupted = cells[0], False
        try:
            while True:
                try:
                    message = self.processes.hear(listening, GRACE if interrupted else seconds)
                except TimeoutError:
                    if interrupted:
                        raise Stopped("a cell did not end when it was interrupted") from None
                    self.processes.sandbox.interrupt()
                    interrupted = True
                    continue
                if message["kind"] == "cell":
                    at = next(c for c in cells if c["index"] == message["index"])
                elif message["kind"] == "outputs":
                    shown = checked_outputs(message["outputs"])
                    results[at["index"]] = shown + feedback.timeout() * interrupted
                    interrupted = False
                elif message["kind"] == "done":
                    break
        except (Broken, Stopped, StopIteration) as problem:
            results[at["index"]] = feedback.died(str(problem))
            if not isinstance(problem, StopIteration):
                self.flags.append(f"notebook: {problem}")
        finally:
            self.processes.end(listening)
        return results

    # Autograded cells share one worker at first; tests without a clear result get their own.

    def _graded(
        self,
        cell: GradedCell,
        job: Job,
        hidden: dict[str, str],
        known: dict[str, FunctionResults],
    ) -> list[Output]:
        if cell["kind"] == "broken":
            return self._not_graded(cell["function"], cell["problem"])
        if cell["kind"] == "network":
            if reason := job["unmeasurable"].get(cell["run"], ""):
                return self._not_graded(
                    f"cell {cell['index']}", f"no images to measure on: {reason}"
                )
            return self._measured(cell)
        if cell["kind"] == "source":
            return self._whole(cell, job["setup"], hidden.get(str(cell["index"]), ""))
        function = cell["function"]
        found = known.get(function) or self.tests.run(cell, hidden)
        self.flags += [f"{function}: {problem}" for problem in found.problems]
        return feedback.graded_outputs(function, cell["plan"], found, cell["count"], self.replaced)

    def _not_graded(self, name: str, reason: str) -> list[Output]:
        """Leave a cell without a score: the course's own test failed, not the student's code."""
        self.not_graded[name] = f"the course's own test failed, run again: {reason}"
        return feedback.not_graded()

    def _measured(self, cell: NetworkCell) -> list[Output]:
        """Grade a trained network: the worker returns predictions, never a score."""
        name = f"cell {cell['index']}"
        try:
            # The order of the images is secret even if the tests use public seeds.
            key = self.tests.key or secrets.token_hex()
            text, points = measured(self.processes, self.place, cell["run"], key)
        except Lost as problem:
            reason = feedback.printable(problem)
            self.flags.append(f"{name}: {reason}")
            return feedback.zero(cell["count"], feedback.ENDED.format(reason=reason))
        except Exception as problem:  # from the course's own code
            said = feedback.printable(f"{type(problem).__name__}: {problem}")
            return self._not_graded(name, said)
        return [feedback.stream(text), feedback.result(points, cell["count"])]

    def _whole(self, cell: SourceCell, setup: str, source: str) -> list[Output]:
        """Run an autograded cell of another form in the sandbox, after the setup cell."""
        sources = [text for text in (setup, source) if text]
        cells = [
            RunCell(kind="run", index=n, count=1, source=text) for n, text in enumerate(sources)
        ]
        listening = self.processes.run_cells(cells)
        shown: list[Output] = []
        own: list[Output] = []  # errors of cells that contain only the course's own code
        reason, at = "", 0
        try:
            seconds = self.limits.seconds_per_cell
            while (message := self.processes.hear(listening, seconds))["kind"] != "done":
                if message["kind"] == "cell":
                    at = message["index"]
                elif message["kind"] == "outputs":
                    shown = checked_outputs(message["outputs"])
                    if at < len(cells) - 1:
                        own += feedback.errors(shown)
        except (Broken, Stopped, TimeoutError) as problem:
            reason = str(problem) or "out of time"
        finally:
            self.processes.end(listening)
        if reason:
            self.flags.append(f"cell {cell['index']}: {reason}")
            return feedback.zero(cell["count"], feedback.ENDED.format(reason=reason))
        if own:
            said = feedback.printable(f"{own[0]['ename']}: {own[0]['evalue']}")
            return self._not_graded(f"cell {cell['index']}", said)
        return feedback.with_score(shown, cell["count"], cell["points"])

    # The reference replaces modules of earlier parts that fail their own tests.

    def _replace_earlier(self, modules: list[EarlierModule]) -> None:
        cells = [cell for module in modules for cell in module["cells"]]
        known = self.tests.clear_cases(cells, {})
        for module in modules:
            for cell in module["cells"]:
                found = known.get(cell["function"]) or self.tests.run(cell, {})
                passed = {o.test for o in found.outcomes if o.passed}
                whole = all(test["test"] in passed for test in cell["plan"]["public"])
                if found.broken or not whole:
                    self.replaced[f"student_code.{module['name']}"] = module["code"]
                    break


def supervise(line: socket.socket, public: str) -> None:
    """Serve the job on `line` once. A problem of the grader is returned as "problem"."""
    try:
        supervisor = Supervisor(receive(line), public)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        send(line, {"problem": str(problem)})
        return
    send(line, {"ready": True})
    job, hidden = receive(line), receive(line)
    send(line, supervisor.run(job, hidden))
