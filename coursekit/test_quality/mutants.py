"""Small changes to the reference solutions, of the kind that numerical code often gets wrong.

Each operator looks at one node of the syntax tree and offers replacements. Only code between
`### BEGIN SOLUTION` and `### END SOLUTION` is changed, and never the text of an error message. The
changed tree is compiled directly; nothing is written to disk.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

from coursekit.builds.stubs import BEGIN, END

Offer = tuple[str, ast.AST]  # the operator's name, and the replacement

ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
AXES = {"dim", "axis", "axes", "start_dim"}
TWINS = {"sum": "mean", "mean": "sum", "max": "min", "min": "max", "argmax": "argmin"}
TWINS |= {"floor": "ceil", "ceil": "floor", "train": "eval", "eval": "train"}
TWINS |= {"no_grad": "enable_grad", "inference_mode": "enable_grad"}
# Dropping one of these changes only how a value is stored, and tests accept either form.
STORAGE = {"item", "tolist", "numpy", "cpu", "contiguous"}
# The order of their arguments does not matter.
COMMUTATIVE = {
    "maximum",
    "minimum",
    "max",
    "min",
    "add",
    "multiply",
    "isclose",
    "allclose",
    "logaddexp",
}


@dataclass(frozen=True)
class Mutant:
    """One change. `line` is the text of its line, which is more stable than a line number."""

    function: str  # "module.name"
    line: str
    change: str  # "operator: before → after", or what was dropped or swapped
    number: int
    code: CodeType = field(repr=False, compare=False)


def mutants(path: Path) -> list[Mutant]:
    """Return all mutants of one module of `student_code`, in the order of its lines."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    inside = _solution_numbers(lines)
    tree = ast.parse(source)
    owners = _owners(tree)
    found = []
    for parent, name, index, node in list(_sites(tree)):
        number = getattr(node, "lineno", getattr(parent, "lineno", 0))
        if number not in inside:
            continue
        for operator, offer in _offers(node, parent):
            change = f"{operator}: {_difference(node, offer)}"
            _put(parent, name, index, ast.fix_missing_locations(ast.copy_location(offer, node)))
            code = compile(tree, str(path), "exec")
            _put(parent, name, index, node)
            owner = max((start, who) for start, who in owners if start <= number)[1]
            text = lines[number - 1].strip()
            found.append(Mutant(f"{path.stem}.{owner}", text, change, number, code))
    return sorted(found, key=lambda mutant: (mutant.number, mutant.change))


def _solution_numbers(lines: list[str]) -> set[int]:
    inside, found = False, set()
    for number, line in enumerate(lines, start=1):
        if line.strip() in {BEGIN, END}:
            inside = line.strip() == BEGIN
        elif inside:
            found.add(number)
    return found


def _owners(tree: ast.Module) -> list[tuple[int, str]]:
    """Return where each public function or class begins; private ones belong to the previous."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [(n.lineno, n.name) for n in tree.body if isinstance(n, kinds) and n.name[0] != "_"]


def _sites(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Yield every node that may be replaced, with its place in the tree."""
    for name, value in ast.iter_fields(parent):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        places: list[tuple[int | None, object]] = (
            list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        )
        for index, node in places:
            if isinstance(node, (ast.Raise, ast.JoinedStr)):
                continue
            if isinstance(node, ast.AST):
                yield parent, name, index, node
                yield from _sites(node)


