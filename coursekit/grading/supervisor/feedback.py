"""Turn test outcomes into the outputs of an autograded cell, worded like `toolbox.checks`."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from coursekit.grading.protocol.messages import Output, PlannedTest, TestPlan
from toolbox.checks.diagnosis import diagnose
from toolbox.checks.graded_pictures import graded_pictures
from toolbox.checks.notebook_calls import print_results
from toolbox.checks.outcome import Outcome, Run
from toolbox.checks.scores import settle

if TYPE_CHECKING:
    from coursekit.grading.supervisor.judge.sandboxed_tests import FunctionResults

LONGEST = 4000  # characters of one text from a sandbox
NOT_GRADED = (
    "· Not graded yet: the course's own test failed here, not your code.\n"
    "    Your instructor sees this and grades it again."
)
ENDED = (
    "✗ These checks did not finish, so this cell scores 0: {reason}.\n"
    "    meaning       Your code ended the process, or used too much time or memory."
)


def printable(text: object, longest: int = 200, keep: str = "") -> str:
    """Shorten an untrusted text and replace its control characters, except those in `keep`."""
    kept = str(text)[:longest]
    return "".join(each if each.isprintable() or each in keep else "?" for each in kept)


def shown_text(text: str) -> str:
    """Return a text from a sandbox as students see it: bounded, without control characters."""
    return printable(text, LONGEST, keep="\n\t")


def graded_outputs(
    function: str, plan: TestPlan, found: FunctionResults, count: int, replaced: dict[str, str]
) -> list[Output]:
    """Return the outputs of an autograded cell, as `checks.grade` prints and returns them."""
    planned = [_planned(test) for test in [*plan["public"], *plan["hidden"]]]
    settled = [] if found.broken else settle(planned, found.outcomes)
    with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):
        diagnose(settled)
    said, run = io.StringIO(), Run(settled, found.broken)
    with contextlib.redirect_stdout(said):
        for name in sorted(replaced):
            file = name.replace(".", "/") + ".py"
            print(f"· {file} fails its own tests, so the course's version is used here instead.")
        points, feedback = print_results(function, run, "hidden" * bool(plan["hidden"]))
    shown = [display(bundle) for bundle in graded_pictures(feedback)]
    return [stream(said.getvalue()), *shown, result(points, count)]


def _planned(test: PlannedTest) -> Outcome:
    return Outcome(**test)


def stream(text: str, name: str = "stdout") -> Output:
    """Return the output of text that a cell printed."""
    return {"output_type": "stream", "name": name, "text": text}


def display(bundle: dict[str, str]) -> Output:
    """Return the output of something that a cell displays, by media type."""
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


def result(points: float, count: int) -> Output:
    """Return the output that nbgrader reads as a cell's score."""
    return {
        "output_type": "execute_result",
        "execution_count": count,
        "data": {"text/plain": repr(float(points))},
        "metadata": {},
    }


def zero(count: int, words: str) -> list[Output]:
    """Return the outputs of a cell that scores 0, with the reason."""
    return [stream(words + "\n"), result(0.0, count)]


def not_graded() -> list[Output]:
    """Return the outputs of a cell without a score because of a fault in the course itself."""
    return [stream(NOT_GRADED + "\n")]


def errors(shown: list[Output]) -> list[Output]:
    """Return the errors among outputs, except those with which student code ends a process."""
    ending = ("SystemExit", "KeyboardInterrupt", "MemoryError")
    return [e for e in shown if e["output_type"] == "error" and e["ename"] not in ending]


def with_score(shown: list[Output], count: int, points: float) -> list[Output]:
    """Return the outputs of a cell that ran in full; a score outside 0 to `points` becomes 0."""
    kept = [each for each in shown if each["output_type"] in ("stream", "error")]
    scores = [each for each in shown if each["output_type"] == "execute_result"]
    try:
        score = float(str(scores[-1]["data"]["text/plain"]))
    except (IndexError, KeyError, ValueError):
        score = -1.0
    if any(each["output_type"] == "error" for each in kept):
        return kept
    if not 0 <= score <= points:
        return [*kept, stream("✗ This cell produced no valid score.\n"), result(0.0, count)]
    return [*kept, result(score, count)]


def timeout() -> list[Output]:
    """Return what nbgrader adds to a cell that ran out of time."""
    words = ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"]
    return [{"output_type": "error", "ename": "CellTimeoutError", "evalue": "", "traceback": words}]


def died(reason: str) -> list[Output]:
    """Return the output of the cell in which the notebook run ended."""
    words = f"The notebook stopped here: {reason}"
    return [
        {"output_type": "error", "ename": "Ended", "evalue": reason, "traceback": [words]},
    ]
