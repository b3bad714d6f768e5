"""What was found out about a hand-in: notes for a person, and the refusal that ends it."""

from __future__ import annotations

from dataclasses import dataclass, field

from coursekit.errors import CourseProblem

LONGEST = 300


class Refused(Exception):
    """A hand-in that can't be made ready to grade; the message says why."""


class CollectError(CourseProblem):
    """Nothing can be collected at all; the message says why and what to do."""


@dataclass
class Notes:
    """What a person should know of one hand-in, in the order in which it was noticed.

    `repaired` holds what was put right and needs nobody; `look` what a person should look at.
    """

    repaired: list[str] = field(default_factory=list)
    look: list[str] = field(default_factory=list)

    def add(self, other: Notes) -> None:
        self.repaired += other.repaired
        self.look += other.look


def printable(text: object) -> str:
    """A name from somebody else's machine on one line: no control characters, half characters or
    endless lengths, so that it can be shown, and written as UTF-8."""
    whole = str(text)[: 4 * LONGEST].encode("utf-8", "replace").decode("utf-8")
    shown = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in whole
    )
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
