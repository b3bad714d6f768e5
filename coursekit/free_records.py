"""Mark the records of failed tests that depend on random numbers.

A student's code draws other random numbers than a misconception in the catalog does. So
misconceptions run twice, with different seeds, and records that differ are marked as free.
"""

from __future__ import annotations

from collections.abc import Iterable

from toolbox.checks.outcome import Outcome
from toolbox.checks.signatures import records
from toolbox.checks.value_record import Record, same

OTHER_SEEDS = "other random numbers"  # a key for the seeds of the second run


def mark_free_records(outcomes: Iterable[Outcome], again: Iterable[Outcome]) -> None:
    """Mark the records that differ in a second run, which drew other random numbers."""
    others = {(o.function, o.test, o.hidden): o.observed for o in again}
    for outcome in outcomes:
        if outcome.observed:
            other = others.get((outcome.function, outcome.test, outcome.hidden), {})
            outcome.observed = mark_free(outcome.observed, other)


def mark_free(observed: Record, again: Record) -> Record:
    """Return `observed` with the records marked that are different with other random numbers.

    Args:
        observed: what a failed test observed.
        again: what it observed with other random numbers; empty if it passed.
    """
    others = {r.get("at", 0): r for r in records(again)} if again else {}
    first, *more = [
        record if same(record, others.get(record.get("at", 0), {})) else {**record, "free": True}
        for record in records(observed)
    ]
    return {**first, "more": more} if more else first
