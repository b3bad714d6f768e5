"""From a notebook of the source to the one that nbgrader takes: points, ids, hidden tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from coursekit.errors import CourseProblem
from toolbox.course import Course, Part, Question, Task

QUOTES = "'''"
KINDS = ("task", "question", "trained")  # what a cell's metadata may say it is for
BEGIN_SCHEME = "### BEGIN MARK SCHEME"


class NotebookError(CourseProblem):
    """A notebook and `course.toml` don't fit together; the message says where."""


def for_nbgrader(path: Path, part: Part, course: Course, hidden_tests: Path) -> NotebookNode:
    """The notebook at `path` with nbgrader's metadata and the instructor's tests filled in.

    A code cell with `task` becomes an autograded cell, a markdown cell with `question` a manually
    graded one; their points come from `course.toml`. Raises `NotebookError` unless each task and
    question of the part has exactly one cell.
    """
    notebook = nbformat.read(path, as_version=4)
    tasks = {task.function: task for task in part.tasks}
    questions = {question.id: question for question in part.questions}
    trained = {each.run: each for each in part.trained}
    seen: list[str] = []
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        cells.append(cell)
        cell.metadata.pop("setup", None)
        name = next((cell.metadata.pop(kind) for kind in KINDS if kind in cell.metadata), None)
        if name is None:
            continue
        seen.append(name)
        if name in tasks:
            _autograded(cell, tasks[name], hidden_tests)
        elif name in questions:
            cells.append(_manually_graded(cell, questions[name]))
        elif name in trained:
            mark = _metadata(f"trained-{name}", trained[name].points, "code")
            cell.metadata["nbgrader"] = mark
        else:
            raise NotebookError(f"{path.name}: a cell is for {name!r}, which is not in {part.id}")
    for name in [*tasks, *questions, *trained]:
        if seen.count(name) != 1:
            raise NotebookError(
                f"{path.name}: {name!r} of course.toml has {seen.count(name)} cells, not one"
            )
    notebook.cells = cells
    return notebook


def grade_id(task: Task) -> str:
    """nbgrader's name for the autograded cell of a task."""
    return task.function.replace(".", "-")


def _autograded(cell: NotebookNode, task: Task, hidden_tests: Path) -> None:
    text = hidden_tests / f"test_{task.module}.py"
    if task.hidden and not text.is_file():
        raise NotebookError(f"{task.function} has hidden points, but there is no {text}")
    if task.hidden:
        tests = tests_of(task.function, text.read_text(encoding="utf-8"))
        if QUOTES in tests:
            raise NotebookError(f"{text.name} holds {QUOTES}, so it can't travel inside a cell")
        cell.source = (
            "### BEGIN HIDDEN TESTS\n"
            f'checks.add_hidden_tests("{task.function}", r{QUOTES}{tests}{QUOTES})\n'
            "### END HIDDEN TESTS\n"
            f"{cell.source}"
        )
    cell.metadata["nbgrader"] = _metadata(grade_id(task), task.total, "code")


def tests_of(function: str, text: str) -> str:
    """A module of tests without those that are marked for another function."""
    lines: list[str | None] = list(text.splitlines())
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        marks = [ast.unparse(decorator) for decorator in node.decorator_list]
        ours = any(repr(function) in mark for mark in marks)
        if not ours and any(mark.startswith("task(") for mark in marks):
            start = min(d.lineno for d in node.decorator_list) - 1
            lines[start : node.end_lineno] = [None] * ((node.end_lineno or start) - start)
    kept = "\n".join(line for line in lines if line is not None)
    return re.sub(r"\n{4,}", "\n\n\n", kept).rstrip("\n") + "\n"


def _manually_graded(cell: NotebookNode, question: Question) -> NotebookNode:
    """Make `cell` an answer cell, and return the cell with its mark scheme to put below it.

    The mark scheme is a locked cell of its own, whose text nbgrader takes out of the release and
    puts back when it grades, so that whoever reads the answer has it beside. Inside the answer
    cell it would hide from nbgrader that an answer was left empty.
    """
    if cell.cell_type != "markdown":
        raise NotebookError(f"the answer to {question.id!r} is a {cell.cell_type} cell, not text")
    answer, begin, scheme = cell.source.partition(BEGIN_SCHEME)
    if not begin:
        raise NotebookError(f"the answer to {question.id!r} has no mark scheme")
    cell.source = answer.rstrip("\n")
    cell.metadata["nbgrader"] = _metadata(question.id, question.points, "markdown")
    below = v4.new_markdown_cell(
        f"*A person reads this answer; it is worth {question.points:g} points.*\n{begin}{scheme}",
        id=f"{cell.id}-marks"[:64],
    )
    below.metadata["nbgrader"] = {
        **_metadata(f"{question.id}-marks", 0, "markdown"),
        "grade": False,
        "locked": True,
        "solution": False,
    }
    del below.metadata["nbgrader"]["points"]
    return below


def _metadata(name: str, points: float, cell_type: str) -> dict[str, object]:
    written = cell_type == "markdown"
    return {
        "cell_type": cell_type,
        "grade": True,
        "grade_id": name,
        "locked": not written,
        "points": int(points) if float(points).is_integer() else points,
        "schema_version": 3,
        "solution": written,
        "task": False,
    }
