"""A build redoes exactly what depends on a change, with the same bytes as a build from scratch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat

from coursekit.builds.builder import digests
from tests.conftest import Coursekit
from tests.small_course import FIRST, SECOND

STEPS = ("observation", "tests", "notebook", "nbgrader")


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def kept(folder: Path) -> dict[str, set[str]]:
    """Return the cached results by step, each as subject/key."""
    cache = folder / "build" / ".cache"
    return {
        step: {path.relative_to(cache / step).as_posix() for path in (cache / step).glob("*/*")}
        for step in STEPS
    }


def redone(folder: Path, coursekit: Coursekit) -> dict[str, set[str]]:
    """Build, and return the subjects that were redone, by step."""
    before = kept(folder)
    done = coursekit(folder, "build")
    assert done.returncode == 0, done.stdout + done.stderr
    after = kept(folder)
    return {step: {name.split("/")[0] for name in after[step] - before[step]} for step in STEPS}


def hint(folder: Path) -> None:
    edit(
        folder / "misconceptions" / "counting.py",
        "the sum is not divided",
        "the sum is returned",
    )


def texts(folder: Path) -> None:
    """Change a hint and a page, on which no step depends."""
    hint(folder)
    edit(folder / "docs" / "student.md", "#", "# Changed:")


def due_date(folder: Path) -> None:
    edit(folder / "course.toml", "2031-04-01", "2031-04-08")


def catalogue(folder: Path) -> None:
    edit(
        folder / "misconceptions" / "words.py", "    return len(words)", "    return 1 + len(words)"
    )


def public_test(folder: Path) -> None:
    edit(folder / "unit_tests" / "test_words.py", '"cab", "ox"]), 2,', '"cab"]), 2,')


def solution(folder: Path) -> None:
    edit(folder / "student_code" / "words.py", "float(len(word)) for", "len(word) * 1.0 for")


def shared_solution(folder: Path) -> None:
    edit(
        folder / "student_code" / "counting.py",
        "max(values), min(values)",
        "max(values[:]), min(values)",
    )


NOTHING: dict[str, set[str]] = {step: set() for step in STEPS}
WORDS_TESTS = {"release-words", "solution-words"}
CHANGES: list[tuple[Callable[[Path], None], dict[str, set[str]]]] = [
    (texts, {}),
    (due_date, {"nbgrader": {SECOND}}),
    (catalogue, {"observation": {"words.longest.*"}}),
    (
        public_test,
        {
            "observation": {"words.longest.*"},
            "tests": WORDS_TESTS,
            "notebook": {f"release-{SECOND}", f"solution-{SECOND}"},
        },
    ),
    (
        solution,
        {
            "observation": {"words.longest.*"},
            "tests": {"solution-words"},
            "notebook": {f"solution-{SECOND}"},
        },
    ),
]


def test_each_change_redoes_what_depends_on_it_and_all_give_the_bytes_of_a_fresh_build(
    small: Path, coursekit: Coursekit
) -> None:
    for change, wanted in CHANGES:
        before = digests(small / "build")
        change(small)
        found = redone(small, coursekit)
        entries = {name.rsplit(".", 1)[0] + ".*" for name in found["observation"]}
        assert {**found, "observation": entries} == NOTHING | wanted, change.__name__
        assert digests(small / "build") != before, change.__name__
    incremental = digests(small / "build")
    done = coursekit(small, "build", "--fresh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert digests(small / "build") == incremental


def test_nothing_is_redone_when_nothing_changed(small: Path, coursekit: Coursekit) -> None:
    before = digests(small / "build")
    assert redone(small, coursekit) == NOTHING
    assert digests(small / "build") == before


def test_a_module_that_others_import_redoes_those_too(small: Path, coursekit: Coursekit) -> None:
    shared_solution(small)
    found = redone(small, coursekit)
    assert {"counting.spread.adds_both", "words.longest.one_too_many"} <= found["observation"]
    assert found["tests"] == {"solution-counting", "solution-words"}
    assert found["notebook"] == {f"solution-{FIRST}", f"solution-{SECOND}"}
    assert found["nbgrader"] == set()


def test_a_changed_hint_is_shipped(small: Path, coursekit: Coursekit) -> None:
    hint(small)
    redone(small, coursekit)
    for place in ("release", f"nbgrader/source/{FIRST}", f"nbgrader/release/{SECOND}"):
        table = small / "build" / place / "toolbox" / "checks" / "diagnosis.json"
        rows = json.loads(table.read_text(encoding="utf-8"))["counting.mean"]
        assert any("the sum is returned" in row["looks_like"] for row in rows)


def test_a_gradebook_without_the_assignment_gets_it_again(
    small: Path, coursekit: Coursekit
) -> None:
    (small / "build" / "nbgrader" / "gradebook.db").unlink()
    done = coursekit(small, "build")
    assert done.returncode == 0, done.stdout
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{small / 'build' / 'nbgrader' / 'gradebook.db'}") as book:
        assert {each.name for each in book.assignments} == {FIRST, SECOND}
        assert book.find_assignment(FIRST).max_score == 12
        assert str(book.find_assignment(SECOND).duedate) == "2031-04-01 12:00:00"


def test_a_failed_build_keeps_what_was_finished(small: Path, coursekit: Coursekit) -> None:
    shared_solution(small)  # both modules have to be observed and tested again
    cached = kept(small)
    for name in ("release", "solution", "nbgrader"):
        shutil.rmtree(small / "build" / name)
    path = small / "notebooks" / f"{SECOND}.py"
    whole = path.read_text(encoding="utf-8")
    edit(path, "from student_code.words import longest", "raise ValueError('no such word')")
    edit(path, "# %%attempt\n", "")
    assert coursekit(small, "sync").returncode == 0
    done = coursekit(small, "build")
    assert done.returncode == 1
    assert "no such word" in done.stdout
    assert not (small / "build" / "release").exists()
    finished = kept(small)
    assert len(finished["observation"] - cached["observation"]) == 20
    assert len(finished["tests"] - cached["tests"]) == 2
    path.write_text(whole, encoding="utf-8")
    assert coursekit(small, "sync").returncode == 0
    found = redone(small, coursekit)
    assert found["observation"] == found["tests"] == set()


def test_an_output_that_quotes_a_hint_is_not_reused(small: Path, coursekit: Coursekit) -> None:
    """Such a notebook depends on the text of the hint, which its cache key does not include."""
    path = small / "notebooks" / f"{FIRST}.py"
    edit(
        path,
        'print(f"The mean is',
        'print("likely cause: the sum is not divided")\nprint(f"The mean is',
    )
    assert coursekit(small, "sync").returncode == 0
    assert f"solution-{FIRST}" not in redone(small, coursekit)["notebook"]
    notebook = nbformat.read(
        small / "build" / "solution" / "notebooks" / f"{FIRST}.ipynb", as_version=4
    )
    assert "the sum is not divided" in str(notebook.cells)
