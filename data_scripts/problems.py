"""The error that all data scripts raise: what went wrong, and what to do about it."""

from __future__ import annotations


class DataProblem(Exception):
    """A problem with a data set that a person can solve.

    what: one sentence that says what went wrong.
    advice: what to do next, in one or more lines; may be empty.
    """

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.what}\n{self.advice}" if self.advice else self.what


class NotHere(DataProblem):
    """A place that may contain a file doesn't contain it, which is not an error in itself."""


class Unreachable(DataProblem):
    """No host that may have a file accepts a connection: there is no network, or they are down."""
