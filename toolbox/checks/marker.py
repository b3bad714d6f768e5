"""Which student function a test belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mark:
    """The student function that a test is for, and its share of that function's points."""

    function: str  # "module.name"
    share: float


def task(function: str, *, share: float = 1.0) -> Callable[[Test], Test]:
    """Mark a test as one of `function`'s ("module.name" in `student_code`).

    The points of the function stand in `course.toml`; its tests divide them in proportion to
    their `share`. The first line of the test's docstring is what students read, so it says what
    is promised ("The mean is that of all values so far"), not how it is tested.
    """
    if function.count(".") < 1:
        raise ValueError(f"a task is named 'module.name', not {function!r}")
    if not share > 0:
        raise ValueError(f"a share is a number above 0, not {share!r}")

    def mark(test: Test) -> Test:
        test.__course_task__ = Mark(function, share)  # type: ignore[attr-defined]
        return test

    return mark


def mark_of(test: object) -> Mark | None:
    """The mark that `task` left on `test`, or None."""
    return getattr(test, "__course_task__", None)


def promise_of(test: object) -> str:
    """The first line of the test's docstring, else its name in words."""
    doc = (getattr(test, "__doc__", None) or "").strip()
    if doc:
        return doc.splitlines()[0].rstrip(".")
    return getattr(test, "__name__", "test").removeprefix("test_").replace("_", " ")
