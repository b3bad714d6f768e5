"""Observe mistakes: run wrong implementations against the public tests of their module.

What a failing test saw is stored with it as fingerprints. Most mistakes of a module are observed
after one collection of its tests; the others in separate runs.
"""

from __future__ import annotations

import functools
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from unittest.mock import patch

import pytest

from coursekit.collected_once import Subject, Versions, in_one_process, judge_shares
from coursekit.errors import CourseProblem
from coursekit.folder_in_memory import folder_in_memory
from coursekit.forked_jobs import Failed, run_forked
from coursekit.free_records import OTHER_SEEDS, mark_free_records
from misconceptions.catalogue import Entry
from misconceptions.student_mistakes import FOLDER, KNOWN, StudentVersion
from toolbox.checks.outcome import Outcome
from toolbox.checks.pytest_run import run_tests
from toolbox.checks.seeds import drawing_with

Mistake = Entry | StudentVersion
Seen = dict[str, Any]  # fingerprints by failing test
SECONDS = 120.0  # for all tests of one mistake


class CatalogueError(CourseProblem):
    """An entry of the catalog cannot be run; the message says which one and why."""


def name_of(mistake: Mistake) -> str:
    """Return the unique name of an entry of the catalog or of a student's version."""
    name = mistake.id if isinstance(mistake, Entry) else mistake.name
    return f"{mistake.function}.{name}"


def observations(mistakes: Sequence[Mistake]) -> Iterator[tuple[Mistake, Seen]]:
    """Yield the mistakes with their observations, in the order of completion.

    Raises `CatalogueError` for a mistake that cannot be run.
    """
    workers = 1 + (os.cpu_count() or 1)  # some tests wait, most of all those of latencies
    shares = _shares(mistakes, workers)
    left = {name_of(mistake): mistake for mistake in mistakes}
    with (
        tempfile.TemporaryDirectory(dir=folder_in_memory(), ignore_cleanup_errors=True) as place,
        patch.object(tempfile, "tempdir", place),  # for the files of the tests
    ):
        for share, number, result in judge_shares(
            [_versions(each) for each in shares], workers=workers, seconds_per_version=SECONDS
        ):
            if not isinstance(result, Failed) and (seen := _seen(result.outcomes)):
                yield left.pop(name_of(shares[share][number])), seen
        separate = list(left.values())
        jobs = [functools.partial(_separately, mistake) for mistake in separate]
        for number, result in run_forked(jobs, workers=workers, seconds=SECONDS):
            if isinstance(result, Failed):
                raise CatalogueError(f"{name_of(separate[number])}: {result.reason}")
            yield separate[number], result


def _shares(mistakes: Sequence[Mistake], workers: int) -> list[list[Mistake]]:
    """Divide the mistakes, the largest share first: each module's, or less if that is too much."""
    modules: dict[str, list[Mistake]] = {}
    for mistake in mistakes:
        modules.setdefault(_module(mistake), []).append(mistake)
    most = math.ceil(len(mistakes) / workers)
    shares = [
        each[first : first + most]
        for each in modules.values()
        for first in range(0, len(each), most)
    ]
    return sorted(shares, key=len, reverse=True)


def _versions(mistakes: Sequence[Mistake]) -> Versions:
    """Return what judges mistakes in one module."""
    subjects = [
        Subject(
            "wrong" if isinstance(each, Entry) else "student",
            each.function,
            name_of(each),
            each.install,
        )
        for each in mistakes
    ]
    return Versions(in_one_process(f"unit_tests/test_{_module(mistakes[0])}.py"), subjects)


def _separately(mistake: Mistake) -> Seen:
    return observe(mistake) if isinstance(mistake, Entry) else observe_version(mistake)


def observe(entry: Entry) -> Seen:
    """Return the observations of an entry: fingerprints by failing public test of its module.

    These include tests of other functions, which may call the wrong function.
    """
    module = _module(entry)
    run = run_tests([f"unit_tests/test_{module}.py"], prepare=entry.install)
    if run.broken:
        place = entry.implementation.__module__.replace(".", "/")
        raise CatalogueError(f"{place}.py, {entry.id}: {run.broken[0]}")
    failed = [o for o in run.outcomes if not o.passed]
    if failed:
        only = OnlyTests({o.test for o in failed})
        with drawing_with(OTHER_SEEDS):
            again = run_tests(
                [f"unit_tests/test_{module}.py"], prepare=entry.install, plugins=[only]
            )
        mark_free_records(failed, again.outcomes)
    return _seen(failed)


class OnlyTests:
    """A pytest plugin that runs only the tests with these names."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.name in self.names]


def observe_version(version: StudentVersion) -> Seen:
    """Return the observations of a student's version, only in the tests of its function."""
    module = _module(version)
    run = run_tests(
        [f"unit_tests/test_{module}.py"], function=version.function, prepare=version.install
    )
    if run.broken:
        raise CatalogueError(f"{FOLDER / KNOWN / module}.py, {version.name}: {run.broken[0]}")
    return _seen(run.outcomes)


def _seen(outcomes: Iterable[Outcome]) -> Seen:
    return {outcome.test: outcome.observed for outcome in outcomes if not outcome.passed}


def _module(mistake: Mistake) -> str:
    return mistake.function.split(".")[0]
