"""Remember which versions of the student's code failed each test, in this course folder.

A version is the code that a function uses, without comments and docstrings: running a check twice
is one attempt. A test that passes is forgotten.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import cache
from pathlib import Path

from data_scripts.places import cache_place
from data_scripts.whole_files import write_whole
from toolbox import course
from toolbox.checks.diagnosis import FAILED
from toolbox.checks.outcome import Run
from toolbox.training.definitions import Name, text_of_used, used_by

ENOUGH = 2  # failed attempts after which more help is shown
KEPT = 50  # course folders whose attempts are remembered; the oldest are removed
Versions = dict[str, list[str]]  # the versions that failed, by function and test

_session: dict[Path, Versions] = {}  # used if the folder of the cache cannot be written


def failed_again(run: Run) -> set[tuple[str, str]]:
    """Remember the failures of a run, and return those of earlier versions, too.

    Returns: (function, test) of each test that has failed in `ENOUGH` versions of the code since it
        passed last.
    """
    path = _place()
    known = _read(path)
    now = dict(known)
    version_of = cache(_version)
    found = set()
    for outcome in run.outcomes:
        key = f"{outcome.function} {outcome.test}"
        if outcome.passed:
            now.pop(key, None)
        elif outcome.status in FAILED and not outcome.hidden:
            versions = now.get(key, [])
            if (version := version_of(outcome.function)) not in versions:
                now[key] = versions = [*versions, version][-ENOUGH:]
            if len(versions) >= ENOUGH:
                found.add((outcome.function, outcome.test))
    if now != known:
        _keep(path, now)
    return found


def wrong_parts(run: Run) -> dict[str, str]:
    """Return, by function of a run, another function of the course that it uses and that fails.

    A function fails if its code is a version that failed its own tests before.
    """
    known = _read(_place())
    found = {}
    for function in dict.fromkeys(outcome.function for outcome in run.outcomes):
        used = used_by({_name(function)}) - {_name(function)}
        for other in dict.fromkeys(key.split()[0] for key in known):
            if _name(other) in used and _fails(other, known):
                found[function] = other
                break
    return found


def fails_its_check(function: str) -> bool:
    """Return whether the code of a function is a version that failed its own tests."""
    return _fails(function, _read(_place()))


def _fails(function: str, known: Versions) -> bool:
    failed = {each for key, all_ in known.items() if key.split()[0] == function for each in all_}
    return _version(function) in failed


def _name(function: str) -> Name:
    module, name = function.split(".", 1)
    return f"student_code.{module}", name


def _version(function: str) -> str:
    """Return a hash of the code that a function uses."""
    used = text_of_used({_name(function)})
    return hashlib.sha256(json.dumps(used, sort_keys=True).encode()).hexdigest()[:12]


def _place() -> Path:
    """Return the file for this course folder: several folders may share a folder of data."""
    root = hashlib.sha256(str(course.find_root()).encode()).hexdigest()[:16]
    return cache_place() / "attempts" / f"{root}.json"


def _read(path: Path) -> Versions:
    if path in _session:
        return _session[path]
    with suppress(OSError, ValueError):
        known = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(known, dict) and all(isinstance(each, list) for each in known.values()):
            return known
    return {}


def _keep(path: Path, versions: Versions) -> None:
    """Write the attempts; if that is impossible, remember them until the process ends."""
    try:
        write_whole(path, json.dumps(versions).encode())
        _session.pop(path, None)
        newest = sorted(path.parent.glob("*.json"), key=lambda each: -each.stat().st_mtime_ns)
        for old in newest[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        _session[path] = versions
