"""Show class statistics on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coursekit.insights.graded_part import Class
from coursekit.insights.item_statistics import (
    BINS,
    ItemFigures,
    Scores,
    TestFigures,
    figures_of_items,
    figures_of_tests,
    mistakes,
    scores,
)
from coursekit.insights.unnamed_failures import Cluster, clusters, unnamed

MOST = 12
WIDE = 40


def show(found: Class, console: Console) -> None:
    """Print scores, the tests that fail most often, misconceptions and items."""
    waiting = sum(student.waiting for student in found.students)
    console.print(
        f"[bold]{found.part.id}[/]: {len(found.students)} students graded, "
        f"{waiting} written answers to grade by hand"
    )
    if found.absent:
        console.print(
            f"{len(found.absent)} students on the roster handed in nothing: "
            + ", ".join(found.absent[:MOST])
            + (", …" if len(found.absent) > MOST else ""),
            markup=False,
        )
    console.print(_distribution(scores(found)))
    console.print(_tests([each for each in figures_of_tests(found) if each.failed][:MOST]))
    console.print(_mistakes(found))
    console.print(_unnamed(clusters(unnamed(found))[:MOST]))
    console.print(_items(figures_of_items(found)))


def number(value: float | None, form: str = "{:.2f}") -> str:
    """Format a number, or return a dash if there is none."""
    return "–" if value is None else form.format(value)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _distribution(found: Scores) -> Table:
    low, high = found.quartiles
    table = _table(
        f"Share of the {found.points:g} automatically graded points: mean {found.mean:.0%}, "
        f"median {found.median:.0%}, half of the class from {low:.0%} to {high:.0%}",
        "points",
        "students",
    )
    table.add_column("")
    tallest = max(found.bins) or 1
    for place, count in enumerate(found.bins):
        bar = "█" * round(count / tallest * WIDE)
        table.add_row(f"{place * 100 // BINS}–{(place + 1) * 100 // BINS} %", str(count), bar)
    return table


def _tests(found: list[TestFigures]) -> Table:
    columns = ("failed", "passed", "not written", "not run", "discrimination")
    table = _table("Tests that fail most often", *columns)
    table.add_column("test", min_width=30)
    for each in found:
        whose = " (hidden)" if each.test.hidden else ""
        table.add_row(
            str(each.failed),
            str(each.passed),
            str(each.unwritten),
            str(each.unrun),
            number(each.discrimination),
            Text(f"{each.test.promise}{whose}\n{each.test.function}"),
        )
    return table


def _mistakes(found: Class) -> Table:
    table = _table("Recognized misconceptions", "students")
    table.add_column("likely cause", min_width=30)
    for each in mistakes(found)[:MOST]:
        table.add_row(str(each.students), Text(f"{each.says}\n{each.function}"))
    return table


def _unnamed(found: list[Cluster]) -> Table:
    table = _table("Mistakes that several students share and that have no name", "students")
    table.add_column("what the tests got", min_width=30)
    for each in found:
        lines = [each.function]
        lines += [f"{f.test.promise}\n  {f.called}: {f.got}" for f in each.example[:2]]
        table.add_row(str(len(each.students)), Text("\n".join(lines)))
    return table


def _items(found: list[ItemFigures]) -> Table:
    table = _table("Graded items", "points", "graded", "easiness", "discrimination")
    table.add_column("item", min_width=30)
    for each in found:
        table.add_row(
            f"{each.item.points:g}",
            str(each.graded),
            number(each.easiness, "{:.0%}"),
            number(each.discrimination),
            Text(each.item.title),
        )
    return table
