"""Rebuild a student's notebook as nbgrader needs it: release cells with the student's work.

The release determines the order, the metadata, and the text of all locked cells. The student
provides the answers, edited unlocked cells, and additional cells, each of which stays behind the
cell that it followed.
"""

from __future__ import annotations

import copy
import html
from dataclasses import dataclass

from nbformat import NotebookNode, v4

from coursekit.collecting.cell_matches import Match, likeness, match
from coursekit.collecting.findings import Notes
from coursekit.collecting.notebook_text import Cell
from coursekit.collecting.release import Release, ReleaseCell

ANOTHER = 60.0  # percent of agreement below which a locked cell has other work of the student
FEW = 3
UNREAD = (
    "*Your notebook could not be read: {reason}. This answer is not lost: your instructor reads it "
    "in the file that you handed in.*"
)


@dataclass
class Repaired:
    """A notebook that is ready to grade, and how much of the release the student's had."""

    notebook: NotebookNode
    found: int  # cells with points, and answers, that were present
    answered: int  # answers that differ from the placeholder


def repair(release: Release, cells: list[Cell], notes: Notes) -> Repaired:
    """Put the student's `cells` into the release notebook. Nothing in it is executed.

    The result has every release cell that grading needs exactly once, with its metadata, and none
    of the student's metadata. `notes` gets the repairs, and what a person should look at.
    """
    cells = [copy.copy(cell) for cell in cells]
    found = match(release.cells, cells)
    for name in found.merged:
        notes.repaired.append(f"{name} was merged into another cell: separated")
    answers = _Answers(release.cells, cells, found, notes)
    kept: dict[int, list[NotebookNode]] = {}
    extra = _Extras()
    anchor = -1
    for number, cell in enumerate(cells):
        place = found.place[number]
        anchor = anchor if place is None else place
        if number in answers.used:
            continue
        own = place is None or _is_own(release.cells[place], cell, number == found.owners[place][0])
        if own and cell.text.strip():
            kept.setdefault(anchor, []).append(extra.make(cell))
    built = list(kept.get(-1, []))
    for place, each in enumerate(release.cells):
        owners = found.owners.get(place, [])
        made = _release_cell(each, [cells[n] for n in owners], answers.texts.get(place), notes)
        built += [made] if made is not None else []
        built += kept.get(place, [])
    notebook = copy.deepcopy(release.notebook)
    notebook.cells = built
    _tell_order(release.cells, found, notes)
    graded = [place for place, each in enumerate(release.cells) if each.grade_id]
    return Repaired(
        notebook,
        sum(place in found.owners for place in graded),
        sum(bool(answer) for answer in answers.texts.values()),
    )


def unread(release: Release, reason: str) -> Repaired:
    """Return the release notebook for a submission whose own notebook cannot be read.

    A text in each written answer states the reason. nbgrader gives 0 points to an unchanged answer
    without manual grading, but leaves a changed one to a person.
    """
    notebook = copy.deepcopy(release.notebook)
    for cell, each in zip(notebook.cells, release.cells, strict=True):
        if each.answer and cell.cell_type == "markdown":
            cell.source = UNREAD.format(reason=html.escape(reason))
    return Repaired(notebook, 0, 0)


def _is_own(each: ReleaseCell, cell: Cell, first: bool) -> bool:
    """Return whether a cell with a release cell's id contains additional work of the student."""
    if each.locked:
        if each.text.strip() and each.text.strip() in cell.text and cell.key != each.key:
            cell.text = cell.text.replace(each.text.strip(), "", 1).strip("\n")
            return True
        return likeness(each.key, cell.key) < ANOTHER
    return not first  # a copy of a cell that students may edit


def _release_cell(
    each: ReleaseCell, owners: list[Cell], answer: Cell | None, notes: Notes
) -> NotebookNode | None:
    """Return the cell for `each` in the result, or None if it was deleted and is not needed."""
    made = copy.deepcopy(each.cell)
    if each.locked:
        if not owners:
            notes.repaired.append(f"{each.says} was missing: restored")
        elif all(cell.key != each.key for cell in owners):
            notes.repaired.append(f"{each.says} was changed: restored")
        if len(owners) > 1:
            notes.repaired.append(f"{each.says} occurred {len(owners)} times: kept once")
        return made
    if each.answer:
        if answer is not None:
            made.source = answer.text
            _paste(made, answer)
        return made
    if not owners:
        return None
    first = owners[0]
    if first.kind == made.cell_type:
        made.source = first.text
    else:
        made = _new(first, each.id)
    _paste(made, first)
    return made


