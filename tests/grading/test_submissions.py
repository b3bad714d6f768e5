"""The files of a submission that a sandbox gets, and the notes about the others."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coursekit.grading import submissions
from coursekit.grading.pipeline import common_digest
from coursekit.grading.submissions import digest_of_tree, files_of, handed_in

OURS = {
    "student_code/__init__.py": b"ours",
    "student_code/scaler.py": b"the solution",
    "toolbox/plots.py": b"ours",
    "part.ipynb": b"ours",
}


def submission(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_modules_are_the_students_and_the_rest_is_the_courses(tmp_path: Path) -> None:
    theirs = dict.fromkeys(OURS, b"theirs") | {"results/weights.pt": b"theirs"}
    files, notes = files_of(submission(tmp_path, theirs), OURS)
    assert files == {
        "student_code/scaler.py": b"theirs",
        "results/weights.pt": b"theirs",
        "student_code/__init__.py": b"ours",
    }
    assert notes == []


def test_code_comes_before_what_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "MOST_BYTES", 100)
    given = {"a.mp4": b"x" * 80, "student_code/scaler.py": b"x" * 60, "z.txt": b"x" * 40}
    files, notes = files_of(submission(tmp_path, given), OURS)
    assert {"student_code/scaler.py", "z.txt"} <= files.keys()
    assert notes == ["a.mp4 exceeds the limits on size or number of files, and was left out"]


def test_a_file_in_the_place_of_a_folder_is_noted(tmp_path: Path) -> None:
    files, notes = files_of(submission(tmp_path, {"student_code": b"x"}), OURS)
    assert files == {"student_code/__init__.py": b"ours"}
    assert notes == [
        "student_code is a file, but the course has a folder of that name, and was left out"
    ]


def test_a_folder_in_the_place_of_a_file_is_noted(tmp_path: Path) -> None:
    files, notes = files_of(submission(tmp_path, {"student_code/__init__.py/x": b""}), OURS)
    assert files == {"student_code/__init__.py": b"ours"}
    assert "the course has a file of that name" in notes[0]


def test_few_of_many_are_named(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"link{number}").symlink_to("/etc/passwd")
    _, notes = files_of(submission(tmp_path, {"numpy.py": b""}), OURS)
    assert len(notes) == 5
    assert notes[3] == "and 7 more: each is a link, and was left out"
    assert notes[4].startswith("numpy.py would hide a package")


def test_hashes_notice_changes_without_reading_what_is_too_large(tmp_path: Path) -> None:
    folder = submission(tmp_path / "one", {"a.py": b"1"})
    hashes = {digest_of_tree(folder)}
    with (folder / "huge").open("wb") as file:
        file.truncate(1 << 40)
    hashes.add(digest_of_tree(folder))
    with (folder / "huge").open("r+b") as file:
        file.truncate(1 << 39)
    hashes.add(digest_of_tree(folder))
    (folder / "a.py").write_bytes(b"2")
    hashes.add(digest_of_tree(folder))
    assert len(hashes) == 4


@pytest.mark.parametrize("name", [b"caf\xe9", b"a\nb", b"a\x1b[2J", b"a*b"])
def test_names_that_nbgrader_cannot_take_are_refused(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "submitted" / name.decode("utf-8", "surrogateescape") / "part"
    submission(folder, {"part.ipynb": b""})
    (reason,) = handed_in(tmp_path, "part").values()
    assert "rename it" in reason


@pytest.mark.parametrize(("earlier", "counts"), [(["scaler"], True), ([], False)])
def test_grades_depend_on_the_reference_of_earlier_modules(
    tmp_path: Path, earlier: list[str], counts: bool
) -> None:
    for name in ("source/part.ipynb", "reference/scaler.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("1", encoding="utf-8")
    (tmp_path / "nbgrader_config.py").write_text("", encoding="utf-8")
    planner: Any = SimpleNamespace(
        source=tmp_path / "source",
        reference=tmp_path / "reference",
        earlier_modules=lambda: earlier,
    )
    before = common_digest(tmp_path, planner)
    (tmp_path / "reference" / "scaler.py").write_text("2", encoding="utf-8")
    assert (common_digest(tmp_path, planner) != before) == counts
