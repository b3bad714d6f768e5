"""Tests of a submission's functions, run inside its sandbox; what was said of them is judged here.

Believed is only what fits the plan of tests, and is followed by a proper end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from coursekit.grading import wording
from coursekit.grading.channel import Broken, Message, send
from coursekit.grading.processes import Processes, Stopped
from toolbox.checks.outcome import Outcome

Cell = dict[str, Any]


@dataclass
class Trial:
    """What came of one process that ran tests."""

    outcomes: list[Outcome] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    tampering: list[str] = field(default_factory=list)
    ended: str = ""  # why it came to no proper end


class Trials:
    """Runs the tests of a submission. `reference` holds the modules that give way, by name."""

    def __init__(self, processes: Processes, reference: dict[str, str]) -> None:
        self.processes, self.reference = processes, reference

    def clear_cases(self, cells: list[Cell], hidden: dict[str, str]) -> dict[str, Trial]:
        """The functions all of whose tests pass, or find a stub, when all run in one process.

        What is not so clear is left out, to be run on its own: a test must not fail for what
        another function's tests did. Where anything is odd, nothing is known of any function.
        """
        if len(cells) < 2:
            return {}
        trial = self.run(cells, hidden)
        if trial.tampering or trial.ended:
            return {}
        known = {}
        for cell in cells:
            told = [each for each in trial.outcomes if each.function == cell["function"]]
            if len(told) == len(_tests(cell, hidden)) and _clear(told):
                known[cell["function"]] = Trial(told)
        return known

    def run(self, cells: list[Cell], hidden: dict[str, str]) -> Trial:
        """Run the public tests of some functions, then those of `hidden`; gather what came of it.

        Of several functions, a test out of time ends the trial: they are run one by one then.
        """
        trial, planned = Trial(), list[Message]()
        texts = {c["function"]: hidden[c["function"]] for c in cells if hidden.get(c["function"])}
        tests = [test for cell in cells for test in _tests(cell, hidden)]
        listening = self.processes.start(
            {
                "do": "trial",
                "files": list(dict.fromkeys(cell["file"] for cell in cells)),
                "functions": [cell["function"] for cell in cells],
                "reference": self.reference,
            }
        )
        quiet = 3 * self.processes.limits.seconds_per_test + 20
        try:
            while (message := self.processes.hear(listening, quiet))["kind"] != "done":
                if message["kind"] == "tampering":
                    trial.tampering.append(str(message["what"])[:200])
                elif message["kind"] == "planned":
                    planned += message["tests"]
                elif message["kind"] == "ready for more":
                    send(listening.line, {"hidden": texts if not trial.tampering else {}})
                elif message["kind"] == "outcome":
                    trial.outcomes.append(wording.outcome(message, tests))
                    if len(cells) > 1 and trial.outcomes[-1].status == "slow":
                        raise Stopped("a test out of time")
            trial.broken = [str(each)[:500] for each in message["broken"]][:10]
            said, wanted = _digests(planned), _digests(tests)
            if said - wanted or (wanted - said and not trial.broken and not trial.tampering):
                trial.tampering.append("the tests were not the instructor's")
            if len({(o.function, o.test, o.hidden) for o in trial.outcomes}) < len(trial.outcomes):
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
            self.processes.end(listening)
        return trial


def _tests(cell: Cell, hidden: dict[str, str]) -> list[Message]:
    """The tests of a cell's function that are to be run: the instructor's own only with a text."""
    plan = cell["plan"]
    return [*plan["public"], *(plan["hidden"] if hidden.get(cell["function"]) else [])]


def _clear(outcomes: list[Outcome]) -> bool:
    """Whether there is nothing to explain: all passed, or met a stub."""
    return all(each.status in ("passed", "stub") for each in outcomes)


def _digests(tests: Iterable[Message]) -> Counter[tuple[str, str, str]]:
    return Counter((test["function"], test["test"], test["digest"]) for test in tests)
