"""Parse expressions that students type, safely, and compare them by meaning.

Python's own parser turns a text into a tree, and nothing is executed: the tree is walked, and
anything other than a number, known symbol, arithmetic or known function is rejected with an
explanation. Length, depth, number of nodes, and size of numbers and powers are limited, so hostile
input costs only milliseconds.
"""

from __future__ import annotations

import ast
import cmath
import math
import random
from collections.abc import Callable, Mapping, Sequence

import sympy

from toolbox.questions.plain_values import kind_of, plain

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
    """The input can't be read as an expression; the message says why."""


def expression(given: object, names: Sequence[str]) -> sympy.Expr:
    """Return a sympy expression in the symbols `names` for a text, number or sympy expression.

    Supports + − * / ** (or ^), brackets, exp, log, ln, sqrt, e and pi. Raises `RefusedError`, with
    the reason, for anything else.
    """
    given = plain(given)
    if isinstance(given, str):
        return _from_text(given, names)
    if isinstance(given, sympy.Basic):
        return _from_sympy(given, names)
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return _number(given)
    raise RefusedError(
        f"an expression must be a string such as '{names[0]}**2', not {kind_of(given)}"
    )


def _from_text(text: str, names: Sequence[str]) -> sympy.Expr:
    if len(text) > LONGEST:
        raise RefusedError(
            f"an expression of {len(text)} characters is too long: the limit is {LONGEST}"
        )
    if sum(text.count(bracket) for bracket in "([{") > DEEPEST:
        raise RefusedError("the expression has too many brackets")
    try:
        tree = ast.parse(text.strip().replace("^", "**").replace("−", "-"), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise RefusedError(f"{text[:60]!r} can't be read: is a bracket or a * missing?") from None
    if sum(1 for _ in ast.walk(tree)) > 2 * MOST_NODES:
        raise RefusedError("the expression has too many parts")
    return _Reader(names).read(tree.body, 0)


class _Reader:
    """A converter from parsed trees to sympy that rejects everything not on the list."""

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
        raise RefusedError(f"{type(node).__name__} is not allowed in an expression")

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
                raise RefusedError("the expression divides by 0")
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
            raise RefusedError("the number in exp is too large")
        return FUNCTIONS[name](inner)


_JOIN: dict[type[ast.operator], Callable[[sympy.Expr, sympy.Expr], sympy.Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
}


def _number(value: object) -> sympy.Expr:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RefusedError(f"{str(value)[:40]!r} is not a number")
    if not abs(value) <= LARGEST_NUMBER:
        raise RefusedError(f"numbers above {LARGEST_NUMBER:.0f} are not allowed here")
    if isinstance(value, float):
        # 0.5 means one half, and sums of such numbers should be exact.
        return sympy.Rational(str(value))
    return sympy.Integer(value)


def _power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    if not exponent.free_symbols and _size(exponent) > LARGEST_POWER:
        raise RefusedError(f"powers above {LARGEST_POWER} are not allowed here")
    if exponent.is_Number and not exponent.is_Integer and exponent != sympy.Rational(1, 2):
        raise RefusedError("a power must be a whole number, 1/2, or an expression in the symbols")
    if base.has(sympy.Pow) and exponent.is_Integer and abs(int(exponent)) > 2:
        raise RefusedError("a large power of a power is not allowed here")
    if base.is_Number and exponent.is_Integer and _size(base) > LARGEST_NUMBER:
        raise RefusedError("a power of such a large number is not allowed here")
    if base == 0 and exponent.is_number and exponent.is_negative:
        raise RefusedError("the expression divides by 0")
    return base**exponent


def _size(value: sympy.Expr) -> float:
    """Return the approximate size of an expression without symbols; infinite if unknown."""
    found = _value(value, {})
    return abs(found) if cmath.isfinite(found) else math.inf


def _from_sympy(given: sympy.Basic, names: Sequence[str]) -> sympy.Expr:
    """Return the same expression in plain symbols, if it is small and has only known parts."""
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
        raise RefusedError(f"{kind_of(given)} is not an expression")
    return given.xreplace({s: sympy.Symbol(s.name) for s in given.free_symbols})


def _check_node(node: sympy.Basic, names: Sequence[str]) -> None:
    if isinstance(node, sympy.Symbol):
        if node.name not in names:
            allowed = ", ".join(names)
            raise RefusedError(f"{node.name[:40]!r} is not among the symbols: {allowed}")
    elif isinstance(node, sympy.Rational):
        if max(abs(node.p).bit_length(), node.q.bit_length()) > 64:
            raise RefusedError("a number with this many digits is not allowed here")
    elif not isinstance(node, KNOWN):
        raise RefusedError(f"{type(node).__name__} is not allowed in this expression")


def value_at(expr: sympy.Expr, point: Mapping[str, float]) -> complex:
    """Return the value of an expression made by `expression`; NaN if it has none."""
    return _value(expr, point)


def _value(expr: sympy.Basic, point: Mapping[str, float]) -> complex:
    # A custom walk in floats, because sympy's evaluation takes unbounded time for large numbers.
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
    """Return `count` points with a value in (0.15, 0.95) for every symbol, fixed by `seed`."""
    source = random.Random(seed)
    return [{name: 0.15 + 0.8 * source.random() for name in names} for _ in range(count)]


def equivalent(one: object, other: object, names: Sequence[str]) -> bool:
    """Return whether two expressions are equal for all positive values of their symbols.

    Sympy's expansion decides polynomials and similar expressions; the others are compared at twelve
    random points, where different expressions almost never agree. Raises `RefusedError`.
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
    """Return a bound on how many times expanding multiplies the terms: the product of powers."""
    powers = [abs(int(p.exp)) for p in expr.atoms(sympy.Pow) if p.exp.is_Integer]
    return math.prod(max(1, power) for power in powers)
