"""The levels of isolation, and the limits on what a submission may use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import IntEnum

from coursekit.errors import CourseProblem, UsageProblem


class Level(IntEnum):
    """Levels of isolation; each includes the ones below it.

    LIMITS: separate processes with limits on time, memory, files and output.
    NAMESPACES: in addition, no network, no view of other processes, and a private view of the
    disk with nothing but Python, the course's public files and the submission.
    SEALED: in addition, a system-call filter that blocks the riskier parts of the kernel.
    """

    LIMITS = 1
    NAMESPACES = 2
    SEALED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


def parse(word: str) -> Level:
    """Return the level with that name. Raises `UsageProblem` if there is none."""
    names = {level.word: level for level in Level}
    if word not in names:
        raise UsageProblem(f"Unknown sandbox level {word!r}. The levels are {', '.join(names)}.")
    return names[word]


class TooWeak(CourseProblem):
    """The machine cannot provide the level that the instructor requested."""


@dataclass(frozen=True)
class Limits:
    """Limits for one submission. Sizes are in MB; the course sets the time per cell and test."""

    seconds_per_test: float = 10.0
    seconds_per_cell: float = 300.0
    seconds: float = 900.0  # for the whole submission
    memory: int = 3000  # of all processes of the submission together
    disk: int = 200  # files that it writes, kept in memory
    processes: int = 64
    files: int = 512  # open at once
    output: int = 8  # all text and images that its cells print or draw


# Mounted in a sandbox in addition to Python itself: what is needed to load shared libraries.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime")


UIDS = 100  # number of user ids per sandbox


def first_uid() -> int:
    """Return the first of `UIDS` user ids for this supervisor's sandbox. No account has them."""
    return 200_000 + os.getpid() % 4_000_000 * UIDS
