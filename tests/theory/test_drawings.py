"""The numbers of all questions in 300 variants are equal on every Python and machine."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
from pathlib import Path

from toolbox import questions
from toolbox.questions import (
    architecture,
    backpropagation,
    batchnorm,
    layer_stacks,
    learning,
    losses,
    model_choice,
    variant,
    vector_graph,
    whole_networks,
)
from toolbox.questions.all_questions import numbers_of_variant
from toolbox.questions.expressions import points

# One line for each question: its id and the SHA-256 of its numbers in all variants. A student keeps
# the same numbers for a whole semester, so a change here needs a new table of fingerprints too.
PINNED = Path(__file__).with_name("drawings.txt")
DRAWING = (
    *(architecture, backpropagation, batchnorm, layer_stacks, learning, losses, model_choice),
    *(variant, vector_graph, whole_networks),
)
# These round differently in different versions of Python or of the C library.
ROUNDED = {"hypot", "dist", "fsum", "sqrt", "log", "exp"}


def checksum(question_id: str) -> str:
    drawn = [numbers_of_variant(question_id, number) for number in range(questions.VARIANTS)]
    return hashlib.sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()


def test_all_variants_draw_the_pinned_numbers() -> None:
    pinned = dict(line.split() for line in PINNED.read_text(encoding="utf-8").splitlines())
    assert {question.id: checksum(question.id) for question in questions.QUESTIONS} == pinned


def test_a_student_whose_numbers_depended_on_the_python_version() -> None:
    """Python 3.12 compensates `sum` of floats, which used to decide whether to redraw here."""
    numbers = questions.numbers("binary_cross_entropy", "student362")
    assert numbers == {"labels": [1, 0, 1, 0], "predictions": [0.95, 0.45, 0.65, 0.15]}


def test_expressions_are_compared_at_the_pinned_points() -> None:
    first, second = points(("x", "y"), 2, "key")
    assert first == {"x": 0.842697891960024, "y": 0.8718559102955475}
    assert second == {"x": 0.8942810649364588, "y": 0.5384449591431352}


def test_drawing_calls_no_function_that_rounds() -> None:
    for module in DRAWING:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ROUNDED, (
                    f"{module.__name__} line {node.lineno}: {node.attr}"
                )
