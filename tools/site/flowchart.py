"""Read the flowcharts of the docs, and arrange their boxes in levels.

The docs use a small part of Mermaid's language, which code forges draw: boxes, and arrows that are
solid, thick or dotted, with or without a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

ARROW = re.compile(r"^(\w+)\s*(<?)(-->|==>|-\.->)(?:\|([^|]*)\|)?\s*(\w+)$")
BOX = re.compile(r'^(\w+)\["([^"]*)"\]$')
CLASS = re.compile(r"^class (\w+) \w+$")
KINDS = {"-->": "solid", "==>": "thick", "-.->": "dotted"}
SWEEPS = 12


class FlowchartError(ValueError):
    """A line of a flowchart has a form that the site cannot draw; the message contains the line."""


@dataclass(frozen=True)
class Arrow:
    """An arrow between two boxes. `both` means that it has a head at each end."""

    start: str
    end: str
    kind: str
    text: str = ""
    both: bool = False


@dataclass
class Flowchart:
    """Boxes by their id, with the lines of their label, and the arrows between them."""

    boxes: dict[str, list[str]] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)
    dashed: set[str] = field(default_factory=set)


def parse(source: str) -> Flowchart:
    """Return the flowchart that the text describes.

    Raises `FlowchartError` for a line that is none of a box, an arrow and a class.
    """
    chart = Flowchart()
    for line in filter(None, map(str.strip, source.splitlines())):
        if arrow := ARROW.match(line):
            start, back, kind, text, end = arrow.groups()
            chart.boxes.setdefault(start, [start])
            chart.boxes.setdefault(end, [end])
            chart.arrows.append(Arrow(start, end, KINDS[kind], text or "", bool(back)))
        elif box := BOX.match(line):
            chart.boxes[box[1]] = box[2].split("<br>")
        elif named := CLASS.match(line):
            chart.dashed.add(named[1])
        elif not line.startswith(("flowchart ", "classDef ")):
            raise FlowchartError(f"Cannot draw this line of a flowchart: {line}")
    return chart


def levels(chart: Flowchart) -> dict[str, int]:
    """Return the level of each box: arrows lead downwards, except those that close a circle."""
    down: dict[str, list[str]] = {box: [] for box in chart.boxes}
    for arrow in sorted(chart.arrows, key=lambda a: a.kind == "dotted"):
        if arrow.start != arrow.end and not _reaches(down, arrow.end, arrow.start):
            down[arrow.start].append(arrow.end)
    found = dict.fromkeys(chart.boxes, 0)
    for _ in chart.boxes:
        for start, ends in down.items():
            for end in ends:
                found[end] = max(found[end], found[start] + 1)
    return found


def _reaches(down: dict[str, list[str]], start: str, goal: str) -> bool:
    waiting, seen = [start], set()
    while waiting:
        box = waiting.pop()
        if box == goal:
            return True
        if box not in seen:
            seen.add(box)
            waiting += down[box]
    return False


@dataclass
class Arrangement:
    """Rows of places from top to bottom, the places that each arrow passes, and their texts.

    A place is a box, or a place where an arrow passes a row, so that it crosses no box. The text of
    an arrow is at one of these places, so that it covers nothing.
    """

    rows: list[list[str]]
    routes: dict[Arrow, list[str]]
    texts: dict[str, str]


def arranged(chart: Flowchart) -> Arrangement:
    """Arrange the boxes in rows, in an order in which few arrows cross."""
    level = levels(chart)
    if any(arrow.text for arrow in chart.arrows):  # a row for texts between two rows of boxes
        level = {box: 2 * row for box, row in level.items()}
    texts: dict[str, str] = {}
    rows: list[list[str]] = [[] for _ in range(max(level.values(), default=0) + 1)]
    for box, row in level.items():
        rows[row].append(box)
    routes: dict[Arrow, list[str]] = {}
    for number, arrow in enumerate(chart.arrows):
        first, last = level[arrow.start], level[arrow.end]
        step = 1 if last >= first else -1
        empty = (
            [f"{number}:{row}" for row in range(first + step, last, step)] if first != last else []
        )
        for place in empty:
            rows[int(place.split(":")[1])].append(place)
        if arrow.text and empty:
            # The middle row for texts, which are the odd ones.
            odd = [place for place in empty if int(place.split(":")[1]) % 2]
            texts[odd[len(odd) // 2]] = arrow.text
        routes[arrow] = [arrow.start, *empty, arrow.end]
    near: dict[str, list[str]] = {place: [] for row in rows for place in row}
    for route in routes.values():
        for one, other in pairwise(route):
            near[one].append(other)
            near[other].append(one)
    for sweep in range(SWEEPS):
        for places in rows if sweep % 2 == 0 else rows[::-1]:
            _reorder(places, rows, near)
    return Arrangement(rows, routes, texts)


def _reorder(row: list[str], rows: list[list[str]], near: dict[str, list[str]]) -> None:
    """Sort a row by the mean position of the neighbors in other rows, as fractions of a row."""
    position = {place: (i + 1) / (len(each) + 1) for each in rows for i, place in enumerate(each)}

    def wanted(place: str) -> float:
        others = [position[each] for each in near[place] if each not in row]
        return sum(others) / len(others) if others else position[place]

    row.sort(key=wanted)
