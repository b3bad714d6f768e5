"""Recognize functions that are still stubs, without importing them: no test of them can pass."""

from __future__ import annotations

import ast
from collections import Counter
from functools import lru_cache
from pathlib import Path

from toolbox.course import Task
from toolbox.training.definitions import bound_names

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_unwritten(root: Path, task: Task) -> bool:
    """Return whether a function, or every method of a class, only raises NotImplementedError.

    False if that is not certain, such as for a module that cannot be read.
    """
    path = root / "student_code" / f"{task.module}.py"
    try:
        stubs = _stubs_in(path.read_bytes())
    except (OSError, ValueError, SyntaxError):
        return False
    return stubs.get(task.name, False)


@lru_cache(maxsize=64)
def _stubs_in(source: bytes) -> dict[str, bool]:
    """Return, for each name that a module binds once, whether it is a stub."""
    bound = [(name, node) for node in ast.parse(source).body for name in bound_names(node)]
    counts = Counter(name for name, _ in bound)
    return {
        name: _is_stub(node) and not getattr(node, "decorator_list", ())
        for name, node in bound
        if counts[name] == 1
    }


def _is_stub(node: ast.stmt) -> bool:
    if isinstance(node, FUNCTIONS):
        work = [statement for statement in node.body if not _is_preparation(statement)]
        return len(work) == 1 and _raises_not_implemented(work[0])
    if isinstance(node, ast.ClassDef):
        methods = [each for each in node.body if isinstance(each, FUNCTIONS)]
        return bool(methods) and all(_is_stub(each) for each in methods)
    return False


def _is_preparation(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring, or the call of `super().__init__`."""
    if not isinstance(statement, ast.Expr):
        return False
    is_text = isinstance(statement.value, ast.Constant)
    return is_text or ast.unparse(statement.value) == "super().__init__()"


def _raises_not_implemented(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Raise) or statement.exc is None:
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return ast.unparse(raised) == "NotImplementedError"
