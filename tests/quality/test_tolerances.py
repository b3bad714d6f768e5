"""Each tolerance in a test has a comment that justifies it."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

KEYWORDS = {"atol", "rtol"}
SHARED = {"CLOSE", "EXACT", "ROUNDED", "SCALE"}  # names of tolerances that test modules share


def comment_lines(source: str) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT and any(letter.isalpha() for letter in token.string)
    }


def unjustified(source: str) -> Iterator[str]:
    """Yield tolerances without a comment, in the function with the number or beside the constant.

    A tolerance of 0 needs no comment, and a constant of another module is justified there.
    """
    tree = ast.parse(source)
    comments = comment_lines(source)
    constants = {
        target.id: node.lineno
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for name, line in constants.items():
        if name in SHARED and not {line, line - 1, line - 2} & comments:
            yield f"line {line}, {name}"
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if not (isinstance(node, ast.keyword) and node.arg in KEYWORDS):
                continue
            if isinstance(node.value, ast.Attribute) or ast.unparse(node.value) == "0":
                continue
            names = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)} & set(constants)
            lines = [constants[name] for name in names]
            if names:
                fine = all({line, line - 1, line - 2} & comments for line in lines)
            else:
                fine = bool(set(range(function.lineno, node.value.lineno + 1)) & comments)
            if not fine:
                yield f"line {node.value.lineno}, {node.arg}={ast.unparse(node.value)}"


def test_a_bare_number_is_found() -> None:
    bare = "def test_it():\n    expect.close(1, 2, 'called', atol=1e-3)\n"
    assert list(unjustified(bare)) == ["line 2, atol=0.001"]
    said = bare.replace("atol=1e-3)", "atol=1e-3)  # one gray level")
    assert not list(unjustified(said))


def test_a_constant_is_justified_where_it_is_made() -> None:
    use = "def test_it():\n    expect.close(1, 2, 'called', atol=EXACT)\n"
    assert "line 3, atol=EXACT" in list(unjustified("EXACT = 1e-9\n" + use))
    assert not list(unjustified("# Rounding is 1e-15.\nEXACT = 1e-9\n" + use))


@pytest.mark.parametrize("room", ["unit_tests", "unit_tests/hidden"])
def test_every_tolerance_says_why(root: Path, room: str) -> None:
    bare = [
        f"{path.relative_to(root)}, {place}"
        for path in sorted((root / room).glob("*.py"))
        for place in unjustified(path.read_text(encoding="utf-8"))
    ]
    assert not bare, "\n".join(bare)
