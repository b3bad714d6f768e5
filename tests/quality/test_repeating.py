"""Repeats run every test in the requested order and setting, and name the failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit.test_quality.repeats import Repeat, Setting, in_any_order, on_other_platforms, repeat
from coursekit.test_quality.stability import PROMISES_FLOAT32, real_failures


def test_a_repeat_runs_every_test_in_its_setting(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    settings = [Setting(order=1), Setting(threads=2, seed=3, dtype="float64")]
    files = ["unit_tests/test_simple_net.py"]
    shuffled, wide = repeat(root, settings, files=files)
    assert shuffled.tests == wide.tests > 5
    assert not shuffled.failures
    # The network promises float32 but is created in float64: reported, but not counted.
    assert any(PROMISES_FLOAT32 in failure for failure in wide.failures)
    assert not real_failures(wide)


def test_another_failure_counts_in_float64_too() -> None:
    made = Repeat(Setting(dtype="float64"), 3, ("test_x: expected 1.0, got 1.1",), 0.1)
    assert real_failures(made) == list(made.failures)


def test_settings_cover_what_they_claim() -> None:
    orders = in_any_order(50)
    assert len({s.order for s in orders}) == 50
    assert {s.threads for s in orders} == {1, 2}
    platforms = on_other_platforms()
    assert len({(s.dtype, s.threads, s.seed) for s in platforms}) == len(platforms) == 12
