"""`coursekit build`: make everything from the source, prove it, and replace the last build."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from coursekit import course_file
from coursekit.builds import nbgrader_release, pairs, part_selection, steps, trees
from coursekit.builds.part_selection import Selection
from coursekit.builds.step_cache import StepCache
from coursekit.builds.steps import BuildError, BuildJob, Say, notebook_source
from data_scripts.whole_files import replace_folder, write_whole

MANIFEST = "manifest.json"


@contextmanager
def step(console: Console, name: str) -> Iterator[Say]:
    """Show a step while it runs, and leave a line when it is done.

    Yields a function that shows how far the step has come.
    """
    with console.status(f"{name} …") as status:
        yield lambda detail: status.update(f"{name}: {detail} …")
    console.print(f"[green]✓[/] {name}")


def build(
    root: Path,
    console: Console,
    *,
    parts: Sequence[str] = (),
    only: Sequence[str] = (),
    target: Path | None = None,
    fresh: bool = False,
) -> Path:
    """Build release, solution and nbgrader course into `target`, `root/build` unless given.

    parts: the ids of the parts to replace in the present build, whose other parts stay exactly
    as they are; all parts unless given. only: the ids of the only parts that the build is to
    have. fresh: redo every step, even those whose inputs are unchanged. Returns the target.

    Everything is made and proved in a folder of its own first; only then does it take the place
    of the last build, so a failed build leaves the last one as it was. What nbgrader keeps
    (submissions, grades, feedback) is never touched. Finished steps are kept in `build/.cache`,
    and are not redone until something changes that they depend on. Raises `CourseProblem`, with
    a message for people.
    """
    known = course_file.read(root / "course.toml")
    target = target or root / "build"
    if only or not parts:
        chosen = part_selection.everything(known, only)
    elif (target / MANIFEST).is_file():
        _require_whole(target)
        chosen = part_selection.replacing(known, parts, target)
    else:
        chosen = part_selection.everything(known, parts)
        console.print(
            f"There is no build yet, so this one has {', '.join(parts)} alone; "
            "`coursekit build` adds the other parts."
        )
    named = {part.id for part in chosen.made} if parts or only else None
    if stale := pairs.out_of_sync(root, chosen.course, named):
        raise BuildError("\n".join([*stale, "Run `coursekit sync` to bring them in step."]))
    _require_files(root, chosen)
    target.mkdir(parents=True, exist_ok=True)
    with _workshop(target) as shop:
        cache = StepCache(root / "build" / ".cache", fresh)
        _make(BuildJob(root, chosen, target, shop, cache), console)
    return target


def _make(job: BuildJob, console: Console) -> None:
    with step(console, "observe misconceptions") as say:
        table = steps.table(job, say)
    with step(console, "write release, solution and nbgrader source"):
        steps.assemble(job, table)
    with step(console, "let nbgrader make the release of each part") as say:
        steps.release_notebooks(job, say)
    with step(console, "prove: nothing leaks, tests pass on the solution, fail on stubs"):
        steps.prove(job)
    with step(console, "draw or find the data sets"):
        data = steps.find_data(job)
    with step(console, "execute the notebooks of solution and release") as say:
        steps.execute(job, data, table, say)
    _hand_over(job)


def _require_files(root: Path, chosen: Selection) -> None:
    """Everything that `course.toml` implies is there, before any of it is imported."""
    for module in chosen.made_modules:
        for room in ("student_code/", "unit_tests/test_", "misconceptions/"):
            if not (root / f"{room}{module}.py").is_file():
                raise BuildError(f"{room}{module}.py is missing; course.toml has tasks for it")
    for part in chosen.made:
        if not notebook_source(root, part.id).is_file():
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


def _hand_over(job: BuildJob) -> None:
    target, shop = job.target, job.shop
    for name in ("release", "solution"):
        replace_folder(shop / name, target / name)
    graded = target / "nbgrader"
    graded.mkdir(exist_ok=True)
    for name in ("source", "release"):
        if not job.chosen.kept:
            replace_folder(shop / "nbgrader" / name, graded / name)
            continue
        for part in job.chosen.made:
            replace_folder(shop / "nbgrader" / name / part.id, graded / name / part.id)
    (shop / "nbgrader" / "gradebook.db").replace(graded / "gradebook.db")
    nbgrader_release.write_settings(job.root, job.chosen.facts, job.chosen.course, graded)
    for name in ("submitted", "autograded", "feedback"):
        (graded / name).mkdir(exist_ok=True)
    write_whole(target / MANIFEST, (json.dumps(digests(target), indent=1) + "\n").encode())


def digests(target: Path) -> dict[str, str]:
    """The SHA-256 of every file that the build made. What nbgrader keeps is not among them."""
    built = ("release", "solution", "nbgrader/source", "nbgrader/release")
    tree: trees.Tree = {}
    for name in built:
        tree |= trees.room(target, name)
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(tree.items())}


def require_build(root: Path) -> Path:
    """Return the build folder, whole and unchanged. Otherwise raise `BuildError`."""
    _require_whole(root / "build")
    return root / "build"


def _require_whole(target: Path) -> None:
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
