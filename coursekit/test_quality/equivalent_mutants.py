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
    """Changes to one line of one function that keep it right. The line is identified by its text.

    `changes` are written as the command prints them; `*` stands for a line that the task leaves
    open, of which every change is right if the tests accept it.
    """

    function: str
    line: str
    changes: tuple[str, ...]  # "operator: before → after"
    reason: str

    def covers(self, function: str, name: str) -> bool:
        """Return whether the mutant with that name ("line [change]") is one of these."""
        if function != self.function or not name.startswith(f"{self.line} ["):
            return False
        return ANY in self.changes or name.removeprefix(f"{self.line} [")[:-1] in self.changes


@lru_cache(maxsize=1)
def equivalents() -> tuple[Equivalent, ...]:
    """Return all listed mutants. Raises `ValueError` for an entry without a reason or change."""
    found = tuple(
        Equivalent(e["function"], e["line"].strip(), tuple(e["changes"]), e["reason"].strip())
        for e in tomllib.loads(LIST.read_text(encoding="utf-8")).get("equivalent", [])
    )
    for entry in found:
        if not entry.reason or not entry.changes:
            raise UsageProblem(
                f"{LIST.name}: the entry {entry.function}, {entry.line} needs changes and a reason"
            )
    return found


def listed(function: str, name: str, *, killed: bool) -> bool:
    """Return whether a mutant counts as equivalent: its change is listed, or its line is open."""
    covering = [entry for entry in equivalents() if entry.covers(function, name)]
    return any(not killed or ANY not in entry.changes for entry in covering)


def outdated(known: Iterable[tuple[str, str]]) -> list[str]:
    """Return listed changes that match none of the known mutants, (function, "line [change]")."""
    mutants = list(known)
    lost = []
    for entry in equivalents():
        for change in entry.changes:
            one = Equivalent(entry.function, entry.line, (change,), entry.reason)
            if not any(one.covers(function, name) for function, name in mutants):
                lost.append(f"{entry.function}: {entry.line} [{change}]")
    return lost
