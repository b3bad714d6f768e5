"""Mistakes that several students share are found although the catalog has no name for them."""

from __future__ import annotations

import ast

import pytest

from coursekit.insights.graded_part import (
    Class,
    Failure,
    GradedStudent,
    KnownTest,
    read_failures,
)
from coursekit.insights.unnamed_failures import Unnamed, clusters, comparable, draft, unnamed
from toolbox.course import Part

SUM = KnownTest("m.f", "The sum is right", False)
LARGE = KnownTest("m.f", "The sum is right for large numbers", False)
HIDDEN = KnownTest("m.f", "The sum is right", True)

PRINTED = """\
✗ The sum is right
    called        f([1, 2])
    expected      3
    got           2
✓ The sum is right for large numbers
✗ Print this line, and it isn't a test
    got           9
"""


def student(name: str, *got: str, function: str = "m.f") -> Unnamed:
    tests = [KnownTest(function, t.promise, False) for t in (SUM, LARGE)]
    failures = [Failure(test, "f(x)", value) for test, value in zip(tests, got, strict=False)]
    return Unnamed(name, function, tuple(failures))


def test_what_a_failed_test_got_is_read_from_the_feedback() -> None:
    assert read_failures(PRINTED, [SUM, LARGE]) == [Failure(SUM, "f([1, 2])", "2")]


def test_hidden_tests_and_other_lines_are_ignored() -> None:
    assert read_failures(PRINTED, [HIDDEN]) == []
    assert read_failures(PRINTED, [LARGE]) == []


def test_students_with_the_same_values_form_a_cluster() -> None:
    found = clusters(
        [
            *(student(name, "2", "5.0001") for name in "abc"),
            *(student(name, "7", "8.0") for name in "def"),
            student("g", "9"),
            *(student(name, "2", "5.0001", function="m.g") for name in "hi"),
        ]
    )
    assert [each.students for each in found] == [("a", "b", "c"), ("d", "e", "f")]


def test_most_values_in_common_are_enough_and_few_are_not() -> None:
    close = clusters([student("a", "2", "5.0001"), student("b", "2", "5.0002")], fewest=1)
    assert len(close) == 1
    apart = clusters([student("a", "2", "5"), student("b", "2", "6")], fewest=1)
    assert len(apart) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tensor([0.33333334])", "tensor([0.3333331])"),
        ("NameError: name 'totl' is not defined", "NameError: name 'sume' is not defined"),
    ],
)
def test_digits_and_names_of_the_students_do_not_count(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)
    assert comparable("tensor([0.33])") != comparable("tensor([0.66])")


def test_functions_with_a_named_cause_are_left_out() -> None:
    failure = Failure(SUM, "f(x)", "2")
    known = GradedStudent("a", mistakes={("m.f", "the first is skipped")}, failures=[failure])
    other = GradedStudent("b", failures=[failure])
    part = Part(id="part1", title="One", built=True, minutes=1, datasets=(), tasks=(), questions=())
    found = Class(part, [], [], [known, other])
    assert [each.student for each in unnamed(found)] == ["b"]


def test_the_draft_of_an_entry_is_python_without_names_of_students() -> None:
    (cluster,) = clusters([student(f"student-{n}", "2", "5.0") for n in range(3)])
    text = draft(cluster)
    ast.parse(text)
    assert "m.f" in text
    assert "The sum is right" in text
    assert "student-" not in text
