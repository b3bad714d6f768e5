"""Plain nbgrader on a built course: scores, feedback, export, and irregular submissions."""

from __future__ import annotations

import csv
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from traitlets.config import Config, PyFileConfigLoader

from coursekit import course_file
from coursekit.gradebook import GradebookRow, rows
from coursekit.samples import SAMPLES
from tests.plain import PART, nbgrader
from toolbox.course import Part


@pytest.fixture(scope="module")
def scores(graded: Path, built: Path) -> dict[str, GradebookRow]:
    return {row.student: row for row in rows(graded, course_file.load(built).part(PART))}


@pytest.fixture(scope="module")
def part(built: Path) -> Part:
    return course_file.load(built).part(PART)


def points(part: Part, function: str) -> float:
    return next(task.total for task in part.tasks if task.function == function)


def printed(graded: Path, student: str) -> str:
    path = graded / "autograded" / student / PART / f"{PART}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(o.get("text", "") for c in cells for o in c.get("outputs", []))


def feedback(graded: Path, student: str) -> str:
    path = graded / "feedback" / student / PART / f"{PART}.html"
    return path.read_text(encoding="utf-8")


def test_everybody_was_graded_but_the_odd_folder(scores: dict[str, GradebookRow]) -> None:
    assert set(scores) == {s.student for s in SAMPLES} | {"forgetful", "deleter", "cheat"}


def test_the_right_student_has_full_points(scores: dict[str, GradebookRow], built: Path) -> None:
    part = course_file.load(built).part(PART)
    assert scores["right"].score == sum(task.total for task in part.tasks)
    assert scores["right"].to_read == len(part.questions)


def test_the_misconception_has_partial_points_and_its_hint(
    scores: dict[str, GradebookRow], graded: Path, part: Part
) -> None:
    got = scores["misconception"].tasks["scaler.StreamingScaler"]
    assert 0 < got < points(part, "scaler.StreamingScaler")
    html = feedback(graded, "misconception")
    assert "likely cause  each batch overwrites the previous ones" in html
    assert "combine the new values with the earlier ones" in html
    assert "s.partial_fit([1, 2]); s.partial_fit([6])" in html  # the call that failed


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("stub", r"StreamingScaler\.__init__ is not implemented yet"),
        ("syntax_error", r"student_code/scaler\.py, line \d+ is not valid Python"),
        ("endless_loop", r"Is there a loop that never ends"),
        ("cheat", r"StreamingScaler\.__init__ is not implemented yet"),
    ],
)
def test_the_others_have_nothing_and_a_reason(
    scores: dict[str, GradebookRow], graded: Path, student: str, reason: str
) -> None:
    assert scores[student].score == 0
    assert re.search(reason, printed(graded, student))
    assert re.search(reason, feedback(graded, student))


def test_unanswered_questions_need_no_manual_grading(scores: dict[str, GradebookRow]) -> None:
    assert scores["stub"].to_read == 0


def test_a_forgotten_file_is_named_and_costs_only_itself(
    scores: dict[str, GradebookRow], graded: Path, part: Part
) -> None:
    row = scores["forgetful"]
    assert row.tasks["scaler.StreamingScaler"] == row.tasks["scaler.compute_mean_and_std"] == 0
    assert row.tasks["image_loader.ImageLoader"] == points(part, "image_loader.ImageLoader")
    assert "student_code/scaler.py is missing" in printed(graded, "forgetful")


def test_a_deleted_cell_is_put_back_and_graded(scores: dict[str, GradebookRow], part: Part) -> None:
    function = "scaler.compute_mean_and_std"
    assert scores["deleter"].tasks[function] == points(part, function)


def test_feedback_shows_neither_hidden_tests_nor_mark_schemes(graded: Path) -> None:
    for sample in SAMPLES:
        html = feedback(graded, sample.student)
        assert "test_large_mean_keeps_its_digits" not in html
        assert "add_hidden_tests" not in html
        assert "a real failure: drift" not in html


def test_manual_graders_see_the_mark_scheme(graded: Path) -> None:
    path = graded / "autograded" / "right" / PART / f"{PART}.ipynb"
    assert "a real failure: drift" in path.read_text(encoding="utf-8")


def test_submissions_are_graded_in_the_students_own_words(graded: Path) -> None:
    path = graded / "autograded" / "misconception" / PART / "student_code" / "scaler.py"
    assert "ForgetsEarlierBatches" in path.read_text(encoding="utf-8")


def test_export_holds_every_student(graded: Path, part: Part) -> None:
    done = nbgrader(graded, "export", "--to=grades.csv")
    assert done.returncode == 0, done.stderr
    with (graded / "grades.csv").open(encoding="utf-8") as file:
        found = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert found["right"] == sum(task.total for task in part.tasks)
    assert found["stub"] == 0


@pytest.mark.slow
def test_validate_accepts_the_solution_and_not_the_stub(graded: Path) -> None:
    right = nbgrader(graded / "submitted" / "right" / PART, "validate", f"{PART}.ipynb")
    assert "Success! Your notebook passes all the tests." in right.stdout
    stub = nbgrader(graded / "submitted" / "stub" / PART, "validate", f"{PART}.ipynb")
    assert "VALIDATION FAILED" in stub.stdout


def test_excluded_files_are_exactly_the_students_modules(graded: Path) -> None:
    config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(graded)).load_config()
    excluded = set(config.Autograde.exclude_overwriting[PART])
    modules = (graded / "source" / PART / "student_code").glob("*.py")
    assert excluded == {f"student_code/{p.name}" for p in modules if p.name != "__init__.py"}


@pytest.fixture(scope="module")
def formgrader(graded: Path) -> Iterator[str]:
    """Yield the address of a Jupyter server in the course folder, on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token=demo"),
        ],
        cwd=graded,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}/formgrader"
    finally:
        server.terminate()
        server.wait(timeout=300)


def fetched(address: str) -> str:
    for _ in range(120):  # the server starts slowly
        try:
            with urllib.request.urlopen(f"{address}?token=demo", timeout=30) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} did not answer")


def test_the_formgrader_lists_every_student(
    formgrader: str, scores: dict[str, GradebookRow], part: Part
) -> None:
    listed = json.loads(fetched(f"{formgrader}/api/submissions/{PART}"))
    assert {row["student"] for row in listed} == set(scores)
    right = next(row for row in listed if row["student"] == "right")
    assert right["autograded"]
    assert right["code_score"] == sum(task.total for task in part.tasks)
    assert right["needs_manual_grade"]
