"""Measure how often the first line of feedback names the actual misconception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from coursekit.builds.hint_table import row
from coursekit.test_quality.verdicts import VersionVerdict
from misconceptions.catalogue import Entry
from toolbox.checks.diagnosis import AGAIN, ALSO, diagnose
from toolbox.checks.outcome import Outcome

Table = dict[str, list[dict[str, Any]]]


@dataclass
class Naming:
    """Names of entries by whether the feedback named them rightly, wrongly or not at all."""

    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # "Entry, called 'other words'"
    none: list[str] = field(default_factory=list)

    def add(self, name: str, said: str, truth: str) -> None:
        """Record what the feedback said about one entry."""
        if not said:
            self.none.append(name)
        elif all(_is(cause, truth) for cause in said.split(ALSO)):
            self.right.append(name)
        else:
            self.wrong.append(f"{name}, called: {said}")


def _is(cause: str, truth: str) -> bool:
    return cause == truth or cause.endswith(f": {truth}") or cause.startswith(AGAIN)


def make_table(entries: dict[tuple[str, str], Entry], verdicts: Sequence[VersionVerdict]) -> Table:
    """Return the table that ships, from the verdicts on a module's misconceptions."""
    table: Table = {}
    for verdict in verdicts:
        seen = {o.test: o.observed for o in verdict.outcomes if not o.hidden and not o.passed}
        entry = entries[verdict.function, verdict.name]
        table.setdefault(verdict.function, []).append(row(entry, seen))
    return table


def own(verdict: VersionVerdict, table: Table, truth: str) -> Naming:
    """Return what a student reads who tests only this function, as a notebook does."""
    naming = Naming()
    mine = [o for o in verdict.outcomes if o.function == verdict.function]
    naming.add(verdict.name, _first(mine, table), truth)
    return naming


def others(verdict: VersionVerdict, table: Table, truth: str) -> Naming:
    """Return what a run of the whole file says about other functions that fail as a result."""
    naming = Naming()
    public = _copies(verdict.outcomes)
    diagnose(public, table)
    for function in dict.fromkeys(o.function for o in public):
        failed = [o for o in public if o.function == function and not o.passed]
        if failed and function != verdict.function:
            naming.add(f"{verdict.name} in {function}", failed[0].misconception, truth)
    return naming


def unknown(verdict: VersionVerdict, table: Table, truth: str) -> str:
    """Return what the feedback would say if the catalog lacked this entry; ideally nothing."""
    rows = [row for row in table[verdict.function] if row["looks_like"] != truth]
    mine = [o for o in verdict.outcomes if o.function == verdict.function]
    return _first(mine, {**table, verdict.function: rows})


def _first(outcomes: Sequence[Outcome], table: Table) -> str:
    public = _copies(outcomes)
    diagnose(public, table)
    return next((o.misconception for o in public if not o.passed), "")


def _copies(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [replace(o, misconception="", hints=[]) for o in outcomes if not o.hidden]