class _Extras:
    """Creates the student's additional cells, with unique ids."""

    def __init__(self) -> None:
        self.made = 0

    def make(self, cell: Cell) -> NotebookNode:
        self.made += 1
        new = _new(cell, f"own-{self.made}")
        _paste(new, cell)
        return new


def _new(cell: Cell, name: str) -> NotebookNode:
    if cell.kind == "code":
        return v4.new_code_cell(cell.text, id=name)
    if cell.kind == "raw":
        return v4.new_raw_cell(cell.text, id=name)
    return v4.new_markdown_cell(cell.text, id=name)


def _paste(made: NotebookNode, cell: Cell) -> None:
    if cell.pictures and made.cell_type == "markdown":
        made["attachments"] = NotebookNode(cell.pictures)


class _Answers:
    """The student's answers, even if written outside their cells.

    `texts` has an answer by the place of its cell in the release, `used` the student's cells that
    became part of answers.
    """

    def __init__(
        self, release: tuple[ReleaseCell, ...], cells: list[Cell], found: Match, notes: Notes
    ) -> None:
        self.texts: dict[int, Cell] = {}
        self.used: set[int] = set()
        self._release, self._cells, self._found = release, cells, found
        for place, each in enumerate(release):
            if each.answer:
                self._find(place, each, notes)

    def _find(self, place: int, each: ReleaseCell, notes: Notes) -> None:
        owners = self._found.owners.get(place, [])
        self.used |= set(owners)
        written = [n for n in owners if self._cells[n].key not in ("", each.key)]
        if written:
            parts = list(dict.fromkeys(self._cells[n].text for n in written))
            if len(parts) > 1:
                notes.look.append(f"{each.says} has {len(parts)} answers: all kept, in order")
        elif below := self._below(place, owners):
            written = below
            parts = [self._cells[n].text for n in below]
            notes.look.append(f"the answer to {each.says} was outside its cell: moved into it")
        elif (part := self._in_question(place)) is not None:
            parts = [part]
            notes.look.append(
                f"the answer to {each.says} was in the question's cell: moved into its own"
            )
        else:
            if not owners:
                notes.look.append(f"{each.says} has no answer, and its cell was missing")
            return
        self.used |= set(written)
        pictures = {k: v for n in written for k, v in self._cells[n].pictures.items()}
        kind = str(each.cell.cell_type)
        self.texts[place] = Cell(kind, "\n\n".join(parts), pictures=pictures)

    def _below(self, place: int, owners: list[int]) -> list[int]:
        """Return the student's own text cells between a question and what follows the answer."""
        if self._release[place].cell.cell_type != "markdown":
            return []
        before = self._found.owners.get(place - 1, [])
        starts = [*before[-1:], *owners, *self._found.owners.get(self._marks(place), [])]
        taken: list[int] = []
        for start in starts:
            for number in range(start + 1, len(self._cells)):
                cell, at = self._cells[number], self._found.place[number]
                if at == place or number in taken:
                    continue
                if at is not None or cell.kind == "code" or number in self.used:
                    break
                taken += [number] if cell.text.strip() else []
        return sorted(taken)

    def _marks(self, place: int) -> int:
        """Return the place of the locked text below an answer (its marks), or -1."""
        below = self._release[place + 1] if place + 1 < len(self._release) else None
        marks = below is not None and below.locked and below.cell.cell_type == "markdown"
        return place + 1 if marks else -1

    def _in_question(self, place: int) -> str | None:
        """Return what was written below the question, in the question's own cell."""
        question = self._release[place - 1] if place else None
        if question is None or question.needed or question.cell.cell_type != "markdown":
            return None
        for number in self._found.owners.get(place - 1, []):
            text, asked = self._cells[number].text.strip(), question.text.strip()
            rest = text[len(asked) :].strip() if text.startswith(asked) else ""
            if rest and rest != self._release[place].text.strip():
                self._cells[number].text = asked
                return rest.removeprefix(self._release[place].text.strip()).strip()
        return None


def _tell_order(release: tuple[ReleaseCell, ...], found: Match, notes: Notes) -> None:
    places = [p for p in found.place if p is not None and release[p].needed]
    firsts = list(dict.fromkeys(places))
    if firsts != sorted(firsts):
        notes.repaired.append("cells were in a different order: order of the release restored")
    gone = [e.id for p, e in enumerate(release) if p not in found.owners and not e.needed]
    if len(gone) > FEW:
        notes.repaired.append(f"{len(gone)} ungraded cells were deleted: not restored")
