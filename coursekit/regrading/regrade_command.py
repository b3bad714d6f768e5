"""`coursekit regrade` on the terminal: save, grade, compare, report, undo."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coursekit.deadlines.penalties import opened, settle, terms_of
from coursekit.grading import console as grading
from coursekit.grading.gradebook_writer import full_marks_of
from coursekit.printable import printable
from coursekit.regrading.regrade_records import (
    RegradeError,
    RegradeRecord,
    begin,
    put_back_notebooks,
    records,
)
from coursekit.regrading.snapshots import Snapshot, differences, edited, restore, snapshot
from toolbox.course import Part

SHOWN = 20
LINKED = ("submitted", "autograded", "source", "release", "settings", "data")
COPIED = (
    *("gradebook.db", "course.json", "nbgrader_config.py", ".term_key"),
    *("roster.csv", "extensions.csv"),
)


def regrade(
    root: Path, folder: Path, part: Part, why: str, console: Console, *, dry: bool, level: str
) -> bool:
    """Grade a part again and report every change. Return whether everybody was graded."""
    if not why.strip():
        raise RegradeError('Give the reason: --why "the hidden test of mean was wrong".')
    if dry:
        with _copy(folder) as copy:
            record = _begun(copy, part, why)
            done = _run(root, copy, part, record, console, level)
            _show(record.report, console)
        console.print("Nothing was changed. Leave out --dry-run to regrade.")
        return done
    last = next(reversed(records(folder, part.id)), None)
    if last and last.open:
        record = last
        why = str(record.begun["why"])
        console.print(f"Continuing the interrupted regrade: {why}", markup=False)
    else:
        record = _begun(folder, part, why)
    done = _run(root, folder, part, record, console, level)
    _show(record.report, console)
    console.print(f"Report: {record.folder / 'report.html'} and report.csv", markup=False)
    return done


def undo(folder: Path, part: Part, console: Console) -> None:
    """Put back all grades and notebooks from before the last regrade that is not undone."""
    last = next((r for r in reversed(records(folder, part.id)) if not _undone(r)), None)
    if last is None:
        raise RegradeError(f"There is no regrade of {part.id} to undo.")
    terms = terms_of(folder)
    with opened(folder) as book:
        _require_unchanged(snapshot(book, part.id), last)
        count = restore(book, part.id, last.begun["before"])
        settle(book, terms)
        put_back_notebooks(folder, part.id, last)
        book.db.commit()
    last.mark_undone(_now())
    console.print(f"Undone: {last.begun['why']}", markup=False)
    console.print(f"{_counted(count, 'grade')} restored to those before {last.begun['when']}.")


def _undone(record: RegradeRecord) -> bool:
    return bool(record.report.get("undone"))


def _require_unchanged(now: Snapshot, record: RegradeRecord) -> None:
    """Refuse to undo if somebody graded something by hand since the regrade."""
    after = record.report.get("after")
    if after is None:
        return  # interrupted
    if since := edited(after, now):
        student, item = since[0]
        raise RegradeError(
            f"{len(since)} grades changed after this regrade (the first one is {item} of "
            f"{student}). Undoing it would lose them. Restore single grades from "
            f"{record.folder / 'begun.json'} instead."
        )


def _begun(folder: Path, part: Part, why: str) -> RegradeRecord:
    with opened(folder) as book:
        before = snapshot(book, part.id)
    if not before:
        raise RegradeError(
            f"There are no grades in {part.id} yet. Use `coursekit grade {part.id}`."
        )
    return begin(folder, part.id, {"why": why.strip(), "when": _now(), "before": before})


def _run(
    root: Path, folder: Path, part: Part, record: RegradeRecord, console: Console, level: str
) -> bool:
    """Grade, give full marks, settle penalties and write the report."""
    done = grading.run(
        root,
        console,
        part=part.id,
        students=(),
        jobs=0,
        force=False,
        level=level,
        scheduler="",
        folder=folder,
    )
    terms = terms_of(folder)
    begun = record.begun
    with opened(folder) as book:
        _give_full_marks(book, part)
        settle(book, terms)
        book.db.commit()
        after = snapshot(book, part.id)
    report = {"why": begun["why"], "when": begun["when"]}
    changes = differences(begun["before"], after)
    record.finish({**report, "changes": changes, "after": after}, f"{part.title}: regrade")
    return done


def _give_full_marks(book: Any, part: Part) -> None:
    """Raise the scores that people gave for items for which everyone gets all points.

    The earlier scores are in the record of the regrade, and undoing it puts them back.
    """
    wanted = full_marks_of(part)
    for submission in book.assignment_submissions(part.id):
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                if grade.name in wanted:
                    grade.auto_score, grade.needs_manual_grade = grade.max_score, False
                    if grade.manual_score is not None:
                        grade.manual_score = max(grade.manual_score, grade.max_score)


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    """Yield a copy of the nbgrader course. Files of students are linked, since no step edits them.

    Every step replaces files as a whole, so the originals do not change.
    """
    with tempfile.TemporaryDirectory(prefix=".regrade-", dir=folder) as place:
        copy = Path(place) / "course"
        copy.mkdir()
        for name in LINKED:
            if (folder / name).is_dir():
                shutil.copytree(folder / name, copy / name, copy_function=_link, symlinks=True)
        for name in COPIED:
            if (folder / name).is_file():
                shutil.copyfile(folder / name, copy / name)
        if (folder / ".grading").is_dir():
            shutil.copytree(folder / ".grading", copy / ".grading")
        yield copy


def _link(source: str, target: str) -> str:
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)
    return target


def _show(report: dict[str, Any], console: Console) -> None:
    changes = report["changes"]
    students = len({row["student"] for row in changes})
    console.print(f"{_counted(len(changes), 'change')} for {_counted(students, 'student')}.")
    if not changes:
        return
    table = Table("student", "item", "old", "new", title_justify="left")
    for row in changes[:SHOWN]:
        shown = ["not graded" if v is None else f"{v:g}" for v in (row["old"], row["new"])]
        table.add_row(Text(printable(row["student"])), Text(row["item"]), *shown)
    if len(changes) > SHOWN:
        table.add_row(f"and {len(changes) - SHOWN} more", "", "", "")
    console.print(table)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
