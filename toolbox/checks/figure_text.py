"""Write the table of a failure as text that fits into a shell of 80 columns."""

from __future__ import annotations

from toolbox.checks.pictures import Figure

WIDE = 62  # columns of a detail, next to its label
LONGEST = 40  # characters of a shape
MARK, NO_MARK, GAP = "✗ ", "  ", "  "


def figure_text(figure: Figure) -> str:
    """Return a table as lines of text, with a mark at one of them.

    Empty for a figure that only notebooks show.
    """
    if not figure.get("in_text"):
        return ""
    rows = [figure["head"], *figure["rows"]]
    names, *columns = (column for column in zip(*rows, strict=True) if any(column[1:]))
    rests = [_joined(cells, columns) for cells in zip(*columns, strict=True)]
    room = WIDE - len(MARK) - len(GAP) - max(map(len, rests))
    names = tuple(_end_of(name, room) for name in names)
    wide = max(map(len, names))
    lines = []
    for number, (name, rest) in enumerate(zip(names, rests, strict=True), -1):
        mark = MARK if number == figure["first"] else NO_MARK
        lines.append(f"{mark}{name:<{wide}}{GAP}{rest}".rstrip())
    return "\n".join(lines)


def _joined(cells: tuple[str, ...], columns: list[tuple[str, ...]]) -> str:
    """Return cells below each other; one that is followed by nothing may be wide."""
    shown = [cell if len(cell) <= LONGEST else cell[: LONGEST - 1] + "…" for cell in cells]
    while len(shown) > 1 and not shown[-1]:
        shown.pop()
    wides = [_wide(column, columns[n + 1]) for n, column in enumerate(columns[:-1])]
    *first, last = shown
    return GAP.join([*(f"{cell:<{wide}}" for cell, wide in zip(first, wides, strict=False)), last])


def _wide(column: tuple[str, ...], following: tuple[str, ...]) -> int:
    """Return the width of a column, in the rows in which another one follows."""
    return max(min(len(a), LONGEST) for a, b in zip(column, following, strict=True) if b)


def _end_of(name: str, most: int) -> str:
    """Return the end of a long name: the innermost layer is named last."""
    return name if len(name) <= most else "…" + name[len(name) - most + 1 :]
