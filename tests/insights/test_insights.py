"""Class statistics match the grades, and the HTML page is self-contained."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from coursekit import cli, course_file
from coursekit.gradebook import rows
from coursekit.insights.graded_part import (
    Class,
    GradedStudent,
    InsightsError,
    KnownTest,
    gather,
    read_feedback,
)
from coursekit.insights.item_statistics import (
    Scores,
    correlation,
    figures_of_items,
    figures_of_tests,
    mistakes,
    scores,
)
from coursekit.insights.page import page
from coursekit.roster.class_file import Person
from coursekit.roster.class_list import save_class
from tests.insights.graded import MISTAKE, SAID_BY_STUDENT, make_class

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # raised by nbgrader

PART, SIZE = "part1_scaler", 24


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}"):
        return path


@pytest.fixture(scope="module")
def graded(root: Path, gradebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("insights") / "course"
    make_class(root, gradebook, folder, course_file.load(root).part(PART), SIZE)
    return folder


@pytest.fixture(scope="module")
def found(root: Path, graded: Path) -> Class:
    return gather(root, graded, course_file.load(root).part(PART))


def test_scores_are_those_of_the_gradebook(root: Path, graded: Path, found: Class) -> None:
    part = course_file.load(root).part(PART)
    whole = sum(task.total for task in part.tasks)
    wanted = sorted(row.score / whole for row in rows(graded, part))
    assert sorted(scores(found).shares) == pytest.approx(wanted)
    assert sum(scores(found).bins) == SIZE
    assert scores(found).points == whole


def test_every_test_of_the_part_is_counted_for_every_student(found: Class) -> None:
    figures = figures_of_tests(found)
    assert len(figures) == len(found.tests) > 30
    for each in figures:
        assert each.passed + each.failed + each.unwritten + each.unrun == SIZE
        assert each.unwritten == SIZE // 8
    failed = [each.failed for each in figures]
    assert failed == sorted(failed, reverse=True)
    assert failed[0] > failed[-1]
    # The class consists of strong and weak students, so tests discriminate between them.
    told_apart = [each.discrimination for each in figures if each.discrimination is not None]
    assert sum(value > 0.2 for value in told_apart) > len(told_apart) * 0.8


def test_a_misconception_counts_once_a_student(found: Class) -> None:
    (only,) = mistakes(found)
    assert (only.says, only.function) == (MISTAKE, "scaler.StreamingScaler")
    has_failed = [
        any(s == "failed" for t, s in student.tests.items() if t.function == only.function)
        for student in found.students
    ]
    assert only.students == sum(has_failed)


def test_items_awaiting_manual_grading_are_not_zero(found: Class) -> None:
    figures = {each.item.name: each for each in figures_of_items(found)}
    last = found.items[-1].name
    assert figures[last].graded == 0
    assert figures[last].easiness is None
    assert sum(student.waiting for student in found.students) == SIZE
    assert figures[found.items[0].name].graded == SIZE


ONE = KnownTest("m.f", "The sum is right", False)
TWO = KnownTest("m.f", "The sum is right for large numbers", False)
SAME = KnownTest("m.f", "The sum is right", True)


@pytest.mark.parametrize(
    ("printed", "status", "said"),
    [
        ("✓ The sum is right\n✗ The sum is right for large numbers\n", ["passed", "failed"], set()),
        ("✗ The sum is right\n    likely cause  This.\n", ["failed", "not run"], {"This."}),
        ("· The sum is right: f is not implemented yet\n", ["not written", "not run"], set()),
        ("– The sum is right: skipped, so it does not count\n", ["not run", "not run"], set()),
        ("✗ m.py, line 3 is not valid Python\n    likely cause  That.\n", ["not run"] * 2, set()),
        ("    likely cause  That.\n✓ The sum\n", ["not run"] * 2, set()),
        (
            "✗ The sum is right\n    likely cause  the same mistake as above\n",
            ["failed", "not run"],
            set(),
        ),
        (
            "✗ The sum is right\n    likely cause  the same mistake as in m.g; also That.\n",
            ["failed", "not run"],
            {"That."},
        ),
        ("", ["not run"] * 2, set()),
    ],
)
def test_what_was_printed_is_read_back(printed: str, status: list[str], said: set[str]) -> None:
    tests, mistakes_ = read_feedback(printed, [ONE, TWO])
    assert list(tests.values()) == status
    assert mistakes_ == said


def test_a_public_and_a_hidden_test_may_promise_the_same() -> None:
    tests, _ = read_feedback("✓ The sum is right\n✗ The sum is right\n", [ONE, SAME])
    assert tests == {ONE: "passed", SAME: "failed"}


def test_correlations_by_hand() -> None:
    rising = [float(n) for n in range(10)]
    assert correlation(rising, rising) == pytest.approx(1.0)
    assert correlation(rising, rising[::-1]) == pytest.approx(-1.0)
    assert correlation(rising[:9], rising[:9]) is None  # too few students
    assert correlation(rising, [1.0] * 10) is None


def test_bins_hold_their_lower_edge_and_the_last_one_everything() -> None:
    result = Scores((0.0, 0.1, 0.3, 0.999, 1.0, 0.7), 10)
    assert result.bins == [1, 1, 0, 1, 0, 0, 0, 1, 0, 2]
    assert Scores((0.4,), 10).quartiles == (0.4, 0.4)


class Checked(HTMLParser):
    """Records a page's network requests, and whether its elements are closed in order."""

    VOID = frozenset({"meta", "br", "rect", "line"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.asked += [str(v) for name, v in attrs if name in ("src", "href", "action", "srcset")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_anonymous_and_self_contained(found: Class) -> None:
    text = page(found, "A course")
    reader = Checked()
    reader.feed(text)
    assert not reader.open
    assert not reader.asked
    assert "script" not in reader.seen
    assert "url(" not in text
    assert "@import" not in text
    assert not [student.name for student in found.students if student.name in text]
    assert SAID_BY_STUDENT not in text
    for each in mistakes(found):
        assert each.says in text
    assert all(f"{n} to {n + 10} percent" in text for n in range(0, 100, 10))


def test_headings_and_tables_are_accessible(found: Class) -> None:
    text = page(found, "A course", names=True)
    assert '<html lang="en">' in text
    levels = [int(level) for level in re.findall(r"<h(\d)", text)]
    # Each mistake without a name has a heading below theirs.
    assert [level for level in levels if level != 3] == [1, 2, 2, 2, 2, 2, 2]
    assert levels[:5] == [1, 2, 2, 2, 2]
    assert levels[-2:] == [2, 2]
    assert text.count("<table>") == text.count("<caption>") == 4
    assert len(re.findall(r"<th (?!scope)", text)) == 0
    assert '<svg viewBox="0 0 800 250" role="img" aria-labelledby="scores-text">' in text


def test_names_appear_only_on_request_and_are_escaped(found: Class) -> None:
    odd = GradedStudent("<b>x</b>", mistakes={("m.f", "<script>alert(1)</script>")})
    result = page(Class(found.part, [], found.items, [odd]), "A course", names=True)
    assert "&lt;b&gt;x&lt;/b&gt;" in result
    assert "<script>" not in result


def test_the_command_shows_and_writes(
    root: Path, graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    target = tmp_path / "out" / "page.html"
    words = ["insights", PART, "--course", str(graded), "--html", str(target)]
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.output
    assert f"{SIZE} students graded" in done.output
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in target.parent.iterdir()] == ["page.html"]
    odd = CliRunner().invoke(cli.app, ["insights", "part0_none"])
    assert (odd.exit_code, "Unknown part 'part0_none'" in odd.output) == (1, True)


def test_a_part_without_graded_students_is_an_error(
    root: Path, gradebook: Path, tmp_path: Path
) -> None:
    part = course_file.load(root).part(PART)
    with pytest.raises(InsightsError, match="run `coursekit build` first"):
        gather(root, tmp_path, part)
    make_class(root, gradebook, tmp_path / "empty", part, 0)
    with pytest.raises(InsightsError, match="No student was graded on part1_scaler yet"):
        gather(root, tmp_path / "empty", part)


def test_a_notebook_that_is_gone_leaves_the_points(
    root: Path, gradebook: Path, tmp_path: Path
) -> None:
    part = course_file.load(root).part(PART)
    make_class(root, gradebook, tmp_path / "course", part, 2)
    folder = tmp_path / "course" / "autograded" / "student-00" / PART
    (folder / f"{PART}.ipynb").unlink()
    result = gather(root, tmp_path / "course", part)
    assert [student.unread for student in result.students] == [True, False]
    assert "notebooks of 1 students are missing" in page(result, "A course")


def test_students_of_the_roster_are_named_and_those_without_work_are_listed(
    root: Path, graded: Path, gradebook: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "course"
    shutil.copytree(graded, folder)
    people = [Person("student-00", "Ash", "Ada"), Person("absent", "Birch", "Ben")]
    save_class(folder, [*people, Person("gone", "Cedar", "Cleo", left="2027-02-01")])
    part = course_file.load(root).part(PART)
    found = gather(root, folder, part)
    assert found.absent == ["absent"]
    named = page(found, "A course", names=True)
    assert "Ada Ash <code>student-00</code>" in named
    assert "Handed in nothing: Ben Birch." in named
    anonymous = page(found, "A course")
    assert "<dt>handed in nothing</dt><dd>1</dd>" in anonymous
    assert "Ben Birch" not in anonymous
