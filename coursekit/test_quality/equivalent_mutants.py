"""Equivalent mutants, listed by hand in `equivalent_mutants.toml`, each with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from coursekit.errors import UsageProblem

LIST = Path(__file__).with_name("equivalent_mutants.toml")
ANY = "*"


@dataclass(frozen=True)
class Equivalent:
    """Changes to one line of one function that leave it right. The line is told by its text.

    `changes` are told as the command prints them; `*` stands for a line that the task leaves
    open, all of whose changes are right as far as the tests accept them.
    """

    function: str
    line: str
    changes: tuple[str, ...]  # "operator: before → after"
    reason: str

    def covers(self, function: str, name: str) -> bool:
        """Whether the mutant of that name ("line [change]") is one of these."""
        if function != self.function or not name.startswith(f"{self.line} ["):
            return False
        return ANY in self.changes or name.removeprefix(f"{self.line} [")[:-1] in self.changes


@lru_cache(maxsize=1)
def equivalents() -> tuple[Equivalent, ...]:
    """All that are listed. Raises `ValueError` for an entry without a reason or a change."""
    found = tuple(
        Equivalent(e["function"], e["line"].strip(), tuple(e["changes"]), e["reason"].strip())
        for e in tomllib.loads(LIST.read_text(encoding="utf-8")).get("equivalent", [])
    )
    for entry in found:
        if not entry.reason or not entry.changes:
            raise UsageProblem(f"{LIST.name}: {entry.function}, {entry.line}: say what, and why")
    return found


def listed(function: str, name: str, *, killed: bool) -> bool:
    """Whether a mutant counts as harmless: listed by its change, or on an open line and alive."""
    covering = [entry for entry in equivalents() if entry.covers(function, name)]
    return any(not killed or ANY not in entry.changes for entry in covering)


def outdated(known: Iterable[tuple[str, str]]) -> list[str]:
    """What is listed but fits none of the known mutants, (function, "line [change]")."""
    mutants = list(known)
    lost = []
    for entry in equivalents():
        for change in entry.changes:
            one = Equivalent(entry.function, entry.line, (change,), entry.reason)
            if not any(one.covers(function, name) for function, name in mutants):
                lost.append(f"{entry.function}: {entry.line} [{change}]")
    return lost
