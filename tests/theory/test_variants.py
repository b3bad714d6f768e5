"""In all 300 variants the key passes, cataloged wrong answers fail, and none is degenerate.

A daily run tries the wrong answers of one variant in five, `make thorough` those of all.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from coursekit.answer_key.key import key_of, students_of_variants, wrong_answers
from tests.daily import some
from toolbox import questions
from toolbox.questions.all_questions import numbers_of_variant
from toolbox.questions.answer_check import table
from toolbox.questions.answer_forms import Number, Symbol
from toolbox.questions.variant import Draw

STUDENTS = students_of_variants()
CHUNKS = {f"from{start}": range(start, start + 30) for start in range(0, questions.VARIANTS, 30)}
EACH_CHUNK = pytest.mark.parametrize("variants", some(CHUNKS, one_in=10))


@EACH_CHUNK
def test_key_passes_and_each_wrong_answer_fails(variants: range) -> None:
    for variant in variants:
        student = STUDENTS[variant]
        for question, answer in key_of(student).items():
            verdict = questions.judge(question, student, answer)
            told = questions.question(question).told_at_once
            assert verdict.right is (True if told else None), (variant, question, verdict.said)
        for entry, given in wrong_answers(student):
            question = entry.id.split("__")[0]
            if questions.question(question).told_at_once:
                verdict = questions.judge(question, student, given[question])
                assert verdict.right is False, (variant, entry.id)
                hashed = questions.question(question).hashed
                assert not hashed or "likely cause: " in verdict.said, (variant, entry.id)
            else:
                assert given[question] != key_of(student)[question], (variant, entry.id)


def test_a_wrong_answer_is_given_its_own_cause() -> None:
    named = told = 0
    for variant in range(0, questions.VARIANTS, 60):
        student = STUDENTS[variant]
        for entry, given in wrong_answers(student):
            question = entry.id.split("__")[0]
            if questions.question(question).hashed:
                said = questions.judge(question, student, given[question]).said
                # Two mistakes may give the same value in a part; then the first one is named.
                named += entry.looks_like in said
                told += 1
    assert named >= 0.97 * told
    student = STUDENTS[7]
    n = questions.numbers("cross_entropy", student)
    wrong = -math.log10(n["prediction"][n["right"]])
    said = questions.judge("cross_entropy", student, round(wrong, 3)).said
    assert "base 10" in said


@EACH_CHUNK
def test_wrong_answers_differ_by_more_than_rounding(variants: range) -> None:
    """No mistake gives a value in a cell next to the right one, where rounding could hide it."""
    for variant in variants:
        student = STUDENTS[variant]
        key = key_of(student)
        for entry, given in wrong_answers(student):
            question = questions.question(entry.id.split("__")[0])
            if not question.hashed:
                continue
            pairs = zip(
                question.forms,
                question.split(key[question.id]),
                question.split(given[question.id]),
                strict=True,
            )
            assert any(_apart(form, a, b) for form, a, b in pairs), (variant, entry.id)


def _apart(form: Any, right: Any, wrong: Any) -> bool:
    if isinstance(form, Number):
        return abs(int(form.keys(right)[0]) - int(form.keys(wrong)[0])) > 2
    return form.keys(right)[0] != form.keys(wrong)[0]


def test_answers_rounded_as_asked_are_right() -> None:
    for student in STUDENTS[::3]:
        for name, answer in key_of(student).items():
            question = questions.question(name)
            if any(isinstance(form, Number) for form in question.forms):
                parts = zip(question.forms, question.split(answer), strict=True)
                given = [
                    round(float(p), getattr(form, "digits", 3)) if isinstance(p, float) else p
                    for form, p in parts
                ]
                verdict = questions.judge(name, student, given if question.labels else given[0])
                assert verdict.right, (student, name, verdict.said)


def test_no_variant_is_degenerate() -> None:
    for variant in range(questions.VARIANTS):
        student = STUDENTS[variant]
        key = key_of(student)
        for question in questions.QUESTIONS:
            numbers = numbers_of_variant(question.id, variant)
            assert question.markdown(numbers)
            _finite_and_sized(question.id, key[question.id])
        assert all(n >= 2 for n in key["layer_size"])
        assert min(min(row) for row in key["vgg16_table"]) > 0
        assert len(set(key["neighbours"])) >= 2
        assert len(set(key["early_stopping"])) == 3
        assert 0.1 < key["exam"][0] < 0.9
        assert key["exam"][1] > 0
        assert key["leave_one_out"][0] > 0.05
        assert key["cross_entropy"] > 0.1
        assert set(key["five_curves"]) == set("ABCDE")


def _finite_and_sized(name: str, answer: Any) -> None:
    for part in answer if isinstance(answer, tuple) else [answer]:
        if isinstance(part, float):
            assert math.isfinite(part), name
            assert abs(part) < 1e6, name


def test_expressions_are_not_at_the_edge_of_a_cell() -> None:
    """No value of the key's expressions is near a rounding edge, so notation doesn't matter."""
    key = key_of("anybody")
    for question in questions.QUESTIONS:
        for form, part in zip(question.forms, question.split(key[question.id]), strict=True):
            if isinstance(form, Symbol):
                texts = (part, f"({part})*(1 + 1e-9)", f"({part})*(1 - 1e-9)")
                assert len({form.keys(text)[0] for text in texts}) == 1, question.id


def test_variants_are_stable() -> None:
    """These variants are fixed; any other result would change all answers."""
    assert [questions.variant_of(name) for name in ("ab123", "cd456", "ef789")] == [29, 237, 136]
    draw = Draw(17, "question")
    assert [draw.integer(0, 99) for _ in range(6)] == [49, 54, 82, 88, 63, 60]


def test_ids_are_compared_leniently() -> None:
    assert questions.variant_of(" AB123 ") == questions.variant_of("ab123")
    assert questions.same_student("Ab123", "ab123 ")
    with pytest.raises(ValueError, match="empty"):
        questions.variant_of("  ")
    with pytest.raises(TypeError):
        questions.variant_of(7)  # type: ignore[arg-type]


def test_students_spread_over_the_variants() -> None:
    counts = Counter(questions.variant_of(f"s{number}") for number in range(6000))
    assert len(counts) == questions.VARIANTS
    assert max(counts.values()) < 60  # 20 expected in each


def test_the_shipped_table_is_that_of_the_source() -> None:
    """`python -m coursekit.answer_key --table` was run after the last change."""
    from coursekit.answer_key import make_table

    wanted = [3, 6, 77, 119, 141, 299]  # 6, 77, 119: an answer is between two cells of its grid
    made, shipped = make_table(wanted), table()
    assert made["slips"] == shipped["slips"]
    for variant in wanted:
        assert made["variants"][variant] == shipped["variants"][variant]


def test_the_table_contains_no_answer_and_no_open_question() -> None:
    shipped = table()
    for question in questions.QUESTIONS:
        assert (question.id in shipped["slips"]) is question.hashed
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert all(set(text) <= allowed for row in shipped["variants"] for text in row)
