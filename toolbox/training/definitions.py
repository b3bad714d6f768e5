"""Find the definitions in `student_code` that some of its functions and classes depend on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from toolbox import course

PACKAGE = "student_code"
TESTED = (PACKAGE, "unit_tests")
Name = tuple[str, str]  # module and name; an empty name means the whole module


def text_of_used(names: set[Name]) -> dict[str, str]:
    """Return, by module, the code that `names` use, without comments and docstrings."""
    return _reached(names)[0]


def used_by(names: set[Name]) -> set[Name]:
    """Return the names that `names` use, directly or not, and these names themselves."""
    return _reached(names)[1]


def _reached(names: set[Name]) -> tuple[dict[str, str], set[Name]]:
    sources: dict[str, _Source] = {}
    used: dict[str, set[int]] = {}
    waiting, seen = list(names), set(names)
    while waiting:
        module, name = waiting.pop()
        source = sources.get(module) or _Source(module)
        sources[module] = source
        for number in source.statements_for(name) - used.setdefault(module, set()):
            used[module].add(number)
            new = set(source.references(number)) - seen
            seen |= new
            waiting += new
    return {module: sources[module].text(numbers) for module, numbers in used.items()}, seen


@lru_cache(maxsize=64)
def student_imports(file: str) -> tuple[Name, ...]:
    """Return the names that a file outside student_code imports from it."""
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return ()
    found = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return tuple(target for node in found for _, target in _imported(node, ""))


def imported_files(file: Path, root: Path) -> set[Path]:
    """Return a test file and all files of student_code and unit_tests that it imports.

    Files that are imported but do not exist are included.
    """
    found: set[Path] = set()
    waiting = [file]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        found.add(path.with_name("__init__.py"))
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, ValueError, SyntaxError):
            continue
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = _modules_of(node, module)
                waiting += [root / Path(*name.split(".")).with_suffix(".py") for name in names]
    return found


def _modules_of(node: ast.Import | ast.ImportFrom, module: str) -> Iterator[str]:
    """Yield the modules of the course's code that an import may refer to."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        start = node.module or ""
        if node.level:
            start = ".".join([*module.split(".")[: -node.level], *([start] if start else [])])
        names = [start, *(f"{start}.{alias.name}" for alias in node.names)]
    for name in names:
        if name.split(".")[0] in TESTED and name not in TESTED:
            yield name


class _Source:
    """The top-level statements of one module of student_code."""

    def __init__(self, module: str) -> None:
        self.module = module
        path = course.find_root() / Path(*module.split("."))
        file = path.with_suffix(".py") if not path.is_dir() else path / "__init__.py"
        try:
            text = file.read_text(encoding="utf-8")
            self.body = ast.parse(text).body
        except (OSError, ValueError, SyntaxError):  # imported before, and damaged since
            self.body = []
        self.body = [statement for statement in self.body if not _is_text(statement)]
        for node in ast.walk(ast.Module(self.body, [])):
            _drop_docstring(node)
        self.imports: dict[str, Name] = {}
        self.binding: dict[str, set[int]] = {}
        self.always: set[int] = set()  # statements that run whenever the module is imported
        for number, statement in enumerate(self.body):
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                self.imports |= dict(_imported(statement, module))
            bound = set(bound_names(statement))
            for name in bound:
                self.binding.setdefault(name, set()).add(number)
            if not bound:
                self.always.add(number)

    def statements_for(self, name: str) -> set[int]:
        if not name:
            return set(range(len(self.body)))
        return self.binding.get(name, set()) | self.always

    def references(self, number: int) -> Iterator[Name]:
        """Yield the names that a statement refers to, in this module and in others."""
        nodes = list(ast.walk(self.body[number]))
        local = self.imports | {
            name: target
            for node in nodes
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name, target in _imported(node, self.module)
        }
        looked_into = {id(n.value) for n in nodes if isinstance(n, ast.Attribute)}
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                target = local.get(node.value.id)
                if target is not None:
                    yield target if target[1] else (target[0], node.attr)
            elif isinstance(node, ast.Name) and id(node) not in looked_into:
                yield local.get(node.id, (self.module, node.id))
            elif isinstance(node, ast.Name) and node.id not in local:
                yield self.module, node.id
        yield from (target for name, target in local.items() if name.startswith("*"))

    def text(self, numbers: set[int]) -> str:
        return "\n".join(ast.unparse(self.body[number]) for number in sorted(numbers))


def bound_names(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a top-level statement defines."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _imported(statement: ast.Import | ast.ImportFrom, module: str) -> Iterator[tuple[str, Name]]:
    """Yield the names that an import of student_code binds, and what they stand for.

    A name that begins with a star stands for a module that counts as a whole.
    """
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.name.split(".")[0] == PACKAGE:
                yield alias.asname or f"*{alias.name}", (alias.name, "")
        return
    start = statement.module or ""
    if statement.level and module:
        parents = module.split(".")[: -statement.level]
        start = ".".join([*parents, *([start] if start else [])])
    if start.split(".")[0] != PACKAGE:
        return
    for alias in statement.names:
        if alias.name == "*":
            yield f"*{start}", (start, "")
        elif start == PACKAGE:
            yield alias.asname or alias.name, (f"{PACKAGE}.{alias.name}", "")
        else:
            yield alias.asname or alias.name, (start, alias.name)


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _drop_docstring(node: ast.AST) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    if isinstance(node, kinds) and _is_text(node.body[0]):
        node.body[0] = ast.Pass()
