"""Find both versions of a file that git could not merge."""

from __future__ import annotations

OURS, BASE, MIDDLE, THEIRS = "<" * 7, "|" * 7, "=" * 7, ">" * 7


def versions(text: str) -> tuple[str, str] | None:
    """Return the text with all conflicts resolved in favor of one side, and of the other.

    Return None if the text has no complete conflict.
    """
    ours: list[str] = []
    theirs: list[str] = []
    side = ""
    found = False
    for line in text.splitlines(keepends=True):
        mark = line[:7] if line[7:8] in ("", " ", "\n", "\r") else ""
        if mark == OURS and not side:
            side = OURS
        elif mark in (BASE, MIDDLE) and side in (OURS, BASE):
            side = mark
        elif mark == THEIRS and side == MIDDLE:
            side, found = "", True
        else:
            if side in ("", OURS):
                ours.append(line)
            if side in ("", MIDDLE):
                theirs.append(line)
    return ("".join(ours), "".join(theirs)) if found and not side else None