def _put(parent: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def _text(node: ast.AST) -> str:
    if isinstance(node, (ast.If, ast.While)):
        return f"{type(node).__name__.lower()} {ast.unparse(node.test)}"
    if isinstance(node, ast.comprehension):
        return " ".join(f"if {ast.unparse(test)}" for test in node.ifs)
    return " ".join(ast.unparse(node).split())


def _difference(before: ast.AST, after: ast.AST) -> str:
    """Describe a change, briefly if it concerns one argument of many or the order of two."""
    if isinstance(before, ast.Call) and isinstance(after, ast.Call):
        gone = [keyword for keyword in before.keywords if keyword not in after.keywords]
        if gone:
            return f"{_text(gone[0])} in {_text(before.func)}"
        if before.func is after.func:
            return f"{_text(before.args[0])} ↔ {_text(before.args[1])}"
    return f"{_text(before)} → {_text(after)}"


def _offers(node: ast.AST, parent: ast.AST) -> Iterator[Offer]:
    for operator in OPERATORS:
        for offer in operator(node, parent):
            yield operator.__name__.strip("_").replace("_", " "), offer


def _axis(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Change `dim=1` to `dim=0`, and vice versa."""
    if isinstance(node, ast.keyword) and node.arg in AXES:
        wrong = 1 if _text(node.value) == "0" else 0
        yield ast.keyword(node.arg, ast.Constant(wrong))


def _sign(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def _arithmetic(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and (other := ARITHMETIC.get(type(node.op))):
        yield ast.BinOp(node.left, other(), node.right)
    if isinstance(node, ast.AugAssign) and (other := ARITHMETIC.get(type(node.op))):
        yield ast.AugAssign(node.target, other(), node.value)


def _comparison(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Change `<` to `<=` or `==` to `!=`, one comparison of a chain at a time."""
    if isinstance(node, ast.Compare):
        for place, kind in enumerate(node.ops):
            if other := COMPARISONS.get(type(kind)):
                ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)


def _off_by_one(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    axis = isinstance(parent, ast.keyword) and parent.arg in AXES
    if isinstance(node, ast.Constant) and type(node.value) in {int, float} and not axis:
        assert isinstance(node.value, (int, float))
        yield ast.Constant(node.value + 1)
        if isinstance(node.value, int) and node.value > 0:
            yield ast.Constant(node.value - 1)


def _flag(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Flip a boolean: `keepdim=True` becomes `keepdim=False`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)


def _twin(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Change `sum` to `mean`, `train` to `eval`, or `no_grad` to `enable_grad`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = TWINS.get(node.func.attr)
        if name and not (name == "eval" and node.args):
            called = ast.Attribute(node.func.value, name, ast.Load())
            yield ast.Call(called, node.args, node.keywords)


def _dropped_call(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Drop a statement that is only a call; change `x.clone()` to `x`."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and not (node.args or node.keywords or isinstance(parent, ast.Expr))
        and node.func.attr not in STORAGE
        and not isinstance(parent, ast.withitem)
    ):
        yield node.func.value


def _dropped_keyword(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Drop a keyword argument."""
    if isinstance(node, ast.Call):
        for place, keyword in enumerate(node.keywords):
            if keyword.arg is not None:
                rest = [*node.keywords[:place], *node.keywords[place + 1 :]]
                yield ast.Call(node.func, node.args, rest)


def _swapped(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Swap the first two arguments."""
    if isinstance(node, ast.Call) and len(node.args) > 1:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else _text(node.func)
        one, two, *rest = node.args
        starred = isinstance(one, ast.Starred) or isinstance(two, ast.Starred)
        if name not in COMMUTATIVE and not starred and _text(one) != _text(two):
            yield ast.Call(node.func, [two, one, *rest], node.keywords)


def _condition(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Change `and` to `or`, drop `not`, or negate a condition."""
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    if isinstance(node, (ast.If, ast.IfExp)) and not _is_negated(node.test):
        turned = copy.copy(node)
        turned.test = ast.UnaryOp(ast.Not(), node.test)
        yield turned
    if isinstance(node, ast.comprehension) and node.ifs:
        turned_filter = copy.copy(node)
        turned_filter.ifs = [ast.UnaryOp(ast.Not(), node.ifs[0]), *node.ifs[1:]]
        yield turned_filter


def _is_negated(test: ast.expr) -> bool:
    """Return whether another operator already negates this condition."""
    return (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)) or (
        isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and isinstance(test.ops[0], (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn))
    )


def _loop_control(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Continue):
        yield ast.Break()
    if isinstance(node, ast.Break):
        yield ast.Continue()


Operator = Callable[[ast.AST, ast.AST], Iterator[ast.AST]]
OPERATORS: tuple[Operator, ...] = (
    _axis,
    _sign,
    _arithmetic,
    _comparison,
    _off_by_one,
    _flag,
    _twin,
    _dropped_call,
    _dropped_keyword,
    _swapped,
    _condition,
    _loop_control,
)
