"""Stacks of layers: the sets that are compared, and the judgment of invented ones."""

from __future__ import annotations

from typing import Any

import pytest

from toolbox import questions
from toolbox.analysis.seen_pixels import count_seen_pixels
from toolbox.questions.layer_stacks import SETS, find_problem

FIELD = {"field": 11}
GOOD: list[Any] = [[3] * 5, [5, 7], [3, 3, 7], [5, 5, 3], [(3, 2), (5, 1)]]


@pytest.mark.parametrize("stacks", SETS, ids=range(len(SETS)))
def test_compared_stacks_see_equally_many_pixels_at_different_costs(
    stacks: tuple[list[tuple[int, int]], ...],
) -> None:
    assert len({count_seen_pixels(stack) for stack in stacks}) == 1
    weights = [float(sum(kernel**2 for kernel, _ in stack)) for stack in stacks]
    operations = []
    for stack in stacks:
        total, places = 0.0, 1.0
        for kernel, stride in stack:
            places /= stride**2  # exact: strides are powers of 2
            total += kernel**2 * places
        operations.append(total)
    for costs in (weights, operations):
        assert costs.count(max(costs)) == costs.count(min(costs)) == 1
    ends = [(c.index(max(c)), c.index(min(c))) for c in (weights, operations)]
    assert ends[0] != ends[1]  # who ignores the strides is wrong


def test_five_different_stacks_are_accepted() -> None:
    assert find_problem(FIELD, GOOD) == ""


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ([3, 3, 5], "stack 5, [(3, 1), (3, 1), (5, 1)], sees 9 pixels instead of 11"),
        ([7, 5], "stacks 2 and 5 have the same layers"),
        ([(5, 1), (7, 2)], "ends in a layer with stride 2"),
        ([(7, 2)] * 11 + [7], "sees more than 2048 pixels"),
    ],
)
def test_the_problem_of_a_stack_is_named(stack: list[Any], said: str) -> None:
    assert said in find_problem(FIELD, [*GOOD[:4], stack])


@pytest.mark.parametrize("stack", [[], [4], [(3, 3)], [(3, 1, 1)], "3", [None], [3] * 13])
def test_other_forms_are_rejected(stack: Any) -> None:
    verdict = questions.judge("own_stacks", "ab123", [*GOOD[:4], stack])
    assert verdict.right is False
    assert verdict.said.startswith("5th: expected a list of layers")


def test_the_stack_in_the_question_is_no_answer() -> None:
    assert "such as [(3, 2), (3, 1)]" in questions.question("own_stacks").said
    assert count_seen_pixels([(3, 2), (3, 1)]) == 7
