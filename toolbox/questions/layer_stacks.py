"""Questions on stacks of layers that see equally many pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolbox.questions.answer_forms import Option, Stack
from toolbox.questions.question import NumberedQuestion, Numbers, table
from toolbox.questions.variant import Draw

LETTERS = "ABCDE"
WANTED = 5
OWN_STACK = Stack(kernels=(3, 5, 7), strides=(1, 2))
# Each set holds five stacks of (kernel, stride) that see equally many pixels. Strides separate the
# order by parameters from the order by operations.
SETS = (
    ([(11, 1)], [(5, 1), (7, 1)], [(3, 1)] * 5, [(5, 1), (3, 2), (3, 1)], [(7, 2), (3, 1)]),
    (
        *([(7, 2), (3, 1)], [(5, 1), (5, 1), (3, 1)], [(3, 1)] * 5),
        *([(5, 1), (3, 2), (3, 1)], [(5, 1), (7, 1)]),
    ),
    (
        *([(9, 2), (3, 1)], [(5, 1)] * 3, [(3, 1)] * 6),
        *([(5, 2), (3, 1), (3, 1)], [(5, 1), (5, 2), (3, 1)]),
    ),
    ([(13, 1)], [(7, 1), (7, 1)], [(3, 1)] * 6, [(3, 1), (3, 2), (5, 1)], [(5, 2), (5, 1)]),
    (
        *([(11, 2), (3, 1)], [(7, 1), (5, 1), (5, 1)], [(3, 1)] * 7),
        *([(3, 1), (3, 1), (3, 2), (5, 1)], [(7, 2), (5, 1)]),
    ),
    (
        *([(15, 1)], [(7, 1), (9, 1)], [(5, 1), (3, 2), (5, 1)]),
        *([(3, 2), (7, 1)], [(3, 1), (3, 1), (3, 2), (5, 1)]),
    ),
)


def _compared(draw: Draw) -> Numbers:
    stacks = draw.sample(draw.choice(SETS), WANTED)
    size = tuple(8 * side for side in draw.sample(range(2, 9), 2))
    return {"stacks": stacks, "channels": draw.integer(16, 96), "size": size}


def _compared_words(n: Numbers) -> str:
    rows = [[letter, stack] for letter, stack in zip(LETTERS, n["stacks"], strict=True)]
    return (
        "Five stacks of layers (kernel, stride) see equally many pixels. Every layer maps "
        f"{n['channels']} channels to {n['channels']} channels and has biases. The input is "
        f"{n['size'][0]} x {n['size'][1]}; the padding keeps that size, and a stride of 2 halves "
        "both sides. Which stack has the most parameters, which the fewest, which needs the most "
        "multiply-accumulates, and which the fewest?" + table(["stack", "layers"], rows)
    )


def _field(draw: Draw) -> Numbers:
    return {"field": draw.choice([11, 13, 15, 17, 19])}


def _field_words(n: Numbers) -> str:
    return (
        f"Invent five stacks of layers whose outputs see exactly {n['field']} pixels along one "
        f"side. Kernels are out of {OWN_STACK.kernels}, strides out of {OWN_STACK.strides}, and "
        "the last layer has stride 1. Two stacks with the same layers in another order count as "
        "one. Your functions `receptive_field` and `stack_cost` help you to check and compare them."
    )


def find_problem(n: Numbers, stacks: Sequence[Any]) -> str:
    """Return what is wrong with five stacks of a given receptive field, or an empty text.

    The receptive field is measured with gradients, so no formula is needed here.
    """
    from toolbox.analysis.seen_pixels import count_seen_pixels  # imports torch

    layers = [OWN_STACK.layers(stack) for stack in stacks]
    for place, stack in enumerate(layers, start=1):
        if stack[-1][1] != 1:
            return f"stack {place}, {stack}, ends in a layer with stride {stack[-1][1]}"
        try:
            seen = count_seen_pixels(stack)
        except ValueError as error:
            return f"stack {place}: {error}"
        if seen != n["field"]:
            return f"stack {place}, {stack}, sees {seen} pixels instead of {n['field']}"
    same = [sorted(stack) for stack in layers]
    for place, stack in enumerate(same):
        if stack in same[:place]:
            return f"stacks {same.index(stack) + 1} and {place + 1} have the same layers"
    return ""


QUESTIONS = (
    NumberedQuestion(
        "stacks_compared",
        "architecture",
        _compared,
        _compared_words,
        (Option(tuple(LETTERS)),) * 4,
        ("most parameters", "fewest parameters", "most operations", "fewest operations"),
        told_at_once=False,
    ),
    NumberedQuestion(
        "own_stacks",
        "architecture",
        _field,
        _field_words,
        (OWN_STACK,) * WANTED,
        ("1st", "2nd", "3rd", "4th", "5th"),
        find_problem=find_problem,
    ),
)
