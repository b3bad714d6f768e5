"""The steps of a build: each builds or checks a part of the job's working folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit import example_files
from coursekit.builds import hint_table, nbgrader_release, notebook_runs, release_checks, trees
from coursekit.builds.part_selection import Selection
from coursekit.builds.step_cache import StepCache
from coursekit.errors import CourseProblem
from coursekit.forked_jobs import Failed, run_forked
from data_scripts.manifest import read_marker
from data_scripts.places import real_place
from data_scripts.registry import registry
from toolbox.course import Part

Say = Callable[[str], None]


class BuildError(CourseProblem):
    """The source cannot be built; the message says why and what to do."""


@dataclass(frozen=True)
class BuildJob:
    """One build: its source, its selection of parts, its folders, and its cache."""

    root: Path
    chosen: Selection
    target: Path
    shop: Path  # the working folder in which everything is built first
    cache: StepCache


def table(job: BuildJob, say: Say) -> bytes:
    """Return `diagnosis.json`: observe the parts to build, copy the rows of kept parts."""
    chosen = job.chosen
    rows = hint_table.make_rows(
        job.root, chosen.made_modules, chosen.course.seconds_per_test, job.cache, say
    )
    graded = {task.function for part in chosen.course.built_parts for task in part.tasks}
    wanted = {function: each for function, each in rows.items() if function in graded}
    return hint_table.as_file(chosen.kept_table() | wanted)


def examples(job: BuildJob) -> bytes:
    """Return `worked_examples.json`: the examples of the parts to build, and of kept parts."""
    course = job.chosen.course
    graded = {task.function for part in course.built_parts for task in part.tasks}
    rows = job.chosen.kept_examples()
    for module in job.chosen.made_modules:
        found = example_files.read(job.root, module)
        rows |= {f: each.lines for f, each in found.items() if f in graded and each.lines}
    return (json.dumps(rows, indent=1, sort_keys=True) + "\n").encode()


def assemble(job: BuildJob, table: bytes) -> None:
    """Write release, solution and nbgrader source, including the notebooks of kept parts."""
    course = job.chosen.course
    made: dict[str, trees.Tree] = {}
    worked = {trees.EXAMPLES: examples(job)}
    for name, solved in (("release", False), ("solution", True)):
        kept = job.chosen.kept_files(name)
        made[name] = trees.students_course(
            job.root, job.chosen.facts, course, table, solved=solved, kept=kept
        )
        made[name] |= worked
        trees.write(made[name], job.shop / name)
        (job.shop / name / "notebooks").mkdir()
        for part in job.chosen.kept:
            notebook = job.chosen.kept_notebook(name, part)
            (job.shop / name / "notebooks" / f"{part.id}.ipynb").write_bytes(notebook)
    nbgrader_release.write_settings(job.root, job.chosen.facts, course, job.shop / "nbgrader")
    for part in job.chosen.made:
        nbgrader_release.write_source(
            job.root, course, part, made["release"], job.shop / "nbgrader"
        )


def release_notebooks(job: BuildJob, say: Say) -> None:
    """Generate the release of each part to build with nbgrader.

    nbgrader works on a copy of the gradebook, so that a failed build does not change it.
    """
    present = job.target / "nbgrader" / "gradebook.db"
    if present.is_file():
        shutil.copyfile(present, job.shop / "nbgrader" / "gradebook.db")
    for part in job.chosen.made:
        say(part.id)
        nbgrader_release.generate(part, job.shop / "nbgrader", job.cache)
        released = job.shop / "nbgrader" / "release" / part.id / f"{part.id}.ipynb"
        for name, source in (
            ("release", released),
            ("solution", notebook_source(job.root, part.id)),
        ):
            shutil.copyfile(source, job.shop / name / "notebooks" / f"{part.id}.ipynb")


def notebook_source(root: Path, part_id: str) -> Path:
    """Return the path of a part's notebook in the source."""
    return root / "notebooks" / f"{part_id}.ipynb"


