"""The doctor finds what is wrong, and says what to do."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Coursekit


def test_the_course_is_in_order(root: Path, coursekit: Coursekit) -> None:
    done = coursekit(root, "doctor")
    assert done.returncode == 0, done.stdout
    assert ", 0 to see to." in done.stdout


def test_missing_points_coverage_and_odd_submissions_are_found(
    source: Path, coursekit: Coursekit
) -> None:
    notebook = source / "notebooks" / "part1_scaler.py"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace('question="why_streaming"', "", 1), encoding="utf-8")
    catalogue = source / "misconceptions" / "image_loader.py"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text[: text.index("class KeepsColour")].rsplit("@wrong", 1)[0])
    (source / "build" / "nbgrader" / "submitted" / "somebody" / "Part1-final(2)").mkdir(
        parents=True
    )
    done = coursekit(source, "doctor")
    said = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "part1_scaler.py and part1_scaler.ipynb differ run `coursekit sync`" in said
    assert "55 points in course.toml, 52 in its notebook" in said
    assert "3 misconceptions, 2 alternatives at least 1 test of each kind, 5 misconceptions" in said
    assert "submitted/somebody/Part1-final(2) is no assignment" in said
    assert "rename it to one of part1" in said
