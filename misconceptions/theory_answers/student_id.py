"""Wrong answers about the student's id."""

from __future__ import annotations

from typing import Any

from misconceptions.catalogue import wrong


@wrong(
    "theory_answers.student_id",
    looks_like="no id was written between the quotes",
    hints=("The text is empty.", "Which id does the course know you by?"),
)
def student_id__empty() -> str:
    return ""


@wrong(
    "theory_answers.student_id",
    looks_like="the id consists of spaces",
    hints=("There is nothing but space in the text.", "Which id does the course know you by?"),
)
def student_id__spaces() -> str:
    return "   "


@wrong(
    "theory_answers.student_id",
    looks_like="the id is given as a number",
    hints=("It is a number, not a text.", "Is it in quotes?"),
)
def student_id__number() -> Any:
    return 123456


@wrong(
    "theory_answers.student_id",
    looks_like="the id is printed and not returned",
    hints=("The function returns nothing.", "Is there a return?"),
)
def student_id__nothing() -> Any:
    return None


@wrong(
    "theory_answers.student_id",
    looks_like="the example was left as it was",
    hints=("That is an example's id.", "Write your own in its place."),
)
def student_id__example() -> str:
    return "ab123"


@wrong(
    "theory_answers.student_id",
    looks_like="the id is in a list",
    hints=("It is a list that holds a text.", "Return the text alone."),
)
def student_id__list() -> Any:
    return ["cd456"]
