"""A scripted instructor: collect, autograde, grade an answer, write feedback, export."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path
from unittest.mock import patch

from nbgrader.api import Gradebook
from rich.console import Console

from coursekit.builds.nbgrader_release import run_nbgrader
from coursekit.collecting.collect import Collected, CollectSettings, collect
from coursekit.gradebook import GradebookRow, rows
from coursekit.grading.pipeline import grade
from coursekit.grading.run_report import Wish
from coursekit.grading.sandbox.levels import Level
from coursekit.grading.term_key import SETTING
from tests.grading.at_level import at_most
from toolbox.course import Part


class Instructor:
    """A separate nbgrader course, created as a copy of the built one."""

    def __init__(self, built: Path, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("source", "release", "settings"):
            shutil.copytree(built / name, folder / name)
        for name in ("nbgrader_config.py", "course.json", "gradebook.db"):
            shutil.copyfile(built / name, folder / name)

    def collects(self, inbox: Path, part: Part) -> dict[str, list[str]]:
        """Run `coursekit collect` on the submissions of a part. Return its notes by student."""
        result = Collected()
        collect([inbox], CollectSettings(self.folder, part.id), Console(quiet=True), result)
        return {row.student: [*row.says, *row.left_out] for row in result.rows}

    def grades(self, part: Part) -> list[GradebookRow]:
        run_nbgrader(self.folder, "autograde", part.id, quiet=True)
        run_nbgrader(self.folder, "generate_feedback", part.id, quiet=True)
        return rows(self.folder, part)

    def grades_in_sandboxes(self, part: Part, level: Level) -> list[GradebookRow]:
        """Grade the same submissions with `coursekit grade` at a level, in a copy of the course."""
        copy = self.folder.with_name(f"{self.folder.name}-{level.word}")
        shutil.rmtree(copy, ignore_errors=True)
        left_out = shutil.ignore_patterns("autograded", "feedback", ".grading")
        shutil.copytree(self.folder, copy, ignore=left_out)
        with at_most(level), patch.dict(os.environ, {SETTING: "public"}):
            report = grade(copy, Wish(part.id, least=level), None, lambda done, of: None)
        assert report.everybody_graded, (report.refused, report.incomplete)
        return rows(copy, part)

    def reads(self, part: Part, student: str, question: str, points: float) -> None:
        """Grade a written answer like the formgrader."""
        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}?timeout=60") as book:
            grade = book.find_grade(question, part.id, part.id, student)
            grade.manual_score, grade.needs_manual_grade = points, False
            book.db.commit()

    def exports(self) -> dict[tuple[str, str], float]:
        """Return the points by student and part from nbgrader's own export."""
        run_nbgrader(self.folder, "export", "--to=grades.csv", quiet=True)
        with (self.folder / "grades.csv").open(encoding="utf-8") as file:
            return {
                (row["student_id"], row["assignment"]): float(row["raw_score"])
                for row in csv.DictReader(file)
            }