def prove(job: BuildJob) -> None:
    """Check everything that is new. Kept parts were checked earlier, but their tests run again."""
    kept = {*job.chosen.kept_files("release")}
    kept |= {f"notebooks/{part.id}.ipynb" for part in job.chosen.kept}
    for name in ("release", "nbgrader/release"):
        release_checks.no_leak(job.root, trees.room(job.shop, name), kept)
    modules = trees.modules_up_to(job.chosen.course)
    found: dict[int, Any] = dict(
        run_forked(
            [
                lambda name=name, fine=fine: release_checks.outcomes_in(  # type: ignore[misc]
                    job.shop / name, modules, job.chosen.facts, job.cache, fine
                )
                for name, fine in (
                    ("solution", release_checks.all_passed),
                    ("release", release_checks.all_stubs),
                )
            ],
            seconds=1200,
        )
    )
    for number, name in enumerate(("solution", "release")):
        if isinstance(found[number], Failed):
            raise BuildError(f"The tests of the {name} could not be run: {found[number].reason}")
    try:
        release_checks.tests_pass_on_solution(found[0])
        release_checks.every_task_has_tests(job.chosen.course, found[0])
        release_checks.tests_fail_on_stubs(found[1])
    except release_checks.ProofError as problem:
        if not job.chosen.kept:
            raise
        raise release_checks.ProofError(
            f"{problem}\nParts that you did not name were copied from the last build. If your "
            "change affects one of them, name it as well."
        ) from problem


@dataclass(frozen=True)
class DataSets:
    """The data sets of a build.

    folder: the folder of all data sets. located: an identifier for each data set of the parts to
    build, by name. real: the installed real data sets, since a notebook may use an optional one.
    """

    folder: Path
    located: dict[str, str]
    real: list[str]

    def identity(self, part: Part) -> list[str]:
        """Return the identifiers of the data that a part's notebook may use."""
        return [*(self.located[name] for name in part.datasets), *self.real]


def find_data(job: BuildJob) -> DataSets:
    """Find or draw the data sets of the parts to build."""
    folder = os.environ.setdefault("COURSE_DATA", str(job.root / "data"))
    os.environ.setdefault("COURSE_DATA_PREFER", "offline")
    located: dict[str, str] = {}
    for name in sorted({name for part in job.chosen.made for name in part.datasets}):
        from toolbox.data import locate  # here, since it reads these settings and imports torch

        found = locate(name, say=lambda line: None)
        located[name] = f"{found.name} {found.label} {found.fingerprint}"
    markers = {name: read_marker(real_place(name)) for name in sorted(registry())}
    real = [f"{name} {marker.fingerprint}" for name, marker in markers.items() if marker]
    return DataSets(Path(folder), located, real)


def execute(job: BuildJob, data: DataSets, table: bytes, say: Say) -> None:
    """Execute the notebooks of the parts to build, except those whose outputs are cached."""
    jobs: list[Callable[[], Any]] = []
    waiting: list[tuple[str, Part, str]] = []
    # The solutions train networks, most of all in the longest parts. Starting with these lets
    # the short ones fill the gaps.
    longest = sorted(job.chosen.made, key=lambda part: -part.minutes)
    for name, part in ((n, p) for n in ("solution", "release") for p in longest):
        key = notebook_runs.state(job.shop / name, part, job.chosen.facts, data.identity(part))
        path = job.shop / name / "notebooks" / f"{part.id}.ipynb"
        if (known := job.cache.get("notebook", f"{name}-{part.id}", key)) is not None:
            if name == "solution":
                path.write_bytes(known)
            continue
        results = job.shop / "results" / name / part.id
        jobs.append(
            lambda path=path, results=results: notebook_runs.execute(  # type: ignore[misc]
                path, data=data.folder, results=results, seconds=job.chosen.course.seconds_per_cell
            )
        )
        waiting.append((name, part, key))
    say(f"0 of {len(jobs)}")
    for done, (number, notebook) in enumerate(run_forked(jobs, seconds=3600), start=1):
        name, part, key = waiting[number]
        if isinstance(notebook, Failed):
            raise BuildError(f"{part.id}.ipynb of the {name} was not executed: {notebook.reason}")
        release_checks.no_bare_traceback(f"the {name}'s {part.id}.ipynb", notebook)
        content = notebook_runs.as_bytes(notebook)
        if not notebook_runs.shows_hints(notebook, table):
            job.cache.put("notebook", f"{name}-{part.id}", key, content)
        if name == "solution":
            (job.shop / name / "notebooks" / f"{part.id}.ipynb").write_bytes(content)
        say(f"{done} of {len(jobs)}")
