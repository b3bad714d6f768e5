"""A whole term: nine parts, late work with extensions, two regrades, every platform.

Every number is compared with the one that `nine_parts_class` computes by hand.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from coursekit.deadlines.penalties import opened
from coursekit.part_grades import part_grades
from tests.conftest import Coursekit
from tests.returning import platform_rules
from tests.term import nine_parts_class as made
from tests.term.nine_parts import DROPPED, MAXIMUM, PARTS, QUESTIONS, STRICT, write_course

WHY = "A hidden test was too strict, and a question is dropped"
DROP = """dropped = [
    { item = "why8", on = 2031-12-01, why = "not in the lecture" },
]
"""


class Term:
    """A term of a class, from the roster to the last returned grade."""

    def __init__(self, course: Path, coursekit: Coursekit, count: int) -> None:
        self.course, self.coursekit = course, coursekit
        self.folder = course / "build" / "nbgrader"
        self.students = made.members(count)
        self.regraded = False
        self.checked = 0  # numbers that were compared

    def runs(self, *words: str) -> str:
        done = self.coursekit(self.course, *words)
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr[-2000:]}"
        return done.stdout

    def starts(self) -> None:
        """Build, and enter the class and its extensions."""
        self.runs("build")
        book = made.canvas_gradebook(self.students)
        (self.course / "class.csv").write_text(book, encoding="utf-8")
        (self.folder / "extensions.csv").write_text(
            made.extension_list(self.students), encoding="utf-8"
        )
        assert f"{len(self.students)} students on the roster" in self.runs("roster", "class.csv")

    def grades(self, part: str) -> None:
        """Collect, grade and read the answers of a part."""
        download = self.course / f"{part}.zip"
        download.write_bytes(made.canvas_download(self.students, part, self.course))
        here = self.of(part)
        assert f"{len(here)} collected" in self.runs("collect", str(download), "--part", part)
        assert f"{len(here)} graded" in self.runs("grade", part)
        with opened(self.folder) as book:
            for each in here if part in QUESTIONS else ():
                grade = book.find_grade(QUESTIONS[part][0], part, part, each.id)
                assert grade.needs_manual_grade == each.answers(part), each
                if each.answers(part):
                    grade.manual_score, grade.needs_manual_grade = each.read_points(part), False
            book.db.commit()
        table = " ".join(self.runs("status", part).replace("│", " ").split())
        if absent := len(self.students) - len(here):
            assert f"{absent} nothing handed in" in table

    def regrades(self, part: str, change: Path, old: str, new: str) -> str:
        """Change a file, build the part and grade it again."""
        text = change.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{change} has no single {old!r}"
        change.write_text(text.replace(old, new), encoding="utf-8")
        self.runs("build", part)
        return self.runs("regrade", part, "--why", WHY)

    def of(self, part: str) -> list[made.Member]:
        return [each for each in self.students if each.hands_in(part)]

    def total(self, student: made.Member, part: str, until: str = PARTS[-1]) -> float:
        self.checked += 1
        return student.totals(until=until, regraded=self.regraded)[part]

    def is_right(self, until: str) -> None:
        """Compare every item, penalty and total in the gradebook, of all parts so far."""
        for part in PARTS[: PARTS.index(until) + 1]:
            with opened(self.folder) as book:
                grades = part_grades(book, part)
            assert set(grades) == {each.id for each in self.of(part)}
            for each in self.of(part):
                scores = {name: item.score for name, item in grades[each.id].items.items()}
                assert scores == each.items(part, regraded=self.regraded), (part, each)
                total = self.total(each, part, until)
                assert grades[each.id].total == pytest.approx(total, abs=1e-9), (part, each)
                self.checked += len(scores)

    def is_exported(self) -> None:
        """Compare nbgrader's own export."""
        command = [sys.executable, "-m", "nbgrader", "export", "--to", "grades.csv"]
        subprocess.run(command, cwd=self.folder, capture_output=True, check=True)
        rows = csv.DictReader(io.StringIO((self.folder / "grades.csv").read_text("utf-8")))
        found = {(row["student_id"], row["assignment"]): float(row["score"]) for row in rows}
        for part in PARTS:
            for each in self.of(part):
                total = pytest.approx(self.total(each, part), abs=1e-9)
                assert max(0.0, found[each.id, part]) == total

    def returns_to_canvas(self, part: str, gradebook: Path) -> Path:
        """Return a part, and compare every row and every feedback page."""
        said = self.runs("return", part, "--to", "canvas", "--gradebook", str(gradebook))
        assert f"{len(self.of(part))} grades returned to canvas" in said
        column = f"{part} ({900 + PARTS.index(part)})"
        self._has_rows(part, "canvas", "SIS User ID", column)
        place = self.folder / "returned" / part
        files = {str(s.canvas + 9000): str(s.canvas) for s in self.students}
        pages = platform_rules.canvas_comments((place / "feedback-canvas.zip").read_bytes(), files)
        assert set(pages) == {str(each.canvas) for each in self.of(part)}
        for each in self.of(part):
            self._is_page_of(pages[str(each.canvas)], each, part)
        return place / "canvas.csv"

    def returns_elsewhere(self, part: str, platform: str) -> None:
        """Return a part to another platform, and compare what it gets."""
        place = self.folder / "returned" / part
        if platform == "moodle":
            worksheet = self.course / "worksheet.csv"
            worksheet.write_text(made.moodle_worksheet(self.students, part), encoding="utf-8")
            self.runs("return", part, "--to", "moodle", "--gradebook", str(worksheet))
            self._has_rows(part, "moodle", "ID number", "Grade")
            known = {str(each.number + 5000) for each in self.students}
            content = (place / "feedback-moodle.zip").read_bytes()
            pages = platform_rules.moodle_feedback(content, known)
            for each in self.of(part):
                self._is_page_of(pages[str(each.number + 5000)], each, part)
            return
        self.runs("return", part, "--to", platform)
        if platform == "gradescope":
            stored = platform_rules.entries((place / "gradescope-autograder.zip").read_bytes())
            results = json.loads(stored["grades.json"])["results"]
            assert set(results) == {each.id for each in self.of(part)}
            for each in self.of(part):
                assert results[each.id]["score"] == self.total(each, part)
                assert platform_rules.is_gradescope_result(results[each.id])
            return
        rows = csv.DictReader(io.StringIO((place / "grades.csv").read_text("utf-8")))
        points = {row["student_id"]: row["points"] for row in rows}
        pages = platform_rules.entries((place / "feedback-csv.zip").read_bytes())
        for each in self.of(part):
            assert float(points[each.id]) == self.total(each, part)
            self._is_page_of(pages[f"{each.id}.html"], each, part)

    def _has_rows(self, part: str, platform: str, key: str, column: str) -> None:
        text = (self.folder / "returned" / part / f"{platform}.csv").read_text("utf-8-sig")
        rows = {row[key]: row[column] for row in csv.DictReader(io.StringIO(text, newline=""))}
        for each in self.students:
            if each.hands_in(part):
                assert float(rows[each.id]) == self.total(each, part), (part, each)
            else:
                assert rows[each.id] == ""

    def _is_page_of(self, page: bytes, student: made.Member, part: str) -> None:
        """Compare the total on a feedback page, and whose page it is."""
        soup = BeautifulSoup(page.decode(), "html.parser")
        assert f"({student.id})" in soup.get_text()
        shown = soup.select_one(".total p")
        assert shown is not None
        said = re.match(r"([\d.]+) of ([\d.]+) points", " ".join(shown.get_text().split()))
        assert said, shown
        wanted = (self.total(student, part), MAXIMUM[part])
        assert (float(said[1]), float(said[2])) == wanted, (part, student)
        assert (WHY in soup.get_text()) == (self.regraded and self.is_changed(student, part))

    def is_changed(self, student: made.Member, part: str) -> bool:
        """Whether a regrade changed something in a part for a student."""
        before, after = (student.items(part, regraded=each) for each in (False, True))
        return part in (STRICT, DROPPED) and before != after


