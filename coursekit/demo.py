"""`coursekit demo`: the full assignment workflow with sample students and real nbgrader."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from coursekit import course_file
from coursekit.builds import part_selection
from coursekit.builds.builder import build, step
from coursekit.builds.nbgrader_release import NbgraderError, run_nbgrader
from coursekit.gradebook import GradebookRow, rows
from coursekit.samples import SAMPLES, hand_in
from toolbox.course import Part


def demo(root: Path, console: Console, part_id: str = "") -> Path:
    """Build a part, submit, autograde, write feedback, and show the gradebook.

    part_id: the first built part by default. Everything happens in `build/demo`, so the course's
    own build, submissions and grades are not touched. Returns the nbgrader course.
    """
    known = course_file.read(root / "course.toml")
    part = part_selection.everything(known, [part_id] if part_id else []).made[0]
    target = root / "build" / "demo"
    build(root, console, only=[part.id], target=target)
    folder = _emptied(target / "nbgrader", part)
    with step(console, f"submit {part.id} as {len(SAMPLES)} sample students"):
        for sample in SAMPLES:
            hand_in(sample, part, root, folder)
    for verb, says in (
        ("autograde", "autograde with nbgrader (waits for an endless loop to time out)"),
        ("generate_feedback", "write feedback with nbgrader"),
    ):
        with step(console, says):
            run_nbgrader(folder, verb, part.id, quiet=True)
    found = rows(folder, part)
    if len(found) != len(SAMPLES):
        raise NbgraderError(f"Only {len(found)} of {len(SAMPLES)} submissions were graded")
    console.print(table(found, part))
    _say_where(root, target, part, console)
    return folder


def table(found: list[GradebookRow], part: Part) -> Table:
    """Return the gradebook of one part, a row per student, with the first line of feedback.

    "to read" counts the written answers that need manual grading.
    """
    worth = [f"{n} {task.function}" for n, task in enumerate(part.tasks, start=1)]
    out = Table(
        title=f"{part.id}: gradebook",
        title_justify="left",
        show_lines=True,
        caption="Points for " + ", ".join(worth),
        caption_justify="left",
    )
    out.add_column("student", no_wrap=True)
    for number, task in enumerate(part.tasks, start=1):
        out.add_column(f"{number}\n/{task.total:g}", justify="right", no_wrap=True)
    whole = sum(task.total for task in part.tasks)
    out.add_column(f"auto\n/{whole:g}", justify="right", no_wrap=True)
    out.add_column("to\nread", justify="right", no_wrap=True)
    out.add_column("feedback begins with", min_width=30)
    for row in found:
        points = [f"{row.tasks[task.function]:g}" for task in part.tasks]
        out.add_row(row.student, *points, f"{row.score:g}", str(row.to_read or "–"), row.says)
    return out


def _emptied(folder: Path, part: Part) -> Path:
    """Remove the students and grades of an earlier demo. Return the nbgrader course."""
    for name in ("submitted", "autograded", "feedback"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    (folder / "gradebook.db").unlink(missing_ok=True)
    run_nbgrader(folder, "generate_assignment", part.id, "--force", quiet=True)
    return folder


def _say_where(root: Path, target: Path, part: Part, console: Console) -> None:
    folder = target / "nbgrader"
    feedback = folder / "feedback" / "misconception" / part.id / f"{part.id}.html"
    opens = {
        "student release": target / "release",
        "executed solution": target / "solution" / "notebooks" / f"{part.id}.ipynb",
        "feedback on the misconception": feedback,
        "nbgrader course": folder,
    }
    console.print("\nResults:")
    for what, path in opens.items():
        console.print(f"  {what:<31}{path.relative_to(root)}")
    jupyter = Path(sys.executable).with_name("jupyter")
    console.print(f"  {'formgrader':<31}cd {folder.relative_to(root)} && {jupyter} lab")
