"""Worked examples of the student's functions, which feedback shows after repeated failures.

The build writes `worked_examples.json`: for each function, the lines of its smallest case that can
be computed by hand.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("worked_examples.json")


@lru_cache(maxsize=1)
def table() -> dict[str, list[str]]:
    """Return the lines of the examples by function; empty if there is no table (source tree)."""
    return json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else {}


def worked_example(function: str) -> str:
    """Return the example of a function as lines of text, or "" if it has none."""
    return "\n".join(table().get(function, []))
