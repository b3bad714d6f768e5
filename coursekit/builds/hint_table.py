"""Build the table by which the checks recognize misconceptions.

Each wrong implementation in the catalog runs against the public tests, and what the failing tests
observe is stored as fingerprints. The table contains neither the wrong code nor the right values.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from coursekit import dependencies
from coursekit.builds.observation import Mistake, Seen, name_of, observations
from coursekit.builds.step_cache import StepCache
from coursekit.forked_jobs import import_outside
from misconceptions import catalogue
from misconceptions.catalogue import Entry, entries
from misconceptions.student_mistakes import FOLDER, KNOWN, StudentVersion, known_versions

Rows = dict[str, list[dict[str, Any]]]
# The texts of an entry that students read. The observations of its code don't depend on them.
WORDS = {"looks_like", "hints"}


def make_rows(
    root: Path,
    modules: Iterable[str],
    seconds_per_test: float,
    cache: StepCache,
    say: Callable[[str], None] = lambda detail: None,
) -> Rows:
    """Return the rows of `diagnosis.json` for the given student modules, by function.

    `root` must be the current folder, and the imported packages must be its own. Modules whose
    dependencies are unchanged come from `cache`; entries of which only the texts changed are not
    run again.
    """
    versions = [
        seconds_per_test,
        dependencies.environment(),
        dependencies.engine("builds.hint_table"),
    ]
    files = {module: _files(root, module) for module in sorted(set(modules))}
    keys = {m: dependencies.digest(root, paths, *versions) for m, paths in files.items()}
    known = {module: cache.get("table", module, key) for module, key in keys.items()}
    stale = [module for module, content in known.items() if content is None]
    observed = _observe_all(root, {m: files[m] for m in stale}, versions, cache, say)
    rows: Rows = {}
    for module, content in known.items():
        if content is None:
            fresh: Rows = {}
            for entry in _wrong(module):
                fresh.setdefault(entry.function, []).append(row(entry, observed[name_of(entry)]))
            students = {v: observed[name_of(v)] for v in known_versions(root, module)}
            for function, added in student_rows(students, _wrong(module)):
                fresh.setdefault(function, []).append(added)
            content = json.dumps(fresh).encode()
            cache.put("table", module, keys[module], content)
        rows |= json.loads(content)
    return rows


def as_file(rows: Rows) -> bytes:
    """Return the contents of `diagnosis.json` with these rows."""
    return (json.dumps(rows, indent=1, sort_keys=True) + "\n").encode()


def _files(root: Path, module: str) -> frozenset[Path]:
    """Return all files that can change the observations of a module's misconceptions."""
    starts = [
        root / "student_code" / f"{module}.py",
        root / "unit_tests" / f"test_{module}.py",
        root / "unit_tests" / "conftest.py",
        *catalogue.files(module, root / "misconceptions"),
        root / "misconceptions" / "catalogue.py",
        root / "misconceptions" / "student_mistakes.py",
        *[p for p in [root / FOLDER / KNOWN / f"{module}.py"] if p.is_file()],
        root / "toolbox" / "checks" / "pytest_run.py",
    ]
    found = dependencies.with_data_files(root, dependencies.closure(root, starts))
    return found - {root / "toolbox" / "checks" / "diagnosis.json"}


def _observe_all(
    root: Path,
    files: dict[str, frozenset[Path]],
    versions: list[object],
    cache: StepCache,
    say: Callable[[str], None],
) -> dict[str, Seen]:
    """Observe the wrong entries of each module, except those in the cache."""
    observed: dict[str, Seen] = {}
    waiting: list[tuple[Mistake, str]] = []
    for module, paths in files.items():
        key = dependencies.digest(root, paths, *versions, read=_without_words)
        mistakes: list[Mistake] = [*_wrong(module), *known_versions(root, module)]
        for entry in mistakes:
            kept = cache.get("observation", name_of(entry), key)
            if kept is None:
                waiting.append((entry, key))
            else:
                observed[name_of(entry)] = json.loads(kept)
    if waiting:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        import_outside(root, frozenset().union(*files.values()))
    key_of = dict(waiting)
    for done, (entry, seen) in enumerate(observations(list(key_of)), start=1):
        say(f"{done} of {len(waiting)}, {entry.function}")
        cache.put("observation", name_of(entry), key_of[entry], json.dumps(seen).encode())
        observed[name_of(entry)] = seen
    return observed


def _wrong(module: str) -> list[Entry]:
    return [entry for entry in entries(module) if not entry.is_right]


def _without_words(path: Path) -> bytes:
    """Return a file's content; for a catalog, its code without comments and `WORDS`."""
    content = path.read_bytes()
    if "misconceptions" not in path.parts or path.suffix != ".py":
        return content
    tree = ast.parse(content)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [each for each in node.keywords if each.arg not in WORDS]
    return ast.dump(tree).encode()


def student_rows(
    observed: Mapping[StudentVersion, Seen], wrong: Iterable[Entry]
) -> list[tuple[str, dict[str, Any]]]:
    """Return the function and the row of each student's version: variants and pairs of entries.

    A version is left out if no test observes it, and a pair if one of its mistakes hides the other.
    """
    entries_of = {(entry.function, entry.id): entry for entry in wrong}
    alone = {(v.function, v.mistakes[0]): s for v, s in observed.items() if len(v.mistakes) == 1}
    found = []
    for version, seen in observed.items():
        rows = [row(entries_of[version.function, name], seen) for name in version.mistakes]
        number = hashlib.sha256(version.name.encode()).hexdigest()[:8]
        hides = any(alone.get((version.function, name)) == seen for name in version.mistakes)
        if seen and len(rows) == 1:
            found.append((version.function, {**rows[0], "id": number}))
        elif seen and not hides:
            # The hints are those of the entries, which are found by their texts.
            texts = [each["looks_like"] for each in rows]
            found.append((version.function, {"id": number, "both": texts, "seen": seen}))
    return found


def row(entry: Entry, seen: Seen) -> dict[str, Any]:
    """Return the row for an entry: its texts and observations, nothing of its code."""
    return {
        # A hash, since the entry's name in the catalog would reveal too much.
        "id": hashlib.sha256(f"{entry.function}{entry.id}".encode()).hexdigest()[:8],
        "looks_like": entry.looks_like,
        "hints": list(entry.hints),
        "seen": seen,
    }
