"""Making the table by which the checks recognise a misconception.

Each entry of the catalogue is run against the public tests, and what is seen where it fails is
written down as fingerprints. Neither the wrong code nor the right values are in the table.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from coursekit.forking import Failed, run_forked
from coursekit.problems import CourseProblem
from misconceptions.catalogue import Entry, entries
from toolbox.checks.running import run_tests
from toolbox.course import Course

Seen = dict[str, Any]


class CatalogueError(CourseProblem):
    """An entry of the catalogue can't be run; the message says which and why."""


def observe(entry: Entry) -> Seen:
    """What is seen of an entry: fingerprints by failing public test of its module.

    The tests of other functions are among them, since those may use the wrong one.
    """
    module = entry.function.split(".")[0]
    run = run_tests([f"unit_tests/test_{module}.py"], prepare=entry.install)
    if run.broken:
        raise CatalogueError(f"misconceptions/{module}.py, {entry.id}: {run.broken[0]}")
    return {o.test: o.observed for o in run.outcomes if not o.passed}


def make_table(root: Path, course: Course, cache: Path) -> bytes:
    """`diagnosis.json` for the built parts. Unchanged modules are taken from `cache`.

    The current folder must be `root`, and its packages those that are imported.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import torch  # noqa: F401 - once here, and not in each process
    import torchvision  # noqa: F401

    table: dict[str, list[Seen]] = {}
    for module in sorted({m for part in course.built_parts for m in part.modules}):
        kept = cache / f"diagnosis-{module}-{_state(root, module)}.json"
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = kept.with_suffix(".new")
            fresh.write_text(json.dumps(_rows(module)), encoding="utf-8")
            fresh.replace(kept)
        table |= json.loads(kept.read_text(encoding="utf-8"))
    built = {task.function for part in course.built_parts for task in part.tasks}
    table = {function: rows for function, rows in table.items() if function in built}
    return (json.dumps(table, indent=1, sort_keys=True) + "\n").encode()


def _rows(module: str) -> dict[str, list[Seen]]:
    wrong = [entry for entry in entries(module) if not entry.is_right]
    rows: dict[str, list[Seen]] = {}
    results: dict[int, Any] = dict(run_forked([lambda e=entry: observe(e) for entry in wrong]))  # type: ignore[misc]
    for number, entry in enumerate(wrong):
        if isinstance(results[number], Failed):
            raise CatalogueError(f"{entry.function}, {entry.id}: {results[number].reason}")
        rows.setdefault(entry.function, []).append(row(entry, results[number]))
    return rows


def row(entry: Entry, seen: Seen) -> dict[str, Any]:
    """What the table says of an entry: words, and what is seen of it; nothing of its code."""
    return {
        # A number, since the name in the catalogue would tell too much.
        "id": hashlib.sha256(f"{entry.function}{entry.id}".encode()).hexdigest()[:8],
        "looks_like": f"This is what comes out when {entry.looks_like}.",
        "hints": list(entry.hints),
        "seen": seen,
    }


def _state(root: Path, module: str) -> str:
    """A hash of all that the rows of a module depend on."""
    paths = [
        root / "student_code" / f"{module}.py",
        root / "unit_tests" / f"test_{module}.py",
        root / "misconceptions" / f"{module}.py",
        root / "misconceptions" / "catalogue.py",
        *sorted((root / "toolbox" / "checks").glob("*.py")),
        *sorted(p for p in (root / "unit_tests").glob("*.py") if not p.name.startswith("test_")),
    ]
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:16]
