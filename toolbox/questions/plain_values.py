"""Convert single numbers of NumPy and torch to Python's, and name the type of a value."""

from __future__ import annotations

import math
from typing import Any


def plain(value: Any) -> Any:
    """Return a NumPy scalar, or an array or tensor with one element, as a Python value."""
    if hasattr(value, "item") and hasattr(value, "shape") and math.prod(value.shape) == 1:
        return value.item()
    return value


def kind_of(value: object) -> str:
    """Return the type of a value with its article, such as "a str" or "an int"."""
    name = type(value).__name__
    return f"{'an' if name[:1] in 'AEIOaeio' else 'a'} {name}"
