"""`coursekit new-part`: the rooms of a new part, each with something in it that runs."""

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
    "part_notebook.txt": "notebooks/{part}.py",
}


def new_part(root: Path, part: str, title: str, module: str) -> list[Path]:
    """Write a notebook, a module, its tests and catalogue, and a stanza in `course.toml`.

    The new part is marked as not built; its one function, `answer`, is there to be replaced.
    Nothing that exists is overwritten. Returns the files written; raises `UsageProblem` for a name
    that doesn't fit, or where a file or stanza is there already.
    """
    if not (named := re.fullmatch(r"part(\d+)_[a-z0-9_]+", part)):
        raise UsageProblem(f"a part is named like part4_alexnet, not {part!r}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", module):
        raise UsageProblem(f"a module is named like my_alexnet, not {module!r}")
    names = {"part": part, "title": title, "module": module, "number": named[1]}
    paths = {name: root / pattern.format(**names) for name, pattern in FILES.items()}
    there = [path.relative_to(root).as_posix() for path in paths.values() if path.exists()]
    if there:
        raise UsageProblem(f"{there[0]} is there already; nothing was written")
    course = root / "course.toml"
    facts = _with_part(course.read_text(encoding="utf-8"), names)
    for name, path in paths.items():
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
        raise UsageProblem(f"course.toml has tasks for {names['part']} already")
    part["tasks"] = _rows({"function": f"{names['module']}.answer", "points": 4, "hidden": 1})
    part["questions"] = _rows({"id": f"{names['part']}_why", "points": 2, "title": "Why?"})
    return tomlkit.dumps(document)


def _rows(row: dict[str, Any]) -> Any:
    """Return an array with one row, on a line of its own."""
    inline = tomlkit.inline_table()
    inline.update(row)
    rows = tomlkit.array().multiline(True)
    rows.append(inline)
    return rows
