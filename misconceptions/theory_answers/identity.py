"""Wrong answers to the question about the student id."""

from __future__ import annotations

from typing import Any

from misconceptions.catalogue import wrong


@wrong(
    "theory_answers.student_id",
    looks_like="the quotes do not contain an id",
    hints=("The string is empty.", "Which id does the course know you by?"),
)
def student_id__empty() -> str:
    return ""


@wrong(
    "theory_answers.student_id",
    looks_like="the id consists of spaces",
    hints=("The string contains only spaces.", "Which id does the course know you by?"),
)
def student_id__spaces() -> str:
    return "   "


@wrong(
    "theory_answers.student_id",
    looks_like="the id is a number instead of a string",
    hints=("The result is a number, but it should be a string.", "Did you put the id in quotes?"),
)
def student_id__number() -> Any:
    return 123456


@wrong(
    "theory_answers.student_id",
    looks_like="the id is printed instead of returned",
    hints=("The function returns nothing.", "Is there a return statement?"),
)
def student_id__nothing() -> Any:
    return None


@wrong(
    "theory_answers.student_id",
    looks_like="the example id has not been replaced",
    hints=("The result is the id from the example.", "What is your own id?"),
)
def student_id__example() -> str:
    return "ab123"


@wrong(
    "theory_answers.student_id",
    looks_like="the id is in a list",
    hints=(
        "The result is a list that contains a string.",
        "Which type should the function return?",
    ),
)
def student_id__list() -> Any:
    return ["cd456"]
