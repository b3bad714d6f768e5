"""Arrange the outcomes of a function's tests: the first failure first, equal ones together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolbox import course
from toolbox.checks.diagnosis import AS_ABOVE
from toolbox.checks.outcome import MARKS, Outcome, Run
from toolbox.checks.pictures import Figure
from toolbox.checks.scores import counts, function_line
from toolbox.checks.worked_examples import worked_example

MOST_BROKEN = 3
SAME = "fails in the same way"


@dataclass(frozen=True)
class Group:
    """Tests that did not pass for the same reason. `first` explains it.

    example: a case of the function computed by hand, or empty.
    """

    first: Outcome
    others: tuple[Outcome, ...] = ()
    example: str = ""

    @property
    def mark(self) -> str:
        return MARKS.get(self.first.status, "✗")

    @property
    def is_failure(self) -> bool:
        return self.mark == "✗"

    @property
    def details(self) -> list[tuple[str, str]]:
        """The labels and texts that explain the failure; none for a stub or a skipped test."""
        if not self.is_failure:
            return []
        example = [("example", self.example)] if self.example else []
        return [*self.first.details(), *example]


@dataclass(frozen=True)
class Feedback:
    """What a run found out about one function, in the order in which it is shown.

    summary: the points and the number of passed tests. next_step: what to do first, empty if all
    tests passed. notes: sentences for the end.
    """

    function: str
    summary: str
    next_step: str
    groups: tuple[Group, ...]
    passed: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()

    @property
    def figure(self) -> Figure:
        """The images or the table of the first failure that has some; one bounds the size."""
        figures = [g.first.figure for g in self.groups if g.is_failure and not g.first.hidden]
        return next((figure for figure in figures if figure), {})

    @property
    def held_back(self) -> list[str]:
        """The hints after the first of each failure, in the order of the failures."""
        return [text for g in self.groups for label, text in g.details if label == "hint 2"]

    @property
    def short_summary(self) -> str:
        """The summary without the function's name."""
        return self.summary.partition(": ")[2]


def arrange(
    run: Run,
    notes: Sequence[str] = (),
    repeated: Collection[tuple[str, str]] = (),
    wrong_parts: Mapping[str, str] | None = None,
) -> list[Feedback]:
    """Return the feedback for each function of a run.

    notes: sentences for the end of the last one. repeated: (function, test) of the tests that have
    failed often enough for a worked example. wrong_parts: for a function, another one that it uses
    and that fails its own tests.
    """
    functions = list(dict.fromkeys(outcome.function for outcome in run.outcomes))
    found = [
        _of_function(
            [o for o in run.outcomes if o.function == each], repeated, (wrong_parts or {}).get(each)
        )
        for each in functions
    ]
    if found and notes:
        found[-1] = replace(found[-1], notes=(*found[-1].notes, *notes))
    return found


def problems(run: Run) -> list[str]:
    """Return why tests could not be run."""
    if not run.outcomes and not run.broken:
        return ["no test ran"]
    return run.broken[:MOST_BROKEN]


def _of_function(
    outcomes: list[Outcome], repeated: Collection[tuple[str, str]], wrong_part: str | None
) -> Feedback:
    groups = tuple(_with_example(_groups(outcomes), repeated))
    return Feedback(
        function=outcomes[0].function,
        next_step=_next(groups, wrong_part),
        groups=groups,
        passed=tuple(outcome for outcome in outcomes if outcome.passed),
        notes=tuple(_dropped(outcomes)),
        summary=function_line(outcomes),
    )


def _dropped(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a note for each test that the instructor dropped from the grade."""
    task = course.load().task(outcomes[0].function)
    for outcome in outcomes:
        if not counts(outcome, task):
            yield f"No longer counts: {outcome.promise}"


def _groups(outcomes: Sequence[Outcome]) -> Iterator[Group]:
    """Yield the failures in the order of the tests.

    Each likely cause is named once, and only the first images or table is shown.
    """
    kinds: dict[tuple[str, ...], list[Outcome]] = {}
    for outcome in outcomes:
        if not outcome.passed:
            kinds.setdefault(_kind(outcome), []).append(outcome)
    named: set[str] = set()
    is_shown = False
    for first, *others in kinds.values():
        if first.figure and not first.hidden:
            first = replace(first, figure={} if is_shown else first.figure)
            is_shown = True
        if first.misconception and first.misconception in named:
            first = replace(first, misconception=AS_ABOVE, hints=[])
        named.add(first.misconception)
        yield Group(first, tuple(others))


def _with_example(
    groups: Iterable[Group], repeated: Collection[tuple[str, str]]
) -> Iterator[Group]:
    """Yield the groups, the first one with a repeated failure with the function's example."""
    waiting = True
    for group in groups:
        tests = {(each.function, each.test) for each in (group.first, *group.others)}
        if waiting and group.is_failure and not tests.isdisjoint(repeated):
            waiting = False
            yield replace(group, example=worked_example(group.first.function))
        else:
            yield group


def _kind(outcome: Outcome) -> tuple[str, ...]:
    """Return what failures of the same kind have in common."""
    if outcome.status in {"slow", "skipped"}:
        return (outcome.status,)
    if outcome.status == "stub":
        return outcome.status, outcome.got
    if outcome.status == "error" and outcome.where:
        said = re.sub(r"\d+", "#", outcome.got)  # sizes of another batch are the same failure
        return outcome.status, said, outcome.where, str(outcome.hidden)
    seen = (outcome.called, outcome.expected, outcome.got)
    # Hidden tests have no texts; each of them is a separate failure.
    return outcome.status, *seen, outcome.test if outcome.hidden or not any(seen) else ""


def _next(groups: Sequence[Group], wrong_part: str | None) -> str:
    """Return what to do first, as the end of a sentence.

    A function that this one uses comes first if it fails its own tests, unless a cause is named.
    """
    order = [group for group in groups if group.is_failure] or list(groups)
    if not order:
        return ""
    first = order[0].first
    if first.status == "stub" and first.blocked_by:
        return f"write {first.blocked_by} first"
    if first.status == "stub":
        task = course.load().task(first.function)
        return f"write {task.name} in student_code/{task.module}.py"
    if wrong_part and not any(group.first.misconception for group in order):
        name = course.load().task(first.function).name
        return f"correct {wrong_part}, which {name} uses and which fails its own check"
    return first.promise
