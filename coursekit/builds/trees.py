"""The contents of everything that is built, as mappings from paths to bytes."""

from __future__ import annotations

import json
import shutil
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from coursekit.builds.pairs import page_with_badges
from coursekit.builds.stubs import strip_file
from coursekit.errors import CourseProblem
from data_scripts.whole_files import replace_folder
from toolbox.course import Course, Part

Tree = dict[str, bytes]


class MissingFile(CourseProblem):
    """A file implied by `course.toml` is missing; the message names it."""


DIAGNOSIS = "toolbox/checks/diagnosis.json"
EXAMPLES = "toolbox/checks/worked_examples.json"
# Folders that students get unchanged. None has hidden tests or misconceptions.
SHARED_ROOMS = ("toolbox", "data_scripts", "report_template", "constraints")
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


def room(root: Path, name: str) -> Tree:
    """Return all files of a folder, without caches."""
    files = sorted(path for path in (root / name).rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in files
        if not LEFT_OUT & set(path.parts) and path.suffix != ".pyc"
    }


def modules_up_to(course: Course, last: Part | None = None) -> list[str]:
    """Return the student modules of the built parts up to and including `last` (default: all)."""
    parts = course.built_parts
    if last is not None:
        parts = parts[: [part.id for part in parts].index(last.id) + 1]
    return list(dict.fromkeys(module for part in parts for module in part.modules))


def student_code(root: Path, modules: Iterable[str], *, solved: bool) -> Tree:
    """Return the students' modules, as stubs or with their solutions."""
    tree: Tree = {}
    for name in ["__init__", *modules]:
        path = root / "student_code" / f"{name}.py"
        if not path.is_file():
            raise MissingFile(f"student_code/{name}.py is missing, but course.toml names it")
        text = path.read_text(encoding="utf-8") if solved else strip_file(path)
        tree[f"student_code/{name}.py"] = text.encode()
    return tree


def public_tests(root: Path, modules: Iterable[str]) -> Tree:
    """Return the public tests of those modules, and the files that the tests share."""
    shared = sorted(path.name for path in (root / "unit_tests").glob("*.py"))
    paths = [f"unit_tests/{name}" for name in shared if not name.startswith("test_")]
    paths += [f"unit_tests/test_{module}.py" for module in modules]
    for path in paths:
        if not (root / path).is_file():
            raise MissingFile(f"{path} is missing. Every student module needs public tests.")
    return {path: (root / path).read_bytes() for path in paths}


def facts_file(facts: dict[str, Any], parts: Iterable[Part]) -> Tree:
    """Return `course.json` with the facts of only the given parts."""
    wanted = {part.id for part in parts}
    kept = {**facts, "parts": [part for part in facts["parts"] if part["id"] in wanted]}
    return {"course.json": (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode()}


def _without_hidden(root: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Leave out reasons and hidden tests of dropped items, which students do not see."""
    parts = []
    for part in facts["parts"]:
        rows = [
            {key: row[key] for key in ("item", "test")}
            for row in part.get("dropped", [])
            if not row["test"] or _is_public(root, row["item"], row["test"])
        ]
        parts.append({**part, "dropped": rows} if "dropped" in part else part)
    return {**facts, "parts": parts}


def _is_public(root: Path, function: str, test: str) -> bool:
    path = root / "unit_tests" / f"test_{function.split('.')[0]}.py"
    return path.is_file() and f"def {test}(" in path.read_text(encoding="utf-8")


def requirements(root: Path) -> Tree:
    """Return `requirements.txt`, with the dependencies that `pyproject.toml` lists for students."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"requirements.txt": ("\n".join(project["dependencies"]) + "\n").encode()}


def students_course(
    root: Path,
    facts: dict[str, Any],
    course: Course,
    diagnosis: bytes,
    *,
    solved: bool,
    kept: Tree | None = None,
) -> Tree:
    """Return everything that students get except the notebooks (or the same with solutions).

    Modules and tests in `kept` are used instead of those in the source.
    """
    kept = kept or {}
    modules = [m for m in modules_up_to(course) if f"student_code/{m}.py" not in kept]
    tree = facts_file(_without_hidden(root, facts), course.built_parts) | requirements(root)
    for name in SHARED_ROOMS:
        tree |= room(root, name)
    tree |= student_code(root, modules, solved=solved) | public_tests(root, modules) | kept
    tree[DIAGNOSIS] = diagnosis
    page = (root / "docs" / "student.md").read_text(encoding="utf-8")
    tree["README.md"] = page_with_badges(page, course).encode()
    tree["LICENSE"] = (root / "LICENSE").read_bytes()
    return tree


def assignment(released: Tree, modules: Iterable[str]) -> Tree:
    """Return the files beside the notebook of one nbgrader assignment, taken from the release.

    Modules are stubs here too, so that a file which a student forgot to hand in is never graded
    as the solution. Modules and tests of later parts are left out.
    """
    wanted = set(modules)
    return {name: content for name, content in released.items() if _belongs(name, wanted)}


def _belongs(name: str, modules: set[str]) -> bool:
    """Return whether a file of the release belongs to an assignment about `modules`."""
    path = Path(name)
    if path.parent.name == "student_code":
        return path.stem in {"__init__", *modules}
    if path.parent.name == "unit_tests" and path.stem.startswith("test_"):
        return path.stem.removeprefix("test_") in modules
    return path.parts[0] in {"student_code", "unit_tests", "toolbox", "data_scripts"} or name in {
        "course.json",
        "requirements.txt",
    }


def write(tree: Tree, folder: Path) -> None:
    """Replace `folder` with a tree, completely or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in tree.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        fresh.chmod(0o755)
        replace_folder(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
