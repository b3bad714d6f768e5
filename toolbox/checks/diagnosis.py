"""Recognize a known misconception by the values that the student's code produced.

The build writes `diagnosis.json`. It lists, for each misconception, which expectation of each
public test of its module fails and what is observed there. A failure is attributed to a
misconception only if exactly one misconception explains everything observed of the function, or if
exactly one of those that fail in all the tests that the student fails gives the observed value.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolbox.checks.outcome import Outcome
from toolbox.checks.value_record import same

TABLE = Path(__file__).with_name("diagnosis.json")
# Any slip can cause these errors: they are no evidence for a particular misconception.
COMMON_ERRORS = {"NameError", "AttributeError", "TypeError", "UnboundLocalError", "KeyError"}

Entry = dict[str, Any]


@lru_cache(maxsize=1)
def table() -> dict[str, list[Entry]]:
    """Return the misconceptions by function; empty if the table is missing (source tree)."""
    return json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else {}


def diagnose(outcomes: list[Outcome], known: dict[str, list[Entry]] | None = None) -> None:
    """Set the misconception of each failed outcome for which exactly one is possible.

    A mistake also shows in the functions that call the wrong one. So for each function, the
    misconceptions named so far are tried first, then the function's own, and last those that
    explain what was observed of another function in the same run.
    """
    known = table() if known is None else known
    public = {
        function: [o for o in outcomes if o.function == function and not o.hidden]
        for function in dict.fromkeys(outcome.function for outcome in outcomes)
    }
    named: dict[str, str] = {}  # maps an entry's id to the function that it was first named for
    for function, mine in public.items():
        own = known.get(function, [])
        elsewhere = [
            (origin, entry)
            for origin in _neighbours(function, known)
            for entry in known[origin]
            if _explains_all(entry, mine) and _explains_all(entry, public.get(origin, []))
        ]
        again = [(origin, entry) for origin, entry in elsewhere if entry["id"] in named]
        sure = _only(again) or _only([(function, e) for e in own if _explains_all(e, mine)])
        failing = {o.test for o in mine if not o.passed}
        for outcome in outcomes:
            if outcome.function != function or outcome.status not in {"failed", "error", "slow"}:
                continue
            giving = [e for e in own if failing <= set(e["seen"]) and _gives(e, outcome)]
            found = sure or _only([(function, e) for e in giving])
            if found is None and not giving:
                found = _only(elsewhere)
            if found is not None:
                _name(outcome, *found, named)


def _neighbours(function: str, known: dict[str, list[Entry]]) -> list[str]:
    """Return the other functions of the same module."""
    module = function.split(".")[0]
    return [other for other in known if other != function and other.split(".")[0] == module]


def _only(found: list[tuple[str, Entry]]) -> tuple[str, Entry] | None:
    """Return the only entry, or None. Entries with the same function and text count as one."""
    return found[0] if len({(f, e["looks_like"]) for f, e in found}) == 1 else None


def _name(outcome: Outcome, origin: str, entry: Entry, named: dict[str, str]) -> None:
    """Set the misconception of an outcome; its hints are given the first time only."""
    if entry["id"] in named:
        first = named[entry["id"]]
        place = "above" if first == outcome.function else f"in {first}"
        outcome.misconception = f"the same mistake as {place}"
        return
    named[entry["id"]] = outcome.function
    starts = "" if origin == outcome.function else f"in {origin}: "
    outcome.misconception = starts + entry["looks_like"]
    outcome.hints = list(entry["hints"])


def _explains_all(entry: Entry, outcomes: list[Outcome]) -> bool:
    evidence = False
    for outcome in outcomes:
        seen = entry["seen"].get(outcome.test)
        if outcome.passed != (seen is None):
            return False
        if seen is not None:
            if not same(seen, outcome.observed):
                return False
            evidence = evidence or _is_evidence(seen)
    return evidence


def _gives(entry: Entry, outcome: Outcome) -> bool:
    seen = entry["seen"].get(outcome.test)
    return seen is not None and _is_evidence(seen) and same(seen, outcome.observed)


def _is_evidence(seen: dict[str, Any]) -> bool:
    return seen["kind"] != "error" or seen["type"] not in COMMON_ERRORS
