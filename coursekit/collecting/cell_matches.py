"""Match the cells of a student's notebook to the cells of the release.

The most reliable evidence comes first: nbgrader's id of the cell, the cell id, equal text; then,
for cells that grading needs, text inside a merged cell, and similar text. All other cells are the
student's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rapidfuzz import fuzz

from coursekit.collecting.notebook_text import Cell
from coursekit.collecting.release import ReleaseCell

ALIKE = 80.0  # percent of agreement from which two texts count as the same cell
COMPARED = 4_000  # characters


@dataclass
class Match:
    """The match between a student's cells and the release: places for cells, and the reverse."""

    place: list[int | None]  # by the student's cell
    owners: dict[int, list[int]] = field(default_factory=dict)  # by the place in the release
    merged: list[str] = field(default_factory=list)  # release cells found inside other cells

    def take(self, cell: int, place: int) -> None:
        self.place[cell] = place
        self.owners.setdefault(place, []).append(cell)


def match(release: tuple[ReleaseCell, ...], cells: list[Cell]) -> Match:
    """Find the cells that come from each release cell, its owners, among `cells`.

    A locked text inside a bigger cell is cut out of that cell (`cells` is changed). Several
    owners mean that the cell was copied or split.
    """
    found = Match([None] * len(cells))
    _by_name(release, cells, found)
    _by_text(release, cells, found)
    _inside(release, cells, found)
    _by_likeness(release, cells, found)
    return found


def likeness(one: str, other: str) -> float:
    """Return the agreement of two texts in percent."""
    return fuzz.ratio(one[:COMPARED], other[:COMPARED])


def _by_name(release: tuple[ReleaseCell, ...], cells: list[Cell], found: Match) -> None:
    grade_ids = {r.grade_id: place for place, r in enumerate(release) if r.grade_id}
    ids = {r.id: place for place, r in enumerate(release)}
    for number, cell in enumerate(cells):
        named = [ids[name] for name in cell.names if name in ids]
        place = grade_ids.get(cell.grade_id, named[0] if named else None)
        if place is not None:
            found.take(number, place)


def _by_text(release: tuple[ReleaseCell, ...], cells: list[Cell], found: Match) -> None:
    places: dict[str, list[int]] = {}
    for place, each in enumerate(release):
        places.setdefault(each.key, []).append(place)
    for number, cell in enumerate(cells):
        if found.place[number] is not None or not cell.key:
            continue
        same = [p for p in places.get(cell.key, []) if release[p].cell.cell_type == cell.kind]
        free = [place for place in same if place not in found.owners]
        if free:
            found.take(number, free[0])
        elif same and release[same[0]].locked:
            found.take(number, same[0])  # a useless copy


def _inside(release: tuple[ReleaseCell, ...], cells: list[Cell], found: Match) -> None:
    """Find locked cells whose text is part of a cell that the student merged from several."""
    for place, each in enumerate(release):
        if not each.locked or place in found.owners:
            continue
        text = each.text.strip()
        for cell in cells:
            if cell.kind == each.cell.cell_type and text and text in cell.text:
                cell.text = cell.text.replace(text, "", 1).strip("\n")
                found.merged.append(each.says)
                break


def _by_likeness(release: tuple[ReleaseCell, ...], cells: list[Cell], found: Match) -> None:
    """Match locked cells that lost their ids and were edited, the most similar pairs first."""
    pairs = []
    for place, each in enumerate(release):
        if place in found.owners or not each.locked:
            continue
        for number, cell in enumerate(cells):
            if found.place[number] is None and cell.kind == each.cell.cell_type:
                alike = likeness(each.key, cell.key)
                if alike >= ALIKE:
                    pairs.append((-alike, place, number))
    for _, place, number in sorted(pairs):
        if place not in found.owners and found.place[number] is None:
            found.take(number, place)
