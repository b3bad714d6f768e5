"""Versions with one or two mistakes are made from the comments in students' modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from misconceptions import student_mistakes
from misconceptions.catalogue import entries
from misconceptions.student_mistakes import StudentModule

WRITTEN = """
def mean(values):
    total = 0
    # or starts_at_one: total = 1
    for value in values:
        # or skips_the_first: for value in values[1:]:
        total += value
        # and adds_twice: total += value
    return total / len(values)
    # or starts_at_one: return (total - 1) / len(values)
"""


@pytest.fixture
def mean(tmp_path: Path) -> StudentModule:
    """A student's module with three mistakes in one function."""
    path = tmp_path / "first" / "counting.py"
    path.parent.mkdir()
    path.write_text(WRITTEN, encoding="utf-8")
    return student_mistakes.read(path)


def test_without_mistakes_only_the_code_remains(mean: StudentModule) -> None:
    assert mean.mistakes() == {"counting.mean": ["starts_at_one", "skips_the_first", "adds_twice"]}
    assert "#" not in mean.text()


def test_a_mistake_replaces_and_adds_lines_with_the_indentation_of_the_code(
    mean: StudentModule,
) -> None:
    text = mean.text("counting.mean", ["skips_the_first", "adds_twice"])
    assert text == (
        "\ndef mean(values):\n"
        "    total = 0\n"
        "    for value in values[1:]:\n"
        "        total += value\n"
        "        total += value\n"
        "    return total / len(values)\n"
    )


def test_a_mistake_may_change_several_places(mean: StudentModule) -> None:
    text = mean.text("counting.mean", ["starts_at_one"])
    assert "total = 1\n" in text
    assert "return (total - 1)" in text


def test_mistakes_on_one_line_are_not_combined(mean: StudentModule) -> None:
    assert mean.compatible("counting.mean", "starts_at_one", "adds_twice")
    assert not mean.compatible("counting.mean", "starts_at_one", "starts_at_one")


def test_every_version_is_valid_python_and_every_mistake_is_in_the_catalogue(root: Path) -> None:
    known = {(entry.function, entry.id) for entry in entries()}
    counts = {0: 0, 1: 0, 2: 0}
    for module in sorted({each.module for each in student_mistakes.modules(root)}):
        for version in student_mistakes.versions(root, module):
            ast.parse(version.text)
            counts[len(version.mistakes)] += 1
            assert {(version.function, name) for name in version.mistakes} <= known
    assert counts[1] >= 150
    assert counts[2] >= 100


def test_versions_that_the_table_knows_are_not_measured(root: Path) -> None:
    known = set(student_mistakes.known_versions(root, "theory"))
    measured = {v for v in student_mistakes.versions(root, "theory") if v.mistakes}
    assert known
    assert not {each.text for each in known} & {each.text for each in measured}
    assert {each.style for each in known} == {student_mistakes.KNOWN}


def test_a_third_of_the_functions_is_unseen(root: Path) -> None:
    functions = {f for each in student_mistakes.modules(root) for f in each.mistakes()}
    hidden = sum(student_mistakes.unseen(function) for function in functions)
    assert 0.2 < hidden / len(functions) < 0.45
