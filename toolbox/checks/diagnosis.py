"""Recognize known misconceptions by the values that the student's code produced.

The build writes `diagnosis.json`. It lists, for each misconception, which expectations of which
public tests of its module fail and what is observed there. `causes` contains the rule by which one
or two of them are named; everything else stays unnamed.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolbox.checks.causes import Cause, Found, Pair, explain, explains_all
from toolbox.checks.outcome import Outcome
from toolbox.checks.signatures import Observations

TABLE = Path(__file__).with_name("diagnosis.json")
FAILED = {"failed", "error", "slow"}
ALSO = "; also "  # between two causes of one failure
AGAIN = "the same mistake as"  # before the place at which a cause was named first
AS_ABOVE = f"{AGAIN} above"

Entry = dict[str, Any]


@lru_cache(maxsize=1)
def table() -> dict[str, list[Entry]]:
    """Return the misconceptions by function; empty if the table is missing (source tree)."""
    return json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else {}


def diagnose(outcomes: list[Outcome], known: dict[str, list[Entry]] | None = None) -> None:
    """Set the misconceptions of the failed outcomes that known ones explain.

    A mistake also shows in the functions that call the wrong one. So for each function, the
    misconceptions named so far are tried first, then the function's own, and last those that
    explain everything observed of this function and of another one in the same run.
    """
    known = table() if known is None else known
    public = {
        function: [o for o in outcomes if o.function == function and not o.hidden]
        for function in dict.fromkeys(outcome.function for outcome in outcomes)
    }
    named: dict[tuple[str, str], str] = {}  # the function that a cause was first named for
    for function, mine in public.items():
        if all(outcome.passed for outcome in mine):
            continue
        evidence = Observations(mine)
        elsewhere = [
            cause
            for origin in _neighbours(function, known)
            for cause in _causes(origin, known)
            if explains_all(cause, evidence)
            and explains_all(cause, Observations(public.get(origin, [])))
        ]
        again = [cause for cause in elsewhere if cause.key in named]
        own = _causes(function, known)
        if len(again) == 1:
            found = [(again[0], evidence.failed)]
        else:
            found = explain(own, _pairs(function, known, own), evidence)
            if not found and len(elsewhere) == 1:
                found = [(elsewhere[0], evidence.failed)]
        _name([o for o in mine if o.status in FAILED], found, named)


def _causes(function: str, known: dict[str, list[Entry]]) -> list[Cause]:
    """Return the causes that the table knows for a function; entries with one text are one."""
    by_text: dict[str, Cause] = {}
    for entry in known.get(function, []):
        if "both" not in entry:
            text = entry["looks_like"]
            cause = by_text.setdefault(text, Cause(function, text, tuple(entry["hints"]), []))
            cause.signatures.append(entry["seen"])
    return list(by_text.values())


def _pairs(function: str, known: dict[str, list[Entry]], causes: list[Cause]) -> list[Pair]:
    """Return the pairs of causes of which the table knows what they do together."""
    by_text = {cause.text: cause for cause in causes}
    return [
        Pair([by_text[text] for text in entry["both"]], entry["seen"])
        for entry in known.get(function, [])
        if "both" in entry
    ]


def _neighbours(function: str, known: dict[str, list[Entry]]) -> list[str]:
    """Return the other functions of the same module."""
    module = function.split(".")[0]
    return [other for other in known if other != function and other.split(".")[0] == module]


def _name(
    failed: list[Outcome],
    found: Found,
    named: dict[tuple[str, str], str],
) -> None:
    """Set the misconceptions of the outcomes; the hints of a cause are given the first time."""
    for outcome in failed:
        texts = []
        for cause, tests in found:
            if outcome.test not in tests:
                continue
            if cause.key in named:
                first = named[cause.key]
                own = first == outcome.function
                texts.append(AS_ABOVE if own else f"{AGAIN} in {first}")
                continue
            named[cause.key] = outcome.function
            starts = "" if cause.function == outcome.function else f"in {cause.function}: "
            texts.append(starts + cause.text)
            outcome.hints = outcome.hints or list(cause.hints)
        outcome.misconception = ALSO.join(dict.fromkeys(texts))
