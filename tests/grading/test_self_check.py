"""Tests that reject the reference solution are the course's fault and cost no student points."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.grading.reference_check import _lost_points
from coursekit.samples import RIGHT, SAMPLES, hand_in
from tests.grading import comparing
from tests.grading.conftest import run
from tests.plain import PART

FUNCTION = "scaler.compute_mean_and_std"
FIRST_TEST = re.compile(r'(def test_\w+\([^)]*\)[^:]*:\n    """[^"]*"""\n)')


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("raise AssertionError", "public"),
        ("from toolbox.checks.seeds import seed_for; assert seed_for(1) == 1", ""),
    ],
    ids=["always", "with the seeds of the term"],
)
def test_a_test_that_rejects_the_reference_leaves_its_function_ungraded(
    statement: str, key: str, built: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(built / "build" / "nbgrader", course)
    part = course_file.load(built).part(PART)
    stub = next(sample for sample in SAMPLES if sample.student == "stub")
    for sample in (RIGHT, stub):
        hand_in(sample, part, built, course)
    _break_hidden_test(course, statement)
    report = run(course, built, key=key)
    assert report.graded == []
    for reason in (report.incomplete["right"], report.incomplete["stub"]):
        assert f"{FUNCTION}: the course's own tests reject the reference solution" in reason
    grades = {grade[:2]: grade for grade in comparing.gradebook(course)["grades"]}
    name = FUNCTION.replace(".", "-")
    for student, points in (("right", 14), ("stub", 0)):
        assert grades[student, name][2] is None
        assert grades[student, name][5]  # needs manual grading
        assert grades[student, "scaler-StreamingScaler"][2] == points


def _break_hidden_test(course: Path, statement: str) -> None:
    path = course / "source" / PART / f"{PART}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = (
        cell
        for cell in content["cells"]
        if f'checks.add_hidden_tests("{FUNCTION}"' in "".join(cell["source"])
    )
    source = "".join(cell["source"])
    cell["source"], count = FIRST_TEST.subn(rf"\1    {statement}\n", source, count=1)
    assert count == 1
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ([{"text": "✓ a\n"}, {"data": {"text/plain": "4.0"}}], None),
        (
            [{"text": "✗ It adds\n   got   3\n"}, {"data": {"text/plain": "1.0"}}],
            " (It adds: got   3)",
        ),
        ([{"text": "✗ It adds\n"}, {"data": {"text/plain": "1.0"}}], " (It adds)"),
        ([], ""),
    ],
)
def test_lost_points_are_explained(shown: list[dict[str, object]], reason: str | None) -> None:
    assert _lost_points(shown, 4.0) == reason
