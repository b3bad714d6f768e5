"""Every target named in docs/source-coverage.md exists in the part of its table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolbox import course as courses
from toolbox.course import Course, Part
from toolbox.questions import QUESTIONS
from toolbox.report import topics

PAGE = "docs/source-coverage.md"
HEAD = ["item", "notebook section", "functions", "questions", "report topic"]
ITEMS = range(1, 43)

SECTION = re.compile(r"^## (?P<title>.+?)(?: \(`(?P<part>\w+)`\))?$")
HEADING = re.compile(r"^# #{1,3} (?:\d+\. )?(?P<text>.+)$", re.M)
TARGET = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """A row of the page: the line it is in, the part of its table (or none), and its cells."""

    line: int
    part: str
    cells: tuple[str, ...]

    @property
    def number(self) -> int:
        found = re.match(r"(\d+)\. \S", self.cells[0])
        return int(found[1]) if found else 0


def rows(text: str) -> list[Row]:
    """Return the rows of all tables. Raises `ValueError` for a table with other columns."""
    found, part, head = [], "", False
    for number, line in enumerate(text.splitlines(), 1):
        if section := SECTION.match(line):
            part, head = section["part"] or "", False
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not head:
            head = True
            if cells != HEAD:
                raise ValueError(f"line {number}: the columns are {cells}, not {HEAD}")
        elif set(line) - set("|- "):
            if len(cells) != len(HEAD):
                raise ValueError(f"line {number}: {len(cells)} cells instead of {len(HEAD)}")
            found.append(Row(number, part, tuple(cells)))
    return found


def numbered(parts: Sequence[Part]) -> set[str]:
    """Return the numbered questions of the parts: their answers are a module of one part."""
    answered = any("theory_answers" in part.modules for part in parts)
    return {question.id for question in QUESTIONS} if answered else set()


class Targets:
    """The targets that exist, by the column in which they may be named."""

    def __init__(self, root: Path, course: Course, part: str) -> None:
        parts = [p for p in course.parts if part in ("", p.id)]
        texts = [(root / "notebooks" / f"{p.id}.py").read_text("utf-8") for p in parts]
        shown = topics.read(root / "report_template" / "topics.toml")
        self.known = (
            {found["text"] for text in texts for found in HEADING.finditer(text)},
            {task.function for p in parts for task in p.tasks},
            {question.id for p in parts for question in p.questions} | numbered(parts),
            {t.title for t in shown if not t.part or part in ("", t.part)},
        )
        self.pages = () if part else {f"docs/{path.name}" for path in (root / "docs").glob("*.md")}

    def unknown(self, row: Row) -> list[str]:
        """Return the targets of a row that do not exist."""
        missing = []
        for known, cell in zip(self.known, row.cells[1:], strict=True):
            missing += [t for t in TARGET.findall(cell) if t not in known and t not in self.pages]
        return missing


def problems(root: Path, text: str) -> list[str]:
    """Return a sentence for each row with an unknown target, no target, or no item number."""
    course, found = courses.load(root), []
    targets = {p: Targets(root, course, p) for p in ("", *(part.id for part in course.parts))}
    for row in rows(text):
        where = f"{PAGE}, line {row.line}"
        if row.number not in ITEMS:
            found.append(f"{where}: the item must begin with its number, as in `12. …`")
        if not any(TARGET.findall(cell) for cell in row.cells[1:]):
            found.append(f"{where}: no target in backticks")
        if row.part not in targets:
            found.append(f"{where}: unknown part {row.part}")
            continue
        for target in targets[row.part].unknown(row):
            found.append(f"{where}: `{target}` does not exist in {row.part or 'the course'}")
    return found


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / PAGE).read_text(encoding="utf-8")


def test_every_target_exists(root: Path, page: str) -> None:
    assert problems(root, page) == []


def test_every_item_has_a_row(page: str) -> None:
    missing = set(ITEMS) - {row.number for row in rows(page)}
    assert not missing, f"items without a row: {sorted(missing)}"


def test_every_part_has_a_table(root: Path, page: str) -> None:
    facts = tomllib.loads((root / "course.toml").read_text(encoding="utf-8"))
    sections = [found["part"] for line in page.splitlines() if (found := SECTION.match(line))]
    assert [part for part in sections if part] == [part["id"] for part in facts["parts"]]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("| 1. an item | `No such heading` | | | |", "`No such heading` does not exist"),
        ("| 1. an item | | `scaler.no_such_function` | | |", "does not exist in part1_scaler"),
        # A function and a question of another part.
        ("| 1. an item | | `dl_utils.compute_loss` | | |", "does not exist in part1_scaler"),
        ("| 1. an item | | | `why_a_loss` | |", "does not exist in part1_scaler"),
        ("| 1. an item | | | | `No such topic` |", "`No such topic` does not exist"),
        ("| an item | | | `why_streaming` | |", "must begin with its number"),
        ("| 43. an item | | | `why_streaming` | |", "must begin with its number"),
        ("| 1. an item | | | | |", "no target"),
    ],
)
def test_a_wrong_row_is_reported(root: Path, row: str, complaint: str) -> None:
    text = "\n".join(
        ["## Scaling (`part1_scaler`)", "", "| " + " | ".join(HEAD) + " |", "| --- " * 5 + "|", row]
    )
    assert complaint in "\n".join(problems(root, text))


def test_a_table_with_other_columns_is_rejected() -> None:
    with pytest.raises(ValueError, match="the columns are"):
        rows("## Scaling (`part1_scaler`)\n\n| item | functions |\n| --- | --- |\n")
