"""Mutants that do nothing wrong, listed by hand in `equivalents.toml`, each with the reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LIST = Path(__file__).with_name("equivalents.toml")


@dataclass(frozen=True)
class Equivalent:
    """Changes to one line of one function that leave it right. The line is told by its text."""

    function: str
    line: str
    changes: tuple[str, ...]  # "operator: before → after"
    reason: str

    def names(self) -> list[str]:
        """The mutants' names, as `coursekit quality` prints them."""
        return [f"{self.line} [{change}]" for change in self.changes]


@lru_cache(maxsize=1)
def equivalents() -> tuple[Equivalent, ...]:
    """All that are listed. Raises `ValueError` for an entry without a reason or a change."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8")).get("equivalent", [])
    found = tuple(
        Equivalent(e["function"], e["line"], tuple(e["changes"]), e["reason"].strip())
        for e in listed
    )
    for entry in found:
        if not entry.reason or not entry.changes:
            raise ValueError(f"{LIST.name}: {entry.function}, {entry.line}: say what, and why")
    return found


def listed(function: str) -> set[str]:
    """The names of a function's mutants that are listed."""
    return {name for e in equivalents() if e.function == function for name in e.names()}
