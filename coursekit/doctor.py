"""`coursekit doctor`: check whether this machine and the course are ready."""

from __future__ import annotations

import ast
import os
import platform
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from coursekit import course_file, example_files, private_apis
from coursekit.builds import pairs
from coursekit.builds.nbgrader_source import KINDS
from coursekit.builds.stubs import BEGIN, strip_file
from coursekit.course_file import CourseFileError
from coursekit.expected_errors import expected
from coursekit.grading.sandbox.levels import parse
from coursekit.sandbox_check import remedy, strongest
from data_scripts.problems import DataProblem
from data_scripts.registry import data_set
from misconceptions.catalogue import Entry, entries
from toolbox import tested_versions
from toolbox.course import Course, Part

LEAST_WRONG, LEAST_RIGHT = 5, 2
GIGABYTE = 1e9


@dataclass(frozen=True)
class Finding:
    """The result of one check. `advice` says what to do if it failed."""

    what: str
    fine: bool
    advice: str = ""


Check = Callable[[Path, Course], Iterator[Finding]]


def examine(root: Path) -> Iterator[Finding]:
    """Yield all findings, those about the machine first. A check that fails to run is one, too."""
    yield from _guarded(lambda: machine(root), "the machine")
    try:
        course = course_file.load(root)
    except CourseFileError as problem:
        yield Finding(str(problem), False, "correct course.toml: all other checks need it")
        return
    yield Finding("course.toml is well-formed", True)
    checks: tuple[tuple[str, Check], ...] = (
        ("the sandbox", _sandbox),
        ("the dates", _dates),
        ("the data sets", _data_sets),
        ("the notebooks", _notebooks),
        ("the points", _points),
        ("tests and misconceptions", _coverage),
        ("the worked examples", _examples),
        ("the submissions", _submissions),
    )
    for name, check in checks:
        yield from _guarded(lambda check=check: check(root, course), name)  # type: ignore[misc]


def _guarded(check: Callable[[], Iterator[Finding]], name: str) -> Iterator[Finding]:
    """Yield the findings of a check; turn an expected error into a finding."""
    try:
        yield from check()
    except Exception as error:
        message = expected(error)
        if message is None:
            raise
        yield Finding(f"Cannot check {name}: {message}", False, "fix that, then run doctor again")


def machine(root: Path) -> Iterator[Finding]:
    """Check Python, packages, the kernel and disk space."""
    yield from _tested(root)
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    for line in [*project["dependencies"], *project["optional-dependencies"]["instructor"]]:
        yield _package(Requirement(line))
    yield _kernel()
    free = shutil.disk_usage(root).free / GIGABYTE
    yield Finding(f"{free:.0f} GB of free disk", free > 2, "data and builds need about 2 GB")
    threads = os.environ.get("OMP_NUM_THREADS")
    yield Finding(
        f"OMP_NUM_THREADS is {threads or 'not set'}",
        threads in (None, "1"),
        "grade with OMP_NUM_THREADS=1: several torch threads on a busy machine are far slower",
    )


def _tested(root: Path) -> Iterator[Finding]:
    """Check that Python, and packages whose private APIs are used, have tested versions."""
    tested = tested_versions.read(root / "constraints")
    what = f"Python {platform.python_version()}"
    if tested is not None:
        fine = tested.covers_python((sys.version_info[0], sys.version_info[1]))
        advice = f"nbgrader needs Python 3.11 or later; tested here: {tested.python_range}"
        yield Finding(f"{what}, tested: {tested.python_range}", fine, advice)
    for each in private_apis.untested(root):
        yield Finding(each, False, "run `make install`, or `make test` before you grade with it")


def _package(wanted: Requirement) -> Finding:
    try:
        found = version(wanted.name)
    except PackageNotFoundError:
        return Finding(f"{wanted.name} is missing", False, "pip install -e '.[instructor,dev]'")
    fits = wanted.specifier.contains(found, prereleases=True)
    return Finding(f"{wanted.name} {found}", fits, f"the course needs {wanted}")


def _kernel() -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager

    there = "python3" in KernelSpecManager().find_kernel_specs()
    return Finding("a Jupyter kernel named python3", there, "pip install ipykernel")


def _sandbox(root: Path, course: Course) -> Iterator[Finding]:
    """Check that this machine provides at least the sandbox level of `course.toml`."""
    asked = parse(course_file.read(root / "course.toml")["grading"]["sandbox"])
    found, problem = strongest()
    yield Finding(
        f"sandbox level {found.word}; course.toml asks for {asked.word}"
        + (f" ({problem})" if problem and found < asked else ""),
        found >= asked,
        remedy(asked),
    )


def _dates(root: Path, course: Course) -> Iterator[Finding]:
    """Check that each due date has a time and a time zone, so that it is unambiguous."""
    with (root / "course.toml").open("rb") as file:
        parts = tomllib.load(file)["parts"]
    for part in parts:
        due = part["due"]
        if not isinstance(due, datetime):
            lacks = "time and no time zone"
        elif due.tzinfo is None:
            lacks = "time zone"
        else:
            yield Finding(f"{part['id']} is due at {due.isoformat()}", True)
            continue
        yield Finding(
            f"{part['id']}: the due date {due} has no {lacks}",
            False,
            "write it as 2027-02-05T23:59:00+01:00, or with Z for UTC",
        )


