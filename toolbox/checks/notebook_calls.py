"""The functions that notebooks call: `verify` and `grade`."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from toolbox import course
from toolbox.checks.arranged_feedback import Feedback, arrange, problems
from toolbox.checks.attempts import fails_its_check
from toolbox.checks.feedback_text import as_text
from toolbox.checks.marker import mark_of
from toolbox.checks.outcome import Run
from toolbox.checks.pytest_run import run_tests
from toolbox.checks.scores import hidden_note, points_of
from toolbox.checks.shown_score import Shown, grading, printed_score, score


def verify(what: str | ModuleType | Callable[..., Any]) -> bool:
    """Run the public tests of `what`, show how each went, and return whether all passed.

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
    """Run all tests of a student function, show how each went, and return its points.

    nbgrader reads the points from here: the last value of an autograded cell is its score.
    """
    task = course.load().task(function)
    hidden = _hidden.get(function, "")
    result = run_tests([task.test_file], function=function, hidden=hidden)
    points, notes = points_of(function, result), hidden_note(function, result, hidden)
    shown = Shown.of(result, notes)
    found = score(points, shown)
    shown.show()
    return found


def print_results(function: str, result: Run, hidden: str) -> tuple[float, list[Feedback]]:
    """Print how a run of a function's tests went, with all hints.

    Returns its points and the printed feedback.

    `hidden` is the text of the hidden tests, or empty if they were not available.
    """
    points, notes = points_of(function, result), hidden_note(function, result, hidden)
    found = arrange(result, notes)
    print(as_text(problems(result), found), end="")
    return points, found


def grade_trained(run: str) -> float:
    """Measure the network that a training run saved, and return its points."""
    from toolbox.checks.trained import grade_trained as measure  # imports data and the trainer

    points, trained = measure(run), course.load().trained(run)
    if points < trained.points and not grading() and fails_its_check(trained.model):
        print(f"    {trained.model} fails its own check: correct it first, then train again.")
    return printed_score(points)


def _report(run: Run) -> bool:
    Shown.of(run).show()
    return run.all_passed
