"""Large sets of cases, of which a daily run tries a few; the others are marked slow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pytest

Case = TypeVar("Case")


def some(cases: Mapping[str, Case], one_in: int) -> list[Any]:
    """Return all cases as parameters, one in `one_in` of them for the daily run."""
    return [
        pytest.param(
            case,
            id=name.replace(" ", "_"),
            marks=[pytest.mark.slow] if number % one_in else [],
        )
        for number, (name, case) in enumerate(cases.items())
    ]
