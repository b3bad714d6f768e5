"""The instructor's side, scripted: collect, autograde, grade an answer, write feedback, export."""

from __future__ import annotations

import csv
import shutil
import zipfile
from pathlib import Path

from nbgrader.api import Gradebook

from coursekit.assigning import run_nbgrader
from coursekit.gradebook import Row, rows
from coursekit.verifying import opened
from toolbox.course import Part


class Instructor:
    """An nbgrader course of its own, begun as a copy of the built one."""

    def __init__(self, built: Path, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("source", "release"):
            shutil.copytree(built / name, folder / name)
        for name in ("nbgrader_config.py", "course.json", "gradebook.db"):
            shutil.copyfile(built / name, folder / name)

    def collects(self, inbox: Path) -> list[str]:
        """Unpack each hand-in to where nbgrader wants it. Returns the students' ids."""
        found = []
        for path in sorted(inbox.glob("*.zip")):
            handin = opened(path)
            assert handin.oddities == ()
            with zipfile.ZipFile(path) as archive:
                archive.extractall(self.folder / "submitted" / handin.student / handin.part)
            found.append(handin.student)
        return found

    def grades(self, part: Part) -> list[Row]:
        run_nbgrader(self.folder, "autograde", part.id, quiet=True)
        run_nbgrader(self.folder, "generate_feedback", part.id, quiet=True)
        return rows(self.folder, part)

    def reads(self, part: Part, student: str, question: str, points: float) -> None:
        """Grade a written answer, as the formgrader does."""
        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}?timeout=60") as book:
            grade = book.find_grade(question, part.id, part.id, student)
            grade.manual_score, grade.needs_manual_grade = points, False
            book.db.commit()

    def exports(self) -> dict[tuple[str, str], float]:
        """Points by student and part, from nbgrader's own export."""
        run_nbgrader(self.folder, "export", "--to=grades.csv", quiet=True)
        with (self.folder / "grades.csv").open(encoding="utf-8") as file:
            return {
                (row["student_id"], row["assignment"]): float(row["raw_score"])
                for row in csv.DictReader(file)
            }
