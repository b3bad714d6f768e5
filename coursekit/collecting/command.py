"""`coursekit collect` on the terminal: read options, print a table, write a JSON file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console
from rich.markup import escape

from coursekit.collecting import summary
from coursekit.collecting.collect import Collected, CollectSettings, collect
from coursekit.collecting.findings import CollectError
from coursekit.collecting.identification import read_roster
from coursekit.course_file import built_part
from coursekit.roster.class_list import ROSTER
from toolbox.course import Course


@dataclass(frozen=True)
class Options:
    """The command-line options."""

    sources: list[Path]
    part: str
    roster: Path | None
    student: str
    dry: bool
    zone: str
    course_folder: Path


def run(options: Options, course: Course, console: Console) -> bool:
    """Collect, print the results and write the report. Return whether something was refused."""
    built_part(course, options.part)
    repository = course.repository.rstrip("/").rsplit("/", 1)[-1]
    kept = options.course_folder / ROSTER
    roster = options.roster or (kept if kept.is_file() else None)
    settings = CollectSettings(
        options.course_folder,
        options.part,
        frozenset({repository, course.id, *(part.id for part in course.parts)}),
        read_roster(roster) if roster else None,
        options.student,
        _zone(options.zone),
        options.dry,
        course.part(options.part) if course.group_size > 1 else None,
    )
    result = Collected()
    try:
        collect(options.sources, settings, console, result)
    except KeyboardInterrupt:
        console.print(f"\n{summary.summary(result.rows)}. Run it again to collect the rest.")
        raise
    except OSError as problem:
        raise CollectError(
            f"Stopped: {problem}. The submissions collected so far are complete."
        ) from problem
    console.print(summary.table(result.rows, options.part, dry=options.dry))
    for stray in result.strays:
        console.print(f"[dim]{escape(stray)}[/]")
    for line in summary.pair_lines(result.pairs):
        console.print(line, soft_wrap=True)
    console.print(summary.summary(result.rows))
    if not options.dry:
        path = options.course_folder / "collected" / f"{options.part}.json"
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        summary.write_json(path, options.part, result.rows, result.strays, result.pairs, now)
        console.print(f"Full report: {path}", markup=False)
    return any(row.status == summary.REFUSED for row in result.rows)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CollectError(
            f"Unknown time zone {name!r}. Use a name such as Europe/Berlin."
        ) from error
