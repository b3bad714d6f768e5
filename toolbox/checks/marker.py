"""Mark tests with the student function that they check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from toolbox.checks.outcome import Outcome

Test = TypeVar("Test", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mark:
    """The student function that a test is for, and its share of that function's points."""

    function: str  # "module.name"
    share: float


def task(function: str, *, share: float = 1.0) -> Callable[[Test], Test]:
    """Mark a test as one of `function` ("module.name" in `student_code`).

    The points of the function are set in `course.toml`; its tests divide them in proportion to
    their `share`. Students read the first line of the test's docstring, so it states what the
    function promises ("The mean is that of all values so far"), not how the test checks it.
    """
    if function.count(".") < 1:
        raise ValueError(f"a task must be named 'module.name', not {function!r}")
    if not share > 0:
        raise ValueError(f"a share must be a number above 0, not {share!r}")

    def mark(test: Test) -> Test:
        test.__course_task__ = Mark(function, share)  # type: ignore[attr-defined]
        return test

    return mark


def mark_of(test: object) -> Mark | None:
    """Return the mark that `task` put on `test`, or None."""
    return getattr(test, "__course_task__", None)


def plan_of(item: pytest.Item) -> Outcome | None:
    """Return the outcome of a marked test before it runs, or None if the test has no mark."""
    test = getattr(item, "function", None)
    mark = mark_of(test)
    if mark is None:
        return None
    module = getattr(item, "module", None)
    hidden = getattr(module, "HIDDEN", False) or "hidden" in item.path.parts
    return Outcome(item.name, _promise_of(test), mark.function, mark.share, hidden)


def _promise_of(test: object) -> str:
    """Return the first line of the test's docstring, or else the words of its name."""
    doc = (getattr(test, "__doc__", None) or "").strip()
    if doc:
        return doc.splitlines()[0].rstrip(".")
    return getattr(test, "__name__", "test").removeprefix("test_").replace("_", " ")
