"""Hash everything that a result depends on: files, the modules they import, and versions."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from importlib.metadata import distributions
from pathlib import Path

# Packages of the course. The installed versions cover all other imports.
PACKAGES = ("student_code", "unit_tests", "toolbox", "data_scripts", "misconceptions")
# Packages whose modules read data files in their own folder.
WITH_FILES = ("toolbox", "data_scripts")

Reader = Callable[[Path], bytes]


def closure(
    root: Path, starts: Iterable[Path], packages: tuple[str, ...] = PACKAGES
) -> frozenset[Path]:
    """Return `starts` and every module of `packages` in `root` that they import, directly or not.

    Imports inside functions count, and so do the `__init__.py` of each package on the way.
    Files that do not exist are left out.
    """
    found: set[Path] = set()
    names: set[str] = set()  # already resolved; most modules import the same few
    waiting = [path for path in starts if path.is_file()]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path.is_relative_to(root):
            package = path.relative_to(root).parent.parts
            for name in imported(path.suffix, path.read_bytes(), package):
                if name not in names:
                    names.add(name)
                    waiting += _files_of(root, name, packages)
    return frozenset(found)


def with_data_files(root: Path, paths: Iterable[Path]) -> frozenset[Path]:
    """Return `paths` and the data files in the folder of each module of `WITH_FILES`.

    Subfolders without Python files, such as `data_scripts/splits`, are included.
    """
    paths = frozenset(paths)
    folders = {path.parent for path in paths if _package_of(root, path) in WITH_FILES}
    return paths.union(*(_data_files(folder) for folder in folders))


def digest(
    root: Path, paths: Iterable[Path], *facts: object, read: Reader = Path.read_bytes
) -> str:
    """Return a hash of `paths`, their contents as returned by `read`, and plain `facts`."""
    found = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode())
    for path in sorted(paths):
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        content = read(path)
        found.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:32]


@cache
def engine(*modules: str) -> str:
    """Return a hash of modules of `coursekit` ("builds.stubs") and their imports from it."""
    root = Path(__file__).resolve().parent.parent
    starts = [root.joinpath("coursekit", *name.split(".")).with_suffix(".py") for name in modules]
    if missing := [path for path in starts if not path.is_file()]:
        raise FileNotFoundError(f"{missing[0]} is not a module of coursekit")
    return digest(root, closure(root, starts, ("coursekit",)))


@cache
def environment() -> str:
    """Return a hash of the Python version and the versions of all installed packages."""
    known = [each.metadata for each in distributions()]  # each access parses the whole file
    versions = sorted(f"{each['Name']}=={each['Version']}" for each in known)
    text = "\n".join([platform.python_version(), platform.machine(), *versions])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def outside(root: Path, paths: Iterable[Path]) -> set[str]:
    """Return the top-level names that `paths` import from outside the course."""
    names = set()
    for path in paths:
        for name in imported(path.suffix, path.read_bytes(), path.relative_to(root).parent.parts):
            names.add(name.split(".")[0])
    return names - {*PACKAGES, "coursekit"}


@lru_cache(maxsize=4000)
def imported(suffix: str, content: bytes, package: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the dotted names that a module or notebook imports, given its content.

    Of `from a import b`, both `a` and `a.b` are returned, since `b` may be a module. Code that is
    not valid Python imports nothing.
    """
    if suffix == ".ipynb":
        return tuple(name for text in _code_cells(content) for name in _imports(text, ()))
    if suffix != ".py":
        return ()
    return tuple(_imports(content.decode(errors="replace"), package))


def _imports(text: str, package: tuple[str, ...]) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    # Expressions are most of a tree, and only calls of `import_module` matter in them.
    for node in ast.walk(tree) if "import_module" in text else _statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            if not base:
                continue
            yield from (base, *(f"{base}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Call) and node.args and _called(node) == "import_module":
            named = node.args[0]
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                yield named.value


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements of a tree, without their expressions."""
    for field in ("body", "orelse", "handlers", "finalbody", "cases"):
        inner = getattr(node, field, ())
        for each in inner if isinstance(inner, list) else ():
            yield each
            yield from _statements(each)


def _called(node: ast.Call) -> str:
    """Return the last name of a called function: "import_module" of `importlib.import_module()`."""
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")


def _code_cells(content: bytes) -> Iterator[str]:
    """Yield the code cells of a notebook without the lines that only IPython understands."""
    for cell in json.loads(content).get("cells", []):
        if cell.get("cell_type") == "code":
            lines = "".join(cell["source"]).splitlines()
            yield "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def _files_of(root: Path, name: str, packages: tuple[str, ...]) -> Iterator[Path]:
    """Yield the file of a dotted name, and the `__init__.py` of each package above it."""
    parts = name.split(".")
    if parts[0] not in packages:
        return
    for length in range(1, len(parts) + 1):
        base = root.joinpath(*parts[:length])
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                yield path


def _package_of(root: Path, path: Path) -> str:
    return path.relative_to(root).parts[0] if path.is_relative_to(root) else ""


def _data_files(folder: Path) -> set[Path]:
    found = set()
    for path in folder.iterdir():
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            found.add(path)
        elif path.is_dir() and path.name != "__pycache__" and not list(path.rglob("*.py")):
            found.update(each for each in path.rglob("*") if each.is_file())
    return found
