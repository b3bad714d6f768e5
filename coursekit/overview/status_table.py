"""Show the state of a part on the terminal, as one table."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coursekit.overview.part_state import Need, PartState
from coursekit.printable import printable

SHOWN = 6  # students per row


def show(state: PartState, console: Console) -> None:
    """Print the table, and one line about the part."""
    part = state.part
    roster = f"{state.on_roster} students on the roster" if state.on_roster else "no roster"
    console.print(
        f"{part.id}: due {state.due}, {roster}, {len(state.grades)} graded", highlight=False
    )
    if not state.on_roster:
        console.print("Run `coursekit roster FILE` to see who handed in nothing.", markup=False)
    table = Table(title_justify="left", show_lines=True)
    table.add_column("students", justify="right")
    table.add_column("what", no_wrap=True)
    table.add_column("who", ratio=1, min_width=24, overflow="fold")
    table.add_column("next", min_width=20)
    for need in state.needs:
        style = "bold" if need.urgent else "dim"
        table.add_row(
            Text(str(len(need.students))), Text(need.what, style=style), _who(need), Text(need.step)
        )
    console.print(table)


def _who(need: Need) -> Text:
    lines = []
    for student, detail in list(need.students.items())[:SHOWN]:
        lines.append(printable(student) + (f": {printable(detail, 120)}" if detail else ""))
    if len(need.students) > SHOWN:
        lines.append(f"and {len(need.students) - SHOWN} more")
    details = any(need.students.values())
    return Text(("\n" if details else ", ").join(lines))
