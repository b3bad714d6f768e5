"""`coursekit grade` on the terminal: progress while it works, and what to look at afterwards."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coursekit import facts
from coursekit.grading.grade import Report, Wish, grade
from coursekit.grading.levels import parse


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
    course: Path | None,
) -> None:
    """Grade, showing progress, and tell what came of it."""
    folder = course or root / "build" / "nbgrader"
    if not (folder / "course.json").is_file():
        raise FileNotFoundError(f"{folder} is no nbgrader course: run `coursekit build` first.")
    there = (root / "course.toml").is_file()
    asked = level or (facts.read(root / "course.toml")["grading"]["sandbox"] if there else "")
    wish = Wish(part, students, jobs, force, parse(asked or "namespaces"), scheduler)
    reference = root / "student_code" if there else None
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        report = grade(
            folder,
            wish,
            reference,
            lambda done, of: progress.update(task, completed=done, total=of),
        )
    tell(report, console)


def tell(report: Report, console: Console) -> None:
    """One line for what was done, and one for each thing that an instructor should look at."""
    said = f"[green]✓[/] {len(report.graded)} graded in {report.seconds:.1f} s"
    if report.graded:
        said += f", sandbox level {report.level.word}"
    if report.unchanged:
        said += f"; {len(report.unchanged)} unchanged since they were graded"
    console.print(said)
    for student, reason in sorted(report.refused.items()):
        console.print("[red]✗[/] ", end="")
        console.print(f"{student} was not graded: {reason}", markup=False)
    for student, flags in sorted(report.flags.items()):
        for flag in flags:
            console.print("[yellow]![/] ", end="")
            console.print(f"{student}: {flag}", markup=False)
