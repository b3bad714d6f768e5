"""Recognising a known misconception by what came out of it.

The table that ships (`diagnosis.json`, made by the build) says, for each misconception, at which
expectation of which public test it fails and what is seen there. A student's failure is named
only where exactly one misconception explains all that was seen of the function, or exactly one of
those that fail wherever the student does gives the very value that came out.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolbox.checks.fingerprint import same
from toolbox.checks.outcome import Outcome

TABLE = Path(__file__).with_name("diagnosis.json")
# Errors that any slip can cause: seeing one is no evidence for a particular misconception.
COMMON_ERRORS = {"NameError", "AttributeError", "TypeError", "UnboundLocalError", "KeyError"}

Entry = dict[str, Any]


@lru_cache(maxsize=1)
def table() -> dict[str, list[Entry]]:
    """Misconceptions by function; empty where none were shipped (as in the source tree)."""
    return json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else {}


def diagnose(outcomes: list[Outcome], known: dict[str, list[Entry]] | None = None) -> None:
    """Name the misconception of each failed outcome, where it can be told for sure."""
    known = table() if known is None else known
    named: set[str] = set()
    for function in dict.fromkeys(outcome.function for outcome in outcomes):
        public = [o for o in outcomes if o.function == function and not o.hidden]
        entries = known.get(function, [])
        explaining = [entry for entry in entries if _explains_all(entry, public)]
        for outcome in outcomes:
            if outcome.function != function or outcome.status not in {"failed", "error", "slow"}:
                continue
            found = explaining
            if len(found) != 1:
                failing = {o.test for o in public if not o.passed}
                found = [e for e in entries if failing <= set(e["seen"]) and _gives(e, outcome)]
            if len(found) == 1:
                _name(outcome, found[0], named)


def _name(outcome: Outcome, entry: Entry, named: set[str]) -> None:
    """Name the misconception, with its hints the first time only."""
    if entry["id"] in named:
        outcome.misconception = "The same mistake as above."
        return
    named.add(entry["id"])
    outcome.misconception = entry["looks_like"]
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
