"""Right answers, and wrong ones with a cause, for any student."""

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
    """Inside, the reference solution answers the questions of that student."""
    with patch.dict(os.environ, {"COURSE_STUDENT_ID": student_id}):
        yield


@lru_cache(maxsize=VARIANTS)
def key_of(student_id: str) -> dict[str, Any]:
    """The right answer to every question, by its name, for that student. Don't change it."""
    with with_student(student_id):
        return {k: v for topic in TOPICS for k, v in getattr(theory_answers, topic)().items()}


def slips() -> list[Entry]:
    """The catalogued wrong answers, in the order of the catalogue."""
    names = {question.id for question in QUESTIONS}
    found = [entry for entry in entries(MODULE) if not entry.is_right]
    return [entry for entry in found if entry.id.split("__")[0] in names]


@lru_cache(maxsize=VARIANTS)
def wrong_answers(student_id: str) -> list[tuple[Entry, dict[str, Any]]]:
    """For each catalogued slip, the answers that it gives to its topic for that student."""
    with with_student(student_id):
        return [(entry, entry.implementation()) for entry in slips()]


@lru_cache(maxsize=1)
def students_of_variants() -> tuple[str, ...]:
    """For each variant, an id that draws it."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < VARIANTS:
        name = f"student{number}"
        found.setdefault(variant_of(name), name)
        number += 1
    return tuple(found[variant] for variant in range(VARIANTS))
