"""Compute rates from verdicts: what was killed, accepted and named, and by which tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from coursekit.test_quality import named_mistakes
from coursekit.test_quality.equivalent_mutants import listed
from coursekit.test_quality.named_mistakes import Naming
from coursekit.test_quality.targets import BARS, Bar
from coursekit.test_quality.verdicts import VersionVerdict
from misconceptions.catalogue import entries


@dataclass
class Killed:
    """Versions that should be rejected, by the kind of tests that rejected them."""

    public: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)  # not by public tests
    survived: list[str] = field(default_factory=list)

    def add(self, verdict: VersionVerdict, name: str) -> None:
        """Add one version to the list of the tests that rejected it."""
        where = {"public": self.public, "hidden": self.hidden, "": self.survived}
        where[verdict.killed_by].append(name)

    @property
    def total(self) -> int:
        return len(self.public) + len(self.hidden) + len(self.survived)


@dataclass
class FunctionFigures:
    """All measurements of one student function's tests."""

    function: str
    public_tests: int = 0
    hidden_tests: int = 0
    wrong: Killed = field(default_factory=Killed)
    variants: int = 0  # of the wrong versions, other forms of a misconception
    mutants: Killed = field(default_factory=Killed)
    listed: list[str] = field(default_factory=list)  # mutants listed as equivalent
    wrongly_listed: list[str] = field(default_factory=list)  # listed, but rejected by tests
    accepted: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)  # alternatives, with the test
    named: Naming = field(default_factory=Naming)
    elsewhere: Naming = field(default_factory=Naming)  # in functions that call the wrong one
    named_if_unknown: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)  # tests that reject nothing

    @property
    def versions(self) -> int:
        """The number of versions of the function."""
        right = len(self.accepted) + len(self.rejected)
        return self.wrong.total + right + self.mutants.total + len(self.listed)


def of_module(
    module: str, chosen: Sequence[str], verdicts: Sequence[VersionVerdict]
) -> list[FunctionFigures]:
    """Return the measurements of a module's chosen functions."""
    known = {(e.function, e.id): e for e in entries(module)}
    wrong = [v for v in verdicts if v.kind == "wrong"]
    table = named_mistakes.make_table(known, wrong)
    found = {function: FunctionFigures(function) for function in chosen}
    for verdict in verdicts:
        _file(found[verdict.function], verdict)
    for verdict in wrong:
        mine = found[verdict.function]
        mine.variants += known[verdict.function, verdict.name].is_variant
        truth = known[verdict.function, verdict.name].looks_like
        for sum_, part in (
            (mine.named, named_mistakes.own(verdict, table, truth)),
            (mine.elsewhere, named_mistakes.others(verdict, table, truth)),
        ):
            sum_.right += part.right
            sum_.wrong += part.wrong
            sum_.none += part.none
        if said := named_mistakes.unknown(verdict, table, truth):
            mine.named_if_unknown.append(f"{verdict.name}, called: {said}")
    for function, mine in found.items():
        _count_tests(mine, [v for v in verdicts if v.function == function])
    return list(found.values())


def _file(mine: FunctionFigures, verdict: VersionVerdict) -> None:
    if verdict.kind == "wrong":
        mine.wrong.add(verdict, verdict.name)
    elif verdict.kind == "right":
        against = [*verdict.failing(hidden=False), *verdict.failing(hidden=True)]
        if against or verdict.broken:
            mine.rejected.append(f"{verdict.name}, by {', '.join(against) or verdict.broken}")
        else:
            mine.accepted.append(verdict.name)
    else:
        name = verdict.name.split(" ", 1)[1]  # without its number
        if listed(verdict.function, name, killed=bool(verdict.killed_by)):
            mine.listed.append(name)
            if verdict.killed_by:
                mine.wrongly_listed.append(name)
        else:
            mine.mutants.add(verdict, name)


def _count_tests(mine: FunctionFigures, verdicts: Sequence[VersionVerdict]) -> None:
    tests = {
        (o.test.split("[")[0], o.hidden)
        for v in verdicts
        if v.kind != "mutant"
        for o in v.outcomes
        if o.function == mine.function
    }
    busy = {
        test.split("[")[0]
        for v in verdicts
        if v.kind != "right"
        for test in (*v.failing(hidden=False), *v.failing(hidden=True))
    }
    mine.public_tests = sum(not hidden for _, hidden in tests)
    mine.hidden_tests = sum(hidden for _, hidden in tests)
    mine.idle = sorted(test for test, _ in tests if test not in busy)


def totals(all_figures: Sequence[FunctionFigures]) -> dict[str, float]:
    """Return the metrics that `BARS` refer to, over all given functions."""
    wrong = sum(f.wrong.total for f in all_figures)
    mutants = sum(f.mutants.total for f in all_figures)
    right = sum(len(f.accepted) + len(f.rejected) for f in all_figures)

    def count(part: Any) -> int:
        return sum(len(part(f)) for f in all_figures)

    variants = sum(f.variants for f in all_figures)
    survived, by_public = count(lambda f: f.wrong.survived), count(lambda f: f.wrong.public)
    return {
        "wrong": wrong - variants,
        "variants": variants,
        "fewest_wrong": min((f.wrong.total - f.variants for f in all_figures), default=0),
        "wrong_killed_public": _share(by_public, wrong),
        "wrong_killed": _share(wrong - survived, wrong),
        "right": right,
        "fewest_right": min((len(f.accepted) + len(f.rejected) for f in all_figures), default=0),
        "right_accepted": _share(count(lambda f: f.accepted), right),
        "mutants": mutants,
        "mutants_listed": count(lambda f: f.listed),
        "mutants_killed": _share(mutants - count(lambda f: f.mutants.survived), mutants),
        "wrongly_listed": count(lambda f: f.wrongly_listed),
        "named_right": _share(count(lambda f: f.named.right), wrong),
        "named_wrong": _share(count(lambda f: f.named.wrong), wrong),
        "named_if_unknown": _share(count(lambda f: f.named_if_unknown), wrong),
        "elsewhere_right": count(lambda f: f.elsewhere.right),
        "elsewhere_wrong": count(lambda f: f.elsewhere.wrong),
        "elsewhere_none": count(lambda f: f.elsewhere.none),
        "idle_tests": count(lambda f: f.idle),
        "tests": sum(f.public_tests + f.hidden_tests for f in all_figures),
    }


def missed(found: dict[str, float], *, whole_course: bool) -> list[Bar]:
    """Return the targets that are missed; whole-course targets count only after a full run."""
    return [
        bar
        for bar in BARS
        if (whole_course or not bar.whole_course) and not bar.met(found[bar.figure])
    ]


def as_json(all_figures: Sequence[FunctionFigures]) -> dict[str, Any]:
    """Return all results as JSON data."""
    return {"totals": totals(all_figures), "functions": [asdict(f) for f in all_figures]}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
