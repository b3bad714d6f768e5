"""Verdicts are cached one by one, limited in time, and renewed after changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coursekit.collected_once import Subject
from coursekit.test_quality import forked_judge, subject_sources, verdicts
from coursekit.test_quality.rates import FunctionFigures
from coursekit.test_quality.results_tables import differences, with_judged
from coursekit.test_quality.subjects import functions
from coursekit.test_quality.verdicts import judge

FUNCTIONS = ["dl_utils.predict_labels", "dl_utils.compute_loss", "dl_utils.compute_accuracy"]


def wrong(name: str, instead: Callable[..., object]) -> Subject:
    def install() -> None:
        from student_code import dl_utils

        dl_utils.predict_labels = instead  # type: ignore[assignment]

    return Subject("wrong", "dl_utils.predict_labels", name, install)


def endless(model_output: object) -> object:
    while True:
        pass


def exits(model_output: object) -> object:
    raise SystemExit(3)


RIGHT = Subject("right", "dl_utils.predict_labels", "reference", lambda: None)
LOWEST = wrong("lowest", lambda model_output: model_output.argmin(dim=1))


@pytest.fixture(autouse=True)
def _in_the_course(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    subject_sources.preload(root, ["dl_utils"])


@pytest.mark.parametrize("judged", [[], FUNCTIONS], ids=["in one process", "by the judge"])
def test_right_wrong_endless_and_exiting_versions(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judged: list[str]
) -> None:
    monkeypatch.setattr(verdicts, "SECONDS_PER_TEST", 0.3)
    monkeypatch.setattr(forked_judge, "SECONDS_PER_TEST", 0.3)
    versions = [RIGHT, LOWEST, wrong("endless", endless), wrong("exits", exits)]
    right, lowest, loops, left = judge(root, "dl_utils", versions, tmp_path, judged=judged)
    assert right.killed_by == ""
    assert all(outcome.passed for outcome in right.outcomes)
    assert lowest.killed_by == loops.killed_by == left.killed_by == "public"
    assert any(outcome.status == "slow" for outcome in loops.outcomes)
    # The misconception also shows in the function that calls the wrong one.
    assert {o.function for o in lowest.outcomes if not o.passed} == {
        "dl_utils.predict_labels",
        "dl_utils.compute_accuracy",
    }


def test_an_interrupted_run_continues(root: Path, tmp_path: Path) -> None:
    versions = [RIGHT, LOWEST, wrong("first", lambda model_output: model_output[:, 0])]

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(root, "dl_utils", versions, tmp_path, stop)
    (kept,) = tmp_path.glob("*.jsonl")
    before = kept.read_text(encoding="utf-8").splitlines()
    assert len(before) == 1
    judged = judge(root, "dl_utils", versions, tmp_path)
    after = kept.read_text(encoding="utf-8").splitlines()
    assert after[0] == before[0]
    assert len({json.loads(line)["key"] for line in after}) == len(after) == 3
    assert [v.name for v in judged] == ["reference", "lowest", "first"]


def test_verdicts_hold_until_what_they_depend_on_changes(source: Path) -> None:
    before = subject_sources.state(source, "dl_utils")
    (source / "student_code" / "theory.py").write_text("", encoding="utf-8")
    assert subject_sources.state(source, "dl_utils") == before
    for changed in (
        "student_code/dl_utils.py",
        "unit_tests/hidden/test_dl_utils.py",
        "misconceptions/dl_utils.py",
        "toolbox/checks/expect.py",
    ):
        path = source / changed
        path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        after = subject_sources.state(source, "dl_utils")
        assert after != before, changed
        before = after


def test_an_unknown_name_is_reported_with_the_known_names(root: Path) -> None:
    from coursekit import course_file

    course = course_file.load(root)
    assert functions(course, ["dl_utils"]) == FUNCTIONS
    with pytest.raises(ValueError, match="no such module or function"):
        functions(course, ["dl_utilities"])


def test_versions_that_run_at_the_same_time_share_no_files(root: Path, tmp_path: Path) -> None:
    same = "scaler.compute_mean_and_std"
    copies = [Subject("wrong", same, f"copy {number}", lambda: None) for number in range(20)]
    judged = judge(root, "scaler", copies, tmp_path)
    assert {outcome.status for verdict in judged for outcome in verdict.outcomes} == {"passed"}


def test_versions_tested_by_the_judge_share_no_files(root: Path, tmp_path: Path) -> None:
    same = "scaler.compute_mean_and_std"
    copies = [Subject("wrong", same, f"copy {number}", lambda: None) for number in range(6)]
    judged = judge(root, "scaler", copies, tmp_path, judged=[same])
    assert {outcome.status for verdict in judged for outcome in verdict.outcomes} == {"passed"}
    assert {outcome.hidden for verdict in judged for outcome in verdict.outcomes} == {True, False}


def test_verdicts_of_the_judge_depend_on_it(source: Path) -> None:
    before = [subject_sources.state(source, "dl_utils", judged=judged) for judged in (False, True)]
    link = source / "coursekit" / "grading" / "supervisor" / "judge" / "link.py"
    link.write_text(link.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    after = [subject_sources.state(source, "dl_utils", judged=judged) for judged in (False, True)]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_differences_between_both_ways_are_named() -> None:
    one, other = (FunctionFigures("theory.softmax", public_tests=3) for _ in range(2))
    assert differences([one], [other]) == []
    one.wrong.public += ["no_maximum", "over_rows"]
    other.wrong.public += ["over_rows"]
    other.wrong.survived += ["no_maximum"]
    other.public_tests = 2
    assert differences([one], [other]) == [
        "theory.softmax, public_tests: 3 in one process, 2 by the judge",
        "theory.softmax, wrong public: no_maximum only in one process",
        "theory.softmax, wrong survived: no_maximum only by the judge",
    ]


def test_each_python_keeps_its_row_of_judged_results() -> None:
    text = with_judged("", ("3.13", "97", "3000", "1"))
    text = with_judged(text, ("3.11", "97", "3000", "0"))
    assert with_judged(text, ("3.13", "97", "3100", "0")).splitlines() == [
        "| Python | functions | versions | differences |",
        "| --- | --- | --- | --- |",
        "| 3.11 | 97 | 3000 | 0 |",
        "| 3.13 | 97 | 3100 | 0 |",
    ]
