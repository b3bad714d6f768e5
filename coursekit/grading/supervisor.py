"""One submission's supervisor: runs its pieces in a sandbox and decides what came of them.

It holds the instructor's tests and runs no student code. Its judge runs the tests and asks a
worker in the sandbox for the values that they compare.
"""

from __future__ import annotations

import base64
import secrets
import socket
from typing import Any

from coursekit.grading import wording
from coursekit.grading.cell_outputs import checked_outputs
from coursekit.grading.channel import Broken, Message, receive, send
from coursekit.grading.inside import work
from coursekit.grading.judge.link import Lost
from coursekit.grading.judge.measuring import measured
from coursekit.grading.judge.trials import Cell, Trial, Trials
from coursekit.grading.levels import Level, Limits
from coursekit.grading.processes import Processes, Stopped
from coursekit.grading.sandbox import Place, Sandbox
from coursekit.printable import storable_data

GRACE = 5.0  # seconds between Ctrl-C and the end


class Supervisor:
    """Runs one job, which came as plain data, and returns its results as plain data.

    It is made from the job's `FOR_SANDBOX` alone. The rest comes later, when the process is forked
    from which all processes with student code are: none of them inherits it.
    """

    def __init__(self, needed: dict[str, Any], public: str) -> None:
        self.job: dict[str, Any] = {}
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
        self.trials = Trials(self.processes, self.replaced, self.place)

    def run(self, job: dict[str, Any], hidden: dict[str, str]) -> dict[str, Any]:
        """Run the rest of a job. `hidden` holds the text of the hidden tests by function."""
        self.job = job
        self.trials.key = job.get("key", "")
        results: dict[int, list[Message]] = {}
        try:
            self._replace_earlier()
            results |= self._notebook([c for c in self.job["cells"] if not c["graded"]])
            graded = [cell for cell in self.job["cells"] if cell["graded"]]
            tested = [cell for cell in graded if cell["function"] and "problem" not in cell]
            known = self.trials.clear_cases(tested, hidden)
            for cell in graded:
                results[cell["index"]] = self._graded(cell, hidden, known)
        finally:
            self.processes.sandbox.close()
        return {
            "cells": {index: storable_data(shown) for index, shown in results.items()},
            "flags": self.flags,
            "not_graded": self.not_graded,
            "replaced": sorted(self.replaced),
            "level": self.level.word,
        }

    # The rest of the notebook, in one process: for those who read it, not for points.

    def _notebook(self, cells: list[Cell]) -> dict[int, list[Message]]:
        results: dict[int, list[Message]] = {}
        if not cells:
            return results
        seconds = self.limits.seconds_per_cell
        listening = self.processes.start({"do": "cells", "cells": cells})
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
                    results[at["index"]] = shown + wording.timeout() * interrupted
                    interrupted = False
                elif message["kind"] == "done":
                    break
        except (Broken, Stopped, StopIteration) as problem:
            results[at["index"]] = wording.died(str(problem))
            if not isinstance(problem, StopIteration):
                self.flags.append(f"notebook: {problem}")
        finally:
            self.processes.end(listening)
        return results

    # Autograded cells: at first all with one worker, then what is not clear, each with its own.

    def _graded(self, cell: Cell, hidden: dict[str, str], known: dict[str, Trial]) -> list[Message]:
        count = cell["count"]
        if "problem" in cell:
            return self._not_graded(cell["function"], cell["problem"])
        if not cell["function"]:
            if cell["run"] in self.job["unmeasurable"]:
                reason = f"no images to measure on: {self.job['unmeasurable'][cell['run']]}"
                return self._not_graded(f"cell {cell['index']}", reason)
            if cell["run"]:
                return self._measured(cell)
            return self._whole(cell, hidden.get(str(cell["index"]), ""))
        function, plan = cell["function"], cell["plan"]
        trial = known.get(function) or self.trials.run(cell, hidden)
        self.flags += [f"{function}: {problem}" for problem in trial.problems]
        return wording.told(function, plan, trial, count, self.replaced)

    def _not_graded(self, name: str, reason: str) -> list[Message]:
        """Leave a cell without a score: the course's own test failed, not the student's code."""
        self.not_graded[name] = f"the course's own test failed, run again: {reason}"
        return wording.not_graded()

    def _measured(self, cell: Cell) -> list[Message]:
        """A cell that measures a trained network: the worker gives predictions, and no score."""
        name = f"cell {cell['index']}"
        try:
            # The order of the images is secret even if the seeds of tests are public.
            key = self.trials.key or secrets.token_hex()
            text, points = measured(self.processes, self.place, cell["run"], key)
        except Lost as problem:
            reason = wording.printable(problem)
            self.flags.append(f"{name}: {reason}")
            return wording.zero(cell["count"], wording.ENDED.format(reason=reason))
        except Exception as problem:  # the course's own code
            said = wording.printable(f"{type(problem).__name__}: {problem}")
            return self._not_graded(name, said)
        return [wording.stream(text), wording.result(points, cell["count"])]

    def _whole(self, cell: Cell, source: str) -> list[Message]:
        """An autograded cell of another form: all of it runs inside, after the setup cell."""
        sources = [text for text in (self.job["setup"], source) if text]
        cells = [{"index": n, "source": text, "count": 1} for n, text in enumerate(sources)]
        listening = self.processes.start({"do": "cells", "cells": cells})
        shown: list[Message] = []
        own: list[Message] = []  # errors of cells that hold nothing but the course's own code
        reason, at = "", 0
        try:
            while (message := self.processes.hear(listening, self.limits.seconds_per_cell))[
                "kind"
            ] != "done":
                if message["kind"] == "cell":
                    at = int(message["index"])
                if message["kind"] == "outputs":
                    shown = checked_outputs(message["outputs"])
                    if at < len(cells) - 1:
                        own += wording.errors(shown)
        except (Broken, Stopped, TimeoutError, KeyError, TypeError, ValueError) as problem:
            reason = str(problem) or "out of time"
        finally:
            self.processes.end(listening)
        if reason:
            self.flags.append(f"cell {cell['index']}: {reason}")
            return wording.zero(cell["count"], wording.ENDED.format(reason=reason))
        if own:
            said = wording.printable(f"{own[0]['ename']}: {own[0]['evalue']}")
            return self._not_graded(f"cell {cell['index']}", said)
        return wording.with_score(shown, cell["count"], cell["points"])

    # Modules of earlier parts that fail their own tests give way to the reference.

    def _replace_earlier(self) -> None:
        cells = [cell for module in self.job["earlier"] for cell in module["cells"]]
        known = self.trials.clear_cases(cells, {})
        for module in self.job["earlier"]:
            for cell in module["cells"]:
                trial = known.get(cell["function"]) or self.trials.run(cell, {})
                passed = {o.test for o in trial.outcomes if o.passed}
                whole = all(test["test"] in passed for test in cell["plan"]["public"])
                if trial.broken or not whole:
                    self.replaced[f"student_code.{module['name']}"] = module["code"]
                    break


def supervise(line: socket.socket, public: str) -> None:
    """Serve the job on `line`, then be done. Problems of ours travel back as "problem"."""
    try:
        supervisor = Supervisor(receive(line), public)  # see FOR_SANDBOX
    except (OSError, ValueError, KeyError, TypeError) as problem:
        send(line, {"problem": str(problem)})
        return
    send(line, {"ready": True})
    job, hidden = receive(line), receive(line)
    send(line, supervisor.run(job, hidden))
