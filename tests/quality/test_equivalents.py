"""The list of equivalent mutants names existing mutants and gives reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.test_quality import equivalent_mutants
from coursekit.test_quality.equivalent_mutants import Equivalent, listed, outdated
from coursekit.test_quality.mutants import mutants


def test_every_entry_fits_a_mutant(root: Path) -> None:
    modules = {m for part in course_file.load(root).built_parts for m in part.modules}
    known = [
        (mutant.function, f"{mutant.line} [{mutant.change}]")
        for module in modules
        for mutant in mutants(root / "student_code" / f"{module}.py")
    ]
    assert not outdated(known)


def test_every_entry_has_a_reason_and_stands_once() -> None:
    seen = set()
    for entry in equivalent_mutants.equivalents():
        assert len(entry.reason) > 20, entry
        for change in entry.changes:
            assert (entry.function, entry.line, change) not in seen, entry
            seen.add((entry.function, entry.line, change))


@pytest.fixture
def one_list(monkeypatch: pytest.MonkeyPatch) -> None:
    made = (
        Equivalent("m.f", "x = a + 1", ("off by one: 1 → 2",), "for a reason"),
        Equivalent("m.f", "nn.Dropout(p=0.5),", ("*",), "left open"),
    )
    monkeypatch.setattr(equivalent_mutants, "equivalents", lambda: made)


@pytest.mark.usefixtures("one_list")
def test_an_entry_covers_its_change_alone() -> None:
    assert listed("m.f", "x = a + 1 [off by one: 1 → 2]", killed=False)
    assert not listed("m.f", "x = a + 1 [off by one: 1 → 0]", killed=False)
    assert not listed("m.g", "x = a + 1 [off by one: 1 → 2]", killed=False)


@pytest.mark.usefixtures("one_list")
def test_an_open_line_covers_what_the_tests_accept_of_it() -> None:
    name = "nn.Dropout(p=0.5), [off by one: 0.5 → 1.5]"
    assert listed("m.f", name, killed=False)
    assert not listed("m.f", name, killed=True)


@pytest.mark.usefixtures("one_list")
def test_an_entry_without_a_mutant_is_reported() -> None:
    known = [("m.f", "nn.Dropout(p=0.5), [off by one: 0.5 → 1.5]")]
    assert outdated(known) == ["m.f: x = a + 1 [off by one: 1 → 2]"]
