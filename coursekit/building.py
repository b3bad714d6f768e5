"""`coursekit build`: the source in, everything else out, proved before it is handed over."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from coursekit import assigning, executing, facts, pairs, proofs, trees
from coursekit.diagnosing import make_table
from coursekit.forking import Failed, run_forked
from coursekit.problems import CourseProblem
from toolbox.course import Course, from_dict

MANIFEST = "manifest.json"


class BuildError(CourseProblem):
    """The source can't be built; the message says why and what to do."""


@contextmanager
def step(console: Console, says: str) -> Iterator[None]:
    """Show what is being done while it is, and leave a line once it is."""
    with console.status(f"{says} …"):
        yield
    console.print(f"[green]✓[/] {says}")


def build(
    root: Path, console: Console, *, only: Sequence[str] = (), target: Path | None = None
) -> Path:
    """Build release, solution and nbgrader course into `target`, `root/build` unless given.

    only: the ids of the parts to build, as if `course.toml` marked no other as built; all that it
    marks unless given. Returns the target.

    Everything is made and proved in a folder of its own first; only then does it take the place
    of the last build, so a failed build leaves the last one as it was. What nbgrader keeps
    (submissions, grades, feedback) is never touched. Raises `BuildError`, `ProofError`,
    `NotebookError`, `CourseFileError` or `NbgraderError`, each with a message for people.
    """
    known = chosen(facts.read(root / "course.toml"), only)
    course = from_dict(known)
    if stale := pairs.out_of_sync(root, course):
        raise BuildError("\n".join([*stale, "Run `coursekit sync` to bring them in step."]))
    _require_files(root, course)
    target = target or root / "build"
    target.mkdir(parents=True, exist_ok=True)
    with _workshop(target) as shop:
        with step(console, "recognise misconceptions"):
            diagnosis = make_table(root, course, root / "build" / ".cache")
        with step(console, "write release, solution and nbgrader source"):
            _assemble(root, known, course, diagnosis, shop)
        with step(console, "let nbgrader make the release of each part"):
            _release_notebooks(root, course, target, shop)
        with step(console, "prove: nothing leaks, tests pass on the solution, fail on stubs"):
            _prove(root, course, shop)
        data = _make_data(root, course)
        with step(console, "execute the notebooks of solution and release"):
            _execute(course, shop, data)
        _hand_over(root, known, course, shop, target)
    return target


def chosen(known: dict[str, Any], only: Sequence[str]) -> dict[str, Any]:
    """The facts with no part built but those in `only`; as they are if that is empty."""
    built = [part["id"] for part in known["parts"] if part["built"]]
    if not built:
        raise BuildError("course.toml marks no part as built, so there is nothing to build")
    if odd := [name for name in only if name not in built]:
        raise BuildError(f"course.toml has no built part {odd[0]!r}; it has {', '.join(built)}")
    if only:
        known["parts"] = [{**part, "built": part["id"] in only} for part in known["parts"]]
    return known


def _require_files(root: Path, course: Course) -> None:
    """Everything that `course.toml` implies is there, before any of it is imported."""
    for module in trees.modules_up_to(course):
        for room in ("student_code/", "unit_tests/test_", "misconceptions/"):
            if not (root / f"{room}{module}.py").is_file():
                raise BuildError(f"{room}{module}.py is missing; course.toml has tasks for it")
    for part in course.built_parts:
        if not _source(root, part.id).is_file():
            raise BuildError(f"notebooks/{part.id}.ipynb is missing; course.toml says it is built")


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    for left in target.glob(".making-*"):  # of a build that was killed
        shutil.rmtree(left, ignore_errors=True)
    shop = Path(tempfile.mkdtemp(prefix=".making-", dir=target))
    try:
        yield shop
    finally:
        shutil.rmtree(shop, ignore_errors=True)


def _assemble(
    root: Path, known: dict[str, Any], course: Course, diagnosis: bytes, shop: Path
) -> None:
    for name, solved in (("release", False), ("solution", True)):
        tree = trees.students_course(root, known, course, diagnosis, solved=solved)
        trees.write(tree, shop / name)
    assigning.write_settings(root, known, course, shop / "nbgrader")
    for part in course.built_parts:
        assigning.write_source(root, known, course, part, diagnosis, shop / "nbgrader")


