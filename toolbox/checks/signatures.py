"""Compare what a student's code produced with the signature of a misconception.

A signature lists, for each public test that a misconception fails, the records of its mismatches.
The records of a student's failed test are its evidence. A record is found at a place: the test, and
the position of the expectation in it.

A record whose value depends on random numbers is marked as free: a student's code may draw other
numbers, and then only the fact that the expectation fails is evidence, and weak evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from toolbox.checks.outcome import Outcome
from toolbox.checks.value_record import Record, of_value, same

Place = tuple[str, int]
Signature = Mapping[str, Record]  # maps a test to its first record, the others in "more"
# Errors have many causes, and wrong types several.
NO_EVIDENCE = {"error", "unknown"}
WEAK = {"type"}
NO_ERROR = of_value("no error")["hash"]  # bad input was accepted, see `expect.raises`


def records(observed: Record) -> list[Record]:
    """Return the records of one failed test, the first one first."""
    return [{k: v for k, v in observed.items() if k != "more"}, *observed.get("more", ())]


def stop(observed: Record) -> int | None:
    """Return before which expectation an error ended the test, or None if nothing did.

    An error that follows a mismatch is often its consequence, so it is no record of its place.
    """
    errors = [r.get("at", 0) for r in records(observed) if r.get("kind") == "error"]
    return errors[0] if errors else None


def _places(test: str, observed: Record) -> dict[Place, Record]:
    first, *more = records(observed)
    kept = [first, *(record for record in more if record.get("kind") != "error")]
    return {(test, record.get("at", 0)): record for record in kept}


def is_telling(record: Record) -> bool:
    """Return whether few mistakes give this value: not 0, 1, NaN, None or a fixed text."""
    if record["kind"] == "numbers":
        single = int(np.prod(record["shape"])) <= 1
        return bool(record["scale"] not in ({0.0, 1.0} if single else {0.0}))
    return bool(record["kind"] == "items" or record.get("hash") == NO_ERROR)


class Observations:
    """What the public tests of one function observed."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.passed = {o.test for o in outcomes if o.passed}
        self.found: dict[Place, Record] = {}
        self.stopped: dict[str, int] = {}  # tests that ended early, and before which expectation
        for outcome in outcomes:
            if outcome.passed or not outcome.observed:
                continue
            self.found |= _places(outcome.test, outcome.observed)
            if (at := stop(outcome.observed)) is not None:
                self.stopped[outcome.test] = at
        self.failed = {test for test, _ in self.found}

    def reached(self, place: Place) -> bool:
        """Return whether the tests ran the expectation at `place`."""
        test, at = place
        ran = test in self.passed or test in self.failed
        return ran and at < self.stopped.get(test, at + 1)


@dataclass
class Fit:
    """How a signature fits the evidence: the places where both fail, or only one of them."""

    agreed: set[Place] = field(default_factory=set)
    differing: set[Place] = field(default_factory=set)
    refuted: set[Place] = field(default_factory=set)  # expectations that passed
    absent: set[Place] = field(default_factory=set)  # the same, but with random values
    extra: set[Place] = field(default_factory=set)  # failed, but not in the signature
    strong: set[Place] = field(default_factory=set)  # agreed, with a record that identifies
    weak: set[Place] = field(default_factory=set)  # agreed, with a wrong type or a free record
    telling: set[Place] = field(default_factory=set)  # strong, with a value that few mistakes give

    @property
    def places(self) -> set[Place]:
        """The places that the signature predicts and that failed."""
        return self.agreed | self.differing

    @property
    def tests(self) -> set[str]:
        """The failed tests that the signature agrees with."""
        return {test for test, _ in self.agreed}


def match(signature: Signature, evidence: Observations) -> Fit:
    """Compare a signature with the evidence."""
    found = Fit()
    predicted: dict[Place, Record] = {}
    for test, observed in signature.items():
        predicted |= _places(test, observed)
    for place, record in predicted.items():
        seen = evidence.found.get(place)
        kind = record.get("kind", "unknown")
        if seen is None:
            if evidence.reached(place):
                (found.absent if record.get("free") else found.refuted).add(place)
        elif same(record, seen) or record.get("free"):
            found.agreed.add(place)
            if kind in WEAK or not same(record, seen):
                found.weak.add(place)
            elif kind not in NO_EVIDENCE:
                found.strong.add(place)
                found.telling |= {place} if is_telling(record) else set()
        else:
            found.differing.add(place)
    stops = {test: stop(observed) for test, observed in signature.items()}
    found.extra = {
        (test, at)
        for test, at in set(evidence.found) - set(predicted)
        if (last := stops.get(test)) is None or at < last
    }
    return found
