"""Tests are classifiers: each catalogued wrong way is rejected, each right one accepted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from coursekit import facts
from coursekit.forking import Failed, run_forked
from misconceptions.catalogue import Entry, entries
from toolbox.checks.outcome import Outcome
from toolbox.checks.running import run_tests


def outcomes(entry: Entry, hidden: str) -> list[Outcome]:
    module = entry.function.split(".")[0]
    run = run_tests(
        [f"unit_tests/test_{module}.py"],
        function=entry.function,
        hidden=hidden,
        prepare=entry.install,
    )
    assert not run.broken, run.broken
    return run.outcomes


@pytest.fixture(scope="module")
def judged(root: Path) -> list[tuple[Entry, list[Outcome]]]:
    """Every entry for the first built part, with what became of each test."""
    import torch  # noqa: F401 - before the forks, not in each
    import torchvision  # noqa: F401

    part = facts.load(root).built_parts[0]
    graded = {task.function for task in part.tasks}
    chosen = [entry for entry in entries() if entry.function in graded]
    hidden = root / "unit_tests" / "hidden"
    texts = {m: (hidden / f"test_{m}.py").read_text(encoding="utf-8") for m in part.modules}
    jobs = [lambda e=entry: outcomes(e, texts[e.function.split(".")[0]]) for entry in chosen]
    found = dict(run_forked(jobs))
    failed = {chosen[n].id: r.reason for n, r in found.items() if isinstance(r, Failed)}
    assert not failed
    return [(entry, found[number]) for number, entry in enumerate(chosen)]


def test_every_right_implementation_is_accepted(
    judged: list[tuple[Entry, list[Outcome]]],
) -> None:
    for entry, results in judged:
        if entry.is_right:
            wrong = [(o.test, o.got) for o in results if not o.passed]
            assert results
            assert not wrong, (entry.id, wrong)


def test_every_wrong_implementation_is_rejected(
    judged: list[tuple[Entry, list[Outcome]]],
) -> None:
    survived = [e.id for e, results in judged if not e.is_right and all(o.passed for o in results)]
    assert survived == []


def test_public_tests_reject_nineteen_in_twenty(
    judged: list[tuple[Entry, list[Outcome]]],
) -> None:
    caught = Counter(
        any(not o.passed and not o.hidden for o in results)
        for entry, results in judged
        if not entry.is_right
    )
    assert caught[True] / caught.total() >= 0.95


def test_every_test_rejects_something(judged: list[tuple[Entry, list[Outcome]]]) -> None:
    idle = {o.test for _, results in judged for o in results}
    idle -= {o.test for e, results in judged for o in results if not e.is_right and not o.passed}
    assert idle == set()
