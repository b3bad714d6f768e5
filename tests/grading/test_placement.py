"""Modules under another path are graded if exactly one file matches."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit.grading.module_placement import place_modules
from coursekit.grading.submissions import files_of

WANTED = "student_code/scaler.py"


@pytest.mark.parametrize(
    "path",
    [
        "scaler.py",
        "student_code/student_code/scaler.py",
        "student_code/part1/scaler.py",
        "vision-course-main/student_code/scaler.py",
        "student_code/scaler (1).py",
        "student_code/scaler-2.py",
        "student_code/scaler - Copy.py",
    ],
)
def test_the_only_file_that_may_be_meant_is_taken(path: str) -> None:
    files = {path: b"text", "student_code/other.py": b""}
    assert place_modules(files, ["scaler"]) == [f"{path} was graded as {WANTED}"]
    assert files[WANTED] == b"text"


def test_a_module_in_its_place_is_never_replaced() -> None:
    files = {WANTED: b"mine", "old/scaler.py": b"older"}
    assert place_modules(files, ["scaler"]) == []
    assert files[WANTED] == b"mine"


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ([], "is missing: its functions get 0 points"),
        (["student_code/scaler.txt", "scaler.ipynb", "myscaler.py"], "is missing: its functions"),
        (
            ["a/scaler.py", "b/scaler.py"],
            "several files could replace it: a/scaler.py, b/scaler.py",
        ),
    ],
)
def test_a_module_that_is_not_clear_is_named(paths: list[str], said: str) -> None:
    files = dict.fromkeys(paths, b"text")
    (note,) = place_modules(files, ["scaler"])
    assert note.startswith(WANTED)
    assert said in note
    assert WANTED not in files


def test_a_file_where_the_course_has_a_folder_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "student_code").write_bytes(b"import numpy\n")
    ours = {"student_code/__init__.py": b"", WANTED: b"solution"}
    files, notes = files_of(tmp_path, ours)
    assert files == {"student_code/__init__.py": b""}
    assert notes == [
        "student_code is a file, but the course has a folder of that name, and was left out"
    ]
