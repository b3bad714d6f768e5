"""Reduce a line of a test to what it calls, for students who read no tests."""

from __future__ import annotations

import ast
import re

EXPECTATION = "expect."


def called_text(line: str) -> str:
    """Return the call in a line of a test, without the assignment or the expectation around it.

    An expectation with a fixed description of the call is shown as that description.
    """
    line = re.sub(r"^[\w, ]+ = ", "", line)
    try:
        statement = ast.parse(line).body[0]
    except (SyntaxError, IndexError):  # a part of a longer statement
        return line
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return line
    call = statement.value
    if not ast.unparse(call.func).startswith(EXPECTATION) or not call.args:
        return line
    first, *others = call.args
    described = [each.value for each in others if isinstance(each, ast.Constant)]
    if described and isinstance(described[-1], str):
        return described[-1]
    run = next((each.body for each in others if isinstance(each, ast.Lambda)), first)
    return ast.get_source_segment(line, run) or line
