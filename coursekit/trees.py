"""What goes into each of the things that are built, as a mapping of paths to bytes."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from coursekit.pairs import page_with_badges
from coursekit.stripping import strip_file
from toolbox.course import Course, Part

Tree = dict[str, bytes]

# Rooms that students get as they are. Hidden tests and misconceptions are in none of them.
SHARED_ROOMS = ("toolbox", "data_scripts", "report_template", "constraints")
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


def room(root: Path, name: str) -> Tree:
    """All files of a folder, without caches."""
    files = sorted(path for path in (root / name).rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in files
        if not LEFT_OUT & set(path.parts) and path.suffix != ".pyc"
    }


def modules_up_to(course: Course, last: Part | None = None) -> list[str]:
    """The student modules of the built parts, up to and including `last` (default: all)."""
    parts = course.built_parts
    if last is not None:
        parts = parts[: [part.id for part in parts].index(last.id) + 1]
    return list(dict.fromkeys(module for part in parts for module in part.modules))


def student_code(root: Path, modules: Iterable[str], *, solved: bool) -> Tree:
    """The students' modules, as stubs or with their solutions."""
    tree: Tree = {}
    for name in ["__init__", *modules]:
        path = root / "student_code" / f"{name}.py"
        if not path.is_file():
            raise FileNotFoundError(f"student_code/{name}.py is missing; course.toml names it")
        text = path.read_text(encoding="utf-8") if solved else strip_file(path)
        tree[f"student_code/{name}.py"] = text.encode()
    return tree


def public_tests(root: Path, modules: Iterable[str]) -> Tree:
    """The tests that students run, for those modules, and what the tests share."""
    shared = sorted(path.name for path in (root / "unit_tests").glob("*.py"))
    paths = [f"unit_tests/{name}" for name in shared if not name.startswith("test_")]
    paths += [f"unit_tests/test_{module}.py" for module in modules]
    for path in paths:
        if not (root / path).is_file():
            raise FileNotFoundError(f"{path} is missing: every student module has public tests")
    return {path: (root / path).read_bytes() for path in paths}


def facts_file(facts: dict[str, Any], parts: Iterable[Part]) -> Tree:
    """`course.json`: the facts of the given parts alone."""
    wanted = {part.id for part in parts}
    kept = {**facts, "parts": [part for part in facts["parts"] if part["id"] in wanted]}
    return {"course.json": (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode()}


def requirements(root: Path) -> Tree:
    """`requirements.txt`: what a student's machine needs, from `pyproject.toml`."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"requirements.txt": ("\n".join(project["dependencies"]) + "\n").encode()}


def students_course(
    root: Path, facts: dict[str, Any], course: Course, diagnosis: bytes, *, solved: bool
) -> Tree:
    """Everything that students get but the notebooks (or the same with solutions)."""
    modules = modules_up_to(course)
    tree = facts_file(facts, course.built_parts) | requirements(root)
    for name in SHARED_ROOMS:
        tree |= room(root, name)
    tree |= student_code(root, modules, solved=solved) | public_tests(root, modules)
    tree["toolbox/checks/diagnosis.json"] = diagnosis
    page = (root / "docs" / "student.md").read_text(encoding="utf-8")
    tree["README.md"] = page_with_badges(page, course).encode()
    tree["LICENSE"] = (root / "LICENSE").read_bytes()
    return tree


def assignment(
    root: Path, facts: dict[str, Any], course: Course, part: Part, diagnosis: bytes
) -> Tree:
    """The files beside the notebook of one nbgrader assignment. Modules are stubs here too:
    a file that a student forgot to hand in can then never be graded as the solution."""
    modules = modules_up_to(course, part)
    tree = facts_file(facts, course.built_parts) | requirements(root)
    for name in ("toolbox", "data_scripts"):
        tree |= room(root, name)
    tree |= student_code(root, modules, solved=False) | public_tests(root, modules)
    tree["toolbox/checks/diagnosis.json"] = diagnosis
    return tree


def write(tree: Tree, folder: Path) -> None:
    """Put a tree into the place of `folder`, all of it or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in tree.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        fresh.chmod(0o755)
        replace(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def replace(fresh: Path, folder: Path) -> None:
    """Move the finished folder `fresh` into the place of `folder`."""
    old = fresh.with_name(fresh.name + "-old")
    if folder.exists():
        os.replace(folder, old)  # noqa: PTH105 - the rename itself is the point
    os.replace(fresh, folder)  # noqa: PTH105
    shutil.rmtree(old, ignore_errors=True)
