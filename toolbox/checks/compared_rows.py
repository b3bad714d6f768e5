"""Compare named values, such as the shapes of a network's layers, row by row for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolbox.checks.deadline import TooSlow
from toolbox.checks.pictures import Figure
from toolbox.checks.value_text import show

Table = tuple[Mapping[str, Any], Mapping[str, Any]]  # what was returned, and what was expected
MOST_ROWS = 30


def compared_rows(got: Mapping[str, Any], expected: Mapping[str, Any]) -> Figure:
    """Return a table of both values by name; empty if the student's value cannot be read.

    Returns: "head" and "rows", lists of a name, what was expected and what was returned; "first",
    the number of the first row that differs, or -1.
    """
    try:
        names = list(expected)[:MOST_ROWS]
        pairs = [(name, expected[name], got.get(name)) for name in names]
        rows = [
            [name, show(wanted), "" if found is None else show(found)]
            for name, wanted, found in pairs
        ]
        differing = [n for n, (_, wanted, found) in enumerate(pairs) if not _same(found, wanted)]
        first = differing[0] if differing else -1
        return {"head": ["", "expected", "got"], "rows": rows, "first": first}
    except (TooSlow, KeyboardInterrupt):
        raise
    except BaseException:  # a student's object may raise anything
        return {}


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, list) and isinstance(wanted, tuple):
        found = tuple(found)
    return bool(found == wanted)
