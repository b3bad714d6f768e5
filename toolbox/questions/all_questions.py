"""The list of all questions, and their display."""

from __future__ import annotations

import copy
import html
from functools import lru_cache

from toolbox.questions import (
    architecture,
    backpropagation,
    batchnorm,
    layer_stacks,
    learning,
    losses,
    model_choice,
    vector_graph,
    whole_networks,
)
from toolbox.questions.question import NumberedQuestion, Numbers
from toolbox.questions.variant import Draw, variant_of

QUESTIONS: tuple[NumberedQuestion, ...] = (
    *losses.QUESTIONS,
    *backpropagation.QUESTIONS,
    *vector_graph.QUESTIONS,
    *architecture.QUESTIONS,
    *whole_networks.QUESTIONS,
    *layer_stacks.QUESTIONS,
    *batchnorm.QUESTIONS,
    *learning.QUESTIONS,
    *model_choice.QUESTIONS,
)
_BY_ID = {question.id: question for question in QUESTIONS}


def question(question_id: str) -> NumberedQuestion:
    """Return the question with that id. Raises `KeyError`, listing the existing questions."""
    if question_id not in _BY_ID:
        raise KeyError(f"there is no question {question_id!r}; there are {', '.join(_BY_ID)}")
    return _BY_ID[question_id]


def topic(name: str) -> tuple[NumberedQuestion, ...]:
    """Return the questions of a topic in order. Raises `KeyError`, listing the existing topics."""
    found = tuple(question for question in QUESTIONS if question.topic == name)
    if not found:
        topics = ", ".join(dict.fromkeys(q.topic for q in QUESTIONS))
        raise KeyError(f"there is no topic {name!r}; there are {topics}")
    return found


def numbers_of_variant(question_id: str, variant: int) -> Numbers:
    """Return the numbers of a question in a variant (0 to 299)."""
    return copy.deepcopy(_drawn(question(question_id).id, variant))


@lru_cache(maxsize=2 * len(QUESTIONS))  # some are drawn again until they are a good question
def _drawn(question_id: str, variant: int) -> Numbers:
    asked = _BY_ID[question_id]
    return asked.draw(Draw(variant, asked.numbers_of or asked.id))


def numbers(question_id: str, student_id: str) -> Numbers:
    """Return the numbers of a question for a student, the same each time."""
    return numbers_of_variant(question_id, variant_of(student_id))


def show(topic_name: str, student_id: str, *only: str) -> None:
    """Show the questions of a topic with the student's numbers, in a notebook or as text.

    only: the ids of the questions to show; without any, all are shown.
    """
    name = html.escape(student_id.strip())
    parts = [f"*Questions for {name} (variant {variant_of(student_id)}).*"]
    chosen = [question(name) for name in only] or topic(topic_name)
    for asked in chosen:
        parts.append(asked.markdown(numbers(asked.id, student_id)))
    from IPython.display import Markdown, display

    display(Markdown("\n\n---\n\n".join(parts)))
