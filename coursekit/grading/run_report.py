"""What an instructor asks `coursekit grade` for, and what a run of it did."""

from __future__ import annotations

from dataclasses import dataclass, field

from coursekit.grading.sandbox.levels import Level


@dataclass
class Report:
    """What a run of `coursekit grade` did."""

    level: Level = Level.LIMITS
    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # not graded at all, and why
    incomplete: dict[str, str] = field(default_factory=dict)  # cells wait for a person, and why
    flags: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def everybody_graded(self) -> bool:
        return not self.refused and not self.incomplete


@dataclass
class Wish:
    """What the instructor asks for."""

    part: str
    students: tuple[str, ...] = ()
    jobs: int = 0  # 0: as many as there are cores
    force: bool = False
    least: Level = Level.NAMESPACES
    scheduler: str = ""
