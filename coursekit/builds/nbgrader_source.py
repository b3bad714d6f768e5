"""Turn a source notebook into nbgrader's source: add points, ids and hidden tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from coursekit.errors import CourseProblem
from toolbox.course import Course, Part, Question, Task, points_text

QUOTES = "'''"
KINDS = ("task", "question", "trained")  # metadata keys that say what a cell is for
BEGIN_SCHEME = "### BEGIN MARK SCHEME"


class NotebookError(CourseProblem):
    """A notebook does not match `course.toml`; the message says where."""


def for_nbgrader(path: Path, part: Part, course: Course, hidden_tests: Path) -> NotebookNode:
    """Return the notebook at `path` with nbgrader's metadata and the hidden tests filled in.

    A code cell with `task` becomes an autograded cell, a markdown cell with `question` a manually
    graded one; `course.toml` has the points. Raises `NotebookError` unless each task and question
    of the part has exactly one cell.
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
            raise NotebookError(
                f"{path.name}: a cell is for {name!r}, but course.toml has no such task or "
                f"question in {part.id}. Correct one of them."
            )
    for name in [*tasks, *questions, *trained]:
        if seen.count(name) != 1:
            raise NotebookError(
                f"{path.name}: {name!r} of course.toml has {seen.count(name)} cells instead of one"
            )
    notebook.cells = cells
    return notebook


def grade_id(task: Task) -> str:
    """Return nbgrader's id for the autograded cell of a task."""
    return task.function.replace(".", "-")


def _autograded(cell: NotebookNode, task: Task, hidden_tests: Path) -> None:
    text = hidden_tests / f"test_{task.module}.py"
    if task.hidden and not text.is_file():
        raise NotebookError(
            f"{task.function} has hidden points, but {text} does not exist. Write the hidden "
            "tests, or set hidden = 0."
        )
    if task.hidden:
        tests = tests_of(task.function, text.read_text(encoding="utf-8"), task.dropped)
        if repr(task.function) not in tests and f'"{task.function}"' not in tests:
            raise NotebookError(
                f"All hidden tests of {task.function} are dropped. Drop the whole item instead: "
                "leave out `test`."
            )
        if QUOTES in tests:
            raise NotebookError(
                f"{text.name} contains {QUOTES}, which a cell cannot hold. Use other quotes."
            )
        cell.source = (
            "### BEGIN HIDDEN TESTS\n"
            f'checks.add_hidden_tests("{task.function}", r{QUOTES}{tests}{QUOTES})\n'
            "### END HIDDEN TESTS\n"
            f"{cell.source}"
        )
    cell.metadata["nbgrader"] = _metadata(grade_id(task), task.total, "code")


def tests_of(function: str, text: str, dropped: Collection[str]) -> str:
    """Return the source of a test module without dropped tests and those of other functions."""
    lines: list[str | None] = list(text.splitlines())
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        marks = [ast.unparse(decorator) for decorator in node.decorator_list]
        ours = any(repr(function) in mark for mark in marks)
        ours = ours and node.name not in dropped
        if not ours and any(mark.startswith("task(") for mark in marks):
            start = min(d.lineno for d in node.decorator_list) - 1
            lines[start : node.end_lineno] = [None] * ((node.end_lineno or start) - start)
    kept = "\n".join(line for line in lines if line is not None)
    return re.sub(r"\n{4,}", "\n\n\n", kept).rstrip("\n") + "\n"


def _manually_graded(cell: NotebookNode, question: Question) -> NotebookNode:
    """Turn `cell` into an answer cell. Return the cell with its mark scheme, to put below it.

    The mark scheme is a separate locked cell. nbgrader removes its text from the release and
    restores it for grading, so that the grader sees it beside the answer. If it were part of the
    answer cell, nbgrader could not notice an empty answer.
    """
    if cell.cell_type != "markdown":
        raise NotebookError(f"the answer to {question.id!r} is a {cell.cell_type} cell, not text")
    answer, begin, scheme = cell.source.partition(BEGIN_SCHEME)
    if not begin:
        raise NotebookError(f"the answer to {question.id!r} has no mark scheme")
    cell.source = answer.rstrip("\n")
    cell.metadata["nbgrader"] = _metadata(question.id, question.points, "markdown")
    worth = f"*This answer is graded by hand and worth {points_text(question.points)}.*"
    below = v4.new_markdown_cell(
        f"{worth}\n{begin}{scheme}",
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
