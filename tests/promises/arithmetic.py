"""Evaluate arithmetic as a person writes it: "(1 + 3²) · 0.5", "-ln(0.5)", "[1, sqrt(4)]"."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

SIGNS = str.maketrans({"·": "*", "−": "-", "²": "**2", "³": "**3"})
FUNCTIONS: dict[str, Callable[..., float]] = {"ln": math.log, "exp": math.exp, "sqrt": math.sqrt}
OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}


class NoArithmetic(ValueError):
    """The text contains something else than numbers and their operators."""


def value_of(text: str) -> Any:
    """Return the value of an expression or a literal. Raises `NoArithmetic`."""
    try:
        return _value(ast.parse(text.strip().translate(SIGNS), mode="eval").body)
    except SyntaxError as problem:
        raise NoArithmetic(text) from problem


def equations(sentence: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield each clause of a sentence that equates two values or more, with these values.

    Clauses end with ";" or ":". Sides with words have no value.
    """
    for clause in sentence.replace(": ", "; ").split(";"):
        values = []
        for side in clause.split(" = "):
            try:
                values.append(value_of(side))
            except NoArithmetic:
                continue
        if len(values) > 1:
            yield clause.strip(), values


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {_value(key): _value(value) for key, value in pairs if key is not None}
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        return FUNCTIONS[node.func.id](*map(_value, node.args))
    raise NoArithmetic(ast.unparse(node))
