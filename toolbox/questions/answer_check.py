"""Judge an answer, and recognize known mistakes, by hashes alone."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolbox.questions.all_questions import numbers_of_variant, question
from toolbox.questions.answer_forms import FormError
from toolbox.questions.question import NumberedQuestion
from toolbox.questions.variant import variant_of

TABLE = Path(__file__).with_name("answer_hashes.json")
ROUNDS = 300  # of the hash: slow for trying all numbers, instant for one answer
LENGTH = 4  # characters of a fingerprint: 24 bits
NONE = "." * LENGTH  # a mistake that does not change this part
MOST_TOLD = 3


@dataclass(frozen=True)
class AnswerVerdict:
    """The verdict. `right` is None if only the form was checked, since grading judges the rest."""

    right: bool | None
    said: str
    given: str = ""  # what was given instead of the required form, if the form is wrong

    @property
    def got(self) -> str:
        """The verdict below a line that already says which form is required."""
        return self.given or self.said

    @property
    def accepted(self) -> bool:
        return self.right is not False


def fingerprint(variant: int, question_id: str, part: int, key: str) -> str:
    """Return the salted hash of one part's standard text."""
    salt = f"{variant}/{question_id}/{part}".encode()
    digest = hashlib.pbkdf2_hmac("sha256", key.encode(), salt, ROUNDS)
    return base64.urlsafe_b64encode(digest[:3]).decode()


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """Return the shipped fingerprints. Raises `FileNotFoundError` if they are missing."""
    if not TABLE.is_file():
        raise FileNotFoundError(
            f"{TABLE.name} is missing from toolbox/questions: download the course folder again"
        )
    return json.loads(TABLE.read_text(encoding="utf-8"))


def judge(question_id: str, student_id: str, answer: object) -> AnswerVerdict:
    """Return whether `answer` is right for that student's numbers, and if not, why.

    Raises: `KeyError` for an unknown question, `ValueError` for an empty student's id.
    """
    asked = question(question_id)
    variant = variant_of(student_id)
    try:
        parts = asked.split(answer)
        keys = [_keys(asked, i, part) for i, part in enumerate(parts)]
    except FormError as error:
        return AnswerVerdict(False, str(error), error.given)
    if not asked.told_at_once:
        return AnswerVerdict(None, "well-formed; whether it is right is shown after grading")
    if asked.find_problem is not None:
        problem = asked.find_problem(numbers_of_variant(asked.id, variant), parts)
        return AnswerVerdict(not problem, problem or "right")
    stored = _stored(asked, variant)
    wrong = []
    for i, candidates in enumerate(keys):
        found = {fingerprint(variant, question_id, i, key) for key in candidates}
        if stored[i][:LENGTH] not in found:
            wrong.append(_why(asked, i, parts[i], stored[i], found))
    if not wrong:
        return AnswerVerdict(True, "right")
    more = f"; and {len(wrong) - MOST_TOLD} more" if len(wrong) > MOST_TOLD else ""
    return AnswerVerdict(False, "; ".join(wrong[:MOST_TOLD]) + more)


def _stored(asked: NumberedQuestion, variant: int) -> list[str]:
    """Return the fingerprints of the right value and of known mistakes, for each answer part."""
    questions = list(table()["slips"])
    text = table()["variants"][variant][questions.index(asked.id)]
    width = len(text) // len(asked.forms)
    return [text[i : i + width] for i in range(0, len(text), width)]


def _keys(asked: NumberedQuestion, index: int, part: object) -> list[str]:
    try:
        return asked.forms[index].keys(part)
    except FormError as problem:
        label = _label(asked, index)
        raise FormError(f"{label}{problem}", f"{label}{problem.given}") from None


def _why(asked: NumberedQuestion, index: int, part: object, stored: str, found: set[str]) -> str:
    said = f"{_label(asked, index)}{str(part)[:60]} is not right"
    slips = [stored[i : i + LENGTH] for i in range(LENGTH, len(stored), LENGTH)]
    causes = table()["slips"][asked.id]
    for slip, (looks_like, hint) in zip(slips, causes, strict=True):
        if slip != NONE and slip in found:
            return f"{said}; likely cause: {looks_like}. {hint}"
    return said


def _label(asked: NumberedQuestion, index: int) -> str:
    return f"{asked.labels[index]}: " if asked.labels else ""
