"""Class statistics: the difficulty and discrimination of each test and item."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.insights.graded_part import (
    FAILED,
    PASSED,
    UNRUN,
    UNWRITTEN,
    Class,
    GradedItem,
    KnownTest,
)

LEAST = 10  # students needed for a meaningful correlation
BINS = 10


@dataclass(frozen=True)
class TestFigures:
    """The results of one test, in numbers of students."""

    test: KnownTest
    passed: int
    failed: int
    unwritten: int
    unrun: int
    discrimination: float | None

    @property
    def failing(self) -> float:
        """The share of students with an implementation for whom the test failed."""
        tried = self.passed + self.failed
        return self.failed / tried if tried else 0.0


@dataclass(frozen=True)
class ItemFigures:
    """The results of one item, over the students whose item is graded."""

    item: GradedItem
    graded: int
    easiness: float | None  # mean share of its points
    discrimination: float | None


@dataclass(frozen=True)
class Mistake:
    """A recognized misconception, and the number of students who had it."""

    function: str
    says: str
    students: int


@dataclass(frozen=True)
class Scores:
    """Each student's share of the automatically graded points."""

    shares: tuple[float, ...]
    points: float

    @property
    def mean(self) -> float:
        return statistics.fmean(self.shares)

    @property
    def median(self) -> float:
        return statistics.median(self.shares)

    @property
    def quartiles(self) -> tuple[float, float]:
        if len(self.shares) < 2:
            return self.median, self.median
        low, _, high = statistics.quantiles(self.shares, n=4, method="inclusive")
        return low, high

    @property
    def bins(self) -> list[int]:
        """The number of students with 0 to under 10 %, …, 90 to 100 % of the points."""
        counts = Counter(min(int(share * BINS + 1e-9), BINS - 1) for share in self.shares)
        return [counts[number] for number in range(BINS)]


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return Pearson's correlation, or None if there are too few pairs or a side is constant."""
    if len(one) < LEAST or len(set(one)) < 2 or len(set(other)) < 2:
        return None
    return statistics.correlation(one, other)


def figures_of_tests(found: Class) -> list[TestFigures]:
    """Return the statistics of every test, those that fail most often first.

    The discrimination of a test is the correlation of passing it with the number of other tests
    passed.
    """
    passed = {
        student.name: sum(status == PASSED for status in student.tests.values())
        for student in found.students
    }
    figures = []
    for test in found.tests:
        went = [(s.name, s.tests[test]) for s in found.students if test in s.tests]
        counts = Counter(status for _, status in went)
        marks = [float(status == PASSED) for _, status in went]
        others = [passed[name] - mark for (name, _), mark in zip(went, marks, strict=True)]
        figures.append(
            TestFigures(
                test,
                counts[PASSED],
                counts[FAILED],
                counts[UNWRITTEN],
                counts[UNRUN],
                correlation(marks, others),
            )
        )
    return sorted(figures, key=lambda each: (-each.failed, -each.failing, each.test.promise))


def figures_of_items(found: Class) -> list[ItemFigures]:
    """Return the statistics of every item, correlated with the sum of a student's other items."""
    figures = []
    for item in found.items:
        graded = [student for student in found.students if item.name in student.points]
        shares = [student.points[item.name] / item.points for student in graded if item.points]
        rest = [sum(s.points.values()) - s.points[item.name] for s in graded if item.points]
        mean = statistics.fmean(shares) if shares else None
        figures.append(ItemFigures(item, len(graded), mean, correlation(shares, rest)))
    return figures


def mistakes(found: Class) -> list[Mistake]:
    """Return the recognized misconceptions, the most common first."""
    counts = Counter(mistake for student in found.students for mistake in student.mistakes)
    listed = [Mistake(function, says, count) for (function, says), count in counts.items()]
    return sorted(listed, key=lambda each: (-each.students, each.function, each.says))


def scores(found: Class) -> Scores:
    """Return the points of functions and trained networks; answers may still be ungraded."""
    counted = [item for item in found.items if item.kind != "answer"]
    whole = sum(item.points for item in counted)
    shares = tuple(
        sum(student.points.get(item.name, 0.0) for item in counted) / whole if whole else 0.0
        for student in found.students
    )
    return Scores(shares, whole)
