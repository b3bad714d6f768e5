"""Run the same tests in one process and by the judge, on one version of a student's module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.collected_once import Subject
from coursekit.forked_jobs import Failed, run_forked
from coursekit.test_quality.forked_judge import SECONDS_PER_TEST, by_judge
from toolbox.checks.outcome import Outcome
from toolbox.checks.pytest_run import Run, run_tests

WORDS = ("called", "expected", "got", "where", "meaning", "printed")


@dataclass
class Both:
    """The outcomes of the same tests in one process and by the judge."""

    same: list[Outcome] = field(default_factory=list)
    different: list[tuple[Outcome, Outcome]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def compare(root: Path, module: str, subject: Subject, functions: Sequence[str]) -> Both:
    """Run the tests in both ways, each in a separate process."""
    mine = [name for name in functions if name.split(".")[0] == module]
    # Only the tests of that function accept or reject a version of it.
    one = subject.function if subject.function in mine else None
    mine = [one] if one else mine
    path = root / "unit_tests" / "hidden" / f"test_{module}.py"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    hidden = dict.fromkeys(mine, text) if text else {}
    jobs = [
        lambda: run_tests(
            [f"unit_tests/test_{module}.py"],
            function=one,
            hidden=text,
            prepare=subject.install,
            seconds=SECONDS_PER_TEST,
        ),
        lambda: by_judge(root, module, mine, hidden, subject.install),
    ]
    found: dict[int, Run | Failed] = dict(run_forked(jobs, workers=2, seconds=300.0))
    results = []
    for number in (0, 1):
        result = found[number]
        if isinstance(result, Failed):
            raise RuntimeError(f"{'the judge' if number else 'one process'}: {result.reason}")
        results.append(result)
    return _both(*results)


def _both(one: Run, other: Run) -> Both:
    found = Both()
    known = {(o.function, o.test, o.hidden): o for o in other.outcomes}
    for outcome in one.outcomes:
        twin = known.get((outcome.function, outcome.test, outcome.hidden))
        if twin is None:
            twin = Outcome(outcome.test, "", outcome.function, 0, status="missing")
            twin.got = "; ".join(other.broken)
        if twin.status != outcome.status:
            found.different.append((outcome, twin))
            continue
        found.same.append(outcome)
        for name in WORDS:
            a, b = getattr(outcome, name), getattr(twin, name)
            if a != b and not (outcome.hidden and not outcome.passed and name == "called"):
                found.words.append(f"{outcome.test} {name}: {a!r} or {b!r}")
    if one.broken != other.broken:
        found.words.append(f"broken: {one.broken} or {other.broken}")
    return found
