"""Read the results of a class: points from the gradebook, tests from the notebooks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from coursekit.builds.nbgrader_source import grade_id
from coursekit.errors import CourseProblem
from coursekit.roster.class_list import enrolled, names_of
from toolbox.checks.diagnosis import AGAIN, ALSO
from toolbox.checks.outcome import MARKS
from toolbox.course import Part

PASSED, FAILED, UNWRITTEN, UNRUN = "passed", "failed", "not written", "not run"
STATUS = {MARKS["passed"]: PASSED, MARKS["stub"]: UNWRITTEN, MARKS["skipped"]: UNRUN, "✗": FAILED}
LIKELY_CAUSE = "    likely cause "
CALLED = "    called       "
GOT = "    got          "


class InsightsError(CourseProblem):
    """There are no results to show; the message says why and what to do."""


@dataclass(frozen=True)
class KnownTest:
    """A test of the part: its function, its promise, and whether it is hidden from students."""

    function: str
    promise: str
    hidden: bool


@dataclass(frozen=True)
class Failure:
    """A failed public test as the feedback shows it."""

    test: KnownTest
    called: str
    got: str


@dataclass(frozen=True)
class GradedItem:
    """Something worth points: a function, a trained network or a written answer."""

    name: str
    title: str
    points: float
    kind: str  # "function", "training" or "answer"


@dataclass
class GradedStudent:
    """One student's results. Items that await manual grading have no points here."""

    name: str
    points: dict[str, float] = field(default_factory=dict)  # by the name of the item
    waiting: int = 0
    tests: dict[KnownTest, str] = field(default_factory=dict)
    mistakes: set[tuple[str, str]] = field(default_factory=set)  # function, likely cause
    failures: list[Failure] = field(default_factory=list)
    unread: bool = False  # graded, but the autograded notebook is missing


@dataclass
class Class:
    """A part's tests and items, and all students who were graded on it."""

    part: Part
    tests: list[KnownTest]
    items: list[GradedItem]
    students: list[GradedStudent]
    names: dict[str, str] = field(default_factory=dict)  # by id, from the roster
    absent: list[str] = field(default_factory=list)  # on the roster, without a grade


def gather(root: Path, course_folder: Path, part: Part) -> Class:
    """Return all results of `part` from gradebook and autograded notebooks, executing nothing.

    Raises `InsightsError` if no student was graded.
    """
    database = course_folder / "gradebook.db"
    if not database.is_file():
        raise InsightsError(f"{database} does not exist: run `coursekit build` first.")
    found = Class(part, list(tests_of(root, part)), items_of(part), [])
    with Gradebook(f"sqlite:///{database}?timeout=60") as book:
        try:
            submissions = book.assignment_submissions(part.id)
        except MissingEntry:
            submissions = []
        for submission in submissions:
            student = GradedStudent(submission.student.id)
            grades = {grade.name: grade for nb in submission.notebooks for grade in nb.grades}
            for item in found.items:
                grade = grades.get(item.name)
                if grade is None:
                    continue
                if grade.needs_manual_grade:
                    student.waiting += 1
                else:
                    student.points[item.name] = float(grade.score or 0.0)
            found.students.append(student)
    if not found.students:
        raise InsightsError(
            f"No student was graded on {part.id} yet. Collect submissions and grade them first."
        )
    graded = {student.name for student in found.students}
    found.names = names_of(course_folder)
    found.absent = [p.id for p in enrolled(course_folder) if p.id not in graded]
    for student in found.students:
        _read_notebook(course_folder, found, student)
    return found


def items_of(part: Part) -> list[GradedItem]:
    """Return the items of a part: functions, then trainings, then answers."""
    return [
        *(GradedItem(grade_id(t), t.function, t.total, "function") for t in part.tasks),
        *(GradedItem(f"trained-{t.run}", t.run, t.points, "training") for t in part.trained),
        *(GradedItem(q.id, q.title, q.points, "answer") for q in part.questions),
    ]


def tests_of(root: Path, part: Part) -> Iterator[KnownTest]:
    """Yield the tests of the part's functions from the source of the course."""
    functions = {task.function for task in part.tasks}
    for task in part.tasks:
        for folder, hidden in (("unit_tests", False), ("unit_tests/hidden", True)):
            path = root / folder / f"test_{task.module}.py"
            if path.is_file():
                for function, promise in promises(path.read_text(encoding="utf-8")):
                    if function == task.function and function in functions:
                        yield KnownTest(function, promise, hidden)


def promises(text: str) -> Iterator[tuple[str, str]]:
    """Yield the function and the promise of each marked test in a test module."""
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for mark in node.decorator_list:
            if not (isinstance(mark, ast.Call) and ast.unparse(mark.func) == "task" and mark.args):
                continue
            doc = (ast.get_docstring(node) or "").strip()
            words = node.name.removeprefix("test_").replace("_", " ")
            said = doc.splitlines()[0].rstrip(".") if doc else words
            yield str(ast.literal_eval(mark.args[0])), said


def _read_notebook(course_folder: Path, found: Class, student: GradedStudent) -> None:
    path = course_folder / "autograded" / student.name / found.part.id / f"{found.part.id}.ipynb"
    if not path.is_file():
        student.unread = True
        return
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        for task in found.part.tasks:
            if marks.get("grade") and marks.get("grade_id") == grade_id(task):
                printed = "".join(
                    output.get("text", "")
                    for output in cell.get("outputs", [])
                    if output.get("name") == "stdout"
                )
                mine = [test for test in found.tests if test.function == task.function]
                tests, mistakes = read_feedback(printed, mine)
                student.tests |= tests
                student.mistakes |= {(task.function, mistake) for mistake in mistakes}
                student.failures += read_failures(printed, mine)


def read_feedback(printed: str, tests: list[KnownTest]) -> tuple[dict[KnownTest, str], set[str]]:
    """Return the status of each of a function's tests and the misconceptions, from its output.

    A test that is not mentioned did not run. Lines that do not match a test's promise, such as
    output of student code, are ignored.
    """
    status = dict.fromkeys(tests, UNRUN)
    waiting = list(tests)
    mistakes: set[str] = set()
    within = False
    for line in printed.splitlines():
        if line[:1] in STATUS and line[1:2] == " ":
            test = next((t for t in waiting if _is_of(line[2:], t.promise)), None)
            within = test is not None
            if test is not None:
                status[test] = STATUS[line[0]]
                waiting.remove(test)
        elif within and line.startswith(LIKELY_CAUSE):
            mistakes |= set(line.removeprefix(LIKELY_CAUSE).strip().split(ALSO))
    return status, {text for text in mistakes if text and not text.startswith(AGAIN)}


def read_failures(printed: str, tests: list[KnownTest]) -> list[Failure]:
    """Return the failed public tests of a function that show what they got, from its output."""
    waiting = [test for test in tests if not test.hidden]
    found: list[Failure] = []
    test: KnownTest | None = None
    called = ""
    for line in printed.splitlines():
        if line[:1] in STATUS and line[1:2] == " ":
            failed = STATUS[line[0]] == FAILED
            test = next((t for t in waiting if failed and _is_of(line[2:], t.promise)), None)
            called = ""
        elif test is not None and line.startswith(CALLED):
            called = line.removeprefix(CALLED).strip()
        elif test is not None and line.startswith(GOT):
            found.append(Failure(test, called, line.removeprefix(GOT).strip()))
            waiting.remove(test)
            test = None
    return found


def _is_of(said: str, promise: str) -> bool:
    return said == promise or said.startswith(f"{promise}: ")
