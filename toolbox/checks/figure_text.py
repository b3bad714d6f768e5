"""Write the table of a failure as text that fits into a shell of 80 columns."""

from __future__ import annotations

from toolbox.checks.pictures import Figure

WIDE = 62  # columns of a detail, next to its label
LONGEST = 44  # characters of a shape
MARK, NO_MARK, GAP = "✗ ", "  ", "  "
EXPECTED = ", expected "  # begins a new line if the names need the space


def figure_text(figure: Figure) -> str:
    """Return a table of two columns as lines of text, with a mark at one of them.

    Empty for a figure that only notebooks show.
    """
    if not figure.get("in_text"):
        return ""
    rows = [figure["head"], *figure["rows"]]
    cells = [[_cut(cell)] for _, cell in rows]
    if max(len(name) for name, _ in rows) > _room(cells):
        cells = [_in_two(cell) for _, cell in rows]
    names = [_end_of(name, _room(cells)) for name, _ in rows]
    wide = max(map(len, names))
    lines = []
    for number, (name, (cell, *more)) in enumerate(zip(names, cells, strict=True), -1):
        mark = MARK if number == figure["first"] else NO_MARK
        lines.append(f"{mark}{name:<{wide}}{GAP}{cell}")
        lines += [f"{NO_MARK}{'':<{wide}}{GAP}{line}" for line in more]
    return "\n".join(lines)


def _in_two(cell: str) -> list[str]:
    """Return the shape and, as a second line, the expected one."""
    shape, comma, expected = cell.partition(EXPECTED)
    return [_cut(shape), *([_cut(f"{comma[2:]}{expected}")] if comma else [])]


def _cut(cell: str) -> str:
    return cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}…"


def _room(cells: list[list[str]]) -> int:
    """Return how long a name can be next to the longest line of the cells."""
    return WIDE - len(MARK) - len(GAP) - max(len(line) for cell in cells for line in cell)


def _end_of(name: str, most: int) -> str:
    """Return the end of a long name: the innermost layer is named last."""
    return name if len(name) <= most else "…" + name[len(name) - most + 1 :]