@pytest.mark.slow
@pytest.mark.parametrize("count", [60])
def test_a_term_of_nine_parts(tmp_path: Path, coursekit: Coursekit, count: int) -> None:
    course = write_course(tmp_path / "course")
    term = Term(course, coursekit, count)
    term.starts()
    gradebook = course / "class.csv"
    for part in PARTS:
        term.grades(part)
        term.is_right(part)
        print(f"{part}: {len(term.of(part))} graded")
    for part in PARTS:  # each part into the file that the one before it left
        gradebook = term.returns_to_canvas(part, gradebook)
    hidden = course / "unit_tests" / "hidden" / f"test_steps{PARTS.index(STRICT) + 1}.py"
    said = term.regrades(STRICT, hidden, "atol=1e-12", "atol=1e-5")
    changed = sum(term.is_changed(each, STRICT) for each in term.of(STRICT))
    assert f"for {changed} students" in said
    opening = '\n[[parts]]\nid = "part9_steps"'
    said = term.regrades(DROPPED, course / "course.toml", opening, f"\n{DROP}{opening}")
    term.regraded = True
    changed = sum(term.is_changed(each, DROPPED) for each in term.of(DROPPED))
    assert f"for {changed} students" in said
    term.is_right(PARTS[-1])
    term.is_exported()
    for part in (STRICT, DROPPED):
        gradebook = term.returns_to_canvas(part, gradebook)
    for part, platform in ((STRICT, "moodle"), (DROPPED, "gradescope"), (PARTS[-1], "csv")):
        term.returns_elsewhere(part, platform)
    late = sum(each.hours_late(part) > 0 for part in PARTS for each in term.of(part))
    works = sum(len(term.of(part)) for part in PARTS)
    print(f"{count} students, {works} submissions, {late} late, {term.checked} numbers compared")
