"""One submission's supervisor: runs its pieces in a sandbox and decides what came of them.

It holds the instructor's tests, runs no student code, and believes a process inside only what
is said on the sealed line, fits the plan of tests, and is followed by a proper end.
"""

from __future__ import annotations

import base64
import secrets
import select
import socket
import time
from dataclasses import dataclass, field
from typing import Any

from coursekit.grading import wording
from coursekit.grading.channel import Broken, Listening, Message, receive, send
from coursekit.grading.inside import work
from coursekit.grading.levels import Level, Limits
from coursekit.grading.sandbox import Place, Sandbox
from toolbox.checks.outcome import Outcome

Cell = dict[str, Any]
GRACE = 5.0  # seconds between Ctrl-C and the end


class Stopped(Exception):
    """A process was ended from outside; the message says why."""


@dataclass
class Trial:
    """What came of one process that ran tests."""

    outcomes: list[Outcome] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    tampering: list[str] = field(default_factory=list)
    ended: str = ""  # why it came to no proper end


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
        self.deadline = time.monotonic() + self.limits.seconds
        self.flags: list[str] = []
        self.replaced: dict[str, str] = {}
        self.sandbox = Sandbox(self.place, self.limits, Level(job["level"]), work)

    def run(self, hidden: dict[str, str]) -> dict[str, Any]:
        """`hidden` is the text of the instructor's tests by function, of no one else's concern."""
        results: dict[int, list[Message]] = {}
        try:
            self._replace_earlier()
            results |= self._notebook([c for c in self.job["cells"] if not c["graded"]])
            for cell in self.job["cells"]:
                if cell["graded"]:
                    results[cell["index"]] = self._graded(cell, hidden)
        finally:
            self.sandbox.close()
        return {
            "cells": results,
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
        listening = self._start({"do": "cells", "cells": cells})
        at, interrupted = cells[0], False
        try:
            while True:
                try:
                    message = self._hear(listening, GRACE if interrupted else seconds)
                except TimeoutError:
                    if interrupted:
                        raise Stopped("a cell did not end when it was interrupted") from None
                    self.sandbox.interrupt()
                    interrupted = True
                    continue
                if message["kind"] == "cell":
                    at = next(c for c in cells if c["index"] == message["index"])
                elif message["kind"] == "outputs":
                    shown = wording.checked_outputs(message["outputs"])
                    results[at["index"]] = shown + wording.timeout() * interrupted
                    interrupted = False
                elif message["kind"] == "done":
                    break
        except (Broken, Stopped, StopIteration) as problem:
            results[at["index"]] = wording.died(str(problem))
            if not isinstance(problem, StopIteration):
                self.flags.append(f"notebook: {problem}")
        finally:
            self._end(listening)
        return results

    # Autograded cells, each in processes of their own.

    def _graded(self, cell: Cell, hidden: dict[str, str]) -> list[Message]:
        count = cell["count"]
        if not cell["function"]:
            return self._whole(cell, hidden.get(str(cell["index"]), ""))
        function, plan = cell["function"], cell["plan"]
        trial = self._trial(cell, hidden[function])
        if trial.tampering:
            self.flags.append(f"{function}: tampering: {trial.tampering[0]}")
            return wording.zero(count, wording.TAMPERED)
        if trial.ended:
            self.flags.append(f"{function}: {trial.ended}")
            return wording.zero(count, wording.ENDED.format(reason=trial.ended))
        wording.without_secrets(trial.outcomes, self.files)
        return wording.told(function, plan, trial, count, self.replaced)

    def _trial(self, cell: Cell, hidden: str) -> Trial:
        """Run a function's public tests, then `hidden`, and gather what they came to."""
        names = {name: cell[name] for name in ("file", "function")}
        trial, rounds = Trial(), list[Any]()
        plan = cell["plan"]
        tests = [*plan["public"], *(plan["hidden"] if hidden else [])]
        wanted = [_digests(plan["public"]), *([_digests(plan["hidden"])] if hidden else [])]
        listening = self._start({"do": "trial", **names, "reference": self.replaced})
        quiet = 3 * self.limits.seconds_per_test + 20
        try:
            while (message := self._hear(listening, quiet))["kind"] != "done":
                if message["kind"] == "tampering":
                    trial.tampering.append(str(message["what"])[:200])
                elif message["kind"] == "planned":
                    rounds.append(_digests(message["tests"]))
                elif message["kind"] == "ready for more":
                    send(listening.line, {"hidden": hidden if not trial.tampering else ""})
                elif message["kind"] == "outcome":
                    trial.outcomes.append(wording.outcome(message, tests))
            trial.broken = [str(each)[:500] for each in message["broken"]][:10]
            if rounds != wanted and not trial.broken and not trial.tampering:
                trial.tampering.append("the tests were not the instructor's")
            if len({(o.test, o.hidden) for o in trial.outcomes}) < len(trial.outcomes):
                trial.tampering.append("a test was reported twice")
        except TimeoutError:
            trial.ended = f"no answer for {quiet:g} s"
        except Stopped as problem:
            trial.ended = str(problem)
        except Broken as problem:
            trial.ended = f"the tests did not run to their end ({problem})"
        except (KeyError, TypeError, ValueError, OSError):
            trial.tampering.append("a report that the checks did not write")
        finally:
            self._end(listening)
        return trial

    def _whole(self, cell: Cell, source: str) -> list[Message]:
        """An autograded cell of another form: all of it runs inside, after the setup cell."""
        sources = [text for text in (self.job["setup"], source) if text]
        cells = [{"index": n, "source": text, "count": 1} for n, text in enumerate(sources)]
        listening = self._start({"do": "cells", "cells": cells, "guarded": True})
        shown: list[Message] = []
        reason = ""
        try:
            while (message := self._hear(listening, self.limits.seconds_per_cell))[
                "kind"
            ] != "done":
                if message["kind"] == "tampering":
                    reason = f"tampering: {message['what']}"
                    break
                if message["kind"] == "outputs":
                    shown = wording.checked_outputs(message["outputs"])
        except (Broken, Stopped, TimeoutError, KeyError, TypeError, ValueError) as problem:
            reason = str(problem) or "out of time"
        finally:
            self._end(listening)
        if reason:
            self.flags.append(f"cell {cell['index']}: {reason}")
            tampered = reason.startswith("tampering")
            words = wording.TAMPERED if tampered else wording.ENDED.format(reason=reason)
            return wording.zero(cell["count"], words)
        return wording.with_score(shown, cell["count"], cell["points"])

    # Modules of earlier parts that fail their own tests give way to the reference.

    def _replace_earlier(self) -> None:
        for module in self.job["earlier"]:
            for cell in module["cells"]:
                trial = self._trial(cell, "")
                passed = {o.test for o in trial.outcomes if o.passed}
                whole = all(test["test"] in passed for test in cell["plan"]["public"])
                if trial.ended or trial.tampering or trial.broken or not whole:
                    self.replaced[f"student_code.{module['name']}"] = module["code"]
                    break

    def _start(self, task: Message) -> Listening:
        line, key = self.sandbox.run(), secrets.token_bytes(32)
        send(line, {**task, "key": key.hex(), "most": self.limits.output << 20})
        return Listening(line, key, (self.limits.output << 20) * 2 + (1 << 20))

    def _end(self, listening: Listening) -> None:
        self.sandbox.sweep()
        listening.line.close()

    def _hear(self, listening: Listening, seconds: float) -> Message:
        """The next message. Raises `TimeoutError` after `seconds` without one, and `Stopped`
        where the submission uses more memory or time than it may."""
        until = time.monotonic() + seconds
        while not select.select([listening.line], [], [], 0.1)[0]:
            if self.sandbox.memory() > self.limits.memory:
                raise Stopped(f"more than {self.limits.memory} MB of memory")
            if time.monotonic() > self.deadline:
                raise Stopped(f"the submission took more than {self.limits.seconds:g} s")
            if time.monotonic() > until:
                raise TimeoutError
        listening.line.settimeout(20)
        try:
            return listening.hear()
        except (TimeoutError, OSError) as problem:
            raise Broken("a message without an end") from problem


def _digests(tests: list[Message]) -> list[tuple[str, str]]:
    return [(test["test"], test["digest"]) for test in tests]


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
