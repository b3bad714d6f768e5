"""What the verdict on a module depends on, found by following its imports."""

from __future__ import annotations

import ast
import hashlib
import importlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from _pytest.config import default_plugins

MEASURES = ("judging", "mutating", "subjects", "together")
ROOMS = ("student_code", "unit_tests", "toolbox", "data_scripts", "misconceptions")


def test_files(root: Path, module: str) -> list[Path]:
    """The public and the hidden tests of a module of `student_code`, as far as there are any."""
    rooms = (root / "unit_tests", root / "unit_tests" / "hidden")
    return [path for room in rooms if (path := room / f"test_{module}.py").is_file()]


def of_module(root: Path, module: str) -> list[Path]:
    """Every file that can change what becomes of a module's wrong, right and mutated versions."""
    catalogue = root / "misconceptions"
    starts = [
        root / "student_code" / f"{module}.py",
        *test_files(root, module),
        root / "unit_tests" / "conftest.py",
        catalogue / f"{module}.py",
        catalogue / "alternatives" / f"{module}.py",
        catalogue / "catalogue.py",
        *sorted((root / "toolbox" / "checks").glob("*.py")),
        *(
            Path(__file__).with_name(name)
            for name in ("judging.py", "mutating.py", "subjects.py", "together.py")
        ),
    ]
    # The names that the feedback gives are worked out from verdicts, and change none.
    return sorted(_closure(root, starts) - {root / "toolbox" / "checks" / "diagnosis.py"})


def state(root: Path, module: str) -> str:
    """A hash over `of_module`: the same as long as nothing that matters has changed."""
    digest = hashlib.sha256()
    for path in of_module(root, module):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def warm(root: Path, modules: Iterable[str]) -> None:
    """Import what the modules and their tests need from elsewhere, once, before the forks."""
    for plugin in default_plugins:
        importlib.import_module(f"_pytest.{plugin}")
    for path in (path for module in modules for path in of_module(root, module)):
        if path.relative_to(root).parts[0] in {"toolbox", "data_scripts", "coursekit"}:
            continue  # they import what is heavy where it is used
        for name in sorted({name.split(".")[0] for name in _imported(path)}):
            if name not in ROOMS:
                importlib.import_module(name)


def _closure(root: Path, starts: Iterable[Path]) -> set[Path]:
    found: set[Path] = set()
    waiting = [path for path in starts if path.is_file()]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path.is_relative_to(root):
            waiting += [p for name in _imported(path) for p in _files(root, name)]
    return found


def _files(root: Path, name: str) -> Iterator[Path]:
    """The file of a dotted name in one of the rooms; of `a.b.c`, c may be a name in a/b.py."""
    parts = name.split(".")
    if parts[0] not in ROOMS:
        return
    for length in range(len(parts), 0, -1):
        base = root.joinpath(*parts[:length])
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                yield path
                return


@lru_cache(maxsize=1000)
def _imported(path: Path) -> tuple[str, ...]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)
