"""One or two misconceptions are named, but only if they are the only explanation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from coursekit.free_records import mark_free
from toolbox.checks.diagnosis import diagnose
from toolbox.checks.outcome import Outcome
from toolbox.checks.signatures import records
from toolbox.checks.value_record import of_error, of_kind, of_value, same


def failed(test: str, value: Any) -> Outcome:
    return Outcome(test, "", "m.f", 1.0, status="failed", observed={"at": 0, **of_value(value)})


def passed(*tests: str) -> list[Outcome]:
    return [Outcome(test, "", "m.f", 1.0) for test in tests]


def several(test: str, *values: Any) -> Outcome:
    """Return a failed test whose expectations fail with these values."""
    first, *more = [{"at": at, **of_value(value)} for at, value in enumerate(values)]
    return Outcome(test, "", "m.f", 1.0, status="failed", observed={**first, "more": more})


def named(outcomes: list[Outcome], *entries: dict[str, Any]) -> list[str]:
    """Return the cause that each outcome names, with these entries in the catalog."""
    diagnose(outcomes, {"m.f": list(entries)})
    return [outcome.misconception for outcome in outcomes]


def entry(name: str, **seen: Any) -> dict[str, Any]:
    prints = {test: {"at": 0, **of_value(value)} for test, value in seen.items()}
    return {"id": name, "looks_like": name, "hints": ["what", "where"], "seen": prints}


def test_the_only_explanation_is_named_with_its_hints() -> None:
    outcomes = [failed("test_a", 3.0), Outcome("test_b", "", "m.f", 1.0)]
    known = {"m.f": [entry("sum", test_a=3.0), entry("mean", test_a=4.0)]}
    diagnose(outcomes, known)
    assert outcomes[0].misconception == "sum"
    assert outcomes[0].hints == ["what", "where"]


def test_other_tests_distinguish_two_candidates() -> None:
    outcomes = [failed("test_a", 3.0), Outcome("test_b", "", "m.f", 1.0)]
    known = {"m.f": [entry("one", test_a=3.0), entry("two", test_a=3.0, test_b=9.0)]}
    diagnose(outcomes, known)
    assert outcomes[0].misconception == "one"


def test_ambiguous_failures_are_not_named() -> None:
    outcomes = [failed("test_a", 3.0)]
    diagnose(outcomes, {"m.f": [entry("one", test_a=3.0), entry("two", test_a=3.0)]})
    assert outcomes[0].misconception == ""


def test_an_unknown_value_is_not_named() -> None:
    outcomes = [failed("test_a", 3.5)]
    diagnose(outcomes, {"m.f": [entry("one", test_a=3.0)]})
    assert outcomes[0].misconception == ""


def test_a_common_error_is_no_evidence() -> None:
    outcome = Outcome("test_a", "", "m.f", 1.0, status="error")
    outcome.observed = {"at": 0, **of_error(TypeError())}
    row = entry("one")
    row["seen"] = {"test_a": {"at": 0, **of_error(TypeError())}}
    diagnose([outcome], {"m.f": [row]})
    assert outcome.misconception == ""


def test_two_mistakes_are_named_where_each_shows() -> None:
    outcomes = [failed("test_a", 3.0), failed("test_b", 5.0), *passed("test_c")]
    said = named(
        outcomes, entry("one", test_a=3.0), entry("two", test_b=5.0), entry("no", test_c=1)
    )
    assert said == ["one", "two", ""]


def test_a_mistake_is_named_although_something_unknown_fails_as_well() -> None:
    said = named([failed("test_a", 3.0), failed("test_b", 7.0)], entry("one", test_a=3.0))
    assert said == ["one", ""]


def test_nothing_is_named_although_a_test_passed_that_it_should_fail() -> None:
    outcomes = [failed("test_a", 3.0), *passed("test_b")]
    assert named(outcomes, entry("one", test_a=3.0, test_b=9.0)) == ["", ""]


def test_nothing_is_named_if_one_of_its_values_differs() -> None:
    outcomes = [failed("test_a", 3.0), failed("test_b", 8.0)]
    assert named(outcomes, entry("one", test_a=3.0, test_b=9.0)) == ["", ""]


def test_two_mistakes_that_change_the_same_value_are_named_if_nothing_else_is_possible() -> None:
    outcomes = [failed("test_a", 3.0), failed("test_b", 5.0), failed("test_c", 12.0)]
    entries = [
        entry("one", test_a=3.0, test_c=4.0),
        entry("two", test_b=5.0, test_c=6.0),
        entry("three", test_a=1.0, test_c=12.0),
    ]
    assert named(outcomes, *entries) == ["one", "two", "the same mistake as above"]


def test_the_explanation_of_more_expectations_is_preferred() -> None:
    outcomes = [several("test_a", 3.0, 4.0)]
    deep = entry("deep")
    deep["seen"] = {"test_a": several("test_a", 3.0, 4.0).observed}
    assert named(outcomes, entry("shallow", test_a=3.0), deep) == ["deep"]


def test_variants_of_one_mistake_are_one_explanation() -> None:
    outcomes = [failed("test_a", 3.0), failed("test_b", 5.0)]
    variants = [entry("one", test_a=3.0, test_b=4.0), entry("one", test_a=3.0, test_b=5.0)]
    assert named(outcomes, *variants) == ["one", "the same mistake as above"]


def test_an_expectation_that_was_not_reached_refutes_nothing() -> None:
    error = {"at": 1, **of_error(IndexError())}
    outcome = Outcome("test_a", "", "m.f", 1.0, status="failed")
    outcome.observed = {"at": 0, **of_value(3.0), "more": [error]}
    late = entry("late")
    late["seen"] = {"test_a": several("test_a", 3.0, 4.0, 5.0).observed}
    assert named([outcome], late) == ["late"]


def test_random_values_need_not_match_but_are_weak_evidence() -> None:
    free = {"at": 0, **of_value(0.37), "free": True}
    drawn = entry("drawn")
    drawn["seen"] = {"test_a": free}
    assert named([failed("test_a", 0.81)], drawn) == ["drawn"]
    assert named([failed("test_a", 0.81)], drawn, entry("sure", test_a=0.81)) == ["sure"]
    assert named([failed("test_a", 0.81), failed("test_b", 1.0)], drawn) == ["", ""]


def test_a_passed_expectation_decides_between_two_causes_although_its_value_is_random() -> None:
    both = entry("two", test_a=3.0, test_b=9.0)
    both["seen"]["test_b"]["free"] = True
    outcomes = [failed("test_a", 3.0), *passed("test_b")]
    assert named(outcomes, entry("one", test_a=3.0), both) == ["one", ""]
    # Alone, it is still named: a random value may happen to be accepted.
    outcomes = [failed("test_a", 3.0), *passed("test_b")]
    assert named(outcomes, both) == ["two", ""]


def test_a_wrong_type_alone_names_a_mistake_only_if_it_explains_everything() -> None:
    kind = {"at": 0, **of_kind("Tensor")}
    outcome = Outcome("test_a", "", "m.f", 1.0, status="failed", observed=kind)
    typed = entry("typed")
    typed["seen"] = {"test_a": kind}
    assert named([outcome, *passed("test_b")], typed) == ["typed", ""]
    assert named([outcome, failed("test_b", 2.0)], typed) == ["", ""]


def test_records_that_change_with_the_random_numbers_are_marked() -> None:
    first, again = several("test_a", 1.0, 0.3, 2.0), several("test_a", 1.0, 0.8)
    marked = records(mark_free(first.observed, again.observed))
    assert [record.get("free", False) for record in marked] == [False, True, True]
    assert all(record["free"] for record in records(mark_free(first.observed, {})))


def other(test: str, value: Any) -> Outcome:
    return Outcome(test, "", "m.g", 1.0, status="failed", observed={"at": 0, **of_value(value)})


def test_a_mistake_is_traced_to_the_function_it_starts_in() -> None:
    known = {"m.f": [entry("sum", test_f=3.0, test_g=9.0)], "m.g": [entry("own", test_g=8.0)]}
    outcomes = [failed("test_f", 3.0), other("test_g", 9.0)]
    diagnose(outcomes, known)
    assert outcomes[0].misconception == "sum"
    assert outcomes[1].misconception == "the same mistake as in m.f"
    turned = [other("test_g", 9.0), failed("test_f", 3.0)]
    diagnose(turned, known)
    assert turned[0].misconception == "in m.f: sum"
    assert turned[1].misconception == "the same mistake as in m.g"


def test_nothing_is_traced_to_functions_that_passed_or_did_not_run() -> None:
    known = {"m.f": [entry("sum", test_f=3.0, test_g=9.0)], "m.g": []}
    alone = [other("test_g", 9.0)]
    diagnose(alone, known)
    assert alone[0].misconception == ""
    beside = [Outcome("test_f", "", "m.f", 1.0), other("test_g", 9.0)]
    diagnose(beside, known)
    assert beside[1].misconception == ""


def test_a_functions_own_mistake_takes_precedence() -> None:
    known = {
        "m.f": [entry("one", test_f=3.0, test_g=9.0), entry("two", test_f=3.0)],
        "m.g": [entry("own", test_g=9.0)],
    }
    outcomes = [failed("test_f", 3.0), other("test_g", 9.0)]
    diagnose(outcomes, known)
    assert outcomes[1].misconception == "own"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_rounding_does_not_change_a_fingerprint(values: list[float]) -> None:
    wide = np.array(values)
    assert same(of_value(wide), of_value(wide.astype(np.float32)))
    assert same(of_value(wide), of_value(torch.tensor(values, dtype=torch.float64)))


def test_projections_are_the_same_with_every_numpy() -> None:
    """Other numpy versions read the build's table, and numpy promises no stable random stream."""
    found = of_value(np.array([1.0, 2.0, 4.0, 8.0]))["projections"]
    np.testing.assert_allclose(found, [3.3425287416, 4.0846552795, 3.4540157222])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.zeros(3), np.zeros((3, 1))),
        (np.array([1.0, 2.0]), np.array([2.0, 1.0])),
        (np.array([1.0]), np.array([1.01])),
        (np.array([np.nan]), np.array([0.0])),
        (np.array([np.inf]), np.array([0.0])),
        ({"a": 1.0}, {"a": 2.0}),
        ({"a": 1.0}, {"b": 1.0}),
        ("coast", "Coast"),
        (None, 0.0),
    ],
)
def test_different_things_have_different_fingerprints(a: Any, b: Any) -> None:
    assert not same(of_value(a), of_value(b))


def test_rounding_does_not_change_the_fingerprint_of_a_dictionary() -> None:
    assert same(of_value({"a": 0.1 + 0.2, "b": "x"}), of_value({"a": 0.3, "b": "x"}))


def test_fingerprints_ignore_memory_addresses() -> None:
    assert same(of_value(object()), of_value(object()))
