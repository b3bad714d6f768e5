"""Write the feedback pages of a part with nbgrader, but only those that are out of date."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor
from traitlets.config.loader import PyFileConfigLoader

from coursekit.forked_jobs import Failed, run_forked
from coursekit.grading.submissions import digest_of_tree
from coursekit.part_grades import StudentGrade
from coursekit.printable import printable
from coursekit.returning.page_exporter import PageExporter
from coursekit.returning.page_facts import PageFacts, page_facts
from coursekit.settings.feedback_summary import GradedWork
from data_scripts.whole_files import write_whole

GROUP = 20  # pages that one process writes
GROUP_SECONDS = 1800.0


class _KnownGrades(GetGrades):
    """nbgrader's preprocessor, which here takes the grades from `facts`, not from the database."""

    facts: dict[str, PageFacts]

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        known = resources["nbgrader"]
        self._mine = self.facts[known["student"]]
        work = self._mine.work
        known["score"], known["late_penalty"] = work.earned - work.penalty, work.penalty
        known["max_score"] = sum(item.maximum for item in work.items.values())
        return NbGraderPreprocessor.preprocess(self, nb, resources)

    def _get_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        mark = cell.metadata["nbgrader"]
        mark["comment"] = self._mine.comments[mark["grade_id"]]

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        mark = cell.metadata["nbgrader"]
        item = self._mine.work.items[mark["grade_id"]]
        mark["score"], mark["points"] = item.points, item.maximum


class _PageWriter(GenerateFeedback):
    """nbgrader's converter, which can start again for another student with the same exporter."""

    started = False

    def start(self) -> None:
        """Convert the notebook of the current student."""
        if self.started:
            self.init_notebooks()
            self.convert_notebooks()
        else:
            self.started = True
            super().start()


def page_of(course_folder: Path, part: str, student: str) -> Path:
    """Return the path of a student's feedback page."""
    return course_folder / "feedback" / student / part / f"{part}.html"


def write_pages(
    course_folder: Path,
    part: str,
    grades: dict[str, StudentGrade],
    book: Gradebook,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> dict[str, str]:
    """Write all pages that are missing or out of date. Return failures with their reasons.

    A page is out of date if the notebook, a grade, a comment, a date, the reason of a regrade or
    the page's template changed. It can be interrupted: finished pages are not written again.
    """
    course_folder = course_folder.resolve()
    facts = page_facts(course_folder, part, grades, book)
    wanted = _states(course_folder, part, facts)
    journal = course_folder / ".grading" / f"{part}.feedback.json"
    known: dict[str, str] = json.loads(journal.read_text("utf-8")) if journal.is_file() else {}
    todo = [
        student
        for student, state in wanted.items()
        if known.get(student) != state or not page_of(course_folder, part, student).is_file()
    ]
    failures: dict[str, str] = {}
    if not todo:
        return failures
    known = {student: state for student, state in known.items() if student not in todo}
    write_whole(journal, json.dumps(known, indent=1).encode())  # pages may remain half-written
    try:
        for done, (student, reason) in enumerate(_written(course_folder, part, facts, todo), 1):
            if reason:
                failures[student] = reason
            else:
                known[student] = wanted[student]
            progress(done, len(todo))
    finally:
        write_whole(journal, json.dumps(known, indent=1).encode())
    return failures


def _written(
    folder: Path, part: str, facts: dict[str, PageFacts], students: list[str]
) -> Iterator[tuple[str, str]]:
    """Write pages on all cores. Yield each student with the reason of a failure."""
    convert = _converter(folder, part, facts)
    first, others = students[0], students[1:]
    yield first, convert(first)  # before forking, so that all processes share what it rendered
    groups = [others[start : start + GROUP] for start in range(0, len(others), GROUP)]
    if len(groups) < 2:
        yield from ((student, convert(student)) for student in others)
        return
    jobs = [partial(_reasons, convert, group) for group in groups]
    for number, found in run_forked(jobs, seconds=GROUP_SECONDS):
        for student in groups[number]:
            yield student, found.reason if isinstance(found, Failed) else found[student]


def _reasons(convert: Callable[[str], str], students: list[str]) -> dict[str, str]:
    return {student: convert(student) for student in students}


def _states(folder: Path, part: str, facts: dict[str, PageFacts]) -> dict[str, str]:
    """Return a hash of everything that a page shows, by student."""
    common = digest_of_tree(folder / "settings", folder / "nbgrader_config.py")
    common += digest_of_tree(folder / "course.json")
    found = {}
    for student, mine in facts.items():
        notebook = folder / "autograded" / student / part / f"{part}.ipynb"
        if not notebook.is_file():
            continue
        content = hashlib.sha256(notebook.read_bytes()).hexdigest()
        found[student] = hashlib.sha256(f"{common}\0{mine!r}\0{content}".encode()).hexdigest()
    return found


def _converter(folder: Path, part: str, facts: dict[str, PageFacts]) -> Callable[[str], str]:
    """Return a function that writes a student's page and returns the reason of a failure."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = part
    converter = _PageWriter(coursedir=coursedir, config=config)
    converter.force = True
    converter.exporter_class = PageExporter
    converter.preprocessors = [_with_facts(each, facts) for each in converter.preprocessors]
    for logger in (converter.log, logging.getLogger("traitlets")):
        logger.setLevel(logging.CRITICAL)

    def convert(student: str) -> str:
        here = os.getcwd()  # noqa: PTH109
        os.chdir(folder)
        coursedir.student_id = student
        try:
            converter.start()
        except (Exception, SystemExit) as problem:
            return printable(f"{type(problem).__name__}: {problem}")
        finally:
            os.chdir(here)
        return "" if page_of(folder, part, student).is_file() else "nbgrader wrote no page"

    return convert


def _with_facts(preprocessor: Any, facts: dict[str, PageFacts]) -> Any:
    """Return a preprocessor that takes grades from `facts`, if it reads the gradebook."""
    if str(preprocessor).endswith(".GetGrades"):
        return type("KnownGrades", (_KnownGrades,), {"facts": facts})
    if not hasattr(preprocessor, "graded_work"):
        return preprocessor

    def graded_work(self: Any, part: str, student: str, db_url: str) -> GradedWork:
        return facts[student].work

    return type("KnownSummary", (preprocessor,), {"graded_work": graded_work})


def missing_pages(course_folder: Path, part: str, students: Iterable[str]) -> list[str]:
    """Return the students who have no feedback page."""
    return [s for s in students if not page_of(course_folder, part, s).is_file()]
