"""nbgrader's course folder: its source, and the release that nbgrader itself makes of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from coursekit.notebooks import for_nbgrader
from coursekit.problems import CourseProblem
from coursekit.trees import Tree, assignment, facts_file, write
from toolbox.course import Course, Part

# What instructors and nbgrader put there; a build never touches it.
KEPT = ("submitted", "collected", "autograded", "feedback", "exchange", "gradebook.db")


class NbgraderError(CourseProblem):
    """nbgrader refused; the message holds the end of what it said."""


def write_source(
    root: Path, facts: dict[str, Any], course: Course, part: Part, diagnosis: bytes, folder: Path
) -> None:
    """Write `source/<part>` in the nbgrader course `folder`."""
    tree: Tree = assignment(root, facts, course, part, diagnosis)
    notebook = for_nbgrader(
        root / "notebooks" / f"{part.id}.ipynb", part, course, root / "unit_tests" / "hidden"
    )
    tree[f"{part.id}.ipynb"] = (nbformat.writes(notebook) + "\n").encode()
    write(tree, folder / "source" / part.id)


def write_settings(root: Path, facts: dict[str, Any], course: Course, folder: Path) -> None:
    """Put nbgrader's settings into the course folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / "nbgrader_config.py", folder / "nbgrader_config.py")
    for name, content in facts_file(facts, course.built_parts).items():
        (folder / name).write_bytes(content)


def generate(part: Part, folder: Path) -> None:
    """Let nbgrader make `release/<part>` and enter the assignment in the gradebook."""
    run_nbgrader(folder, "generate_assignment", part.id, "--force", quiet=True)
    due = _due(folder, part)
    if due:
        run_nbgrader(folder, "db", "assignment", "add", part.id, f"--duedate={due}", quiet=True)


def _due(folder: Path, part: Part) -> str:
    facts = json.loads((folder / "course.json").read_text(encoding="utf-8"))
    return next((p["due"] for p in facts["parts"] if p["id"] == part.id), "")


def run_nbgrader(folder: Path, *arguments: str, quiet: bool = False) -> int:
    """Run nbgrader in its course folder, with its own output (or none, if `quiet`).

    Returns its exit status; with `quiet`, a failure raises `NbgraderError`.
    """
    # nbgrader itself calls `alembic` by name, so this Python's programs have to be on the path.
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        capture_output=quiet,
        text=True,
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PATH": programs,
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        check=False,
    )
    if quiet and done.returncode:
        raise NbgraderError(f"nbgrader {arguments[0]} failed:\n{done.stderr[-3000:]}")
    return done.returncode
