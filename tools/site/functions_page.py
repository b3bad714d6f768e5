"""The index of what students write: each function as its stub, with points and requirements."""

from __future__ import annotations

import ast
from pathlib import Path

from coursekit.builds.stubs import strip_file
from toolbox.course import Course, Task

HEAD = """# Functions that students write

For students and instructors. Each function is shown as students get it, with its points and with
what its public tests check.
"""


def page(root: Path, course: Course) -> str:
    """Return the page: a section for each part, and in it one for each function."""
    texts = [HEAD]
    for part in course.built_parts:
        texts.append(f"## {part.title}\n\n[Notebook of the part](../parts/{part.id}.md)\n")
        texts += [_section(root, task) for task in part.tasks]
    return "\n".join(texts)


def anchor(function: str) -> str:
    """Return the id of a function's heading."""
    return function.replace(".", "-").lower()


def _section(root: Path, task: Task) -> str:
    heading = f"### `{task.function}` {{ #{anchor(task.function)} }}"
    points = f"{task.points:g} points for public tests, {task.hidden:g} for hidden tests."
    checked = "\n".join(f"- {line}" for line in promises(root / task.test_file, task.function))
    code = _stub(root / "student_code" / f"{task.module}.py", task.name)
    return (
        f"{heading}\n\n{points}\n\n```python\n{code}\n```\n\nThe public tests check:\n\n{checked}\n"
    )


def _stub(path: Path, name: str) -> str:
    """Return the source of a function or class in the stripped module."""
    text = strip_file(path)
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name.split(".")[0]:
            start = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
            return "\n".join(text.splitlines()[start : node.end_lineno])
    raise ValueError(f"{path} defines no {name}")


def promises(path: Path, function: str) -> list[str]:
    """Return the first line of each public test of a function: the requirement that it checks."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        marks = [ast.unparse(decorator) for decorator in node.decorator_list]
        if any(repr(function) in mark for mark in marks):
            found.append((ast.get_docstring(node) or node.name).splitlines()[0])
    return found
