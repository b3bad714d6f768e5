"""The table of fingerprints that ships with the questions.

`slips` lists the known causes for each question, as [looks like, hint]. `variants` has, for each
variant, one text per question of `slips`, in the same order: for each part of the answer, the
fingerprint of the right value, then one fingerprint for each of the question's slips.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from coursekit.answer_key.key import key_of, students_of_variants, wrong_answers
from data_scripts.whole_files import write_whole
from misconceptions.catalogue import Entry
from toolbox.questions import QUESTIONS
from toolbox.questions.answer_check import NONE, TABLE, fingerprint
from toolbox.questions.question import NumberedQuestion

Slips = dict[str, list[tuple[Entry, Any]]]


def make_table(variants: list[int] | None = None) -> dict[str, Any]:
    """Return the table, of all variants or of some (the others are empty). Takes about a minute."""
    students = students_of_variants()
    wanted = range(len(students)) if variants is None else variants
    causes: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = [[] for _ in students]
    for variant in wanted:
        key, slips = key_of(students[variant]), _slips_by_question(students[variant])
        for question in QUESTIONS:
            if question.hashed:
                mine = slips.get(question.id, [])
                rows[variant].append(_row(variant, question, key[question.id], mine))
                causes[question.id] = [[entry.looks_like, entry.hints[0]] for entry, _ in mine]
    return {"slips": causes, "variants": rows}


def _slips_by_question(student_id: str) -> Slips:
    """Group catalogued slips by question; a slip is named after its question (`question__slip`)."""
    found: Slips = {}
    for entry, answers in wrong_answers(student_id):
        question = entry.id.split("__")[0]
        found.setdefault(question, []).append((entry, answers[question]))
    return found


def _row(
    variant: int, question: NumberedQuestion, answer: object, slips: list[tuple[Entry, Any]]
) -> str:
    right = [
        form.keys(p)[0] for form, p in zip(question.forms, question.split(answer), strict=True)
    ]
    parts = [fingerprint(variant, question.id, i, key) for i, key in enumerate(right)]
    for _, wrong in slips:
        pairs = zip(question.forms, question.split(wrong), strict=True)
        for i, (form, part) in enumerate(pairs):
            key = form.keys(part)[0]
            same = key == right[i]
            parts[i] += NONE if same else fingerprint(variant, question.id, i, key)
    return "".join(parts)


def write_table(path: Path = TABLE) -> None:
    """Write the table of all variants, one per line. The bytes are the same each time."""
    table = make_table()
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in table["variants"])
    causes = json.dumps(table["slips"], ensure_ascii=False, indent=1)
    text = f'{{"slips": {causes},\n"variants": [\n{lines}\n]}}\n'
    write_whole(path, text.encode())
