"""The rule by which misconceptions are named as the causes of what the tests observed.

Measured by `python -m coursekit.test_quality.naming_results`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from toolbox.checks.signatures import Fit, Observations, Signature, match


@dataclass
class Cause:
    """A misconception of one function, with the signature of each of its variants."""

    function: str
    text: str
    hints: tuple[str, ...]
    signatures: list[Signature]

    @property
    def key(self) -> tuple[str, str]:
        """What distinguishes causes."""
        return self.function, self.text

    def matches(self, evidence: Observations) -> list[Fit]:
        """Return how each signature fits the evidence."""
        return [match(signature, evidence) for signature in self.signatures]


@dataclass
class Pair:
    """Two misconceptions, with the signature of code that has both."""

    causes: list[Cause]
    signature: Signature


def explains_all(cause: Cause, evidence: Observations) -> bool:
    """Return whether the cause alone explains everything that was observed."""
    return any(_is_complete(m) and m.strong for m in cause.matches(evidence))


def _is_complete(found: Fit) -> bool:
    return not (found.differing or found.refuted or found.extra)


Found = list[tuple[Cause, set[str]]]  # causes, each with the failed tests that it explains


def explain(causes: Sequence[Cause], pairs: Sequence[Pair], evidence: Observations) -> Found:
    """Return the causes of the failures: one, two, or none if that is not certain.

    In this order:
    1. The only cause that alone explains everything. Values identify it; if no values do, wrong
       types and the places that fail are enough. Of several, the only one that predicts no failure
       of an expectation that passed, even if its value is random.
    2. The only known pair that explains everything.
    3. The cause that explains most, at least half of what failed, if nothing that it predicts is
       different; and a second such cause, for other tests.
    4. The only two causes that explain everything together if either may change the other's values.
    """
    matched = [(cause, m) for cause in causes for m in cause.matches(evidence)]
    for complete in (
        [(cause, m) for cause, m in matched if _is_complete(m) and m.strong],
        [(cause, m) for cause, m in matched if _is_complete(m) and m.weak],
    ):
        if complete:
            alone = _distinct([cause for cause, _ in complete])
            if len(alone) > 1:
                alone = _distinct([cause for cause, m in complete if not m.absent])
            return [(alone[0], evidence.failed)] if len(alone) == 1 else []
    both = {}
    for pair in pairs:
        m = match(pair.signature, evidence)
        if _is_complete(m) and m.strong:
            both[frozenset(cause.text for cause in pair.causes)] = pair.causes
    if both:
        (known, *others) = both.values()
        return [] if others else [(cause, evidence.failed) for cause in known]
    fitting = [
        (cause, m)
        for cause, m in matched
        if m.telling and not (m.differing or m.refuted) and len(m.agreed) >= len(m.extra)
    ]
    return _greatest(fitting) or _together(matched, evidence)


def _greatest(fitting: Sequence[tuple[Cause, Fit]]) -> Found:
    """Return the cause that explains most, and a second one that explains other tests."""
    found: Found = []
    explained: set[str] = set()
    for _ in range(2):
        # A test whose first mismatch is explained may fail further on as a consequence.
        rest = [(c, m) for c, m in fitting if {test for test, _ in m.telling} - explained]
        if not rest:
            break
        most = max(len(m.agreed) for _, m in rest)
        best = [(c, m) for c, m in rest if len(m.agreed) == most]
        if len(_distinct([c for c, _ in best])) > 1:
            break
        cause, m = best[0]
        found.append((cause, m.tests - explained))
        explained |= m.tests
    return found


def _together(matched: Sequence[tuple[Cause, Fit]], evidence: Observations) -> Found:
    """Return the only two causes that explain everything together, if values identify each."""
    usable = [(c, m) for c, m in matched if m.strong and not m.refuted]
    possible: dict[frozenset[str], Found] = {}
    for (first, a), (second, b) in itertools.combinations(usable, 2):
        if first.key == second.key:
            continue
        compatible = a.differing <= b.places and b.differing <= a.places
        if compatible and set(evidence.found) <= a.places | b.places:
            both = frozenset((first.text, second.text))
            possible[both] = [(first, {t for t, _ in a.places}), (second, {t for t, _ in b.places})]
    return next(iter(possible.values())) if len(possible) == 1 else []


def _distinct(causes: Sequence[Cause]) -> list[Cause]:
    return list({cause.key: cause for cause in causes}.values())
