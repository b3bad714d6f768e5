"""Findings about a submission: notes for a person, and the refusal that ends its processing."""

from __future__ import annotations

from dataclasses import dataclass, field

from coursekit.errors import CourseProblem

LONGEST = 300


class Refused(Exception):
    """A submission cannot be prepared for grading; the message says why."""


class CollectError(CourseProblem):
    """Nothing at all can be collected; the message says why and what to do."""


@dataclass
class Notes:
    """Notes for a person about one submission, in the order in which they were made.

    `repaired` lists completed repairs that need no attention; `look` lists what a person should
    look at.
    """

    repaired: list[str] = field(default_factory=list)
    look: list[str] = field(default_factory=list)

    def add(self, other: Notes) -> None:
        self.repaired += other.repaired
        self.look += other.look


def printable(text: object) -> str:
    """Return an untrusted name on one line that can be printed and written as UTF-8.

    Control characters and invalid characters are replaced, and long names are shortened.
    """
    whole = str(text)[: 4 * LONGEST].encode("utf-8", "replace").decode("utf-8")
    shown = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in whole
    )
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