def _release_notebooks(root: Path, course: Course, target: Path, shop: Path) -> None:
    """nbgrader works on a copy of the gradebook, so that a failed build leaves no mark in it."""
    present = target / "nbgrader" / "gradebook.db"
    if present.is_file():
        shutil.copyfile(present, shop / "nbgrader" / "gradebook.db")
    for part in course.built_parts:
        assigning.generate(part, shop / "nbgrader")
        released = shop / "nbgrader" / "release" / part.id / f"{part.id}.ipynb"
        for name, source in (("release", released), ("solution", _source(root, part.id))):
            notebook = shop / name / "notebooks" / f"{part.id}.ipynb"
            notebook.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, notebook)


def _source(root: Path, part_id: str) -> Path:
    return root / "notebooks" / f"{part_id}.ipynb"


def _prove(root: Path, course: Course, shop: Path) -> None:
    proofs.no_leak(root, trees.room(shop, "release"))
    proofs.no_leak(root, trees.room(shop, "nbgrader/release"))
    found: dict[int, Any] = dict(
        run_forked(
            [
                lambda: proofs.outcomes_in(shop / "solution"),
                lambda: proofs.outcomes_in(shop / "release"),
            ],
            seconds=1200,
        )
    )
    for number, name in enumerate(("solution", "release")):
        if isinstance(found[number], Failed):
            raise BuildError(f"the tests of the {name} could not be run: {found[number].reason}")
    proofs.tests_pass_on_solution(found[0])
    proofs.every_task_has_tests(course, found[0])
    proofs.tests_fail_on_stubs(found[1])


def _execute(course: Course, shop: Path, data: Path) -> None:
    jobs: list[Callable[[], Any]] = []
    names: list[tuple[str, Path]] = []
    for part in course.built_parts:
        for name in ("solution", "release"):
            path = shop / name / "notebooks" / f"{part.id}.ipynb"
            results = shop / "results" / name / part.id
            jobs.append(
                lambda path=path, results=results: executing.execute(  # type: ignore[misc]
                    path, data=data, results=results, seconds=course.seconds_per_cell
                )
            )
            names.append((f"the {name}'s {path.name}", path))
    for number, notebook in run_forked(jobs, seconds=3600):
        name, path = names[number]
        if isinstance(notebook, Failed):
            raise BuildError(f"{name} could not be executed: {notebook.reason}")
        proofs.no_bare_traceback(name, notebook)
        if "solution" in path.parts:
            executing.write(notebook, path)


def _make_data(root: Path, course: Course) -> Path:
    """Have the data sets of the built parts at hand, drawn if need be. Returns where they are."""
    place = os.environ.setdefault("COURSE_DATA", str(root / "data"))
    os.environ.setdefault("COURSE_DATA_PREFER", "offline")
    from toolbox import data  # once the places above are set

    for name in sorted({name for part in course.built_parts for name in part.datasets}):
        data.locate(name, say=lambda line: None)
    return Path(place)


def _hand_over(root: Path, known: dict[str, Any], course: Course, shop: Path, target: Path) -> None:
    for name in ("release", "solution"):
        trees.replace(shop / name, target / name)
    graded = target / "nbgrader"
    graded.mkdir(exist_ok=True)
    for name in ("source", "release"):
        trees.replace(shop / "nbgrader" / name, graded / name)
    (shop / "nbgrader" / "gradebook.db").replace(graded / "gradebook.db")
    assigning.write_settings(root, known, course, graded)
    for name in ("submitted", "autograded", "feedback"):
        (graded / name).mkdir(exist_ok=True)
    fresh = target / f".{MANIFEST}"
    fresh.write_text(json.dumps(digests(target), indent=1) + "\n", encoding="utf-8")
    fresh.replace(target / MANIFEST)


def digests(target: Path) -> dict[str, str]:
    """The SHA-256 of every file that the build made. What nbgrader keeps is not among them."""
    built = ("release", "solution", "nbgrader/source", "nbgrader/release")
    tree: trees.Tree = {}
    for name in built:
        tree |= trees.room(target, name)
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(tree.items())}


def require_build(root: Path) -> Path:
    """The build folder, whole and unchanged. Raises `BuildError` that says what to do otherwise."""
    target = root / "build"
    manifest = target / MANIFEST
    if not manifest.is_file():
        raise BuildError("There is no finished build here: run `coursekit build` first.")
    wanted, present = json.loads(manifest.read_text(encoding="utf-8")), digests(target)
    odd = [name for name in sorted(wanted | present) if wanted.get(name) != present.get(name)]
    if odd:
        raise BuildError(
            f"The build is not as it was made ({odd[0]}"
            + (f" and {len(odd) - 1} more files" if len(odd) > 1 else "")
            + "). Run `coursekit build` again; grades and submissions stay as they are."
        )
    return target
