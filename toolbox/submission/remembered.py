"""Remember the outcomes of public tests, so that unchanged code is not tested again."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from data_scripts.places import cache_place
from data_scripts.whole_files import write_whole
from toolbox.checks.outcome import Outcome, Run
from toolbox.course import Task
from toolbox.submission.fast_imports import import_fast
from toolbox.training.definitions import imported_files

PACKAGES = ("numpy", "torch", "torchvision", "pillow", "albumentations", "pytest")
KEPT = 200  # files of remembered outcomes; the oldest are removed


def outcomes_of(root: Path, files: Iterable[str], function: str | None = None) -> Run:
    """Return the outcomes of test files, or only those of one function.

    Tests run only if something that their file depends on has changed since they ran last.

    A file depends on every module of student_code and unit_tests that it imports, on the toolbox,
    the facts of the course, and the versions of Python and packages. Outcomes are not remembered
    if a test ran out of time, since the machine may have been busy, or if a module could not be
    loaded, since a package may have been missing.
    """
    outcomes: list[Outcome] = []
    broken: list[str] = []
    for file in files:
        path = _place(_state(root, file), function)
        known = _read(path)
        if known is None:
            known = _plain(_run(file, function))
            if _is_lasting(known):
                _keep(path, known)
        outcomes += [Outcome(**each) for each in known["outcomes"]]
        broken += known["broken"]
    return Run(outcomes, list(dict.fromkeys(broken)))


def outcomes_of_tasks(root: Path, tasks: Sequence[Task]) -> Run:
    """Return the outcomes of the test files of functions.

    The tests of a file do not run if each function has been checked since the last change.
    """
    outcomes: list[Outcome] = []
    broken: list[str] = []
    for file in dict.fromkeys(task.test_file for task in tasks):
        functions = [task.function for task in tasks if task.test_file == file]
        state = _state(root, file)
        known = [_read(_place(state, function)) for function in functions]
        checked = [each["outcomes"] for each in known if each is not None]
        if len(checked) == len(functions):
            outcomes += [Outcome(**each) for found in checked for each in found]
            continue
        run = outcomes_of(root, [file])
        outcomes += run.outcomes
        broken += run.broken
    return Run(outcomes, list(dict.fromkeys(broken)))


def _place(state: str, function: str | None) -> Path:
    """Return the file with the outcomes of one function, or of all, in that state of the code."""
    key = hashlib.sha256(f"{state}{function}".encode()).hexdigest()[:24]
    return cache_place() / "outcomes" / f"{key}.json"


def _is_lasting(known: dict[str, Any]) -> bool:
    """Return whether the same files will give the same outcomes next time."""
    slow = any(each["status"] == "slow" for each in known["outcomes"])
    return bool(known["outcomes"]) and not known["broken"] and not slow


def _run(file: str, function: str | None) -> Run:
    import_fast()
    from toolbox.checks.pytest_run import run_tests  # imports pytest

    return run_tests([file], function=function)


def _plain(run: Run) -> dict[str, Any]:
    outcomes = [outcome.to_json() for outcome in run.outcomes]
    for outcome in outcomes:
        outcome["observed"] = {}
    return {"outcomes": outcomes, "broken": run.broken}


def _state(root: Path, file: str) -> str:
    """Return a hash of everything that the outcomes of a test file depend on."""
    facts = (
        sys.version,
        os.environ.get("COURSE_STUDENT_ID"),
        _versions(),
        _digest(root, sorted(imported_files(root / file, root))),
        _digest_of_course(root, _stamps(_course_files(root))),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _digest(root: Path, paths: Iterable[Path]) -> str:
    """Return a hash of the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() if path.is_file() else b"missing")
        digest.update(b"\0")
    return digest.hexdigest()


Stamp = tuple[Path, int, int]  # a file, the time of its last change, and its size


def _stamps(paths: Iterable[Path]) -> tuple[Stamp, ...]:
    states = [(path, path.stat()) for path in sorted(paths) if path.is_file()]
    return tuple((path, state.st_mtime_ns, state.st_size) for path, state in states)


@lru_cache(maxsize=1)
def _digest_of_course(root: Path, stamps: tuple[Stamp, ...]) -> str:
    """Return a hash of the toolbox and the facts: megabytes that all test files depend on."""
    return _digest(root, (path for path, _, _ in stamps))


@lru_cache(maxsize=1)
def _versions() -> str:
    def installed() -> Iterator[str]:
        for name in PACKAGES:
            try:
                yield f"{name} {version(name)}"
            except PackageNotFoundError:
                yield f"no {name}"

    return ", ".join(installed())


def _course_files(root: Path) -> list[Path]:
    facts = [root / name for name in ("course.json", "course.toml")]
    toolbox = root / "toolbox"
    return [*facts, *toolbox.rglob("*.py"), *toolbox.rglob("*.json")]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        os.utime(path)
        return known if isinstance(known, dict) else None
    except (OSError, ValueError):
        return None


def _keep(path: Path, known: dict[str, Any]) -> None:
    """Write the outcomes; without space for them, the tests simply run again next time."""
    try:
        write_whole(path, json.dumps(known).encode())
        newest = sorted(path.parent.glob("*.json"), key=lambda each: -each.stat().st_mtime_ns)
        for old in newest[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
