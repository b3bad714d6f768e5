"""Write the table of a failure as text that fits into a shell of 80 columns."""

from __future__ import annotations

from toolbox.checks.pictures import Figure

WIDE = 62  # columns of a detail, next to its label
LONGEST = 44  # characters of a shape
MARK, NO_MARK, GAP = "✗ ", "  ", "  "


def figure_text(figure: Figure) -> str:
    """Return a table of two columns as lines of text, with a mark at one of them.

    Empty for a figure that only notebooks show.
    """
    if not figure.get("in_text"):
        return ""
    rows = [figure["head"], *figure["rows"]]
    cells = [cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}…" for _, cell in rows]
    room = WIDE - len(MARK) - len(GAP) - max(map(len, cells))
    names = [_end_of(name, room) for name, _ in rows]
    wide = max(map(len, names))
    lines = []
    for number, (name, cell) in enumerate(zip(names, cells, strict=True), -1):
        mark = MARK if number == figure["first"] else NO_MARK
        lines.append(f"{mark}{name:<{wide}}{GAP}{cell}")
    return "\n".join(lines)


def _end_of(name: str, most: int) -> str:
    """Return the end of a long name: the innermost layer is named last."""
    return name if len(name) <= most else "…" + name[len(name) - most + 1 :]
