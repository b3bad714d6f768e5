"""Quote the lines of the student's code around an error, and the small values in them."""

from __future__ import annotations

import linecache
import numbers
import os
import re
from types import FrameType

from toolbox.checks.value_text import show

AROUND = 2  # lines above and below
WIDEST = 100  # characters of a quoted line
LONGEST = 60  # characters of a value
MOST = 6  # values
NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)?)")


def line_of(filename: str, line: int) -> str:
    """Return a line of a file as it is now: Python remembers how files were before an edit."""
    linecache.checkcache(filename)
    return linecache.getline(filename, line).strip()


def lines_around(filename: str, line: int) -> str:
    """Return the lines around one, numbered, with an arrow at it; empty if there is only one."""
    linecache.checkcache(filename)
    lines = linecache.getlines(filename)
    if not 0 < line <= len(lines):
        return ""
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    shown = {number: _plain(lines[number - 1]) for number in range(first, last + 1)}
    for end in (min, max):
        while end(shown) != line and not shown[end(shown)]:
            del shown[end(shown)]
    if len(shown) < 2:
        return ""
    wide = len(str(max(shown)))
    return "\n".join(
        f"{'→' if number == line else ' '} {number:>{wide}}  {text}".rstrip()
        for number, text in shown.items()
    )


def values_in(frame: FrameType, text: str) -> str:
    """Return the small values of the names in a line of code, as in `w = 3, self.count = 0`.

    Nothing of the student's code runs: only numbers, texts, arrays and lists of them are shown, and
    attributes are looked up in the object's own dictionary. Empty while nbgrader grades, where the
    code runs in another process.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return ""
    found: dict[str, str] = {}
    for match in NAME.finditer(re.sub(r"(\"[^\"]*\"|'[^']*')", "", text)):
        name, attribute = match[1], match[2][1:]
        value = frame.f_locals.get(name, frame.f_globals.get(name))
        if attribute and not _is_simple(value):
            value, name = getattr(value, "__dict__", {}).get(attribute), f"{name}.{attribute}"
        if value is not None and name not in found and _is_simple(value):
            shown = show(value)
            if len(shown) <= LONGEST:
                found[name] = shown
    return ", ".join(f"{name} = {shown}" for name, shown in list(found.items())[:MOST])


def _is_simple(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return len(value) <= 10 and all(type(item) in (int, float, str, bool) for item in value)
    kind = type(value)
    is_array = kind.__module__.split(".")[0] in ("numpy", "torch") and hasattr(value, "shape")
    return kind in (int, float, bool, str) or isinstance(value, numbers.Number) or is_array


def _plain(line: str) -> str:
    """Return a line without its end, bounded, and without control characters."""
    text = line.rstrip().expandtabs(4)
    text = "".join(each if each.isprintable() else "?" for each in text)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
