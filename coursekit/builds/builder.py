"""`coursekit build`: build everything from the source, check it, and replace the last build."""

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
from misconceptions import catalogue

MANIFEST = "manifest.json"


@contextmanager
def step(console: Console, name: str) -> Iterator[Say]:
    """Show a step while it runs, and print a line when it is done.

    Yields a function that shows the progress of the step.
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
    """Build release, solution and nbgrader course into `target`, by default `root/build`.

    parts: the ids of the parts to replace in the existing build, whose other parts do not change;
    all parts by default. only: the ids of the only parts to include in the build. fresh: redo
    every step, even if its inputs are unchanged. Returns the target.

    Everything is built and checked in a separate folder first, which then replaces the last build,
    so a failed build changes nothing. What nbgrader stores (submissions, grades, feedback) is never
    touched. Finished steps are cached in `build/.cache` and redone only if something they depend on
    changes.

    Raises:
        CourseProblem: If the source cannot be built; the message is meant for instructors.
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
            f"No build exists yet, so this one contains only {', '.join(parts)}. "
            "Run `coursekit build` to add the other parts."
        )
    named = {part.id for part in chosen.made} if parts or only else None
    if stale := pairs.out_of_sync(root, chosen.course, named):
        raise BuildError("\n".join([*stale, "Run `coursekit sync` to update them."]))
    require_files(root, chosen)
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
    with step(console, "generate the release of each part with nbgrader") as say:
        steps.release_notebooks(job, say)
    with step(console, "check for leaks, and run the tests on the solution and on the stubs"):
        steps.prove(job)
    with step(console, "find or draw the data sets"):
        data = steps.find_data(job)
    with step(console, "execute the notebooks of the solution and the release") as say:
        steps.execute(job, data, table, say)
    _hand_over(job)


def require_files(root: Path, chosen: Selection) -> None:
    """Check that all files implied by `course.toml` exist, before any of them is imported."""
    for module in chosen.made_modules:
        wanted = {
            f"student_code/{module}.py": (root / f"student_code/{module}.py").is_file(),
            f"unit_tests/test_{module}.py": (root / f"unit_tests/test_{module}.py").is_file(),
            f"misconceptions/{module}.py": catalogue.files(module, root / "misconceptions"),
        }
        for path, found in wanted.items():
            if not found:
                raise BuildError(
                    f"{path} is missing, but course.toml has tasks for it. Write the "
                    "file, or set built = false for the part."
                )
    for part in chosen.made:
        if not notebook_source(root, part.id).is_file():
            raise BuildError(
                f"notebooks/{part.id}.ipynb is missing, but course.toml has built = true for "
                "the part. Write the notebook, or set built = false."
            )


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    for left in target.glob(".making-*"):  # left by a build that was killed
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
    """Return the SHA-256 of every built file. Files that nbgrader stores are not included."""
    built = ("release", "solution", "nbgrader/source", "nbgrader/release")
    tree: trees.Tree = {}
    for name in built:
        tree |= trees.room(target, name)
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(tree.items())}


def require_build(root: Path) -> Path:
    """Return the build folder. Raises `BuildError` if it is incomplete or was changed."""
    _require_whole(root / "build")
    return root / "build"


def _require_whole(target: Path) -> None:
    manifest = target / MANIFEST
    if not manifest.is_file():
        raise BuildError("No finished build found. Run `coursekit build` first.")
    wanted, present = json.loads(manifest.read_text(encoding="utf-8")), digests(target)
    odd = [name for name in sorted(wanted | present) if wanted.get(name) != present.get(name)]
    if odd:
        raise BuildError(
            f"Files of the build were changed after it was built ({odd[0]}"
            + (f" and {len(odd) - 1} more files" if len(odd) > 1 else "")
            + "). Run `coursekit build` again; it does not touch grades and submissions."
        )
