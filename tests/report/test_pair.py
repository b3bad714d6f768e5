"""Pairs on the student's side: naming the partner, and both answers in the report."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from tests.report.conftest import Evening
from tests.report.test_report import words_of
from toolbox import notebook, report
from toolbox.__main__ import COMPLETE, INCOMPLETE, NOTHING, main

HINT = "The answers of your partner bb03 to the individual questions: copy the zip file that bb03"


@pytest.fixture
def pair(evening: Evening) -> Evening:
    """The course folder of a student whose course allows pairs, with one individual question."""
    path = evening.root / "course.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["course"]["group_size"] = 2
    facts["parts"][0]["questions"][0]["individual"] = True
    path.write_text(json.dumps(facts), encoding="utf-8")
    return evening


def partners_zip(evening: Evening, answer: str, student: object = None) -> Path:
    """Write the zip file that the partner hands in, with an answer to each question."""
    made = evening.root / "notebooks" / "part1_shapes.ipynb"
    own = made.read_bytes()
    evening.answer(why=answer, how="The same for both.")
    path = evening.root / "partner" / "bb03_part1_shapes (1).zip"
    path.parent.mkdir(exist_ok=True)
    who = {"name": "Ben Example", "id": "BB03"} if student is None else student
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"part": "part1_shapes", "student": who}))
        archive.write(made, "part1_shapes.ipynb")
    made.write_bytes(own)
    return path


def page(evening: Evening) -> str:
    """Return the report of the part as HTML."""
    return (evening.root / "report" / "part1_shapes" / "report.html").read_text(encoding="utf-8")


def test_the_partner_is_remembered_and_handed_in(pair: Evening) -> None:
    assert main(["submit", "1", "--partner", " bb03 "]) == INCOMPLETE  # no answers of the partner
    assert main(["submit", "1"]) == INCOMPLETE
    with zipfile.ZipFile(pair.root / "handin" / "ax17_part1_shapes.zip") as archive:
        student = json.loads(archive.read("manifest.json"))["student"]
    assert student == {"name": "Ada Example", "id": "ax17", "partner": "bb03"}
    assert main(["submit", "1", "--alone"]) == COMPLETE
    with zipfile.ZipFile(pair.root / "handin" / "ax17_part1_shapes.zip") as archive:
        assert "partner" not in json.loads(archive.read("manifest.json"))["student"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--partner", "AX17"], "'AX17' can't be your partner"),
        (["--partner", " "], "'' can't be your partner"),
        (["--partner", "b", "--partner", "c"], "You named 2 partners, but a pair has two members"),
    ],
)
def test_a_partner_that_cannot_be_is_refused(
    pair: Evening, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["submit", "1", *options]) == NOTHING
    assert said in capsys.readouterr().out
    assert not (pair.root / "handin").exists()


def test_a_course_without_pairs_refuses_partners(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--partner", "bb03"]) == NOTHING
    assert "This course has no pairs: everybody hands in alone." in capsys.readouterr().out


def test_the_report_shows_both_answers_to_individual_questions(pair: Evening) -> None:
    partners_zip(pair, "Because of the *other* side.")
    assert main(["report", "1", "--partner", "bb03"]) == COMPLETE
    shows_both(page(pair))
    shows_both(words_of(pair.root / "report" / "part1_shapes" / "report.pdf"))


def shows_both(text: str) -> None:
    assert "Ada Example and Ben Example" in text
    assert "ax17, bb03" in text
    assert "Why is it so? (Ada Example)" in text
    assert "Why is it so? (Ben Example)" in text
    assert "side." in text
    assert "How would you know? (" not in text
    assert "The same for both." not in text  # only individual answers are the partner's


def test_missing_answers_of_the_partner_are_reported_once(
    pair: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["submit", "1", "--partner", "bb03"]) == INCOMPLETE
    assert capsys.readouterr().out.count(HINT) == 1
    assert "Why is it so? (Ada Example)" in page(pair)
    partners_zip(pair, "YOUR ANSWER HERE")
    assert main(["submit", "1"]) == INCOMPLETE
    said = capsys.readouterr().out
    assert "Your partner's answer to “Why is it so?”: no answer yet in partner/bb03_part1" in said
    assert HINT not in said


@pytest.mark.parametrize("student", [{"name": "Zoe", "id": "zz99"}, {"name": "Zoe"}, "bb03", 3])
def test_a_file_of_somebody_else_is_not_the_partners(pair: Evening, student: object) -> None:
    partners_zip(pair, "Because I say so.", student)
    main(["report", "1", "--partner", "bb03"])
    assert "Because I say so." not in page(pair)


def odd_zip(notebook: object) -> bytes:
    memory = io.BytesIO()
    who = {"name": "Ben Example", "id": "bb03"}
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"part": "part1_shapes", "student": who}))
        archive.writestr("part1_shapes.ipynb", json.dumps(notebook))
    return memory.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"PK\x03\x04 cut off", b"no archive"),
        *(odd_zip(each) for each in (3, {}, {"cells": 3})),
        odd_zip({"cells": [{"cell_type": "markdown", "metadata": [3]}]}),
    ],
)
def test_a_damaged_file_of_the_partner_stops_nothing(pair: Evening, content: bytes) -> None:
    good = partners_zip(pair, "Because of the other side.")
    (good.parent / "newer.zip").write_bytes(content)
    later = good.stat().st_mtime + 60
    os.utime(good.parent / "newer.zip", (later, later))
    main(["report", "1", "--partner", "bb03"])
    assert "Because of the other side." in page(pair)


def test_a_partner_counts_only_while_the_course_allows_pairs(evening: Evening) -> None:
    who = {"name": "Ada Example", "id": "ax17", "partner": "bb03"}
    (evening.root / "student.json").write_text(json.dumps(who), encoding="utf-8")
    built = report.build()
    assert built.missing == []
    assert "bb03" not in built.html.read_text(encoding="utf-8")


def test_a_notebook_names_what_each_member_does_alone(
    pair: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.setup("part1_shapes")
    said = capsys.readouterr().out
    assert "each of you answers these questions alone: “Why is it so?”." in said