def _data_sets(root: Path, course: Course) -> Iterator[Finding]:
    """Check that each data set named by a part is in the registry."""
    for part in course.parts:
        for name in part.datasets:
            try:
                data_set(name)
            except DataProblem as problem:
                yield Finding(f"{part.id}: {problem.what}", False, problem.advice)
            else:
                yield Finding(f"{part.id}: the data set {name} is in the registry", True)


def _notebooks(root: Path, course: Course) -> Iterator[Finding]:
    stale = pairs.out_of_sync(root, course)
    for sentence in stale:
        yield Finding(sentence, False, "run `coursekit sync`")
    if not stale:
        yield Finding("notebooks are up to date", True)
    for part in course.parts:
        if not (root / "notebooks" / f"{part.id}.py").is_file():
            planned = f"{part.id} has no notebook yet and is not marked as built"
            yield Finding(
                f"{part.id} has no notebook" if part.built else planned,
                not part.built,
                f"write notebooks/{part.id}.py",
            )


def _begun(root: Path, course: Course) -> list[Part]:
    """Return the built parts, and unbuilt parts that already have a notebook."""
    return [p for p in course.parts if p.built or (root / "notebooks" / f"{p.id}.py").is_file()]


def _points(root: Path, course: Course) -> Iterator[Finding]:
    """Check that the notebook of each part has exactly one cell for each of its points' items."""
    for part in _begun(root, course):
        path = root / "notebooks" / f"{part.id}.py"
        if not path.is_file():
            continue
        cells = pairs.read_text_form(path).cells
        seen = Counter(next((c.metadata[k] for k in KINDS if k in c.metadata), None) for c in cells)
        worth = {t.function: t.total for t in part.tasks} | {q.id: q.points for q in part.questions}
        worth |= {each.run: each.points for each in part.trained}
        found = sum(worth.get(name, 0) * count for name, count in seen.items() if name)
        yield Finding(
            f"{part.id}: {part.points:g} points in course.toml, {found:g} in its notebook",
            found == part.points and all(seen[name] == 1 for name in worth),
            f"each of {', '.join(n for n in worth if seen[n] != 1) or 'its tasks'} needs one cell",
        )


def _coverage(root: Path, course: Course) -> Iterator[Finding]:
    """Check that each student function has a task, tests, misconceptions and alternatives."""
    catalogue = entries()
    for part in _begun(root, course):
        for task in part.tasks:
            mine = [entry for entry in catalogue if entry.function == task.function]
            yield _covered(root, task.function, task.module, mine)
        yield from _without_task(root, course, part)


def _covered(root: Path, function: str, module: str, mine: list[Entry]) -> Finding:
    wrong = sum(not entry.is_right for entry in mine)
    right = len(mine) - wrong
    public = _marked(root / "unit_tests" / f"test_{module}.py", function)
    hidden = _marked(root / "unit_tests" / "hidden" / f"test_{module}.py", function)
    return Finding(
        f"{function}: {public} public and {hidden} hidden tests, {wrong} misconceptions, "
        f"{right} alternatives",
        public > 0 and hidden > 0 and wrong >= LEAST_WRONG and right >= LEAST_RIGHT,
        f"at least 1 test of each kind, {LEAST_WRONG} misconceptions, {LEAST_RIGHT} alternatives",
    )


def _marked(path: Path, function: str) -> int:
    """Return how many tests in a file are marked for a function."""
    if not path.is_file():
        return 0
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return sum(any(repr(function) in ast.unparse(d) for d in t.decorator_list) for t in tests)


def _examples(root: Path, course: Course) -> Iterator[Finding]:
    """Check that each graded function has a worked example, or a reason for having none."""
    for part in _begun(root, course):
        known = {name for module in part.modules for name in example_files.read(root, module)}
        lacking = [task for task in part.tasks if task.function not in known]
        files = sorted({f"{example_files.FOLDER.as_posix()}/{t.module}.toml" for t in lacking})
        yield Finding(
            f"{part.id}: {len(part.tasks) - len(lacking)} of {len(part.tasks)} functions have a "
            "worked example or a reason",
            not lacking,
            f"add {', '.join(t.function for t in lacking)} to {', '.join(files)}",
        )


def _without_task(root: Path, course: Course, part: Part) -> Iterator[Finding]:
    """Yield functions in this part's modules that students write but no part grades."""
    graded = {task.function for each in course.parts for task in each.tasks}
    for module in part.modules:
        path = root / "student_code" / f"{module}.py"
        if not path.is_file():
            yield Finding(f"student_code/{module}.py is missing", False, "course.toml names it")
            continue
        strip_file(path)  # raises if the solution regions are malformed
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            written = BEGIN in (ast.get_source_segment(text, node) or "")
            if written and f"{module}.{node.name}" not in graded:
                yield Finding(f"No task grades {module}.{node.name}", False, "add it to a task")


def _submissions(root: Path, course: Course) -> Iterator[Finding]:
    """Check that submissions are where nbgrader looks for them."""
    known = {part.id for part in course.built_parts}
    for path in sorted((root / "build" / "nbgrader" / "submitted").glob("*/*")):
        if path.name not in known:
            place = path.relative_to(root).as_posix()
            yield Finding(
                f"{place} is not an assignment, so nbgrader skips it",
                False,
                f"rename it to one of {', '.join(sorted(known))}",
            )
        elif not (path / f"{path.name}.ipynb").is_file():
            place = path.relative_to(root).as_posix()
            yield Finding(
                f"{place} has no {path.name}.ipynb",
                False,
                "look inside: nbgrader would score it 0",
            )
