"""`coursekit grade` writes what plain nbgrader writes, and only what is necessary."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from coursekit.grading.fork_server.client import ForkServer
from coursekit.grading.gradebook_writer import Begun, Writer
from coursekit.grading.pipeline import grade
from coursekit.grading.protocol import messages
from coursekit.grading.run_report import Wish
from coursekit.grading.sandbox.levels import Level, TooWeak
from coursekit.samples import RIGHT, hand_in
from tests.grading import comparing
from tests.grading.conftest import Graded, run
from tests.plain import PART, nbgrader
from toolbox.course import from_dict


def test_every_sample_is_graded_as_by_plain_nbgrader(graded: Path, ours: Graded) -> None:
    assert len(ours.report.graded) == 8
    assert comparing.gradebook(ours.course) == comparing.gradebook(graded)
    assert comparing.files(ours.course, PART) == comparing.files(graded, PART)
    mine, theirs = comparing.notebooks(ours.course, PART), comparing.notebooks(graded, PART)
    assert mine.keys() == theirs.keys()
    for student, notebook in theirs.items():
        assert mine[student] == notebook, student


def test_course_files_are_not_copied_for_each_student(graded: Path, ours: Graded) -> None:
    assert comparing.repeated(ours.course, PART) == {}
    plain = comparing.repeated(graded, PART)
    assert plain
    assert all(plain.values())


def test_a_student_takes_less_than_half_a_megabyte(ours: Graded, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(ours.course, course)
    done = nbgrader(course, "generate_feedback", PART)  # for all students at once
    assert done.returncode == 0, done.stderr[-2000:]
    folders = [course / step / "right" / PART for step in ("autograded", "feedback")]
    sizes = {path: path.stat().st_size for f in folders for path in f.rglob("*") if path.is_file()}
    assert {path.name for path in sizes if "feedback" in path.parts} == {f"{PART}.html"}
    assert sum(sizes.values()) < 500_000


def test_plain_nbgrader_can_grade_what_was_graded_here(
    ours: Graded, graded: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(ours.course, course)
    done = nbgrader(course, "autograde", PART, "--student=right", "--force")
    assert done.returncode == 0, done.stderr[-2000:]
    assert comparing.gradebook(course) == comparing.gradebook(graded)
    assert any(name.startswith("right/toolbox/") for name in comparing.repeated(course, PART))


def test_feedback_is_rewritten_for_a_newer_submission(ours: Graded, tmp_path: Path) -> None:
    """nbgrader compares the timestamps beside the feedback and beside the submission."""
    course = tmp_path / "course"
    shutil.copytree(ours.course, course)
    for time in ("2030-01-01 00:00:00 UTC", "2030-01-02 00:00:00 UTC"):
        (course / "autograded" / "right" / PART / "timestamp.txt").write_text(time)
        done = nbgrader(course, "generate_feedback", PART, "--student=right")
        assert done.returncode == 0, done.stderr[-2000:]
        assert (course / "feedback" / "right" / PART / "timestamp.txt").read_text() == time


def test_honest_work_is_not_flagged_but_a_missing_module_is(ours: Graded) -> None:
    missing = "student_code/scaler.py is missing: its functions get 0 points"
    assert ours.report.flags == {"forgetful": [missing]}
    assert ours.report.refused == {}


def test_the_level_is_noted_and_in_the_feedback(ours: Graded) -> None:
    path = ours.course / "autograded" / "right" / PART / f"{PART}.ipynb"
    noted = nbformat.read(path, as_version=4).metadata["coursekit"]
    assert noted["sandbox"] == ours.report.level.word
    done = nbgrader(ours.course, "generate_feedback", PART, "--student=right")
    assert done.returncode == 0, done.stderr[-2000:]
    html = (ours.course / "feedback" / "right" / PART / f"{PART}.html").read_text(encoding="utf-8")
    assert f"sandbox level: {noted['sandbox']}" in html


def test_only_what_changed_is_graded_again(ours: Graded, built: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(ours.course, course)
    again = run(course, built)
    assert again.graded == []
    assert len(again.unchanged) == 8
    module = course / "submitted" / "stub" / PART / "student_code" / "scaler.py"
    shutil.copyfile(built / "student_code" / "scaler.py", module)
    changed = run(course, built)
    assert changed.graded == ["stub"]
    grades = {g[:2]: g[2] for g in comparing.gradebook(course)["grades"]}
    assert grades["stub", "scaler-StreamingScaler"] == 14
    assert grades["right", "scaler-StreamingScaler"] == 14


def test_submissions_are_prepared_while_the_fork_server_starts(
    ours: Graded, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, order = tmp_path / "course", list[str]()
    shutil.copytree(ours.course, course)
    begin, plan = Writer.begin, ForkServer.plan

    def begun(self: Writer, student: str) -> Begun:
        order.append("begin")
        return begin(self, student)

    def planned(self: ForkServer, questions: list[messages.PlanQuery]) -> list[messages.TestPlan]:
        order.append("plan")
        return plan(self, questions)

    def prepared(*arguments: object) -> dict[str, str]:
        order.append("images")
        return {}

    monkeypatch.setattr(ForkServer, "starting", lambda self: True)
    monkeypatch.setattr(ForkServer, "prepare", prepared)
    monkeypatch.setattr(ForkServer, "plan", planned)
    monkeypatch.setattr(Writer, "begin", begun)
    run(course, built, force=True, students=("right", "stub", "forgetful"))
    assert order == ["begin", "begin", "begin", "plan", "images"]


def test_an_unavailable_level_is_refused(
    ours: Graded, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "coursekit.grading.fork_server.client.ForkServer.probe",
        lambda self: (Level.LIMITS, "no namespaces"),
    )
    with pytest.raises(TooWeak, match=r"no namespaces.*'sealed' was requested"):
        run(ours.course, built, force=True, least=Level.SEALED)


def test_unknown_parts_and_students_are_errors(ours: Graded, built: Path) -> None:
    with pytest.raises(ValueError, match=r"Unknown part 'part9_x'. The parts are part1_scaler"):
        grade(ours.course, Wish("part9_x"), None, lambda done, of: None)
    with pytest.raises(ValueError, match=r"No submission of part1_scaler found for nobody"):
        run(ours.course, built, students=("nobody",))


def test_later_parts_do_not_punish_earlier_mistakes(built: Path, tmp_path: Path) -> None:
    """Declare the scaler a module of an earlier part, submit it broken, and depend on it."""
    course = tmp_path / "course"
    shutil.copytree(built / "build" / "nbgrader", course)
    facts = json.loads((course / "course.json").read_text(encoding="utf-8"))
    part = next(each for each in facts["parts"] if each["id"] == PART)
    scaler = [t for t in part["tasks"] if t["function"].startswith("scaler.")]
    rest = [t for t in part["tasks"] if t not in scaler]
    earlier = {**part, "id": "part0_scaler", "tasks": scaler, "questions": [], "trained": []}
    facts["parts"] = [earlier, {**part, "tasks": rest}]
    for place in (course, course / "source" / PART, course / "release" / PART):
        (place / "course.json").write_text(json.dumps(facts), encoding="utf-8")
    folder = hand_in(RIGHT, from_dict(facts).parts[1], built, course) / "student_code"
    (folder / "scaler.py").write_text("def compute_mean_and_std(:\n", encoding="utf-8")
    loader = (built / "student_code" / "image_loader.py").read_text(encoding="utf-8")
    leaning = "\nfrom student_code.scaler import StreamingScaler\n\nassert StreamingScaler()\n"
    (folder / "image_loader.py").write_text(loader + leaning, encoding="utf-8")
    report = run(course, built)
    assert report.flags == {}
    grades = {g[:2]: g[2] for g in comparing.gradebook(course)["grades"]}
    assert grades["right", "image_loader-ImageLoader"] == 12
    text = (course / "autograded" / "right" / PART / f"{PART}.ipynb").read_text(encoding="utf-8")
    assert "student_code/scaler.py fails its own tests, so the course's version is used" in text
