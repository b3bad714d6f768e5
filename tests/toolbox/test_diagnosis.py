"""A misconception is named only if it is the only explanation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from toolbox.checks.diagnosis import diagnose
from toolbox.checks.outcome import Outcome
from toolbox.checks.value_record import of_error, of_value, same


def failed(test: str, value: Any) -> Outcome:
    return Outcome(test, "", "m.f", 1.0, status="failed", observed={"at": 0, **of_value(value)})


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
        (np.array([1]), np.array([1.0])),
        (np.array([np.nan]), np.array([0.0])),
        ("coast", "Coast"),
        (None, 0.0),
    ],
)
def test_different_things_have_different_fingerprints(a: Any, b: Any) -> None:
    assert not same(of_value(a), of_value(b))


def test_fingerprints_ignore_memory_addresses() -> None:
    assert same(of_value(object()), of_value(object()))
