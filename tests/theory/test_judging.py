"""The verdicts on answers of every kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from coursekit.answer_key import key_of
from coursekit.answer_key.__main__ import main
from toolbox import questions
from toolbox.questions import answer_check

STUDENT = "ab123"
NONSENSE: list[Any] = [None, "x", b"x", object(), [], (1, 2), {}, float("nan"), 1j, True, 10**400]


def test_nonsense_is_rejected_with_a_reason_for_every_question() -> None:
    key = key_of(STUDENT)
    for question in questions.QUESTIONS:
        for nonsense in [*NONSENSE, [NONSENSE] * len(question.forms), np.zeros((3, 3))]:
            verdict = questions.judge(question.id, STUDENT, nonsense)
            if verdict.accepted:  # nonsense that happens to be well-formed
                assert not question.told_at_once or nonsense == key[question.id]
            assert verdict.said
            assert len(verdict.said) < 600


def test_the_part_that_is_wrong_is_named() -> None:
    key = key_of(STUDENT)["conv_net_parameters"]
    verdict = questions.judge("conv_net_parameters", STUDENT, (key[0], key[1] + 7, key[2], key[3]))
    assert verdict.right is False
    assert verdict.said.startswith("conv2: ")
    assert "conv1" not in verdict.said


def test_a_form_is_explained() -> None:
    said = questions.judge("layer_size", STUDENT, 5).said
    assert "a tuple of whole numbers (height, width)" in said
    assert "3 values" in questions.judge("exam", STUDENT, (1, 2, 3)).said.replace(
        "got 3", "3 values"
    )
    assert "not among the symbols" in questions.judge("loss_by_a_score", STUDENT, "yi - t").said


def test_another_student_s_answers_are_wrong() -> None:
    other = key_of("cd456")
    wrong = sum(
        not questions.judge(q.id, STUDENT, other[q.id]).accepted for q in questions.QUESTIONS
    )
    assert wrong >= 20  # all but those that are the same for everyone


def test_errors_for_unknown_questions_and_topics_list_the_known_ones() -> None:
    with pytest.raises(KeyError, match="cross_entropy"):
        questions.judge("nothing", STUDENT, 1)
    with pytest.raises(KeyError, match="losses"):
        questions.topic("nothing")


def test_a_missing_table_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(answer_check, "TABLE", tmp_path / "answer_hashes.json")
    answer_check.table.cache_clear()
    with pytest.raises(FileNotFoundError, match="download the course folder again"):
        questions.judge("l2_loss", STUDENT, 1.0)
    answer_check.table.cache_clear()


def test_the_key_is_printed_for_any_student(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--student", "some body"])
    said = capsys.readouterr().out
    for question in questions.QUESTIONS:
        assert f"**`{question.id}`**" in said
    assert said.count("*Key:*") == len(questions.QUESTIONS)
    main(["--student", "some body", "--json"])
    assert '"variant"' in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--student", "  "])


def test_questions_are_shown_with_the_student_s_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import IPython.display

    shown: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    questions.show("losses", STUDENT)
    text = shown[0].data
    assert str(questions.numbers("l2_loss", STUDENT)["loss"]) in text
    assert text.count("*Answer:*") == len(questions.topic("losses"))


def test_the_required_form_is_not_said_twice() -> None:
    verdict = questions.judge("cross_entropy", STUDENT, "two")
    assert verdict.said.startswith("expected a number")
    assert verdict.got == "a str"
    verdict = questions.judge("entropy_and_divergence", STUDENT, (1.0, "two", 3.0))
    assert "expected" not in verdict.got
    assert verdict.got.endswith("a str")
