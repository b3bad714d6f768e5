"""nbgrader's course folder: the source, and the release that nbgrader generates from it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from coursekit import dependencies, gradebook, gradebook_schema
from coursekit.builds.nbgrader_source import for_nbgrader
from coursekit.builds.step_cache import StepCache
from coursekit.builds.trees import Tree, assignment, facts_file, modules_up_to, room, write
from coursekit.errors import CourseProblem
from coursekit.forked_jobs import Failed, run_forked
from data_scripts.whole_files import write_whole
from toolbox.course import Course, Part

COURSE = "course.json"
SETTINGS = "settings"
# Instructors and nbgrader write these; a build never touches them.
KEPT = (
    *("submitted", "collected", "autograded", "feedback", "exchange", "gradebook.db"),
    *("roster.csv", "extensions.csv", "regrades", "returned"),
)


class NbgraderError(CourseProblem):
    """nbgrader failed; the message has the end of its output."""


def write_source(root: Path, course: Course, part: Part, released: Tree, folder: Path) -> None:
    """Write `source/<part>` in the nbgrader course `folder`.

    released: the student release, whose files are copied beside the notebook.
    """
    tree: Tree = assignment(released, modules_up_to(course, part))
    notebook = for_nbgrader(
        root / "notebooks" / f"{part.id}.ipynb", part, course, root / "unit_tests" / "hidden"
    )
    tree[f"{part.id}.ipynb"] = (nbformat.writes(notebook) + "\n").encode()
    write(tree, folder / "source" / part.id)


def write_settings(root: Path, facts: dict[str, Any], course: Course, folder: Path) -> None:
    """Copy nbgrader's settings and the facts of the course into the course folder."""
    copy_settings(root, folder)
    for name, content in facts_file(facts, course.built_parts).items():
        (folder / name).write_bytes(content)


def copy_settings(root: Path, folder: Path) -> None:
    """Copy nbgrader's configuration, and the modules that it loads, into the course folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / "nbgrader_config.py", folder / "nbgrader_config.py")
    for path in sorted((root / "coursekit" / "settings").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            target = folder / SETTINGS / path.relative_to(root / "coursekit" / "settings")
            write_whole(target, path.read_bytes())


def generate(part: Part, folder: Path, cache: StepCache) -> None:
    """Generate `release/<part>` with nbgrader, and add the assignment to the gradebook.

    nbgrader does not run again if the cache has this release and the gradebook still has the
    same assignment.
    """
    source = room(folder / "source", part.id)
    key = _state(source, part, folder)
    kept = cache.get("nbgrader", part.id, key)
    if kept is not None:
        entered, _, notebook = kept.partition(b"\n")
        if entered == gradebook.entered(folder, part).encode():
            write(_released(source, part, notebook), folder / "release" / part.id)
            return
    _generate_forked(folder, part)
    gradebook.set_due(folder, part, _due(folder, part))
    made = room(folder / "release", part.id)
    notebook = made[f"{part.id}/{part.id}.ipynb"]
    if _released(source, part, notebook) == _named(made):
        entered = gradebook.entered(folder, part).encode()
        cache.put("nbgrader", part.id, key, entered + b"\n" + notebook)


def _state(source: Tree, part: Part, folder: Path) -> str:
    """Return a hash of everything on which nbgrader's release of an assignment depends.

    Of the files beside the notebook only the names count, since nbgrader copies them unchanged.
    """
    settings = (folder / "nbgrader_config.py").read_text(encoding="utf-8")
    course = json.loads((folder / COURSE).read_text(encoding="utf-8"))["course"]
    facts = [sorted(source), settings, course, _due(folder, part)]
    facts += [source[f"{part.id}/{part.id}.ipynb"].decode()]
    facts += [dependencies.environment(), dependencies.engine("builds.nbgrader_release")]
    return dependencies.digest(folder, [], *facts)


def _released(source: Tree, part: Part, notebook: bytes) -> Tree:
    """Return the files of `release/<part>`: nbgrader changes only the notebook."""
    return _named(source) | {f"{part.id}.ipynb": notebook}


def _named(tree: Tree) -> Tree:
    """Return the files of an assignment by their relative path."""
    return {name.split("/", 1)[1]: content for name, content in tree.items()}


def _due(folder: Path, part: Part) -> str:
    facts = json.loads((folder / COURSE).read_text(encoding="utf-8"))
    return next((p["due"] for p in facts["parts"] if p["id"] == part.id), "")


def _generate_forked(folder: Path, part: Part) -> None:
    """Run `nbgrader generate_assignment` in a fork, which does not import nbgrader again."""
    words = ["nbgrader", "generate_assignment", part.id, "--force"]
    [(_, done)] = run_forked([lambda: _nbgrader_here(folder, words)], seconds=600)
    status, said = (1, done.reason) if isinstance(done, Failed) else done
    if status:
        raise NbgraderError(f"nbgrader {words[1]} failed:\n{said[-3000:]}")


def _nbgrader_here(folder: Path, words: list[str]) -> tuple[int, str]:
    """Run nbgrader in this process. Return its exit status and output."""
    from nbgrader.apps.nbgraderapp import main

    gradebook_schema.read_here()
    os.environ.update(_environment())
    os.chdir(folder)
    said = io.StringIO()
    sys.argv, sys.stdout, sys.stderr = words, said, said
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def _environment() -> dict[str, str]:
    # nbgrader calls `alembic` by name, so the scripts of this Python must be on the path.
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {"OMP_NUM_THREADS": "1", "PATH": programs, "PYTHONDONTWRITEBYTECODE": "1"}


# Runs nbgrader like `python -m nbgrader`, with the shortcut of `coursekit/__init__.py`.
_MAIN = """
import sys
sys.modules["rfc3987_syntax"] = None
from nbgrader.apps.nbgraderapp import main
main()
"""
NBGRADER = (sys.executable, "-c", _MAIN)


def run_nbgrader(folder: Path, *arguments: str, quiet: bool = False) -> int:
    """Run nbgrader in its course folder. Its output is shown unless `quiet`.

    Returns the exit status; with `quiet`, a failure raises `NbgraderError`.
    """
    done = subprocess.run(
        [*NBGRADER, *arguments],
        cwd=folder,
        capture_output=quiet,
        text=True,
        env={**os.environ, **_environment()},
        check=False,
    )
    if quiet and done.returncode:
        raise NbgraderError(f"nbgrader {arguments[0]} failed:\n{done.stderr[-3000:]}")
    return done.returncode
