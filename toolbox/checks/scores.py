"""Turn outcomes into points and into the lines that report them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from toolbox import course
from toolbox.checks.outcome import Outcome, Run


def settle(planned: Sequence[Outcome], ran: Sequence[Outcome]) -> list[Outcome]:
    """Return one outcome per planned test, in order; a test without a report is an error."""
    reported = {(o.function, o.test, o.hidden): o for o in ran}
    missing = [o for o in planned if (o.function, o.test, o.hidden) not in reported]
    for outcome in missing:
        outcome.status, outcome.got = "error", "the test did not finish"
    return [reported.get((o.function, o.test, o.hidden), o) for o in planned]


def points_of(function: str, result: Run) -> float:
    """Return the points that a run of a function's tests earns."""
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and result.all_passed:
        # "validate" runs only these tests, and reports fewer points as a failure.
        return float(course.load().task(function).total)
    return 0.0 if result.broken else earned(result.outcomes)


def earned(outcomes: Sequence[Outcome]) -> float:
    """Return the points that one function's outcomes earn, rounded to 2 digits.

    Public tests divide the function's `points`, hidden tests its `hidden` points. Dropped tests do
    not count; if all tests of a kind are dropped, everyone gets the points of that kind.
    """
    if not outcomes:
        return 0.0
    task = course.load().task(outcomes[0].function)
    public = [outcome for outcome in outcomes if not outcome.hidden]
    hidden = [outcome for outcome in outcomes if outcome.hidden]
    parts = [
        (task.points, public, [each for each in public if counts(each, task)]),
        (task.hidden, hidden, [each for each in hidden if counts(each, task)]),
    ]
    return round(
        sum(
            points * (1.0 if all_of_kind and not counted else _fraction(counted))
            for points, all_of_kind, counted in parts
        ),
        2,
    )


def counts(outcome: Outcome, task: course.Task) -> bool:
    """Return whether a test still counts, and was not dropped from the grade."""
    return outcome.test.split("[")[0] not in task.dropped


def _fraction(outcomes: Sequence[Outcome]) -> float:
    whole = sum(outcome.share for outcome in outcomes)
    return sum(outcome.share for outcome in outcomes if outcome.passed) / whole if whole else 0.0


def function_line(outcomes: Sequence[Outcome]) -> str:
    """Return `scaler.StreamingScaler: 7.5 of 10 points, 6 of 8 tests passed`."""
    task = course.load().task(outcomes[0].function)
    full = task.points * any(not o.hidden for o in outcomes) + task.hidden * any(
        o.hidden for o in outcomes
    )
    passed = sum(outcome.passed for outcome in outcomes)
    return (
        f"{task.function}: {earned(outcomes):g} of {course.points_text(full)}, "
        f"{passed} of {len(outcomes)} tests passed"
    )


def hidden_note(function: str, result: Run, hidden: str) -> list[str]:
    """Return what the hidden tests are worth, as one sentence, unless `hidden` tests ran."""
    task = course.load().task(function)
    if hidden or not task.hidden or not result.outcomes:
        return []
    return [f"The hidden tests are worth {course.points_text(task.hidden)} more."]
