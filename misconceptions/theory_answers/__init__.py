"""Wrong answers to the numbered theory questions, each with its likely cause, one module per topic.

An entry is named `question__slip`. It answers all questions of a topic, and all of them correctly
except the one in its name, so that it can replace the student's function.
"""

from __future__ import annotations

from typing import Any

from student_code.theory_answers import student_id
from toolbox import questions

Answers = dict[str, Any]


def given(question: str) -> dict[str, Any]:
    """Return the numbers in a question for the current student."""
    return questions.numbers(question, student_id())
