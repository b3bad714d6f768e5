"""Read the code of one of the student's functions, for a code box in the report."""

from __future__ import annotations

import ast
import re
from pathlib import Path

# In the source of the course, these comments surround a solution.
MARKS = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n", re.M)


class NoCode(Exception):
    """The code can't be shown; the message says why."""


def code_of(root: Path, function: str) -> str:
    """Return the source of `module.name` in student_code, without its docstring.

    Raises `NoCode` if there is no such function, or if it is not written yet.
    """
    module, name = function.split(".", 1)
    shown = f"student_code/{module}.py"
    try:
        text = (root / "student_code" / f"{module}.py").read_text(encoding="utf-8")
        tree = ast.parse(text)
    except FileNotFoundError:
        raise NoCode(f"{shown} is missing") from None
    except (SyntaxError, ValueError):
        raise NoCode(f"{shown} is not valid Python") from None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [node for node in tree.body if isinstance(node, kinds) and node.name == name]
    if not found:
        raise NoCode(f"{shown} contains no {name}")
    node = found[-1]
    lines = text.splitlines(keepends=True)
    first = min(each.lineno for each in [node, *node.decorator_list])
    keep = list(range(first, (node.end_lineno or first) + 1))
    if ast.get_docstring(node) is not None:
        doc = node.body[0]
        said = range(doc.lineno, (doc.end_lineno or doc.lineno) + 1)
        keep = [number for number in keep if number not in said]
    code = MARKS.sub("", "".join(lines[number - 1] for number in keep)).rstrip()
    if "raise NotImplementedError" in code:
        raise NoCode("it is not written yet")
    return code
