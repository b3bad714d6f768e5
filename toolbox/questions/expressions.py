"""Expressions that students type, read safely, and compared by meaning.

A text is parsed by Python's own parser into a tree and nothing of it is run: the tree is walked,
and whatever is no number, known symbol, arithmetic or known function is refused in plain words.
Everything is bounded (length, depth, number of nodes, size of numbers and powers), so hostile
input costs milliseconds.
"""

from __future__ import annotations

import ast
import cmath
import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy

LONGEST, DEEPEST, MOST_NODES = 300, 30, 200
LARGEST_NUMBER, LARGEST_POWER = 1e6, 12
PROBES = 12
FUNCTIONS: dict[str, Callable[[sympy.Expr], sympy.Expr]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "ln": sympy.log,
    "sqrt": sympy.sqrt,
}
KNOWN = (
    *(sympy.Number, sympy.NumberSymbol, sympy.Add, sympy.Mul, sympy.Pow),
    *(sympy.exp, sympy.log),
)


class RefusedError(ValueError):
    """What was typed is no expression that can be read; the message says why."""


def expression(given: Any, names: Sequence[str]) -> sympy.Expr:
    """A sympy expression in the symbols `names` from a text, a number or a sympy expression.

    Knows + − * / ** (and ^ for it), brackets, exp, log, ln, sqrt, e and pi. Raises
    `RefusedError`, which says why, for anything else.
    """
    if isinstance(given, str):
        return _from_text(given, names)
    if isinstance(given, sympy.Basic):
        return _from_sympy(given, names)
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return _number(given)
    raise RefusedError(
        f"an expression is a text such as '{names[0]}**2', not a {type(given).__name__}"
    )


