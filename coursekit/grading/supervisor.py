"""One submission's supervisor: runs its pieces in a sandbox and decides what came of them.

It holds the instructor's tests, runs no student code, and believes a process inside only what
is said on the sealed line, fits the plan of tests, and is followed by a proper end.
"""

from __future__ import annotations

import base64
import socket
from typing import Any

from coursekit.grading import wording
from coursekit.grading.cell_outputs import checked_outputs
from coursekit.grading.channel import Broken, Message, receive, send
from coursekit.grading.inside import work
from coursekit.grading.levels import Level, Limits
from coursekit.grading.processes import Processes, Stopped
from coursekit.grading.sandbox import Place, Sandbox
from coursekit.grading.trials import Cell, Trial, Trials
from coursekit.printable import storable_data

GRACE = 5.0  # seconds between Ctrl-C and the end


class Supervisor:
    """Runs one job, which came as plain data, and returns its results as plain data."""

    def __init__(self, job: dict[str, Any], public: str) -> None:
        self.job = job
        self.limits = Limits(**job["limits"])
        self.files = {name: base64.b64decode(text) for name, text in job["files"].items()}
        self.place = Place(
            job["root"],
            public,
            self.files,
            data=job["data"],
            environment={**job["environment"], "COURSEKIT_PUBLIC": public},
        )
        self.flags: list[str] = []
        self.replaced: dict[str, str] = {}
        sandbox = Sandbox(self.place, self.limits, Level(job["level"]), work)
        self.processes = Processes(sandbox, self.limits)
        self.trials = Trials(self.processes, self.replaced)

    def run(self, hidden: dict[str, str]) -> dict[str, Any]:
        """`hidden` is the text of the instructor's tests by function, of no one else's concern."""
        results: dict[int, list[Message]] = {}
        try:
            self._replace_earlier()
            results |= self._notebook([c for c in self.job["cells"] if not c["graded"]])
            graded = [cell for cell in self.job["cells"] if cell["graded"]]
            known = self.trials.clear_cases([cell for cell in graded if cell["function"]], hidden)
            for cell in graded:
                results[cell["index"]] = self._graded(cell, hidden, known)
        finally:
            self.processes.sandbox.close()
        return {
            "cells": {index: storable_data(shown) for index, shown in results.items()},
            "flags": self.flags,
            "replaced": sorted(self.replaced),
            "level": Level(self.job["level"]).word,
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

    # Autograded cells: at first all in one process, then what is not clear, each in its own.

    def _graded(self, cell: Cell, hidden: dict[str, str], known: dict[str, Trial]) -> list[Message]:
        count = cell["count"]
        if not cell["function"]:
            return self._whole(cell, hidden.get(str(cell["index"]), ""))
        function, plan = cell["function"], cell["plan"]
        trial = known.get(function) or self.trials.run([cell], hidden)
        if trial.tampering:
            self.flags.append(f"{function}: tampering: {trial.tampering[0]}")
            return wording.zero(count, wording.TAMPERED)
        if trial.ended:
            self.flags.append(f"{function}: {trial.ended}")
            return wording.zero(count, wording.ENDED.format(reason=trial.ended))
        wording.without_secrets(trial.outcomes, self.files)
        return wording.told(function, plan, trial, count, self.replaced)

    def _whole(self, cell: Cell, source: str) -> list[Message]:
        """An autograded cell of another form: all of it runs inside, after the setup cell."""
        sources = [text for text in (self.job["setup"], source) if text]
        cells = [{"index": n, "source": text, "count": 1} for n, text in enumerate(sources)]
        listening = self.processes.start({"do": "cells", "cells": cells, "guarded": True})
        shown: list[Message] = []
        reason = ""
        try:
            while (message := self.processes.hear(listening, self.limits.seconds_per_cell))[
                "kind"
            ] != "done":
                if message["kind"] == "tampering":
                    reason = f"tampering: {message['what']}"
                    break
                if message["kind"] == "outputs":
                    shown = checked_outputs(message["outputs"])
        except (Broken, Stopped, TimeoutError, KeyError, TypeError, ValueError) as problem:
            reason = str(problem) or "out of time"
        finally:
            self.processes.end(listening)
        if reason:
            self.flags.append(f"cell {cell['index']}: {reason}")
            tampered = reason.startswith("tampering")
            words = wording.TAMPERED if tampered else wording.ENDED.format(reason=reason)
            return wording.zero(cell["count"], words)
        return wording.with_score(shown, cell["count"], cell["points"])

    # Modules of earlier parts that fail their own tests give way to the reference.

    def _replace_earlier(self) -> None:
        cells = [cell for module in self.job["earlier"] for cell in module["cells"]]
        known = self.trials.clear_cases(cells, {})
        for module in self.job["earlier"]:
            for cell in module["cells"]:
                trial = known.get(cell["function"]) or self.trials.run([cell], {})
                passed = {o.test for o in trial.outcomes if o.passed}
                whole = all(test["test"] in passed for test in cell["plan"]["public"])
                if trial.ended or trial.tampering or trial.broken or not whole:
                    self.replaced[f"student_code.{module['name']}"] = module["code"]
                    break


def supervise(line: socket.socket, public: str) -> None:
    """Serve the job on `line`, then be done. Problems of ours travel back as "problem"."""
    try:
        supervisor = Supervisor(receive(line), public)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        send(line, {"problem": str(problem)})
        return
    # The instructor's tests arrive only now, when no process with student code can inherit them.
    send(line, {"ready": True})
    send(line, supervisor.run(receive(line)))
