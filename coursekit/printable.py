"""Make text from students safe to store and to print."""

from __future__ import annotations

import math
from typing import Any

DEEPEST = 50  # kept levels of nested lists and dictionaries
TOO_DEEP = "(nested too deeply to be shown)"


def storable(text: str) -> str:
    """Return the text with lone surrogates, which files cannot store, as visible escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def printable(text: str, longest: int = 300) -> str:
    """Return the text as one line without control characters, terminal escapes or bidi marks."""
    shown = "".join(each if each.isprintable() else _escaped(each) for each in text[: longest + 1])
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def storable_data(value: object, deepest: int = DEEPEST) -> Any:
    """Return JSON data that any notebook can store: encodable texts, bounded depth, finite numbers.

    Non-finite numbers become text, as in the messages of a Jupyter kernel.
    """
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, dict | list) and not deepest:
        return TOO_DEEP
    if isinstance(value, dict):
        return {storable(k): storable_data(each, deepest - 1) for k, each in value.items()}
    if isinstance(value, list):
        return [storable_data(each, deepest - 1) for each in value]
    return value


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