def _from_text(text: str, names: Sequence[str]) -> sympy.Expr:
    if len(text) > LONGEST:
        raise RefusedError(
            f"an expression of {len(text)} characters is too long: {LONGEST} at most"
        )
    if sum(text.count(bracket) for bracket in "([{") > DEEPEST:
        raise RefusedError("there are too many brackets")
    try:
        tree = ast.parse(text.strip().replace("^", "**").replace("−", "-"), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise RefusedError(f"{text[:60]!r} can't be read: is a bracket or a * missing?") from None
    if sum(1 for _ in ast.walk(tree)) > 2 * MOST_NODES:
        raise RefusedError("the expression has too many parts")
    return _Reader(names).read(tree.body, 0)


class _Reader:
    """Turns a parsed tree into sympy, refusing all that is not on the list."""

    def __init__(self, names: Sequence[str]) -> None:
        self.symbols = {name: sympy.Symbol(name) for name in names}

    def read(self, node: ast.expr, depth: int) -> sympy.Expr:
        if depth > DEEPEST:
            raise RefusedError("the expression is nested too deeply")
        if isinstance(node, ast.Constant):
            return _number(node.value)
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            inner = self.read(node.operand, depth + 1)
            return -inner if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.BinOp):
            return self._binary(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        raise RefusedError(f"{type(node).__name__} has no place in an expression")

    def _name(self, name: str) -> sympy.Expr:
        constants = {"e": sympy.E, "E": sympy.E, "pi": sympy.pi}
        known = {**constants, **self.symbols}
        if name not in known:
            allowed = ", ".join(self.symbols)
            raise RefusedError(
                f"{name[:40]!r} is not among the symbols of this question: {allowed}"
            )
        return known[name]

    def _binary(self, node: ast.BinOp, depth: int) -> sympy.Expr:
        left, right = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
        if isinstance(node.op, ast.Pow):
            return _power(left, right)
        if isinstance(node.op, ast.Div):
            if right == 0:
                raise RefusedError("something is divided by 0")
            return left / right
        for kind, join in _JOIN.items():
            if isinstance(node.op, kind):
                return join(left, right)
        raise RefusedError(f"the operator {type(node.op).__name__} is not among + - * / **")

    def _call(self, node: ast.Call, depth: int) -> sympy.Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else "that"
        if name not in FUNCTIONS:
            hint = " (is a * missing before the bracket?)" if name in self.symbols else ""
            allowed = ", ".join(FUNCTIONS)
            raise RefusedError(f"{name[:40]!r} is not among the functions {allowed}{hint}")
        if len(node.args) != 1 or node.keywords:
            raise RefusedError(f"{name} takes one expression in brackets")
        inner = self.read(node.args[0], depth + 1)
        if name == "exp" and not inner.free_symbols and _size(inner) > 100:
            raise RefusedError("exp of so large a number is too large")
        return FUNCTIONS[name](inner)


_JOIN: dict[type[ast.operator], Callable[[sympy.Expr, sympy.Expr], sympy.Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
}


def _number(value: Any) -> sympy.Expr:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RefusedError(f"{str(value)[:40]!r} is no number")
    if not abs(value) <= LARGEST_NUMBER:
        raise RefusedError(f"a number above {LARGEST_NUMBER:.0f} has no place here")
    if isinstance(value, float):
        # 0.5 means one half, and sums of such numbers should come out exact.
        return sympy.Rational(str(value))
    return sympy.Integer(value)


def _power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    if not exponent.free_symbols and _size(exponent) > LARGEST_POWER:
        raise RefusedError(f"a power above {LARGEST_POWER} has no place here")
    if exponent.is_Number and not exponent.is_Integer and exponent != sympy.Rational(1, 2):
        raise RefusedError("a power is a whole number, 1/2, or an expression in the symbols")
    if base.has(sympy.Pow) and exponent.is_Integer and abs(int(exponent)) > 2:
        raise RefusedError("a large power of a power has no place here")
    if base.is_Number and exponent.is_Integer and _size(base) > LARGEST_NUMBER:
        raise RefusedError("a power of so large a number has no place here")
    if base == 0 and exponent.is_number and exponent.is_negative:
        raise RefusedError("something is divided by 0")
    return base**exponent


def _size(value: sympy.Expr) -> float:
    """About how large an expression without symbols is; infinite if that can't be told."""
    found = _value(value, {})
    return abs(found) if cmath.isfinite(found) else math.inf


def _from_sympy(given: sympy.Basic, names: Sequence[str]) -> sympy.Expr:
    """The same expression in plain symbols, if it is small and of known parts."""
    waiting: list[sympy.Basic] = [given]
    seen = 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > MOST_NODES:
            raise RefusedError("the expression has too many parts")
        _check_node(node, names)
        waiting.extend(node.args)
    if not isinstance(given, sympy.Expr):
        raise RefusedError(f"a {type(given).__name__} is no expression")
    return given.xreplace({s: sympy.Symbol(s.name) for s in given.free_symbols})


def _check_node(node: sympy.Basic, names: Sequence[str]) -> None:
    if isinstance(node, sympy.Symbol):
        if node.name not in names:
            allowed = ", ".join(names)
            raise RefusedError(f"{node.name[:40]!r} is not among the symbols: {allowed}")
    elif isinstance(node, sympy.Rational):
        if max(abs(node.p).bit_length(), node.q.bit_length()) > 64:
            raise RefusedError("a number of so many digits has no place here")
    elif not isinstance(node, KNOWN):
        raise RefusedError(f"{type(node).__name__} has no place in this expression")


def value_at(expr: sympy.Expr, point: Mapping[str, float]) -> complex:
    """The value of an expression that `expression` made; NaN where it has none."""
    return _value(expr, point)


def _value(expr: sympy.Basic, point: Mapping[str, float]) -> complex:
    # A walk of our own, in floats: sympy's evaluation takes unbounded time for large numbers.
    try:
        if isinstance(expr, sympy.Symbol):
            return complex(point[expr.name])
        if isinstance(expr, (sympy.Number, sympy.NumberSymbol)):
            return complex(float(expr))
        inner = [_value(part, point) for part in expr.args]
        if isinstance(expr, sympy.Add):
            return sum(inner, 0j)
        if isinstance(expr, sympy.Mul):
            return math.prod(inner, start=1 + 0j)
        if isinstance(expr, sympy.Pow):
            return inner[0] ** inner[1]
        if isinstance(expr, sympy.exp):
            return cmath.exp(inner[0])
        if isinstance(expr, sympy.log):
            return cmath.log(inner[0]) if len(inner) == 1 else cmath.log(inner[0], inner[1])
    except (OverflowError, ZeroDivisionError, ValueError):
        pass
    return complex(math.nan, 0.0)


def points(names: Sequence[str], count: int, seed: str) -> list[dict[str, float]]:
    """`count` points, each a value in (0.15, 0.95) for every symbol; the same for one seed."""
    source = random.Random(seed)
    return [{name: 0.15 + 0.8 * source.random() for name in names} for _ in range(count)]


def equivalent(one: Any, other: Any, names: Sequence[str]) -> bool:
    """Whether two expressions mean the same for all positive values of their symbols.

    Sympy's expansion settles polynomials and the like; what it can't settle is compared at
    twelve random points, where expressions that differ all but never agree. Raises `RefusedError`.
    """
    a, b = expression(one, names), expression(other, names)
    small = sympy.count_ops(a) + sympy.count_ops(b) <= 60 and _degree(a) * _degree(b) <= 40
    if small and sympy.expand(a - b) == 0:
        return True
    for point in points(names, PROBES, "equivalent"):
        x, y = value_at(a, point), value_at(b, point)
        if not cmath.isfinite(x) or not cmath.isfinite(y):
            return False
        if abs(x - y) > 1e-9 * max(1.0, abs(x), abs(y)):
            return False
    return True


def _degree(expr: sympy.Expr) -> int:
    """A bound for how much expanding may multiply the parts: the product of its whole powers."""
    powers = [abs(int(p.exp)) for p in expr.atoms(sympy.Pow) if p.exp.is_Integer]
    return math.prod(max(1, power) for power in powers)
