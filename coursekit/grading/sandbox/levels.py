"""How strongly student code can be kept apart on this machine, and what the instructor asks for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import IntEnum

from coursekit.errors import CourseProblem, UsageProblem


class Level(IntEnum):
    """Levels of isolation; each holds what the ones below it do.

    LIMITS: processes of their own with limits on time, memory, files and output.
    NAMESPACES: and no network, no other processes in sight, a private view of the disk in which
    nothing lies but Python, the course's public files and the submission.
    SEALED: and a filter on system calls, so that the kernel's riskier doors are shut too.
    """

    LIMITS = 1
    NAMESPACES = 2
    SEALED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


def parse(word: str) -> Level:
    """The level of that name. Raises `UsageProblem` that names those there are."""
    names = {level.word: level for level in Level}
    if word not in names:
        raise UsageProblem(f"there is no sandbox level {word!r}; the levels are {', '.join(names)}")
    return names[word]


class TooWeak(CourseProblem):
    """This machine can't give the level that the instructor asks for."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Sizes in MB; a cell's time is the course's own."""

    seconds_per_test: float = 10.0
    seconds_per_cell: float = 300.0
    seconds: float = 900.0  # for the whole submission
    memory: int = 3000  # all processes of the submission together
    disk: int = 200  # what it may write, in memory
    processes: int = 64
    files: int = 512  # open at once
    output: int = 8  # what its cells may print or draw, in all


# What is mounted for a sandbox besides Python itself: enough to load shared libraries.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime")


UIDS = 100  # user ids of one sandbox


def first_uid() -> int:
    """The first of `UIDS` user ids for one supervisor's sandbox, which no account has."""
    return 200_000 + os.getpid() % 4_000_000 * UIDS
