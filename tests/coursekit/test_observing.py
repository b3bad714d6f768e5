"""A misconception runs a second time, with other random numbers, in the tests that it failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coursekit.builds import observation
from coursekit.test_quality.subject_sources import preload
from misconceptions.catalogue import Entry, entries
from misconceptions.student_mistakes import known_versions
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
    monkeypatch.setattr(observation, "run_tests", runs)
    seen = observation.observe(Entry("m.f", lambda: None, "wrong"))
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


@pytest.fixture
def mistakes(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[observation.Mistake]:
    """Mistakes in one module, by entries of the catalog and in students' versions."""
    monkeypatch.chdir(root)
    preload(root, ["dropout"])
    wrong = [entry for entry in entries("dropout") if not entry.is_right]
    return [*wrong, *known_versions(root, "dropout")]


def test_observing_together_and_separately_gives_the_same(
    mistakes: list[observation.Mistake], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = dict(observation.observations(mistakes))
    assert set(together) == set(mistakes)
    assert any(records(each)[0].get("free") for seen in together.values() for each in seen.values())
    monkeypatch.setattr(observation, "judge_shares", lambda *_, **__: iter([]))
    assert dict(observation.observations(mistakes)) == together


@pytest.mark.parametrize("line", ["from student_code.dropout import *", "seed_for(3)"])
def test_a_test_module_that_keeps_something_from_its_import_is_imported_for_each_mistake(
    line: str,
    mistakes: list[observation.Mistake],
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would test the reference, or draw equal numbers in both runs."""
    path = source / "unit_tests" / "test_dropout.py"
    text = path.read_text(encoding="utf-8")
    lines = f"\nfrom toolbox.checks.seeds import seed_for\n\n{line}\n"
    path.write_text(text + lines, encoding="utf-8")
    monkeypatch.chdir(source)
    separate: list[object] = []

    def counted(jobs: Sequence[object], **_: float) -> Iterator[tuple[int, observation.Seen]]:
        separate.extend(jobs)
        return iter([])

    monkeypatch.setattr(observation, "run_forked", counted)
    assert not dict(observation.observations(mistakes))
    assert len(separate) == len(mistakes)
