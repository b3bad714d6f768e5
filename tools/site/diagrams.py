"""Draw the flowcharts of the docs as SVG, so that no script draws them in the browser."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import Any

from tools.site.flowchart import Arrangement, Arrow, Flowchart, arranged, parse

LETTER, LINE, PADDING = 7.4, 18, 14  # pixels: width of a letter, height of a line, inside a box
SMALL_LETTER = 6.2  # the width of a letter of an arrow's text
GAP, EMPTY, MARGIN = 28, 24, 16  # between two boxes, width of an empty place, around everything
SPREAD = 0.35  # how far the ends of arrows follow the direction that the arrows come from
WORDS = {"solid": "to", "thick": "starts", "dotted": "to (dotted)"}

Point = tuple[float, float]


def fence(source: str, language: str, css_class: str, options: Any, md: Any, **_: Any) -> str:
    """Return the HTML for a block of Mermaid, as `pymdownx.superfences` asks for it."""
    return f'<div class="diagram" tabindex="0">{svg(parse(source))}</div>'


def svg(chart: Flowchart) -> str:
    """Return the flowchart as an SVG element with a text alternative."""
    found = arranged(chart)
    sizes = {place: _size(chart, found, place) for row in found.rows for place in row}
    widths = [sum(sizes[p][0] for p in row) + GAP * (len(row) - 1) for row in found.rows]
    whole = max(widths, default=0) + 2 * MARGIN
    between = 30 if found.texts else 56
    centers: dict[str, Point] = {}
    y = float(MARGIN)
    for row, width in zip(found.rows, widths, strict=True):
        height = max((sizes[place][1] for place in row), default=0.0)
        x = (whole - width) / 2
        for place in row:
            centers[place] = (x + sizes[place][0] / 2, y + height / 2)
            x += sizes[place][0] + GAP
        y += height + between
    arrows = [_arrow(arrow, found, centers, sizes) for arrow in found.routes]
    boxes = [_box(chart, box, centers[box], sizes[box]) for box in chart.boxes]
    texts = [_text(text, centers[place]) for place, text in found.texts.items()]
    total = y - between + MARGIN
    return (
        f'<svg viewBox="0 0 {whole:.0f} {total:.0f}" width="{whole:.0f}" role="img" '
        f'aria-label="{escape(_words(chart))}">{_HEAD}{"".join([*arrows, *boxes, *texts])}</svg>'
    )


_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0,0 L8,4 L0,8 z"/></marker>'
    "</defs>"
)


def _size(chart: Flowchart, found: Arrangement, place: str) -> tuple[float, float]:
    if lines := chart.boxes.get(place):
        return max(map(len, lines)) * LETTER + 2 * PADDING, len(lines) * LINE + PADDING
    if text := found.texts.get(place):
        return len(text) * SMALL_LETTER, float(LINE)
    return EMPTY, 0.0


def _box(chart: Flowchart, box: str, center: Point, size: tuple[float, float]) -> str:
    (x, y), (width, height) = center, size
    style = ' class="dashed"' if box in chart.dashed else ""
    lines = chart.boxes[box]
    top = y - (len(lines) - 1) * LINE / 2 + 4
    texts = "".join(
        f'<text x="{x:.1f}" y="{top + i * LINE:.1f}" text-anchor="middle">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return (
        f'<rect{style} x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="4"/>{texts}'
    )


def _arrow(
    arrow: Arrow,
    found: Arrangement,
    centers: dict[str, Point],
    sizes: dict[str, tuple[float, float]],
) -> str:
    route = found.routes[arrow]
    points = [centers[place] for place in route]
    sign = 1 if points[-1][1] >= points[0][1] else -1
    for end, inside, direction in ((0, 1, sign), (-1, -2, -sign)):
        # Arrows leave a box in the order of the places to which they lead.
        x, y = points[end]
        half = sizes[route[end]][0] / 2 - PADDING
        shift = max(-half, min(half, (points[inside][0] - x) * SPREAD))
        points[end] = (x + shift, y + direction * sizes[route[end]][1] / 2)
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        path += f" C{x1:.1f},{middle:.1f} {x2:.1f},{middle:.1f} {x2:.1f},{y2:.1f}"
    start = ' marker-start="url(#head)"' if arrow.both else ""
    return f'<path class="{arrow.kind}" d="{path}" marker-end="url(#head)"{start}/>'


def _text(text: str, center: Point) -> str:
    x, y = center
    place = f'x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle"'
    return f'<text class="label" {place}>{escape(text)}</text>'


def _words(chart: Flowchart) -> str:
    """Return the arrows as a sentence, for readers who do not see the picture."""
    names = {box: lines[0] for box, lines in chart.boxes.items()}
    parts = [
        f"{names[a.start]} {WORDS[a.kind]} {names[a.end]}" + (f": {a.text}" if a.text else "")
        for a in chart.arrows
    ]
    return f"Diagram: {'; '.join(parts)}."
