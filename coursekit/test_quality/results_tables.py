"""Format the results as tables for the terminal and for `docs/results/tests.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from coursekit.test_quality.rates import FunctionFigures
from coursekit.test_quality.targets import BARS

HEAD = (
    "function",
    "tests",
    "wrong: public / + hidden / survived",
    "right: accepted / rejected",
    "named: right / wrong / not",
    "mutants: killed / survived / listed",
)


def row(f: FunctionFigures) -> tuple[str, ...]:
    """Return one function's row, in the order of `HEAD`."""
    killed = len(f.mutants.public) + len(f.mutants.hidden)
    return (
        f.function,
        f"{f.public_tests} + {f.hidden_tests}",
        f"{len(f.wrong.public)} / {len(f.wrong.hidden)} / {len(f.wrong.survived)}",
        f"{len(f.accepted)} / {len(f.rejected)}",
        f"{len(f.named.right)} / {len(f.named.wrong)} / {len(f.named.none)}",
        f"{killed} / {len(f.mutants.survived)} / {len(f.listed)}",
    )


def show(
    console: Console,
    all_figures: Sequence[FunctionFigures],
    found: dict[str, float],
    *,
    whole: bool,
) -> None:
    """Print the matrix, everything that needs attention by name, and the targets."""
    table = Table(*HEAD, title="Tests as classifiers")
    for figures in all_figures:
        table.add_row(*row(figures))
    console.print(table)
    for title, lines in _by_name(all_figures):
        if lines:
            console.print(f"\n[bold]{title}[/] ({len(lines)})")
            for line in lines:
                console.print(f"  {line}", markup=False)
    console.print()
    for mark, words, value, wanted in _bars(found, whole=whole):
        colour = "green" if mark == "✓" else "red"
        console.print(f"[{colour}]{mark}[/] {words}: {value} (target: {wanted})")


def page(all_figures: Sequence[FunctionFigures], found: dict[str, float]) -> str:
    """Return the same in Markdown, without time or date, so that it changes only with a result."""
    lines = ["| metric | measured | target | |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {words} | {value} | {wanted} | {mark} |"
        for mark, words, value, wanted in _bars(found, whole=True)
    ]
    lines += ["", *_besides(found), "", f"| {' | '.join(HEAD)} |", "| --- " * len(HEAD) + "|"]
    for figures in all_figures:
        name, *rest = row(figures)
        lines.append(f"| `{name}` | {' | '.join(rest)} |")
    for title, names in _by_name(all_figures):
        lines += ["", f"### {title} ({len(names)})", ""]
        lines += [f"- {_code(name)}" for name in names] or ["None."]
    return "\n".join(lines)


def differences(one: Sequence[FunctionFigures], other: Sequence[FunctionFigures]) -> list[str]:
    """Return what differs between the results of the same functions in one process and judged."""
    found = []
    for mine, judged in zip(one, other, strict=True):
        there = asdict(judged)
        for name, here in asdict(mine).items():
            parts = here.items() if isinstance(here, dict) else [("", here)]
            for part, value in parts:
                twin = there[name][part] if part else there[name]
                if value != twin:
                    where = f"{name} {part}".strip()
                    found.append(f"{mine.function}, {where}: {_less(value, twin)}")
    return found


def _less(one: object, other: object) -> str:
    if not (isinstance(one, list) and isinstance(other, list)):
        return f"{one} in one process, {other} by the judge"
    parts = {
        "only in one process": [each for each in one if each not in other],
        "only by the judge": [each for each in other if each not in one],
    }
    return "; ".join(f"{', '.join(names)} {words}" for words, names in parts.items() if names)


def with_judged(text: str, new: tuple[str, ...]) -> str:
    """Return the Markdown table of judged runs, with the row of one Python replaced."""
    head = ("Python", "functions", "versions", "differences")
    rows = [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in text.splitlines()]
    kept = {row[0]: row for row in rows[2:]} | {new[0]: new}
    lines = [head, ("---",) * len(head), *(kept[python] for python in sorted(kept))]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _besides(found: dict[str, float]) -> list[str]:
    return [
        f"In addition: {found['variants']:g} variants of misconceptions, which count like these, "
        f"{found['tests']:g} tests, {found['mutants']:g} mutants that are not "
        f"equivalent, {found['mutants_listed']:g} that are listed as equivalent. A misconception "
        "that the catalog lacks would be given another's name in "
        f"{found['named_if_unknown']:.1%} of cases (each is left out in turn). If a misconception "
        "also makes other functions of its module fail, the first line of their feedback names "
        f"its origin {found['elsewhere_right']:g} times, names nothing "
        f"{found['elsewhere_none']:g} times, and names another {found['elsewhere_wrong']:g} times.",
    ]


def _bars(found: dict[str, float], *, whole: bool) -> list[tuple[str, str, str, str]]:
    return [
        (
            "✓" if bar.met(found[bar.figure]) else "✗",
            bar.words,
            f"{found[bar.figure]:.1%}" if bar.share else f"{found[bar.figure]:g}",
            bar.wanted(),
        )
        for bar in BARS
        if whole or not bar.whole_course
    ]


def _by_name(all_figures: Sequence[FunctionFigures]) -> list[tuple[str, list[str]]]:
    """Return everything that somebody should look at, by name."""

    def names(attribute: str, inner: str = "") -> list[str]:
        found = []
        for figures in all_figures:
            part = getattr(figures, attribute)
            items = getattr(part, inner) if inner else part
            found += [f"{figures.function}: {item}" for item in items]
        return found

    return [
        ("Misconceptions that no test rejects", names("wrong", "survived")),
        ("Misconceptions that only hidden tests reject", names("wrong", "hidden")),
        ("Right implementations that are rejected", names("rejected")),
        ("Tests that reject nothing", names("idle")),
        ("Misconceptions that are given another's name", names("named", "wrong")),
        ("Misconceptions that are not named", names("named", "none")),
        ("Mutants that survive", names("mutants", "survived")),
        ("Mutants listed as equivalent that are rejected", names("wrongly_listed")),
    ]


def _code(line: str) -> str:
    return f"`{line}`" if "`" not in line else line
