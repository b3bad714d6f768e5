"""The options of a `coursekit grade` run, and the report about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coursekit.grading.sandbox.levels import Level

if TYPE_CHECKING:  # importing nbgrader takes seconds, during which the fork server starts
    from coursekit.deadlines.penalties import PenaltyChange


@dataclass
class Report:
    """The results of a `coursekit grade` run."""

    level: Level = Level.LIMITS
    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # not graded at all, and why
    incomplete: dict[str, str] = field(default_factory=dict)  # needs manual grading, and why
    flags: dict[str, list[str]] = field(default_factory=dict)
    penalties: list[PenaltyChange] = field(default_factory=list)  # corrected after grading
    seconds: float = 0.0

    @property
    def everybody_graded(self) -> bool:
        return not self.refused and not self.incomplete


@dataclass
class Wish:
    """What the instructor asked `coursekit grade` to do."""

    part: str
    students: tuple[str, ...] = ()
    jobs: int = 0  # 0: one per CPU core
    force: bool = False
    least: Level = Level.NAMESPACES
    scheduler: str = ""
