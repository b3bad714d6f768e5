"""A misconception runs a second time, with other random numbers, in the tests that it failed."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from coursekit.builds import hint_table
from misconceptions.catalogue import Entry
from toolbox.checks.outcome import Outcome, Run
from toolbox.checks.signatures import records
from toolbox.checks.value_record import of_value

TESTS = ("test_a", "test_b", "test_c")


class Runs:
    """A replacement for `run_tests`: what tests observe, by run; those without a value pass."""

    def __init__(self, *runs: dict[str, float]) -> None:
        self.runs = list(runs)
        self.ran: list[list[str]] = []

    def __call__(self, files: list[str], *, plugins: Sequence[Any] = (), prepare: Any) -> Run:
        items: list[Any] = [SimpleNamespace(name=name) for name in TESTS]
        for plugin in plugins:
            plugin.pytest_collection_modifyitems(items)
        self.ran.append([item.name for item in items])
        values = self.runs[len(self.ran) - 1]
        return Run([_outcome(item.name, values.get(item.name)) for item in items], [])


def _outcome(test: str, value: float | None) -> Outcome:
    if value is None:
        return Outcome(test, "", "m.f", 1.0)
    seen = {"at": 0, **of_value(value)}
    return Outcome(test, "", "m.f", 1.0, status="failed", observed=seen)


def observed(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Observe an entry; return for each failed test whether its record is marked as free."""
    monkeypatch.setattr(hint_table, "run_tests", runs)
    seen = hint_table.observe(Entry("m.f", lambda: None, "wrong"))
    return {test: records(each)[0].get("free", False) for test, each in seen.items()}


def test_only_what_failed_runs_again_and_what_differs_is_marked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = Runs({"test_a": 0.3, "test_c": 2.0}, {"test_a": 0.8, "test_c": 2.0})
    assert observed(runs, monkeypatch) == {"test_a": True, "test_c": False}
    assert runs.ran == [list(TESTS), ["test_a", "test_c"]]


def test_what_fails_no_test_runs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs({})
    assert observed(runs, monkeypatch) == {}
    assert runs.ran == [list(TESTS)]
