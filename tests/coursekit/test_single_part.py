"""`coursekit build PART` replaces that part and does not change the others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from coursekit.builds.builder import digests, require_build
from tests.conftest import Coursekit
from tests.coursekit.test_incremental import edit
from tests.small_course import FIRST, SECOND


def with_changes_in_both_parts(folder: Path, coursekit: Coursekit) -> None:
    """Change the notebook, a solution, the points and the date of each part."""
    for part in (FIRST, SECOND):
        edit(
            folder / "notebooks" / f"{part}.py", "# %% setup=true", "# Changed.\n\n# %% setup=true"
        )
    edit(folder / "student_code" / "counting.py", '"""Counting."""', '"""Counting, changed."""')
    edit(folder / "student_code" / "words.py", '"""Words."""', '"""Words, changed."""')
    edit(folder / "course.toml", "points = 4, hidden = 2", "points = 5, hidden = 2")
    edit(
        folder / "course.toml",
        "points = 2, hidden = 1 },\n    {",
        "points = 9, hidden = 1 },\n    {",
    )
    edit(folder / "course.toml", "2031-03-01", "2031-03-02")
    edit(folder / "course.toml", "2031-04-01", "2031-04-02")
    edit(folder / "misconceptions" / "counting.py", "the sum is not divided", "nothing divides")
    edit(folder / "misconceptions" / "words.py", "words are counted", "it counts words")
    edit(folder / "docs" / "student.md", "#", "# Changed:")
    assert coursekit(folder, "sync").returncode == 0


def facts(path: Path) -> dict[str, dict[str, object]]:
    parts = json.loads(path.read_text(encoding="utf-8"))["parts"]
    return {part["id"]: part for part in parts}


def test_a_part_is_replaced_and_the_other_does_not_change(
    small: Path, coursekit: Coursekit
) -> None:
    build = small / "build"
    before, parts = digests(build), facts(build / "release" / "course.json")
    grade = build / "nbgrader" / "autograded" / "jane" / FIRST / f"{FIRST}.ipynb"
    grade.parent.mkdir(parents=True)
    grade.write_text("graded", encoding="utf-8")
    with_changes_in_both_parts(small, coursekit)
    done = coursekit(small, "build", SECOND)
    assert done.returncode == 0, done.stdout + done.stderr
    after = digests(build)
    changed = {name for name in after if after[name] != before.get(name)}
    assert set(after) == set(before)
    first = {
        f"nbgrader/source/{FIRST}/",
        f"nbgrader/release/{FIRST}/",
        f"release/notebooks/{FIRST}",
        f"solution/notebooks/{FIRST}",
    }
    assert not [name for name in changed if name.startswith(tuple(first))]
    assert {
        f"release/notebooks/{SECOND}.ipynb",
        f"solution/notebooks/{SECOND}.ipynb",
        f"nbgrader/source/{SECOND}/{SECOND}.ipynb",
        f"nbgrader/release/{SECOND}/{SECOND}.ipynb",
        "release/student_code/words.py",
        "release/student_code/counting.py",  # the second part has a task in this module
        "release/README.md",
        "release/course.json",
    } <= changed
    shipped = facts(build / "release" / "course.json")
    assert shipped[FIRST] == parts[FIRST]
    assert shipped[SECOND]["due"] == "2031-04-02T12:00:00Z"
    assert facts(build / "nbgrader" / "course.json") == shipped
    assert grade.read_text(encoding="utf-8") == "graded"
    require_build(small)


def test_modules_and_hints_of_the_first_part_alone_stay_too(
    small: Path, coursekit: Coursekit
) -> None:
    """Replace the first part, so that the module with tasks only in the second one stays."""
    build = small / "build"
    before = digests(build)
    table = build / "release" / "toolbox" / "checks" / "diagnosis.json"
    rows = json.loads(table.read_text(encoding="utf-8"))
    examples = small / "misconceptions" / "examples"
    edit(examples / "counting.toml", "5.0", "9.0")
    edit(examples / "words.toml", "cab", "crab")
    with_changes_in_both_parts(small, coursekit)
    done = coursekit(small, "build", FIRST)
    assert done.returncode == 0, done.stdout + done.stderr
    after = digests(build)
    for name in ("release/student_code/words.py", "solution/student_code/words.py"):
        assert after[name] == before[name]
    shipped = json.loads(table.read_text(encoding="utf-8"))
    assert shipped["words.longest"] == rows["words.longest"]
    assert any("nothing divides" in row["looks_like"] for row in shipped["counting.mean"])
    shipped = json.loads(table.with_name("worked_examples.json").read_text(encoding="utf-8"))
    assert shipped["counting.mean"][0] == "mean([1.0, 9.0])"
    assert shipped["words.longest"][0] == 'longest(["a", "cab"])'
    words = build / "nbgrader" / "release" / SECOND / "student_code" / "words.py"
    assert "changed" not in words.read_text(encoding="utf-8")


def test_unfinished_work_on_another_part_does_not_stop_the_build(
    small: Path, coursekit: Coursekit
) -> None:
    edit(small / "notebooks" / f"{FIRST}.py", "# # Counting", "# # Half a sentence, not in")
    (small / "misconceptions" / "words.py").unlink()
    done = coursekit(small, "build", FIRST)
    assert done.returncode == 1
    assert "Run `coursekit sync`" in done.stdout  # an error for the part that is being built
    assert coursekit(small, "sync").returncode == 0
    done = coursekit(small, "build", FIRST)
    assert done.returncode == 0, done.stdout + done.stderr


def test_option_only_removes_the_other_parts(small: Path, coursekit: Coursekit) -> None:
    done = coursekit(small, "build", "--only", FIRST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(facts(small / "build" / "release" / "course.json")) == {FIRST}
    assert not (small / "build" / "nbgrader" / "release" / SECOND).exists()
    assert not (small / "build" / "release" / "student_code" / "words.py").exists()
    done = coursekit(small, "build", SECOND)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(facts(small / "build" / "release" / "course.json")) == {FIRST, SECOND}


def test_without_a_build_the_command_says_what_it_does(small: Path, coursekit: Coursekit) -> None:
    for name in ("release", "solution", "nbgrader", "manifest.json"):
        path = small / "build" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = coursekit(small, "build", FIRST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"No build exists yet, so this one contains only {FIRST}." in done.stdout
    assert set(facts(small / "build" / "release" / "course.json")) == {FIRST}


def test_a_part_that_course_toml_no_longer_builds_is_named(
    small: Path, coursekit: Coursekit
) -> None:
    before = digests(small / "build")
    head, tail = (small / "course.toml").read_text(encoding="utf-8").split(f'id = "{SECOND}"', 1)
    tail = tail.replace("built = true", "built = false", 1)
    (small / "course.toml").write_text(f'{head}id = "{SECOND}"{tail}', encoding="utf-8")
    done = coursekit(small, "build", FIRST)
    assert done.returncode == 1
    assert f"The last build has {SECOND}, which course.toml no longer marks as built" in done.stdout
    assert digests(small / "build") == before


def test_a_build_that_was_edited_is_not_extended(small: Path, coursekit: Coursekit) -> None:
    (small / "build" / "release" / "README.md").write_text("edited", encoding="utf-8")
    done = coursekit(small, "build", SECOND)
    assert done.returncode == 1
    assert "Files of the build were changed after it was built (release/README.md)" in done.stdout


def test_a_kept_part_is_tested_with_the_files_that_both_share(
    small: Path, coursekit: Coursekit
) -> None:
    """A change in a shared module that breaks a kept part must not be released."""
    before = digests(small / "build")
    edit(
        small / "student_code" / "counting.py",
        "    largest_and_smallest = max(values), min(values)\n"
        "    return largest_and_smallest[0] - largest_and_smallest[1]\n",
        "    return 2.0 if len(values) == 1 else 6.0\n",
    )
    done = coursekit(small, "build", FIRST)
    assert done.returncode == 1
    assert "test_longest" in done.stdout
    assert "If your change affects one of them, name it as well." in done.stdout
    assert digests(small / "build") == before


def test_an_unknown_part_is_named_with_those_known(small: Path, coursekit: Coursekit) -> None:
    done = coursekit(small, "build", "part3_letters")
    assert done.returncode == 1
    assert "no built part 'part3_letters'. The parts are part1_counting, part2_words" in done.stdout


@pytest.mark.parametrize("name", ["part1_countnig", "part1"])
def test_a_part_that_was_probably_meant_is_named(
    small: Path, coursekit: Coursekit, name: str
) -> None:
    for command in (["build", name], ["grade", name], ["insights", name]):
        done = coursekit(small, *command)
        assert done.returncode == 1
        assert f"{name!r}. Did you mean 'part1_counting'?" in done.stdout


def test_a_command_before_the_first_build_names_the_build(
    small: Path, coursekit: Coursekit
) -> None:
    shutil.rmtree(small / "build" / "nbgrader")
    for command in (["grade", FIRST], ["status", FIRST], ["regrade", FIRST, "--why", "x"]):
        done = coursekit(small, *command)
        assert done.returncode == 1
        assert (
            "build/nbgrader is not an nbgrader course. Run `coursekit build` first" in done.stdout
        )
