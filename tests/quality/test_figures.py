"""Metrics: what counts for which target, and what the docs page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit.generated_blocks import replace_block
from coursekit.test_quality import rates, results_tables
from coursekit.test_quality.named_mistakes import Naming
from coursekit.test_quality.rates import FunctionFigures, Killed
from coursekit.test_quality.targets import BARS


def fine() -> FunctionFigures:
    """A function whose tests meet every target that a single function can meet."""
    return FunctionFigures(
        "m.f",
        public_tests=2,
        hidden_tests=1,
        wrong=Killed(public=[f"W{n}" for n in range(20)]),
        mutants=Killed(public=["m"] * 19, hidden=["h"]),
        accepted=["A", "B"],
        named=Naming(right=[f"W{n}" for n in range(20)]),
    )


def missed(found: FunctionFigures, *, whole: bool = False) -> set[str]:
    return {b.figure for b in rates.missed(rates.totals([found]), whole_course=whole)}


def test_every_bar_is_a_figure() -> None:
    assert {bar.figure for bar in BARS} <= set(rates.totals([fine()]))


def test_no_target_is_missed_if_all_is_well() -> None:
    assert missed(fine()) == set()


def test_whole_course_targets_count_in_a_full_measurement() -> None:
    assert missed(fine(), whole=True) == {"wrong", "right"}


@pytest.mark.parametrize(
    ("change", "bar"),
    [
        (lambda f: f.wrong.survived.append("W"), "wrong_killed"),
        (lambda f: f.wrong.hidden.extend(["W", "V"]), "wrong_killed_public"),
        (lambda f: f.accepted.pop(), "fewest_right"),
        (lambda f: f.rejected.append("C, by test_x"), "right_accepted"),
        (lambda f: f.mutants.survived.extend("abc"), "mutants_killed"),
        (lambda f: f.idle.append("test_y"), "idle_tests"),
        (lambda f: f.named.wrong.extend(["W1", "W2"]), "named_wrong"),
        (lambda f: f.named.right.__delitem__(slice(5)), "named_right"),
        (lambda f: f.wrong.public.__delitem__(slice(16)), "fewest_wrong"),
        (lambda f: f.wrongly_listed.append("x [flag: True → False]"), "wrongly_listed"),
    ],
)
def test_each_fault_misses_its_bar(change: object, bar: str) -> None:
    found = fine()
    change(found)  # type: ignore[operator]
    assert bar in missed(found)


def test_the_page_names_what_got_away(tmp_path: Path) -> None:
    found = fine()
    found.wrong.survived.append("GetsAway")
    page = tmp_path / "quality.md"
    page.write_text("# Before\n<!-- quality: begin -->\nold\n<!-- quality: end -->\nafter\n")
    replace_block(page, "quality", results_tables.page([found], rates.totals([found])))
    text = page.read_text(encoding="utf-8")
    assert "GetsAway" in text
    assert "old" not in text
    assert text.startswith("# Before\n")
    assert text.endswith("after\n")


def test_a_page_without_marks_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text("# Nothing\n")
    with pytest.raises(ValueError, match="must contain the lines"):
        replace_block(page, "quality", "x")


def test_every_table_row_fits_its_head() -> None:
    assert len(results_tables.row(fine())) == len(results_tables.HEAD)
