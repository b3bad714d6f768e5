"""The functions that notebooks call: `verify` and `grade`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from toolbox import course
from toolbox.checks.marker import mark_of
from toolbox.checks.outcome import Outcome
from toolbox.checks.pytest_run import Run, run_tests
from toolbox.checks.scores import counts, earned, function_line, headline

MOST_BROKEN = 3


def verify(what: str | ModuleType | Callable[..., Any]) -> bool:
    """Run the public tests of `what`, print how each went, and return whether all passed.

    `what` is the name of a student function ("scaler.StreamingScaler"), a module of tests, or
    one test. Raises `ValueError` for anything else.
    """
    if isinstance(what, str):
        task = course.load().task(what)
        return _report(run_tests([task.test_file], function=what))
    if isinstance(what, ModuleType):
        file = "/".join(what.__name__.split(".")) + ".py"
        return _report(run_tests([file]))
    mark = mark_of(what)
    if mark is None:
        raise ValueError(
            f"verify takes the name of a function, a module of tests or one test, not {what!r}"
        )
    task = course.load().task(mark.function)
    result = run_tests([task.test_file], function=mark.function)
    # All tests of the function were run: together they tell misconceptions apart.
    result.outcomes = [o for o in result.outcomes if o.test.split("[")[0] == what.__name__]
    return _report(result)


_hidden: dict[str, str] = {}


def add_hidden_tests(function: str, text: str) -> None:
    """Make `grade(function)` also run the hidden tests in `text`, the source of a test module.

    Only the instructor version of a notebook calls this, in nbgrader's hidden regions.
    """
    _hidden[function] = text


def grade(function: str) -> float:
    """Run all tests of a student function, print how each went, and return its points.

    nbgrader reads the points from here: the last value of an autograded cell is its score.
    """
    task = course.load().task(function)
    hidden = _hidden.get(function, "")
    return print_results(
        function, run_tests([task.test_file], function=function, hidden=hidden), hidden
    )


def print_results(function: str, result: Run, hidden: str) -> float:
    """Print how a run of a function's tests went, and return its points.

    `hidden` is the text of the hidden tests, or empty if they were not available.
    """
    task = course.load().task(function)
    passed = _report(result)
    if not hidden and task.hidden and result.outcomes:
        print(f"    The hidden tests are worth {task.hidden:g} points more.")
    if passed and os.environ.get("NBGRADER_EXECUTION") == "validate":
        return task.total  # "validate" runs only these tests, and reports fewer points as a failure
    return 0.0 if result.broken else earned(result.outcomes)


def grade_trained(run: str) -> float:
    """Measure the network that a training run saved, and return its points."""
    from toolbox.checks.trained import grade_trained as measure  # imports data and the trainer

    return measure(run)


def _report(run: Run) -> bool:
    for reason in run.broken[:MOST_BROKEN]:
        print(f"✗ {reason}")
    for outcome in run.outcomes:
        _print_outcome(outcome)
    for function in dict.fromkeys(outcome.function for outcome in run.outcomes):
        mine = [o for o in run.outcomes if o.function == function]
        print(function_line(mine))
        for outcome in mine:
            if not counts(outcome, course.load().task(function)):
                print(f"    No longer counts: {outcome.promise}")
    if not run.outcomes and not run.broken:
        print("✗ no test ran")
    sys.stdout.flush()
    return bool(run.outcomes) and not run.broken and all(o.passed for o in run.outcomes)


def _print_outcome(outcome: Outcome) -> None:
    print(headline(outcome))
    if outcome.status not in {"passed", "stub", "skipped"}:
        for line in outcome.lines():
            print(line)
