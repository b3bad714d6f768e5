"""Report the outcome for each submission, on the terminal and as a JSON file."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from coursekit.collecting.partners import RULE, PairFinding
from data_scripts.whole_files import write_whole

COLLECTED, LOOK, EARLIER, PARTNERS, THERE, REFUSED = (
    "collected",
    "collected: look",
    "kept as earlier",
    "the partner's",
    "there already",
    "refused",
)
COLOURS = {
    **{COLLECTED: "green", LOOK: "yellow", EARLIER: "cyan", PARTNERS: "cyan"},
    **{THERE: "dim", REFUSED: "red"},
}
SHOWN = 4


@dataclass
class SubmissionRow:
    """One submission: its student, the outcome, and the reasons."""

    student: str
    status: str
    came_from: str
    came_by: str = ""
    when: str = ""  # ISO 8601, UTC
    time_from: str = ""  # source of the time
    reason: str = ""  # of a refusal
    look: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def says(self) -> list[str]:
        return [line for line in (self.reason, *self.look, *self.repaired) if line]


def table(rows: list[SubmissionRow], part: str, *, dry: bool) -> Table:
    """Return a table with one row per submission, those that need a person first."""
    order = [REFUSED, LOOK, COLLECTED, EARLIER, PARTNERS, THERE]
    out = Table(
        title=f"{part}: " + ("what would be collected" if dry else "submissions"),
        title_justify="left",
        show_lines=True,
    )
    out.add_column("student", overflow="fold", min_width=8)
    out.add_column("outcome", no_wrap=True)
    out.add_column("submitted (UTC)", no_wrap=True)
    out.add_column("notes", ratio=1, min_width=30)
    for row in sorted(rows, key=lambda row: (order.index(row.status), row.student, row.when)):
        lines = row.says
        more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        out.add_row(
            Text(row.student),
            Text(row.status, style=COLOURS[row.status]),
            Text(row.when[:16].replace("T", " ") or "–"),
            Text("\n".join([*lines[:SHOWN], *more]) or "–"),
        )
    return out


def pair_lines(findings: list[PairFinding]) -> list[Text]:
    """Return a line about each pair, those that need a person first. Empty without pairs."""
    if not findings:
        return []
    lines = [Text(f"Pairs: {RULE}")]
    for each in sorted(findings, key=lambda each: (not each.look, each.student)):
        mark, style = ("!", "yellow") if each.look else ("✓", "green")
        lines.append(Text.assemble((f"  {mark} ", style), f"{each.student} {each.says}."))
    return lines


def summary(rows: list[SubmissionRow]) -> str:
    """Return the number of submissions per outcome, on one line."""
    counts = Counter(row.status for row in rows)
    return ", ".join(f"{counts[status]} {status}" for status in COLOURS if counts[status]) or "none"


def write_json(
    path: Path,
    part: str,
    rows: list[SubmissionRow],
    strays: list[str],
    pairs: list[PairFinding],
    collected: str,
) -> None:
    """Write the whole report to a file, completely or not at all."""
    content: dict[str, Any] = {
        "part": part,
        "collected": collected,
        "hand_ins": [asdict(row) for row in rows],
        "not_hand_ins": strays,
        "pairs": [asdict(finding) for finding in pairs],
    }
    write_whole(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
