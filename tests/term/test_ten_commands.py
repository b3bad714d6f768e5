"""The ten commands of the instructor's guide, for a class whose every number is known."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest

from coursekit.deadlines.penalties import opened
from coursekit.part_grades import part_grades
from tests.conftest import ROOT, Coursekit
from tests.returning import platform_rules
from tests.small_course import FIRST
from tests.term import made_up_class as made

GUIDE = ROOT / "docs" / "instructor.md"


def commands() -> list[list[str]]:
    """Return the commands of the guide, for the small course."""
    block = re.search(
        r"<!-- term: begin -->(.+?)<!-- term: end -->", GUIDE.read_text("utf-8"), re.S
    )
    assert block
    lines = [line for line in block[1].splitlines() if line.startswith("coursekit ")]
    typed = [shlex.split(line, comments=True)[1:] for line in lines]
    return [[FIRST if word == "part1_scaler" else word for word in words] for words in typed]


def test_the_guide_has_ten_commands() -> None:
    assert len(commands()) == 10


class Term:
    """A term of the small course, up to the returned grades."""

    def __init__(self, course: Path, coursekit: Coursekit, count: int) -> None:
        self.course, self.coursekit = course, coursekit
        self.folder = course / "build" / "nbgrader"
        self.students = made.made_up_class(count)
        self.handed_in = [each for each in self.students if each.kind != "absent"]
        self._prepare()

    def _prepare(self) -> None:
        path = self.course / "course.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\n[grading]", made.LATE, 1), encoding="utf-8")
        book = made.canvas_gradebook(self.students)
        for name in ("class.csv", "gradebook.csv"):
            (self.course / name).write_text(book, encoding="utf-8")
        release = self.folder / "release" / FIRST
        stub = (release / "student_code" / "counting.py").read_text(encoding="utf-8")
        download = made.canvas_download(self.students, release, stub)
        (self.course / "download.zip").write_bytes(download)
        extended = made.extensions(self.students)
        (self.folder / "extensions.csv").write_text(extended, encoding="utf-8")

    def runs(self, *words: str) -> str:
        done = self.coursekit(self.course, *words)
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr[-2000:]}"
        return done.stdout

    def reads_answers(self) -> None:
        """Grade the written answers, as in the formgrader."""
        with opened(self.folder) as book:
            for each in self.handed_in:
                grade = book.find_grade("why_count", FIRST, FIRST, each.id)
                assert grade.needs_manual_grade == each.answered
                if each.answered:
                    grade.manual_score, grade.needs_manual_grade = each.answer_points, False
            book.db.commit()

    def drops_items(self) -> None:
        path = self.course / "course.toml"
        head, tail = path.read_text(encoding="utf-8").split('id = "part2_words"', 1)
        head, opening = head.rsplit("[[parts]]", 1)
        whole = f'{head}{made.DROPPED}\n[[parts]]{opening}id = "part2_words"{tail}'
        path.write_text(whole, encoding="utf-8")

    def is_right(self, *, dropped: bool) -> None:
        """Compare every number in the gradebook with the one that was computed by hand."""
        with opened(self.folder) as book:
            grades = part_grades(book, FIRST)
        assert set(grades) == {each.id for each in self.handed_in}
        for each in self.handed_in:
            grade = grades[each.id]
            scores = {name: item.score for name, item in grade.items.items()}
            assert scores == each.items(dropped=dropped), each
            assert grade.total == pytest.approx(each.total(dropped=dropped), abs=1e-9), each

    def is_returned(self, platform: str, key: str, column: str, *, dropped: bool) -> None:
        """Compare every row of a filled gradebook with its student."""
        text = (self.folder / "returned" / FIRST / f"{platform}.csv").read_text("utf-8-sig")
        rows = {row[key]: row[column] for row in csv.DictReader(io.StringIO(text, newline=""))}
        for each in self.students:
            if each.kind == "absent":
                assert rows[each.id] == ""
            else:
                assert float(rows[each.id]) == each.total(dropped=dropped), each


@pytest.mark.parametrize("count", [12, pytest.param(60, marks=pytest.mark.slow)])
def test_a_term_in_ten_commands(small: Path, coursekit: Coursekit, count: int) -> None:
    term = Term(small, coursekit, count)
    build, roster, collect, grade, status, insights, back, rebuild, regrade, again = commands()
    term.runs(*build)
    assert f"{count} students on the roster" in term.runs(*roster)
    said = term.runs(*collect)
    assert f"{len(term.handed_in)} collected" in said
    assert f"{len(term.handed_in)} graded" in term.runs(*grade)
    absent = count - len(term.handed_in)
    table = " ".join(term.runs(*status).replace("│", " ").split())
    assert f"{absent} nothing handed in" in table
    term.reads_answers()
    term.runs(*status)
    term.is_right(dropped=False)
    assert f"{len(term.handed_in)} students graded" in term.runs(*insights)
    assert f"{len(term.handed_in)} grades returned to canvas" in term.runs(*back)
    term.is_returned("canvas", "SIS User ID", "part1_counting (901)", dropped=False)
    term.drops_items()
    term.runs(*rebuild)
    changed = [e for e in term.handed_in if e.items(dropped=False) != e.items(dropped=True)]
    said = term.runs(*regrade)
    assert f"for {len(changed)} students" in said
    term.is_right(dropped=True)
    assert "Replaced on the platform" not in term.runs(*again)
    term.is_returned("canvas", "SIS User ID", "part1_counting (901)", dropped=True)
    _other_platforms(term)


def _other_platforms(term: Term) -> None:
    worksheet = term.course / "worksheet.csv"
    worksheet.write_text(made.moodle_worksheet(term.students), encoding="utf-8")
    term.runs("return", FIRST, "--to", "moodle", "--gradebook", str(worksheet))
    term.is_returned("moodle", "ID number", "Grade", dropped=True)
    term.runs("return", FIRST, "--to", "gradescope")
    place = term.folder / "returned" / FIRST
    files = {str(s.canvas + 9000): str(s.canvas) for s in term.handed_in}
    pages = platform_rules.canvas_comments((place / "feedback-canvas.zip").read_bytes(), files)
    assert set(pages) == {str(each.canvas) for each in term.handed_in}
    for each in term.handed_in:
        assert f"({each.id})" in pages[str(each.canvas)].decode()
    participants = {str(each.number + 5000) for each in term.students}
    content = (place / "feedback-moodle.zip").read_bytes()
    assert len(platform_rules.moodle_feedback(content, participants)) == len(term.handed_in)
    stored = platform_rules.entries((place / "gradescope-autograder.zip").read_bytes())
    results = json.loads(stored["grades.json"])["results"]
    for each in term.handed_in:
        assert results[each.id]["score"] == each.total(dropped=True)
        assert platform_rules.is_gradescope_result(results[each.id])
