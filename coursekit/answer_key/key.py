"""Right answers, and wrong answers with a cause, for any student."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from misconceptions.catalogue import Entry, entries
from student_code import theory_answers
from toolbox.questions import QUESTIONS, VARIANTS, variant_of

MODULE = "theory_answers"
TOPICS = tuple(dict.fromkeys(question.topic for question in QUESTIONS))


@contextmanager
def with_student(student_id: str) -> Iterator[None]:
    """Make the reference solution answer the questions of that student in this context."""
    with patch.dict(os.environ, {"COURSE_STUDENT_ID": student_id}):
        yield


@lru_cache(maxsize=VARIANTS)
def key_of(student_id: str) -> dict[str, Any]:
    """Return the right answers for that student, by question. Do not modify the result."""
    with with_student(student_id):
        return {k: v for topic in TOPICS for k, v in getattr(theory_answers, topic)().items()}


def slips() -> list[Entry]:
    """Return the catalogued wrong answers in the order of the catalog."""
    names = {question.id for question in QUESTIONS}
    found = [entry for entry in entries(MODULE) if not entry.is_right]
    return [entry for entry in found if entry.id.split("__")[0] in names]


@lru_cache(maxsize=VARIANTS)
def wrong_answers(student_id: str) -> list[tuple[Entry, dict[str, Any]]]:
    """Return, for each catalogued slip, its answers on its topic for that student."""
    with with_student(student_id):
        return [(entry, entry.implementation()) for entry in slips()]


@lru_cache(maxsize=1)
def students_of_variants() -> tuple[str, ...]:
    """Return, for each variant, a student id that draws it."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < VARIANTS:
        name = f"student{number}"
        found.setdefault(variant_of(name), name)
        number += 1
    return tuple(found[variant] for variant in range(VARIANTS))
