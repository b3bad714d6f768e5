"""What the tests have to reach. `coursekit quality` fails where a bar is missed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A figure's name, what it has to be at least (or at most), and whether it is a share."""

    figure: str
    words: str
    least: float | None = None
    most: float | None = None
    share: bool = False
    whole_course: bool = False  # says nothing about a single module

    def met(self, value: float) -> bool:
        """Whether the measured value is good enough."""
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def wanted(self) -> str:
        """The bar in words: `95 % or more`."""
        bound = self.least if self.least is not None else self.most
        assert bound is not None
        side = "or more" if self.least is not None else "or fewer"
        return f"{bound:.0%} {side}" if self.share else f"{bound:g} {side}"


BARS = (
    Bar("wrong", "misconceptions in the catalogue", least=200, whole_course=True),
    Bar("fewest_wrong", "misconceptions of the graded function that has fewest", least=5),
    Bar("wrong_killed_public", "of them rejected by public tests", least=0.95, share=True),
    Bar("wrong_killed", "of them rejected by public and hidden tests", least=1.0, share=True),
    Bar("right", "other right implementations", least=100, whole_course=True),
    Bar("fewest_right", "of the graded function that has fewest", least=2),
    Bar("right_accepted", "of them accepted by all tests", least=1.0, share=True),
    Bar(
        "mutants_killed", "mutants rejected, of those that change something", least=0.95, share=True
    ),
    Bar(
        "named_right",
        "misconceptions whose first line of feedback names them",
        least=0.8,
        share=True,
    ),
    Bar("named_wrong", "misconceptions that are given another's name", most=0.05, share=True),
    Bar("wrongly_listed", "mutants listed as harmless that a test rejects", most=0),
    Bar("idle_tests", "tests that reject nothing", most=0),
)
