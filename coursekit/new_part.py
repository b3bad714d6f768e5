"""`coursekit new-part`: create the files of a new part, each with content that runs."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Any

import tomlkit

from coursekit.errors import UsageProblem

TEMPLATES = Path(__file__).with_name("templates")
FILES = {
    "student_module.txt": "student_code/{module}.py",
    "public_test.txt": "unit_tests/test_{module}.py",
    "hidden_test.txt": "unit_tests/hidden/test_{module}.py",
    "misconceptions.txt": "misconceptions/{module}.py",
    "alternatives.txt": "misconceptions/alternatives/{module}.py",
    "worked_examples.txt": "misconceptions/examples/{module}.toml",
    "part_notebook.txt": "notebooks/{part}.py",
}


def new_part(root: Path, part: str, title: str, module: str) -> list[Path]:
    """Write a notebook, a module, its tests and catalog, and a section in `course.toml`.

    The new part is not marked as built; its only function, `answer`, is a placeholder. Existing
    files are never overwritten. Returns the files written. Raises `UsageProblem` if a name is
    invalid, or a file or section already exists.
    """
    if not (named := re.fullmatch(r"part(\d+)_[a-z0-9_]+", part)):
        raise UsageProblem(f"Invalid part id {part!r}. Use a name such as part4_alexnet.")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", module):
        raise UsageProblem(f"Invalid module name {module!r}. Use a name such as my_alexnet.")
    names = {"part": part, "title": title, "module": module, "number": named[1]}
    paths = {name: root / pattern.format(**names) for name, pattern in FILES.items()}
    there = [path.relative_to(root).as_posix() for path in paths.values() if path.exists()]
    if there:
        raise UsageProblem(f"{there[0]} already exists; nothing was written.")
    course = root / "course.toml"
    facts = _with_part(course.read_text(encoding="utf-8"), names)
    for name, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(name, names), encoding="utf-8")
    course.write_text(facts, encoding="utf-8")
    return [*paths.values(), course]


def _filled(template: str, names: dict[str, str]) -> str:
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(names)


def _with_part(text: str, names: dict[str, str]) -> str:
    """Return `course.toml` with the part's task and question, in its table or in a new one."""
    document = tomlkit.parse(f"{text.rstrip()}\n\n")
    parts = document["parts"]
    part: Any = next((each for each in parts if each["id"] == names["part"]), None)
    if part is None:
        part = tomlkit.table()
        part |= {"id": names["part"], "title": names["title"], "built": False, "minutes": 120}
        part["due"] = tomlkit.datetime("2027-06-01T23:59:00Z")
        part["datasets"] = []
        parts.append(part)
    if "tasks" in part:
        raise UsageProblem(f"course.toml already has tasks for {names['part']}.")
    part["tasks"] = _rows({"function": f"{names['module']}.answer", "points": 4, "hidden": 1})
    part["questions"] = _rows({"id": f"{names['part']}_why", "points": 2, "title": "Why?"})
    return tomlkit.dumps(document)


def _rows(row: dict[str, Any]) -> Any:
    """Return an array with one row on a separate line."""
    inline = tomlkit.inline_table()
    inline.update(row)
    rows = tomlkit.array().multiline(True)
    rows.append(inline)
    return rows
