"""What is known of a class after grading: points from the gradebook, tests from the notebooks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from coursekit.builds.nbgrader_source import grade_id
from coursekit.errors import CourseProblem
from toolbox.checks.outcome import MARKS
from toolbox.course import Part

PASSED, FAILED, UNWRITTEN, UNRUN = "passed", "failed", "not written", "not run"
STATUS = {MARKS["passed"]: PASSED, MARKS["stub"]: UNWRITTEN, MARKS["skipped"]: UNRUN, "✗": FAILED}
LOOKS_LIKE = "    looks like "
AS_ABOVE = "The same mistake as above."


class InsightsError(CourseProblem):
    """There is nothing to look at; the message says why and what to do."""


@dataclass(frozen=True)
class KnownTest:
    """A test of the part: whose function, what it promises, and whether only instructors see it."""

    function: str
    promise: str
    hidden: bool


@dataclass(frozen=True)
class GradedItem:
    """Something that earns points: a function, a trained network or a written answer."""

    name: str
    title: str
    points: float
    kind: str  # "function", "training" or "answer"


@dataclass
class GradedStudent:
    """One student's standing. What a person has yet to grade has no points here."""

    name: str
    points: dict[str, float] = field(default_factory=dict)  # by the name of the item
    waiting: int = 0
    tests: dict[KnownTest, str] = field(default_factory=dict)
    mistakes: set[tuple[str, str]] = field(default_factory=set)  # function, what it looks like
    unread: bool = False  # graded, but the autograded notebook is gone


@dataclass
class Class:
    """A part's tests and items, and all students who were graded on it."""

    part: Part
    tests: list[KnownTest]
    items: list[GradedItem]
    students: list[GradedStudent]


def gather(root: Path, course_folder: Path, part: Part) -> Class:
    """All that the gradebook and the autograded notebooks say of `part`. Nothing is executed.

    Raises `InsightsError` where nobody was graded.
    """
    database = course_folder / "gradebook.db"
    if not database.is_file():
        raise InsightsError(f"There is no {database}: run `coursekit build` first.")
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
            f"Nobody was graded on {part.id} yet: collect, then grade, then come back."
        )
    for student in found.students:
        _read_notebook(course_folder, found, student)
    return found


def items_of(part: Part) -> list[GradedItem]:
    """What earns points in a part, in the order of functions, trainings and answers."""
    return [
        *(GradedItem(grade_id(t), t.function, t.total, "function") for t in part.tasks),
        *(GradedItem(f"trained-{t.run}", t.run, t.points, "training") for t in part.trained),
        *(GradedItem(q.id, q.title, q.points, "answer") for q in part.questions),
    ]


def tests_of(root: Path, part: Part) -> Iterator[KnownTest]:
    """The tests of the part's functions, as the source of the course has them."""
    functions = {task.function for task in part.tasks}
    for task in part.tasks:
        for folder, hidden in (("unit_tests", False), ("unit_tests/hidden", True)):
            path = root / folder / f"test_{task.module}.py"
            if path.is_file():
                for function, promise in promises(path.read_text(encoding="utf-8")):
                    if function == task.function and function in functions:
                        yield KnownTest(function, promise, hidden)


def promises(text: str) -> Iterator[tuple[str, str]]:
    """The function and the promise of each marked test in a module of tests."""
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


def read_feedback(printed: str, tests: list[KnownTest]) -> tuple[dict[KnownTest, str], set[str]]:
    """What became of each of a function's tests, and the misconceptions, from what was printed.

    A test that isn't mentioned did not run. Lines that are no promise of a test, such as what
    student code printed, count for nothing.
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
        elif within and line.startswith(LOOKS_LIKE):
            mistakes.add(line.removeprefix(LOOKS_LIKE).strip())
    return status, mistakes - {AS_ABOVE, ""}


def _is_of(said: str, promise: str) -> bool:
    return said == promise or said.startswith(f"{promise}: ")
