"""The deadline limits processor time, and stops code that only waits much later."""

from __future__ import annotations

import time

import pytest

from toolbox.checks.deadline import PATIENCE, TooSlow, deadline


def test_an_endless_loop_is_stopped() -> None:
    began = time.process_time()
    with pytest.raises(TooSlow, match=r"still running after 0\.2 s"), deadline(0.2):
        sum(1 for _ in iter(int, 1))  # never 1
    assert time.process_time() - began < 2


def test_waiting_is_not_computing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolbox.checks.deadline.PATIENCE", 1000)
    with deadline(0.2):
        time.sleep(0.5)


def test_waiting_forever_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(TooSlow), deadline(0.1):
        time.sleep(60)
    assert time.monotonic() - began >= 0.1 * PATIENCE


def test_the_alarm_repeats_for_code_that_catches_everything() -> None:
    rings = 0
    with deadline(0.1):
        while rings < 2:
            try:
                while True:
                    pass
            except BaseException:  # as student code may
                rings += 1
    assert rings == 2
