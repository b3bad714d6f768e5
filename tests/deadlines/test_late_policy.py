"""Days late, penalties and extensions, also across a change of the clocks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.settings.extension_list import Extension, ExtensionsError, read_extensions
from coursekit.settings.late_policy import LateRules, LateTerms, days_late, moved

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")
# Around these times clocks change in the zones above.
CHANGES = [
    datetime(2027, 3, 28, 1, tzinfo=timezone.utc),
    datetime(2027, 10, 31, 1, tzinfo=timezone.utc),
    datetime(2027, 3, 14, 7, tzinfo=timezone.utc),
    datetime(2027, 11, 7, 6, tzinfo=timezone.utc),
    datetime(2027, 4, 3, 15, tzinfo=timezone.utc),
]
times = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-6 * 24 * 60, 6 * 24 * 60),
)
late_tables = st.fixed_dictionaries(
    {},
    optional={
        "grace_minutes": st.sampled_from([0, 5, 90]),
        "hard_stop_days": st.integers(0, 5),
        "late_days": st.integers(0, 6),
        "percent_per_day": st.sampled_from([1, 10, 33.3, 100]),
    },
)
PARTS = ("p1", "p2", "p3")


def facts(zone: str, late: dict[str, Any], due: list[datetime]) -> dict[str, Any]:
    parts = [{"id": name, "due": d.isoformat()} for name, d in zip(PARTS, due, strict=False)]
    return {"course": {"time_zone": zone}, "late": late, "parts": parts}


def plain_days(submitted: datetime, due: datetime, grace: float, zone: ZoneInfo) -> int:
    """Count the deadlines that have passed, one day after the other."""
    start = due.astimezone(zone).replace(tzinfo=None)
    passed = submitted > due + timedelta(minutes=grace)
    for days in range(1, 400):
        fold = due.astimezone(zone).fold
        end = (start + timedelta(days=days)).replace(tzinfo=zone, fold=fold)
        if passed and submitted > end.astimezone(timezone.utc) + timedelta(minutes=grace):
            continue
        return days if passed else 0
    raise AssertionError("too late")


@given(times, times, st.sampled_from(ZONES), st.sampled_from([0.0, 15.0, 600.0]))
@settings(max_examples=1000)
def test_days_are_counted_by_the_time_of_day(
    submitted: datetime, due: datetime, zone: str, grace: float
) -> None:
    where = ZoneInfo(zone)
    found = days_late(submitted, due, LateRules(grace_minutes=grace), where)
    assert found == plain_days(submitted, due, grace, where)


def test_a_day_with_23_hours_is_a_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    due = datetime(2027, 3, 27, 18, 0, tzinfo=berlin).astimezone(timezone.utc)
    next_day = datetime(2027, 3, 28, 18, 0, tzinfo=berlin).astimezone(timezone.utc)
    assert (next_day - due) == timedelta(hours=23)
    assert moved(due, 1, berlin) == next_day
    assert days_late(next_day, due, LateRules(), berlin) == 1
    assert days_late(next_day + timedelta(seconds=1), due, LateRules(), berlin) == 2


@given(
    st.sampled_from(ZONES),
    late_tables,
    st.lists(times, min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), times), min_size=3, max_size=3),
    st.lists(st.floats(0, 50).map(lambda x: round(x, 2)), min_size=3, max_size=3),
    st.lists(
        st.tuples(st.sampled_from([*PARTS, "*"]), st.one_of(times, st.integers(0, 9))), max_size=4
    ),
    st.tuples(st.sampled_from([*PARTS, "*"]), st.one_of(times, st.integers(0, 9))),
)
@settings(max_examples=1000)
def test_an_extension_never_lowers_a_score(
    zone: str,
    late: dict[str, Any],
    due: list[datetime],
    submitted: list[datetime | None],
    scores: list[float],
    before: list[tuple[str, Any]],
    one_more: tuple[str, Any],
) -> None:
    handed_in = dict(zip(PARTS, submitted, strict=True))

    def totals(given: list[tuple[str, Any]]) -> list[float]:
        extensions = [
            Extension("ada", part, until, 0)
            if isinstance(until, datetime)
            else Extension("ada", part, None, until)
            for part, until in given
        ]
        found = LateTerms(facts(zone, late, due), extensions).lateness("ada", handed_in)
        return [s - found[p].penalty(s) for p, s in zip(PARTS, scores, strict=True)]

    for old, new in zip(totals(before), totals([*before, one_more]), strict=True):
        assert new >= old
    assert all(0 <= total <= score for total, score in zip(totals(before), scores, strict=True))


def terms(**late: Any) -> LateTerms:
    due = [
        datetime(2027, 3, 5, 23, tzinfo=timezone.utc),
        datetime(2027, 3, 12, 23, tzinfo=timezone.utc),
    ]
    return LateTerms(facts("UTC", late, due))


def test_shared_late_days_are_used_in_the_order_of_due_dates() -> None:
    rules = terms(points_per_day=2, late_days=3)
    late = {
        "p2": datetime(2027, 3, 14, 22, tzinfo=timezone.utc),
        "p1": datetime(2027, 3, 7, 22, tzinfo=timezone.utc),
    }
    found = rules.lateness("ada", late)
    assert [(found[p].days, found[p].free, found[p].left) for p in ("p1", "p2")] == [
        (2, 2, 1),
        (2, 1, 0),
    ]
    assert [found[p].penalty(20) for p in ("p1", "p2")] == [0, 2]


def test_the_steps_of_a_penalty_are_explained() -> None:
    rules = terms(percent_per_day=10, late_days=1, grace_minutes=30)
    rules.extensions = [Extension("ada", "p1", None, 1)]
    late = {"p1": datetime(2027, 3, 9, 8, tzinfo=timezone.utc)}
    found = rules.lateness("ada", late)["p1"]
    assert found.lines(43.0) == [
        "Due 2027-03-05 23:00 UTC, extended for you to 2027-03-06 23:00 UTC.",
        "Handed in 2027-03-09 08:00 UTC.",
        "This counts as 3 days late.",
        "1 shared late day used here without a penalty, 0 left for other parts.",
        "2 days at 10 % of 43 points: −8.6 points.",
    ]
    assert (
        rules.lateness("ben", {"p1": datetime(2027, 3, 5, 22, tzinfo=timezone.utc)})["p1"].lines(
            43.0
        )
        == []
    )


def test_a_part_replaces_single_rules() -> None:
    known = facts("UTC", {"percent_per_day": 10, "grace_minutes": 5}, CHANGES)
    known["parts"][1]["late"] = {"points_per_day": 3}
    first, second, _ = LateTerms(known).parts
    assert first.rules == LateRules(5, percent_per_day=10)
    assert second.rules == LateRules(5, points_per_day=3)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("ada,p9,2027-03-06,,", "line 2: unknown part 'p9'. Use p1, p2"),
        ("ada,p1,,,", "line 2: fill in either until or days"),
        ("ada,p1,2027-03-06,2,", "line 2: fill in either until or days"),
        ("ada,p1,tomorrow,,", "line 2: 'tomorrow' is not valid"),
        ("ada,p1,,-1,", "line 2: '-1' is not valid"),
        ("ada,p1,,nan,", "line 2: 'nan' is not valid"),
        (",p1,,1,", "line 2: the student is missing"),
    ],
)
def test_a_wrong_extension_names_its_line(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "extensions.csv"
    path.write_text(f"student,part,until,days,reason\n{row}\n", encoding="utf-8")
    with pytest.raises(ExtensionsError, match=said):
        read_extensions(path, ["p1", "p2"], ZoneInfo("UTC"))


def test_a_date_is_the_end_of_a_day_in_the_zone_of_the_course(tmp_path: Path) -> None:
    path = tmp_path / "extensions.csv"
    path.write_text("Student,Part,Until\nada,p1,2027-03-28\n\nben,*,2027-03-28T12:00\n", "utf-8")
    berlin = LateTerms(facts("Europe/Berlin", {}, CHANGES))
    ada, ben = read_extensions(path, list(PARTS), berlin.zone)
    assert ada.until == datetime(2027, 3, 28, 21, 59, 59, tzinfo=timezone.utc)
    assert ben.until == datetime(2027, 3, 28, 10, 0, tzinfo=timezone.utc)
