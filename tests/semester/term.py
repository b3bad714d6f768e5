"""`python -m tests.semester.term [PART ...]`: a class from collecting to exporting grades.

Each part is graded twice, by plain `nbgrader autograde` and by `coursekit grade`, and every score,
comment and exported line is compared. Needs a build (`make build`); works in build/term and does
not touch real grades. Prints seconds and megabytes per submission, and exits with 1 if the two
graders differ anywhere.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat
from rich.console import Console

from coursekit import course_file
from coursekit.builds.builder import require_build
from coursekit.builds.nbgrader_release import run_nbgrader
from coursekit.collecting.collect import Collected, CollectSettings, collect
from coursekit.collecting.identification import read_roster
from coursekit.grading.pipeline import grade
from coursekit.grading.run_report import Wish
from coursekit.grading.term_key import SETTING
from tests.grading import comparing
from tests.semester.classroom import Desk, Member, canvas_download, members, roster
from tests.semester.instructor import Instructor
from tests.semester.weights import reference_weights
from toolbox.course import Course, Part


@dataclass
class Cost:
    """What grading one part cost, per submission."""

    plain_seconds: float
    our_seconds: float
    plain_megabytes: float
    our_megabytes: float


class Term:
    """Two nbgrader courses with the same submissions, graded by different graders."""

    def __init__(self, root: Path, course: Course, built: Path, place: Path, count: int) -> None:
        self.root, self.course, self.place = root, course, place
        self.students = members(count)
        self.plain = Instructor(built / "nbgrader", place / "plain")
        self.ours = Instructor(built / "nbgrader", place / "ours")
        self.roster = place / "class.csv"
        self.roster.write_bytes(roster(self.students))
        self.differences: list[str] = []
        self.kinds: Counter[str] = Counter()

    def play(self, part: Part) -> Cost:
        """Collect and grade one part in both courses, and compare them."""
        self._collect(part)
        shutil.copytree(
            self.ours.folder / "submitted",
            self.plain.folder / "submitted",
            dirs_exist_ok=True,
        )
        began = time.perf_counter()
        run_nbgrader(self.plain.folder, "autograde", part.id, quiet=True)
        middle = time.perf_counter()
        wish = Wish(part.id)
        report = grade(self.ours.folder, wish, self.root / "student_code", lambda done, of: None)
        end = time.perf_counter()
        self._say(part, {**report.refused, **report.incomplete}.items(), "not graded:")
        for folder in (self.plain.folder, self.ours.folder):
            run_nbgrader(folder, "generate_feedback", part.id, quiet=True)
        self._compare(part)
        count = len(self.students)
        return Cost(
            (middle - began) / count,
            (end - middle) / count,
            _megabytes(self.plain.folder, part) / count,
            _megabytes(self.ours.folder, part) / count,
        )

    def finish(self) -> None:
        """Export both gradebooks and compare them line by line."""
        if (mine := self.ours.exports()) != (theirs := self.plain.exports()):
            odd = [key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)]
            self.differences += [
                f"export {key}: {mine.get(key)}, plain nbgrader {theirs.get(key)}" for key in odd
            ]

    def _collect(self, part: Part) -> None:
        path = self.ours.folder / "release" / part.id / f"{part.id}.ipynb"
        released = nbformat.read(path, as_version=4)
        desk = Desk(self.root, self.course, part, released, reference_weights(part))
        hand_ins: dict[Member, dict[str, bytes]] = {}
        for member in self.students:
            hand_ins[member], kinds = desk.hand_in(member)
            self.kinds.update(kinds.values())
        download = self.place / f"{part.id}.zip"
        download.write_bytes(canvas_download(hand_ins))
        settings = CollectSettings(self.ours.folder, part.id, roster=read_roster(self.roster))
        result = Collected()
        collect([download], settings, Console(quiet=True), result)
        collected = {row.student for row in result.rows if row.status != "refused"}
        self._say(part, ((s.id, "") for s in self.students if s.id not in collected), "lost")

    def _say(self, part: Part, found: object, what: str) -> None:
        for student, reason in found:  # type: ignore[attr-defined]
            self.differences.append(f"{part.id}: {student} {what} {reason}")

    def _compare(self, part: Part) -> None:
        mine, theirs = (comparing.gradebook(i.folder) for i in (self.ours, self.plain))
        for table, rows in theirs.items():
            odd = set(map(str, rows)) ^ set(map(str, mine[table]))
            self.differences += [f"{part.id}: {table}: {row}" for row in sorted(odd)]
        for student in self.students:
            found, wanted = (_errors(i.folder, student, part) for i in (self.ours, self.plain))
            if found != wanted:
                self.differences.append(
                    f"{part.id}: {student.id}: cells with errors: {found}, plain nbgrader {wanted}"
                )
            for folder in (self.ours.folder, self.plain.folder):
                page = folder / "feedback" / student.id / part.id / f"{part.id}.html"
                if not page.is_file():
                    self.differences.append(f"{part.id}: no feedback for {student.id} in {folder}")


def _errors(folder: Path, student: Member, part: Part) -> list[str]:
    """Return the cells of an autograded notebook that show an error, and the type of each."""
    path = folder / "autograded" / student.id / part.id / f"{part.id}.ipynb"
    cells = nbformat.read(path, as_version=4).cells if path.is_file() else []
    return [
        f"{number} {output.ename}"
        for number, cell in enumerate(cells)
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def _megabytes(folder: Path, part: Part) -> float:
    paths = [
        path
        for place in ("autograded", "feedback")
        for path in (folder / place).glob(f"*/{part.id}/**/*")
        if path.is_file() and path.stat().st_nlink == 1
    ]
    return sum(path.stat().st_size for path in paths) / 1e6


def main() -> int:
    """Play the term. Return 0 if both graders agree everywhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="the parts to play (default: all)")
    parser.add_argument("--students", type=int, default=30)
    wanted = parser.parse_args()
    root = Path.cwd()
    os.environ.setdefault("COURSE_DATA", str(root / "data"))
    os.environ.setdefault("COURSE_DATA_PREFER", "offline")
    os.environ["COURSE_STEADY"] = "1"
    os.environ[SETTING] = "public"  # the only seeds that plain nbgrader supports
    course = course_file.load(root)
    place = root / "build" / "term"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    term = Term(root, course, require_build(root), place, wanted.students)
    for part in course.built_parts:
        if not wanted.parts or part.id in wanted.parts:
            cost = term.play(part)
            print(
                f"{part.id}: {wanted.students} students; a submission takes "
                f"{cost.plain_seconds:.2f} s and {cost.plain_megabytes:.2f} MB with plain "
                f"nbgrader, {cost.our_seconds:.2f} s and {cost.our_megabytes:.2f} MB with "
                f"coursekit grade; {len(term.differences)} differences so far",
                flush=True,
            )
    term.finish()
    print("Modules handed in:", ", ".join(f"{n} {kind}" for kind, n in term.kinds.most_common()))
    print("\n".join(term.differences) or "Both graders agree on every score, comment and export.")
    return 1 if term.differences else 0


if __name__ == "__main__":
    sys.exit(main())
