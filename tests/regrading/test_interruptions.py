"""A regrade that is interrupted continues with the grades from before, and can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from coursekit import course_file
from coursekit.builds.trees import facts_file
from coursekit.deadlines.penalties import opened
from coursekit.grading import console as grading
from coursekit.regrading.regrade_command import regrade, undo
from coursekit.regrading.regrade_records import RegradeError, records
from coursekit.regrading.snapshots import differences, restore, snapshot
from tests.insights.graded import make_class
from toolbox.course import Part

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # raised by nbgrader
PART, QUIET = "part1_scaler", Console(quiet=True)
ITEM = "scaler-StreamingScaler"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}"):
        return path


@pytest.fixture
def folder(root: Path, empty: Path, tmp_path: Path) -> Path:
    """A generated class that was graded."""
    course = course_file.load(root)
    facts = course_file.read(root / "course.toml")
    place = tmp_path / "course"
    make_class(root, empty, place, course.part(PART), 6)
    for name, content in facts_file(facts, course.built_parts).items():
        (place / name).write_bytes(content)
    return place


@pytest.fixture
def part(root: Path) -> Part:
    return course_file.load(root).part(PART)


def gives(folder: Path, points: float, *, then: BaseException | None = None) -> Callable[..., bool]:
    """Return a grader that gives everyone points for one item, or is interrupted halfway."""

    def run(*arguments: object, **options: object) -> bool:
        with opened(folder) as book:
            for number, submission in enumerate(book.assignment_submissions(PART)):
                if then is not None and number == 3:
                    book.db.commit()
                    raise then
                for notebook in submission.notebooks:
                    for grade in notebook.grades:
                        if grade.name == ITEM:
                            grade.auto_score = points
            book.db.commit()
        return True

    return run


def state(folder: Path) -> dict[str, object]:
    with opened(folder) as book:
        return snapshot(book, PART)


def test_an_interrupted_regrade_reports_all_changes_since_it_began(
    root: Path, folder: Path, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(folder)
    notebook = next((folder / "autograded").glob(f"*/{PART}/{PART}.ipynb"))
    text = notebook.read_bytes()
    monkeypatch.setattr(grading, "run", gives(folder, 1.25, then=KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        regrade(root, folder, part, "First", QUIET, dry=False, level="")
    assert state(folder) != before
    notebook.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(grading, "run", gives(folder, 1.25))
    assert regrade(root, folder, part, "Second", QUIET, dry=False, level="")
    (record,) = records(folder, PART)
    assert record.report["why"] == "First", "the interrupted regrade continues"
    after = state(folder)
    assert record.report["changes"] == differences(before, after)
    assert {row["student"] for row in record.report["changes"]} == set(after)
    undo(folder, part, QUIET)
    assert state(folder) == before
    assert notebook.read_bytes() == text
    with pytest.raises(RegradeError, match="no regrade of part1_scaler to undo"):
        undo(folder, part, QUIET)


def test_an_unfinished_regrade_can_be_undone(
    root: Path, folder: Path, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(folder)
    monkeypatch.setattr(grading, "run", gives(folder, 1.25, then=KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        regrade(root, folder, part, "First", QUIET, dry=False, level="")
    undo(folder, part, QUIET)
    assert state(folder) == before
    monkeypatch.setattr(grading, "run", gives(folder, 2.0))
    regrade(root, folder, part, "Second", QUIET, dry=False, level="")
    assert [record.report["why"] for record in records(folder, PART)] == ["First", "Second"]


def test_two_regrades_are_undone_one_after_the_other(
    root: Path, folder: Path, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = [state(folder)]
    for points in (1.0, 2.0):
        monkeypatch.setattr(grading, "run", gives(folder, points))
        regrade(root, folder, part, f"{points}", QUIET, dry=False, level="")
        states.append(state(folder))
    undo(folder, part, QUIET)
    assert state(folder) == states[1]
    undo(folder, part, QUIET)
    assert state(folder) == states[0]


def test_a_report_has_a_line_for_each_change_and_no_other(folder: Path) -> None:
    before = state(folder)
    with opened(folder) as book:
        submission = book.assignment_submissions(PART)[0]
        student, grade = submission.student.id, submission.notebooks[0].grades[0]
        grade.auto_score, name = 0.125, grade.name
        book.db.commit()
    rows = differences(before, state(folder))
    assert [(row["student"], row["item"], row["new"]) for row in rows] == [(student, name, 0.125)]
    with opened(folder) as book:
        assert restore(book, PART, json.loads(json.dumps(before))) == 1
        book.db.commit()
    assert state(folder) == before
