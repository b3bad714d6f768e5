"""The targets for the tests. `coursekit quality` fails if one is missed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A target: the name of a metric, its minimum or maximum, and whether it is a share."""

    figure: str
    words: str
    least: float | None = None
    most: float | None = None
    share: bool = False
    whole_course: bool = False  # meaningless for a single module

    def met(self, value: float) -> bool:
        """Return whether the measured value meets the target."""
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def wanted(self) -> str:
        """Return the target in words: `95 % or more`."""
        bound = self.least if self.least is not None else self.most
        assert bound is not None
        side = "or more" if self.least is not None else "or fewer"
        return f"{bound:.0%} {side}" if self.share else f"{bound:g} {side}"


BARS = (
    Bar("wrong", "misconceptions in the catalog", least=200, whole_course=True),
    Bar("fewest_wrong", "misconceptions of the graded function with the fewest", least=5),
    Bar("wrong_killed_public", "of them rejected by public tests", least=0.95, share=True),
    Bar("wrong_killed", "of them rejected by public and hidden tests", least=1.0, share=True),
    Bar("right", "alternative right implementations", least=100, whole_course=True),
    Bar("fewest_right", "alternatives of the graded function with the fewest", least=2),
    Bar("right_accepted", "of them accepted by all tests", least=1.0, share=True),
    Bar("mutants_killed", "mutants rejected, of those not equivalent", least=0.95, share=True),
    Bar(
        "named_right",
        "misconceptions that the first line of feedback names",
        least=0.8,
        share=True,
    ),
    Bar("named_wrong", "misconceptions that are given another's name", most=0.05, share=True),
    Bar("wrongly_listed", "mutants listed as equivalent that a test rejects", most=0),
    Bar("idle_tests", "tests that reject nothing", most=0),
)
