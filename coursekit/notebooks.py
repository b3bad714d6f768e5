"""From a notebook of the source to the one that nbgrader takes: points, ids, hidden tests."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from toolbox.course import Course, Part, Question, Task

QUOTES = "'''"


class NotebookError(Exception):
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
    seen: list[str] = []
    for cell in notebook.cells:
        name = cell.metadata.pop("task", None) or cell.metadata.pop("question", None)
        cell.metadata.pop("setup", None)
        if name is None:
            continue
        seen.append(name)
        if name in tasks:
            _autograded(cell, tasks[name], hidden_tests)
        elif name in questions:
            _manually_graded(cell, questions[name])
        else:
            raise NotebookError(f"{path.name}: a cell is for {name!r}, which is not in {part.id}")
    for name in [*tasks, *questions]:
        if seen.count(name) != 1:
            raise NotebookError(
                f"{path.name}: {name!r} of course.toml has {seen.count(name)} cells, not one"
            )
    return notebook


def grade_id(task: Task) -> str:
    """nbgrader's name for the autograded cell of a task."""
    return task.function.replace(".", "-")


def _autograded(cell: NotebookNode, task: Task, hidden_tests: Path) -> None:
    text = hidden_tests / f"test_{task.module}.py"
    if task.hidden and not text.is_file():
        raise NotebookError(f"{task.function} has hidden points, but there is no {text}")
    if task.hidden:
        tests = text.read_text(encoding="utf-8")
        if QUOTES in tests:
            raise NotebookError(f"{text.name} holds {QUOTES}, so it can't travel inside a cell")
        cell.source = (
            "### BEGIN HIDDEN TESTS\n"
            f'checks.add_hidden_tests("{task.function}", r{QUOTES}{tests}{QUOTES})\n'
            "### END HIDDEN TESTS\n"
            f"{cell.source}"
        )
    cell.metadata["nbgrader"] = _metadata(grade_id(task), task.total, "code")


def _manually_graded(cell: NotebookNode, question: Question) -> None:
    if cell.cell_type != "markdown":
        raise NotebookError(f"the answer to {question.id!r} is a {cell.cell_type} cell, not text")
    cell.metadata["nbgrader"] = _metadata(question.id, question.points, "markdown")


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
