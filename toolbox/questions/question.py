"""A question: the numbers of its variants, its text, and the form of its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from toolbox.questions.answer_forms import Form, as_parts
from toolbox.questions.variant import Draw

Numbers = dict[str, Any]


@dataclass(frozen=True)
class NumberedQuestion:
    """A question whose numbers depend on the variant.

    `draw` returns the numbers of a variant, and `words` the question with these numbers. With
    `labels`, the answer is a tuple with one part per label, in that order; without, one value.
    `told_at_once` is False if an answer could be guessed by trying. `numbers_of` names the
    question whose numbers this one uses. `find_problem` judges the parts of an answer if many
    answers are right: it returns what is wrong, or an empty text.
    """

    id: str
    topic: str
    draw: Callable[[Draw], Numbers]
    words: Callable[[Numbers], str]
    forms: tuple[Form, ...]
    labels: tuple[str, ...] = ()
    told_at_once: bool = True
    numbers_of: str = ""
    find_problem: Callable[[Numbers, Sequence[Any]], str] | None = None

    @property
    def hashed(self) -> bool:
        """Whether the shipped table contains the hash of the answer."""
        return self.told_at_once and self.find_problem is None

    @property
    def said(self) -> str:
        """The form of the answer, as text."""
        if not self.labels:
            return self.forms[0].said
        kinds = list(dict.fromkeys(form.said for form in self.forms))
        each = f"each {kinds[0]}" if len(kinds) == 1 else "; ".join(kinds)
        return f"a tuple ({', '.join(self.labels)}), {each}"

    def split(self, answer: object) -> Sequence[Any]:
        """Return the parts of an answer. Raises `FormError` if there are too many or too few."""
        if not self.labels:
            return [answer]
        return as_parts(answer, len(self.forms), f"a tuple ({', '.join(self.labels)})")

    def markdown(self, numbers: Numbers) -> str:
        """Return the question as Markdown."""
        return f"**`{self.id}`** {self.words(numbers)}\n\n*Answer:* {self.said}."


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table, separated from the text before it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n\n" + "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def no_numbers(draw: Draw) -> Numbers:
    """Draw no numbers, for a question that is the same for everyone."""
    return {}
