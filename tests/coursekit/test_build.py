"""The build is the same each time, proves itself, and loses nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest

from coursekit import proofs, trees
from coursekit.building import digests
from tests.conftest import Coursekit


@contextmanager
def edited(path: Path, text: str) -> Iterator[None]:
    """The file with another text, and as it was afterwards."""
    before = path.read_bytes() if path.is_file() else None
    path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        path.unlink() if before is None else path.write_bytes(before)


def released(built: Path) -> Path:
    return built / "build" / "release"


def test_two_builds_are_the_same_bytes_and_keep_grades(built: Path, coursekit: Coursekit) -> None:
    before = digests(built / "build")
    submitted = built / "build" / "nbgrader" / "submitted" / "somebody" / "kept.txt"
    submitted.parent.mkdir(parents=True, exist_ok=True)
    submitted.write_text("handed in", encoding="utf-8")
    book = (built / "build" / "nbgrader" / "gradebook.db").stat().st_ino
    done = coursekit(built, "build")
    assert done.returncode == 0, done.stdout
    after = digests(built / "build")
    assert [name for name in after if after[name] != before.get(name)] == []
    assert set(after) == set(before)
    assert submitted.read_text(encoding="utf-8") == "handed in"
    assert book != 0


def test_what_students_get(built: Path) -> None:
    top = {path.name for path in released(built).iterdir()}
    assert {"student_code", "unit_tests", "toolbox", "data_scripts", "notebooks"} <= top
    assert not top & {"misconceptions", "coursekit", "tests", "course.toml"}
    assert not (released(built) / "unit_tests" / "hidden").exists()
    assert not list(released(built).rglob("*.pyc"))
    facts = json.loads((released(built) / "course.json").read_text(encoding="utf-8"))
    assert all(part["built"] for part in facts["parts"])


def test_the_diagnosis_holds_no_code(built: Path) -> None:
    text = (released(built) / "toolbox" / "checks" / "diagnosis.json").read_text(encoding="utf-8")
    assert "def " not in text
    assert "ForgetsEarlierBatches" not in text
    assert "each batch replaces the ones before it" in text


def test_a_solution_line_in_the_toolbox_fails_the_build(built: Path, coursekit: Coursekit) -> None:
    before = digests(built / "build")
    planted = "        self._squares += squares + step * step * self.count_ * count / total"
    with edited(built / "toolbox" / "leak.py", f'"""Oops."""\nif False:\n{planted}\n'):
        done = coursekit(built, "build")
    assert done.returncode == 1
    assert "release/toolbox/leak.py, line 3 gives away the solution in student_code/scaler.py" in (
        done.stdout
    )
    assert digests(built / "build") == before  # the last good build is still there


def test_an_always_true_test_fails_the_build(built: Path, coursekit: Coursekit) -> None:
    path = built / "unit_tests" / "test_scaler.py"
    lazy = '\n\n@task("scaler.StreamingScaler")\ndef test_lazy() -> None:\n    """True."""\n'
    with edited(path, path.read_text(encoding="utf-8") + lazy):
        done = coursekit(built, "build")
    assert done.returncode == 1
    assert "test_lazy passes on the stub, so it can't fail" in done.stdout


def test_a_hidden_test_in_the_release_is_a_leak(built: Path) -> None:
    tree = trees.room(built / "build", "release")
    proofs.no_leak(built, tree)
    tree["release/notes.md"] = b"def test_large_mean_keeps_its_digits() -> None:\n"
    with pytest.raises(proofs.ProofError, match=r"gives away unit_tests/hidden/test_scaler.py"):
        proofs.no_leak(built, tree)


def test_a_released_module_that_is_not_the_stripped_source_is_a_leak(built: Path) -> None:
    tree = trees.room(built / "build", "release")
    tree["release/student_code/scaler.py"] += b"x = 1\n"
    with pytest.raises(proofs.ProofError, match="is not the stripped source"):
        proofs.no_leak(built, tree)


def test_stale_notebooks_stop_the_build(built: Path, coursekit: Coursekit) -> None:
    path = built / "notebooks" / "part1_scaler.py"
    text = path.read_text(encoding="utf-8").replace("## 1. The images", "## 1. Pictures")
    with edited(path, text):
        done = coursekit(built, "build")
    assert done.returncode == 1
    assert "Run `coursekit sync`" in done.stdout


def test_a_missing_module_is_named(built: Path, coursekit: Coursekit) -> None:
    path = built / "student_code" / "image_loader.py"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    try:
        done = coursekit(built, "build")
    finally:
        path.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "image_loader" in done.stdout


def test_executed_notebooks_have_outputs_and_no_errors(built: Path) -> None:
    for path in (built / "build" / "solution" / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        proofs.no_bare_traceback(path.name, notebook)
        assert any(cell.get("outputs") for cell in notebook.cells)


def test_students_run_pytest_in_the_release(built: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "unit_tests/test_scaler.py", "-p", "no:cacheprovider"],
        cwd=released(built),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 1
    assert "StreamingScaler.__init__ is not implemented yet" in done.stdout
    assert "scaler.StreamingScaler: 0 of 10 points, 0 of 8 tests passed" in done.stdout
    assert "Traceback" not in done.stdout
    assert not re.search(r"test_scaler\.py:\d", done.stdout)  # pytest's own picture of a failure
