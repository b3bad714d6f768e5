"""Failures are described even if the student's objects raise when they are examined."""

from __future__ import annotations

import pytest
import torch

from toolbox.checks.deadline import TooSlow
from toolbox.checks.expect import Mismatch
from toolbox.checks.outcome import Outcome, describe


class Agreeable(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        return True


class Raising:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def detach(self) -> None:
        raise self.error


def failed(value: object) -> Outcome:
    outcome = Outcome("test_one", "It is one.", "numbers.one", 1.0)
    describe(outcome, Mismatch("one()", "1", "something else", value, 0))
    return outcome


@pytest.mark.parametrize(
    "value", [Agreeable(), Raising(OSError()), Raising(SystemExit()), Raising(GeneratorExit())]
)
def test_a_value_that_raises_when_examined_is_described(value: object) -> None:
    outcome = failed(value)
    assert outcome.status == "failed"
    assert outcome.called == "one()"
    assert outcome.expected == "1"
    assert outcome.got == "something else"


def test_an_error_that_raises_when_shown_is_described() -> None:
    class Odd(ValueError):
        def __str__(self) -> str:
            raise SystemExit

    outcome = Outcome("test_one", "It is one.", "numbers.one", 1.0)
    describe(outcome, Odd())
    assert outcome.status == "error"
    assert outcome.got


@pytest.mark.parametrize("error", [TooSlow("out of time"), KeyboardInterrupt()])
def test_a_deadline_and_ctrl_c_are_not_swallowed(error: BaseException) -> None:
    with pytest.raises(type(error)):
        failed(Raising(error))
