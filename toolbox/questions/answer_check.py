"""Is an answer right, and if not, which slip does it look like? By hashes alone."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolbox.questions.all_questions import question
from toolbox.questions.answer_forms import FormError
from toolbox.questions.question import NumberedQuestion
from toolbox.questions.variant import variant_of

TABLE = Path(__file__).with_name("answer_hashes.json")
ROUNDS = 300  # of the hash: makes trying all numbers slow, and one answer still instant
LENGTH = 4  # characters of a fingerprint: 24 bits
NONE = "." * LENGTH  # a slip that leaves this part as it should be
MOST_TOLD = 3


@dataclass(frozen=True)
class AnswerVerdict:
    """`right` is None where only the form was checked, because grading judges the rest."""

    right: bool | None
    said: str

    @property
    def accepted(self) -> bool:
        return self.right is not False


def fingerprint(variant: int, question_id: str, part: int, key: str) -> str:
    """The salted hash of one part's standard text."""
    salt = f"{variant}/{question_id}/{part}".encode()
    digest = hashlib.pbkdf2_hmac("sha256", key.encode(), salt, ROUNDS)
    return base64.urlsafe_b64encode(digest[:3]).decode()


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """The fingerprints that were shipped. Raises `FileNotFoundError` that says what to do."""
    if not TABLE.is_file():
        raise FileNotFoundError(
            f"{TABLE.name} is missing from toolbox/questions: download the course folder again"
        )
    return json.loads(TABLE.read_text(encoding="utf-8"))


def judge(question_id: str, student_id: str, answer: Any) -> AnswerVerdict:
    """Whether `answer` is the right one for that student's numbers, and why not if not.

    Raises: `KeyError` for an unknown question, `ValueError` for an empty student's id.
    """
    asked = question(question_id)
    variant = variant_of(student_id)
    try:
        parts = asked.split(answer)
        keys = [_keys(asked, i, part) for i, part in enumerate(parts)]
    except FormError as problem:
        return AnswerVerdict(False, str(problem))
    if not asked.told_at_once:
        return AnswerVerdict(None, "well-formed; whether it is right is said when it is graded")
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
    """For each part of the answer, the fingerprints of the right value and of the slips."""
    questions = list(table()["slips"])
    text = table()["variants"][variant][questions.index(asked.id)]
    width = len(text) // len(asked.forms)
    return [text[i : i + width] for i in range(0, len(text), width)]


def _keys(asked: NumberedQuestion, index: int, part: Any) -> list[str]:
    try:
        return asked.forms[index].keys(part)
    except FormError as problem:
        raise FormError(f"{_label(asked, index)}{problem}") from None


def _why(asked: NumberedQuestion, index: int, part: Any, stored: str, found: set[str]) -> str:
    said = f"{_label(asked, index)}{str(part)[:60]} is not right"
    slips = [stored[i : i + LENGTH] for i in range(LENGTH, len(stored), LENGTH)]
    causes = table()["slips"][asked.id]
    for slip, (looks_like, hint) in zip(slips, causes, strict=True):
        if slip != NONE and slip in found:
            return f"{said}: this is what comes out when {looks_like}. {hint}"
    return said


def _label(asked: NumberedQuestion, index: int) -> str:
    return f"{asked.labels[index]}: " if asked.labels else ""
