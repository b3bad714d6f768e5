"""The build checks its results and never loses grades or submissions."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from coursekit import course_file
from coursekit.builds import part_selection, release_checks, trees
from coursekit.builds.builder import digests, require_files
from tests.conftest import Coursekit
from tests.coursekit.test_incremental import edit
from tests.small_course import FIRST


def test_what_students_get(small_once: Path) -> None:
    release = small_once / "build" / "release"
    top = {path.name for path in release.iterdir()}
    assert {"student_code", "unit_tests", "toolbox", "data_scripts", "notebooks"} <= top
    assert not top & {"misconceptions", "coursekit", "tests", "course.toml"}
    assert not (release / "unit_tests" / "hidden").exists()
    assert not list(release.rglob("*.pyc"))
    facts = json.loads((release / "course.json").read_text(encoding="utf-8"))
    assert all(part["built"] for part in facts["parts"])


def test_every_part_of_this_course_has_the_files_that_a_build_needs(root: Path) -> None:
    """Full builds take minutes and are rare, so a file that they miss has to be noticed here."""
    require_files(root, part_selection.everything(course_file.read(root / "course.toml")))


def test_a_catalogue_may_be_a_package(small: Path, coursekit: Coursekit) -> None:
    package = small / "misconceptions" / "words"
    package.mkdir()
    (package / "__init__.py").touch()
    (small / "misconceptions" / "words.py").rename(package / "counted.py")
    done = coursekit(small, "build")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "misconceptions/words.py is missing" not in done.stdout


def test_a_build_keeps_grades_and_submissions(small: Path, coursekit: Coursekit) -> None:
    course = small / "build" / "nbgrader"
    kept = [course / "submitted" / "somebody" / "kept.txt", course / "autograded" / "x" / "y.txt"]
    for path in kept:
        path.parent.mkdir(parents=True)
        path.write_text("kept", encoding="utf-8")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.add_student("somebody")
    edit(small / "notebooks" / f"{FIRST}.py", "# # Counting", "# # Counting, again")
    assert coursekit(small, "sync").returncode == 0
    done = coursekit(small, "build")
    assert done.returncode == 0, done.stdout
    assert all(path.read_text(encoding="utf-8") == "kept" for path in kept)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        assert [student.id for student in book.students] == ["somebody"]


def test_the_diagnosis_holds_no_code(small_once: Path) -> None:
    path = small_once / "build" / "release" / "toolbox" / "checks" / "diagnosis.json"
    text = path.read_text(encoding="utf-8")
    assert "def " not in text
    assert "takes_the_sum" not in text
    assert "the sum is not divided" in text


def test_worked_examples_are_shipped_without_their_code(small_once: Path) -> None:
    for place in ("release", "solution", f"nbgrader/release/{FIRST}"):
        path = small_once / "build" / place / "toolbox" / "checks" / "worked_examples.json"
        shipped = json.loads(path.read_text(encoding="utf-8"))
        assert shipped["counting.mean"] == ["mean([1.0, 5.0])", "(1 + 5) / 2 = 3", "gives 3.0"]
        assert shipped.keys() == {"counting.mean", "counting.spread", "words.longest"}


def test_a_solution_line_in_the_toolbox_fails_the_build(small: Path, coursekit: Coursekit) -> None:
    before = digests(small / "build")
    planted = "    total_of_all_the_values = sum(values)"
    (small / "toolbox" / "leak.py").write_text(f'"""Oops."""\nif False:\n{planted}\n', "utf-8")
    done = coursekit(small, "build")
    assert done.returncode == 1
    assert (
        "release/toolbox/leak.py, line 3 gives away the solution in student_code/counting.py"
        in done.stdout
    )
    assert digests(small / "build") == before  # the last good build is still there


def test_an_always_true_test_fails_the_build(small: Path, coursekit: Coursekit) -> None:
    path = small / "unit_tests" / "test_counting.py"
    lazy = '\n\n@task("counting.mean")\ndef test_lazy() -> None:\n    """True."""\n'
    path.write_text(path.read_text(encoding="utf-8") + lazy, encoding="utf-8")
    done = coursekit(small, "build")
    assert done.returncode == 1
    assert "test_lazy passes on the stub, so it never fails" in done.stdout
    assert coursekit(small, "build").returncode == 1  # a failed check is not cached as passed


def test_a_hidden_test_in_the_release_is_a_leak(small_once: Path) -> None:
    tree = trees.room(small_once / "build", "release")
    release_checks.no_leak(small_once, tree)
    tree["release/notes.md"] = b"def test_mean_of_negative_values() -> None:\n"
    with pytest.raises(
        release_checks.ProofError, match=r"gives away unit_tests/hidden/test_counting.py"
    ):
        release_checks.no_leak(small_once, tree)


def test_a_released_module_that_is_not_the_stripped_source_is_a_leak(small_once: Path) -> None:
    tree = trees.room(small_once / "build", "release")
    tree["release/student_code/counting.py"] += b"x = 1\n"
    with pytest.raises(release_checks.ProofError, match="is not the stripped source"):
        release_checks.no_leak(small_once, tree)


def test_stale_notebooks_stop_the_build(small: Path, coursekit: Coursekit) -> None:
    edit(small / "notebooks" / f"{FIRST}.py", "# # Counting", "# # Pictures")
    done = coursekit(small, "build")
    assert done.returncode == 1
    assert "Run `coursekit sync`" in done.stdout


def test_a_missing_module_is_named(small: Path, coursekit: Coursekit) -> None:
    (small / "student_code" / "words.py").unlink()
    done = coursekit(small, "build")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "student_code/words.py is missing" in done.stdout


def test_executed_notebooks_have_outputs_and_no_errors(small_once: Path, built: Path) -> None:
    for folder in (small_once, built):
        for path in (folder / "build" / "solution" / "notebooks").glob("*.ipynb"):
            notebook = nbformat.read(path, as_version=4)
            release_checks.no_bare_traceback(path.name, notebook)
            assert any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.slow
def test_two_builds_of_a_part_with_images_are_the_same_bytes(
    built: Path, coursekit: Coursekit, tmp_path: Path
) -> None:
    again = Path(shutil.copytree(built, tmp_path / "course", symlinks=True))
    done = coursekit(again, "build", "--fresh")
    assert done.returncode == 0, done.stdout
    assert digests(again / "build") == digests(built / "build")


def test_students_run_pytest_in_the_release(small_once: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "unit_tests/test_counting.py", "-p", "no:cacheprovider"],
        cwd=small_once / "build" / "release",
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 1
    assert "mean is not implemented yet" in done.stdout
    assert "counting.mean: 0 of 4 points, 0 of 2 tests passed" in done.stdout
    assert "Traceback" not in done.stdout
    assert not re.search(r"test_counting\.py:\d", done.stdout)  # pytest's own report of a failure
