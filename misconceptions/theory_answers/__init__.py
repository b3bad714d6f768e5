"""Wrong answers to the numbered questions of the theory, each with its cause, one module a topic.

An entry is named `question__slip`. It answers the whole topic of its question, all other questions
rightly, so that it can take the place of a student's function.
"""

from __future__ import annotations

from typing import Any

from student_code.theory_answers import student_id
from toolbox import questions

Answers = dict[str, Any]


def given(question: str) -> dict[str, Any]:
    """Return the numbers of a question for the current student."""
    return questions.numbers(question, student_id())
