"""Write the feedback pages of a part with nbgrader, but only those that are out of date."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Assignment, Comment, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from coursekit.deadlines.penalties import lateness_by_student, terms_of
from coursekit.grading.submissions import digest_of_tree
from coursekit.part_grades import StudentGrade
from coursekit.printable import printable
from coursekit.roster.class_list import load_class
from data_scripts.whole_files import write_whole


class _CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory. nbgrader compiles them again for each student."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


class _PageExporter(HTMLExporter):
    """nbconvert's exporter, with compiled templates that all pages of a run share."""

    compiled = _CompiledTemplates()

    def _create_environment(self) -> Environment:
        surroundings: Environment = super()._create_environment()
        surroundings.bytecode_cache = self.compiled
        return surroundings


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
    wanted = _states(course_folder, part, grades, book)
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
    convert = _converter(course_folder, part)
    try:
        for done, student in enumerate(todo, start=1):
            if reason := convert(student):
                failures[student] = reason
                known.pop(student, None)
            else:
                known[student] = wanted[student]
            progress(done, len(todo))
    finally:
        write_whole(journal, json.dumps(known, indent=1).encode())
    return failures


def _states(
    folder: Path, part: str, grades: dict[str, StudentGrade], book: Gradebook
) -> dict[str, str]:
    """Return a hash of everything that a page shows, by student."""
    common = digest_of_tree(folder / "settings", folder / "nbgrader_config.py")
    common += digest_of_tree(folder / "course.json")
    lateness = lateness_by_student(book, terms_of(folder))
    names = {person.id: person.name for person in load_class(folder)}
    comments = _comments(book, part)
    reports = sorted((folder / "regrades" / part).glob("*/report.json"))
    changes = "".join(path.read_text(encoding="utf-8") for path in reports)
    found = {}
    for student, grade in grades.items():
        notebook = folder / "autograded" / student / part / f"{part}.ipynb"
        if not notebook.is_file():
            continue
        late = lateness.get(student, {}).get(part)
        facts = [common, repr(grade), repr(late), names.get(student, ""), changes]
        facts += [repr(comments.get(student)), hashlib.sha256(notebook.read_bytes()).hexdigest()]
        found[student] = hashlib.sha256("\0".join(facts).encode()).hexdigest()
    return found


def _comments(book: Gradebook, part: str) -> dict[str, list[tuple[str, str | None, str | None]]]:
    rows = (
        book.db.query(
            SubmittedAssignment.student_id,
            Comment.cell_id,
            Comment.auto_comment,
            Comment.manual_comment,
        )
        .select_from(Comment)
        .join(SubmittedNotebook, SubmittedNotebook.id == Comment.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .filter(Assignment.name == part)
    )
    found: dict[str, list[tuple[str, str | None, str | None]]] = {}
    for student, cell, automatic, manual in rows:
        found.setdefault(student, []).append((cell, automatic, manual))
    return {student: sorted(each, key=repr) for student, each in found.items()}


def _converter(folder: Path, part: str) -> Callable[[str], str]:
    """Return a function that writes a student's page and returns the reason of a failure."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = part
    converter = GenerateFeedback(coursedir=coursedir, config=config)
    converter.force = True
    converter.exporter_class = _PageExporter
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


def missing_pages(course_folder: Path, part: str, students: Iterable[str]) -> list[str]:
    """Return the students who have no feedback page."""
    return [s for s in students if not page_of(course_folder, part, s).is_file()]
