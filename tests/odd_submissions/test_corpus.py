"""Every irregular submission gets its expected verdict, and no other grade changes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.collecting.course import ANSWERS, PART
from tests.odd_submissions.batch import (
    CASES,
    HONEST,
    Graded,
    answers,
    daily,
    outcome,
    run,
    said,
    verdicts,
)
from tests.odd_submissions.case import NOTEBOOK, Outcome, Verdict

NO_TEXT = ("module_in_utf_16", "module_with_null_byte", "module_is_a_zip")
VERDICTS = list(verdicts())


def _some() -> list[tuple[str, str, Verdict]]:
    """Return one case in sixteen, and at least three of each outcome.

    `make corpus` runs all of them, submitted in both ways.
    """
    found = [each for each in daily() if each[0] in NO_TEXT]
    for outcome_ in Outcome:
        group = [each for each in daily() if each[2].outcome is outcome_]
        found += [each for each in group[:: min(16, len(group) // 3)] if each not in found]
    return found


DAILY = _some()
OTHERS = [each for each in VERDICTS if each not in DAILY]


@pytest.fixture(scope="module")
def graded(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return run(built, tmp_path_factory.mktemp("corpus"), {student for _, student, _ in DAILY})


@pytest.fixture(scope="module")
def others(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return run(built, tmp_path_factory.mktemp("others"), {student for _, student, _ in OTHERS})


def _named(cases: list[tuple[str, str, Verdict]]) -> list[Any]:
    return [pytest.param(student, verdict, id=student) for _, student, verdict in cases]


def test_the_corpus_is_large() -> None:
    assert len(CASES) >= 100
    counts = Counter(verdict.outcome for _, _, verdict in VERDICTS)
    assert min(counts[each] for each in Outcome) >= 10, counts
    daily_counts = Counter(verdict.outcome for _, _, verdict in DAILY)
    assert min(daily_counts[each] for each in Outcome) >= 3, daily_counts


def test_the_honest_student_keeps_the_honest_grade(graded: Graded) -> None:
    assert HONEST in graded.report.graded
    assert HONEST not in graded.report.flags
    scores = graded.scores[HONEST]
    assert sum(auto or 0 for auto, _ in scores.values()) == 45
    assert {cell for cell, (_, waits) in scores.items() if waits} == set(ANSWERS)
    assert answers(graded, HONEST) == list(ANSWERS.values())


def test_everybody_is_graded_or_named(graded: Graded) -> None:
    students = {path.name for path in (graded.course / "submitted").iterdir()}
    assert students == {*graded.report.graded, *graded.report.refused}


@pytest.mark.parametrize(("student", "verdict"), _named(DAILY))
def test_a_case_gets_its_verdict(graded: Graded, student: str, verdict: Verdict) -> None:
    assert_verdict(graded, student, verdict)


@pytest.mark.slow
@pytest.mark.parametrize(("student", "verdict"), _named(OTHERS))
def test_every_other_case_gets_its_verdict(others: Graded, student: str, verdict: Verdict) -> None:
    assert_verdict(others, student, verdict)


def assert_verdict(graded: Graded, student: str, verdict: Verdict) -> None:
    assert outcome(graded, student) is verdict.outcome, said(graded, student)
    assert verdict.says in said(graded, student)
    assert said(graded, student).replace("\n", "").isprintable()
    if verdict.outcome is Outcome.REFUSED:
        assert not any(auto for auto, _ in graded.scores.get(student, {}).values())
    elif student not in graded.same:
        _assert_scores(graded, student, verdict)


def _assert_scores(graded: Graded, student: str, verdict: Verdict) -> None:
    mine, honest = graded.scores[student], graded.scores[HONEST]
    for cell, (auto, _) in honest.items():
        if cell not in ANSWERS:
            lost = verdict.lost == "everything" or cell.startswith(f"{verdict.lost or None}-")
            assert mine[cell] == (0.0 if lost else auto, False), cell
    assert sum(waits for cell, (_, waits) in mine.items() if cell in ANSWERS) == verdict.answered
    if verdict.outcome is not Outcome.WAITING:
        kept = "\n".join(answers(graded, student))
        assert sum(answer in kept for answer in ANSWERS.values()) == verdict.answered


def test_feedback_names_the_file_that_is_no_text(graded: Graded) -> None:
    students = [student for name, student, _ in DAILY if name in NO_TEXT]
    assert len(students) == len(NO_TEXT)
    for student in students:
        path = graded.course / "autograded" / student / PART / NOTEBOOK
        cells = nbformat.read(path, as_version=4).cells
        printed = "\n".join(o.get("text", "") for c in cells for o in c.get("outputs", []))
        assert "student_code/scaler.py cannot be read as text" in printed
        assert "Save it as UTF-8." in printed
