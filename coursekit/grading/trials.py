"""Run the tests of a submission's functions in its sandbox, and judge what the process reports.

A report counts only if it fits the plan of tests and a proper end follows it. Once the process has
the hidden tests, it can report nothing but the status of each of them: free text could carry their
source to the student.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from coursekit.grading import wording
from coursekit.grading.channel import Broken, Listening, Message, send
from coursekit.grading.processes import Processes, Stopped
from toolbox.checks.outcome import HIDDEN_BROKEN, Outcome

Cell = dict[str, Any]
LONGEST_REASON = 500  # characters, of why a module can't be loaded
MOST_REASONS = 10


@dataclass
class Trial:
    """The results of one process that ran tests.

    `noticed` is advice: what the process saw of itself that could be tampering. `forged` says why
    the reports can't be those of the checks, and `ended` why there was no proper end; both cost
    the points.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)
    forged: str = ""
    ended: str = ""


class Forged(Exception):
    """A report that the checks can't have written."""


class Trials:
    """Runs the tests of a submission. `reference` holds the modules that give way, by name."""

    def __init__(self, processes: Processes, reference: dict[str, str]) -> None:
        self.processes, self.reference = processes, reference
        self.noticed_together: list[str] = []  # while several functions were tested together

    def clear_cases(self, cells: list[Cell], hidden: dict[str, str]) -> dict[str, Trial]:
        """The functions all of whose tests pass, or find a stub, when all run in one process.

        What is not so clear is left out, to be run on its own: a test must not fail for what
        another function's tests did. If anything is odd, every function is run on its own.
        """
        if len(cells) < 2:
            return {}
        trial = self.run(cells, hidden)
        self.noticed_together += trial.noticed
        if trial.noticed or trial.forged or trial.ended:
            return {}
        known = {}
        for cell in cells:
            told = [each for each in trial.outcomes if each.function == cell["function"]]
            if len(told) == len(tests_of(cell, hidden)) and is_clear(told):
                known[cell["function"]] = Trial(told)
        return known

    def run(self, cells: list[Cell], hidden: dict[str, str]) -> Trial:
        """Run the public tests of some functions, then those of `hidden`; gather what came of it.

        Of several functions, a test out of time ends the trial: they are run one by one then.
        """
        trial = Trial()
        texts = {c["function"]: hidden[c["function"]] for c in cells if hidden.get(c["function"])}
        listening = self.processes.start(
            {
                "do": "trial",
                "files": list(dict.fromkeys(cell["file"] for cell in cells)),
                "functions": [cell["function"] for cell in cells],
                "reference": self.reference,
            }
        )
        try:
            self._listen(listening, trial, cells, texts)
        except TimeoutError:
            quiet = self._quiet()
            trial.ended = f"no answer for {quiet:g} s"
        except Stopped as problem:
            trial.ended = str(problem)
        except Broken as problem:
            trial.ended = f"the tests did not run to their end ({problem})"
        except Forged as problem:
            trial.forged = str(problem)
        except (KeyError, TypeError, ValueError, OSError):
            trial.forged = "a report that the checks did not write"
        finally:
            self.processes.end(listening)
        return trial

    def _quiet(self) -> float:
        """Seconds without any report after which a process has failed."""
        return 3 * self.processes.limits.seconds_per_test + 20

    def _listen(
        self, listening: Listening, trial: Trial, cells: list[Cell], texts: dict[str, str]
    ) -> None:
        """Fill `trial` with what is reported until the end. Raises `Forged`, or why it ended."""
        tests = [test for cell in cells for test in tests_of(cell, texts)]
        planned: list[Message] = []
        handed_over = False  # whether the process has the hidden tests
        while (message := self.processes.hear(listening, self._quiet()))["kind"] != "done":
            if message["kind"] == "noticed":
                trial.noticed.append(wording.printable(message["what"]))
            elif message["kind"] == "planned":
                planned += message["tests"]
            elif message["kind"] == "ready for more":
                trial.broken = _reasons(message["broken"])
                send(listening.line, {"hidden": texts})
                handed_over = True
            elif message["kind"] == "outcome":
                outcome = wording.outcome(message, tests)
                if outcome.hidden != handed_over:
                    raise Forged("a test was reported out of turn")
                trial.outcomes.append(outcome)
                if len(cells) > 1 and outcome.status == "slow":
                    raise Stopped("a test out of time")
        if not handed_over:
            trial.broken = _reasons(message["broken"])
        elif len(message["broken"]) > len(trial.broken):
            trial.broken.append(HIDDEN_BROKEN)
        said, wanted = _digests(planned), _digests(tests)
        if said - wanted or (wanted - said and not trial.broken):
            raise Forged("the tests were not the instructor's")
        if len({(o.function, o.test, o.hidden) for o in trial.outcomes}) < len(trial.outcomes):
            raise Forged("a test was reported twice")


def tests_of(cell: Cell, hidden: dict[str, str]) -> list[Message]:
    """The tests of a cell's function that are to be run: the instructor's own only with a text."""
    plan = cell["plan"]
    return [*plan["public"], *(plan["hidden"] if hidden.get(cell["function"]) else [])]


def _reasons(said: list[Any]) -> list[str]:
    """Why modules can't be loaded, as far as it may be shown."""
    return [str(each)[:LONGEST_REASON] for each in said][:MOST_REASONS]


def is_clear(outcomes: list[Outcome]) -> bool:
    """Whether there is nothing to explain: all passed, or met a stub."""
    return all(each.status in ("passed", "stub") for each in outcomes)


def _digests(tests: Iterable[Message]) -> Counter[tuple[str, str, str]]:
    return Counter((test["function"], test["test"], test["digest"]) for test in tests)
