"""The points of a check, as a number that a notebook shows as feedback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from toolbox.checks.arranged_feedback import Feedback, arrange, problems
from toolbox.checks.attempts import failed_again, wrong_parts
from toolbox.checks.feedback_html import as_html
from toolbox.checks.feedback_text import ALL_HINTS, as_text
from toolbox.checks.graded_pictures import graded_pictures
from toolbox.checks.outcome import Run

ASK = "checks.hint() shows one more hint"
_asked: dict[str, list[str]] = {"hints": []}  # those that the last feedback held back


class Shown:
    """Feedback that was shown, and shows itself again if a later cell ends with it."""

    def __init__(self, broken: list[str], found: list[Feedback]) -> None:
        self.broken, self.found = broken, found
        self._cell: Any = None

    @classmethod
    def of(cls, run: Run, notes: Sequence[str] = ()) -> Shown:
        """Arrange a run's feedback, with examples for repeated failures unless nbgrader grades."""
        if grading():
            return cls(problems(run), arrange(run, notes))
        found = arrange(run, notes, failed_again(run), wrong_parts(run))
        return cls(problems(run), found)

    def show(self) -> None:
        """Show the feedback: as HTML in a notebook, else as text, which nbgrader's pages read."""
        shell = notebook_shell()
        _asked["hints"] = []
        if held_back():
            _asked["hints"] = [hint for feedback in self.found for hint in feedback.held_back]
        if shell is None or grading():
            sys.stdout.write(self.text())
            sys.stdout.flush()
            if shell is not None and os.environ["NBGRADER_EXECUTION"] == "autograde":
                self._show_graded_pictures()
            return
        from IPython.display import display

        self._cell = shell.execution_count
        display({"text/html": self.html(), "text/plain": self.text()}, raw=True)

    def _show_graded_pictures(self) -> None:
        from IPython.display import display

        for pictures in graded_pictures(self.found):
            display(pictures, raw=True)

    def text(self) -> str:
        return as_text(self.broken, self.found, ASK if held_back() else ALL_HINTS)

    def html(self) -> str:
        return as_html(self.broken, self.found)

    def show_again(self) -> None:
        """Show the feedback, unless the cell that is running has just shown it."""
        shell = notebook_shell()
        if shell is None or shell.execution_count != self._cell:
            self.show()


class Score(float):
    """Points, which nbgrader reads as a number. The end of a cell shows them as feedback."""

    shown: Shown

    def _ipython_display_(self) -> None:
        self.shown.show_again()

    def _repr_html_(self) -> str:
        return self.shown.html()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.shown.text().rstrip())


def score(points: float, shown: Shown) -> float:
    """Return the points; in a notebook, they also show the feedback.

    nbgrader reads the text of the number, so while it grades it is an ordinary one.
    """
    if grading():
        return points
    found = Score(points)
    found.shown = shown
    return found


class PrintedScore(float):
    """Points that were printed already: the end of a cell does not show them again."""

    def _ipython_display_(self) -> None:
        return


def printed_score(points: float) -> float:
    """Return points that were printed, so that a notebook does not repeat them."""
    return points if grading() else PrintedScore(points)


def hint() -> None:
    """Print one more hint for the failures of the last check."""
    waiting = _asked["hints"]
    print(f"hint 2: {waiting.pop(0)}" if waiting else "There are no more hints for the last check.")


def grading() -> bool:
    """Return whether nbgrader executes the notebook."""
    return bool(os.environ.get("NBGRADER_EXECUTION"))


def held_back() -> bool:
    """Return whether the second hint is shown only on request: in a session with a person."""
    return not grading() and (notebook_shell() is not None or hasattr(sys, "ps1"))


def notebook_shell() -> Any:
    """Return the shell of the notebook that is running, or None elsewhere."""
    if "ipykernel" not in sys.modules:
        return None
    from IPython import get_ipython

    shell = get_ipython()
    return shell if hasattr(shell, "kernel") else None
