"""Terminal interface of `coursekit grade`: progress, then what needs the instructor's attention."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coursekit import course_file
from coursekit.grading.jobs import course_of
from coursekit.grading.old_build import advice_on_old
from coursekit.grading.photographs import advice_on_missing
from coursekit.grading.pipeline import grade
from coursekit.grading.run_report import Report, Wish
from coursekit.grading.sandbox.levels import parse
from coursekit.printable import printable


def run(
    root: Path,
    console: Console,
    *,
    part: str,
    students: tuple[str, ...],
    jobs: int,
    force: bool,
    level: str,
    scheduler: str,
    folder: Path,
) -> bool:
    """Grade with a progress bar and print the report. Return whether everybody was graded."""
    built = course_of(folder)
    there = (root / "course.toml").is_file()
    asked = level or (course_file.read(root / "course.toml")["grading"]["sandbox"] if there else "")
    wish = Wish(part, students, jobs, force, parse(asked or "namespaces"), scheduler)
    reference = root / "student_code" if there else None
    for line in advice_on_old(root, folder, part):
        console.print(f"[yellow]![/] {escape(line)}")
    for each in built.parts:
        for line in advice_on_missing(folder, each) if each.id == part else ():
            console.print(f"[yellow]![/] {escape(line)}")
    if (folder / "extensions.csv").is_file():  # importing this takes seconds
        from coursekit.deadlines.penalties import terms_of

        terms_of(folder)  # an invalid extension stops the run before the first grade
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        report = grade(
            folder,
            wish,
            reference,
            lambda done, of: progress.update(task, completed=done, total=of),
            lambda line: console.print(line, markup=False),
        )
    from coursekit.deadlines.penalties import settle_course

    report.penalties = settle_course(folder)
    print_summary(report, console)
    return report.everybody_graded


def print_summary(report: Report, console: Console) -> None:
    """Print a summary line, then one line for each problem that needs an instructor."""
    said = f"[green]✓[/] {len(report.graded)} graded in {report.seconds:.1f} s"
    if report.graded:
        said += f", sandbox level {report.level.word}"
    if report.unchanged:
        said += f"; {len(report.unchanged)} unchanged since the last grading"
    console.print(said)
    for student, reason in sorted(report.refused.items()):
        _line(console, "[red]✗[/] ", student, f" was not graded: {reason}")
    for student, reason in sorted(report.incomplete.items()):
        _line(console, "[red]✗[/] ", student, f" was graded in part, not graded: {reason}")
    for student, flags in sorted(report.flags.items()):
        for flag in flags:
            if not (student in report.incomplete and flag.startswith("not graded: ")):
                _line(console, "[yellow]![/] ", student, f": {flag}")
    for each in report.penalties:
        said = f": the penalty for late work in {each.part} is now {each.new:g} points"
        _line(console, "[yellow]![/] ", each.student, f"{said} (it was {each.old:g})")
    if not report.everybody_graded:
        count = len(report.refused) + len(report.incomplete)
        console.print(
            f"{count} not graded. Fix the problems above, then run the same command again: "
            "it grades only these."
        )


def _line(console: Console, mark: str, student: str, text: str) -> None:
    console.print(mark, end="")
    # Students choose these names and file names; they must not forge or hide a line.
    console.print(printable(student) + printable(text, longest=1000), markup=False)
