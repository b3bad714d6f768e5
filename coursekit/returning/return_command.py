"""`coursekit return` on the terminal: read, match, fill, pack and report."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from nbgrader.api import Gradebook
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from coursekit.deadlines.penalties import lateness_by_student, opened, settle, terms_of
from coursekit.errors import UsageProblem
from coursekit.part_grades import StudentGrade, part_grades
from coursekit.printable import printable
from coursekit.returning import gradescope_results
from coursekit.returning.canvas_upload import CanvasCourse
from coursekit.returning.feedback_archive import archive, names_for, received
from coursekit.returning.feedback_pages import page_of, write_pages
from coursekit.returning.platform_sheet import (
    CANVAS,
    GRADESCOPE,
    HOW,
    PLAIN,
    PLATFORMS,
    PlatformSheet,
    SheetError,
    read_sheet,
)
from coursekit.returning.results_text import shown_result
from coursekit.returning.returned_grades import (
    FILLED,
    SAME,
    STATES,
    ReturnLine,
    ReturnOutcome,
    ReturnRules,
    fill,
    ready,
)
from coursekit.returning.row_matching import RowMatch, RowMatcher
from coursekit.roster.class_file import Person
from coursekit.roster.class_list import load_class
from coursekit.settings.late_policy import Lateness
from data_scripts.whole_files import write_whole
from toolbox.course import Part

SHOWN = 15  # lines per state


@dataclass(frozen=True)
class ReturnOptions:
    """The options of the command."""

    course_folder: Path
    part: Part
    platform: str
    gradebook: Path | None
    column: str
    rules: ReturnRules
    feedback: bool
    dry: bool
    upload: str = ""  # the address of the course on Canvas


def run(options: ReturnOptions, console: Console) -> bool:
    """Return the grades of a part. Return whether every grade that is ready has its row."""
    if options.platform not in PLATFORMS:
        raise SheetError(f"Unknown platform {options.platform!r}. Use {', '.join(PLATFORMS)}.")
    if options.upload and (options.platform != CANVAS or options.gradebook):
        raise UsageProblem("--upload needs --to canvas, and no --gradebook.")
    if not (options.gradebook or options.upload or options.platform in (GRADESCOPE, PLAIN)):
        raise SheetError(f"--gradebook is missing. {HOW[options.platform]}")
    canvas = CanvasCourse(options.upload) if options.upload else None
    folder, part = options.course_folder, options.part
    people = load_class(folder)
    terms = terms_of(folder)
    failures: dict[str, str] = {}
    with opened(folder) as book:
        settle(book, terms)
        book.db.commit()
        grades = part_grades(book, part.id)
        lateness = lateness_by_student(book, terms)
        late = {s: found[part.id] for s, found in lateness.items() if part.id in found}
        known = _with_strangers(people, grades)
        points, others = ready(grades, known, options.rules)
        outcome = ReturnOutcome(others)
        sheet, matches = _filled(options, known, points, outcome, canvas)
        if options.feedback and not options.dry:
            mine = {s: grades[s] for s in points if s in grades}
            failures = _pages(folder, part, mine, book, console)
    if canvas and sheet and not options.dry:
        _send(canvas, sheet, matches, outcome, console)
    if not options.dry:
        written = _write(options, known, grades, late, outcome, sheet, matches, console)
        _record(folder, part, outcome, options.platform)
    _report(outcome, console, part, options)
    for student, reason in sorted(failures.items()):
        console.print("[red]✗[/] ", end="")
        console.print(f"no feedback page for {printable(student)}: {reason}", markup=False)
    if not options.dry:
        for path in written:
            console.print(f"Wrote {path}", markup=False)
    return outcome.all_returned and not failures


def _with_strangers(people: list[Person], grades: dict[str, StudentGrade]) -> list[Person]:
    """Add graded students who are not on the roster, who can only be matched by their id."""
    known = {person.id for person in people}
    return people + [Person(student) for student in grades if student not in known]


def _filled(
    options: ReturnOptions,
    people: list[Person],
    points: dict[str, float],
    outcome: ReturnOutcome,
    canvas: CanvasCourse | None,
) -> tuple[PlatformSheet | None, dict[int, RowMatch]]:
    if canvas:
        sheet = canvas.sheet(options.part, options.column)
    elif options.gradebook:
        sheet = read_sheet(options.gradebook, options.platform, options.part, options.column)
    else:
        outcome.lines += [ReturnLine(s, FILLED, points[s]) for s in sorted(points)]
        return None, {}
    evidence = received(options.course_folder, options.part.id).evidence
    matches = RowMatcher(people, evidence).match(sheet.rows)
    outcome.lines += fill(sheet, matches, points, options.part.points, options.rules)
    return sheet, matches


def _send(
    canvas: CanvasCourse,
    sheet: PlatformSheet,
    matches: dict[int, RowMatch],
    outcome: ReturnOutcome,
    console: Console,
) -> None:
    """Send the grades that are new or different to Canvas."""
    filled = {each.student for each in outcome.lines if each.state == FILLED}
    rows = [row for row in sheet.rows if matches[row.number].student in filled]
    columns = (TextColumn("sending grades"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for _ in progress.track(canvas.send(sheet, rows), total=len(rows)):
            pass


def _pages(
    folder: Path, part: Part, grades: dict[str, StudentGrade], book: Gradebook, console: Console
) -> dict[str, str]:
    columns = (TextColumn("writing feedback"), BarColumn(), MofNCompleteColumn())
    # The pages are written by forked processes; a thread that refreshes would be in the way.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task("", total=None)
        return write_pages(
            folder,
            part.id,
            grades,
            book,
            lambda done, of: progress.update(task, completed=done, total=of, refresh=True),
        )


def _write(
    options: ReturnOptions,
    people: list[Person],
    grades: dict[str, StudentGrade],
    late: dict[str, Lateness],
    outcome: ReturnOutcome,
    sheet: PlatformSheet | None,
    matches: dict[int, RowMatch],
    console: Console,
) -> list[Path]:
    """Write the files for the platform. Return their paths."""
    folder, part = options.course_folder, options.part
    place = folder / "returned" / part.id
    contents: dict[str, bytes] = {"report.csv": _report_file(outcome)}
    if options.gradebook and sheet is not None:
        contents[f"{options.platform}.csv"] = sheet.content()
    if options.platform == PLAIN:
        contents["grades.csv"] = _plain_file(people, grades, outcome, part)
    if options.feedback:
        students = [s for s in outcome.points if page_of(folder, part.id, s).is_file()]
        known = received(folder, part.id)
        names = names_for(options.platform, students, part.id, known, sheet, matches)
        pages = {name: page_of(folder, part.id, student) for student, name in names.items()}
        contents[f"feedback-{options.platform}.zip"] = archive(pages)
        if without := sorted(set(students) - set(names)):
            console.print(
                f"{len(without)} pages are not in the zip, because {options.platform}'s names for "
                f"them are unknown: {', '.join(without[:SHOWN])}",
                markup=False,
            )
    if options.platform == GRADESCOPE:
        results = {
            student: shown_result(folder, part, grades[student], _lines(late, grades[student]))
            for student in outcome.points
            if student in grades
        }
        contents["gradescope-autograder.zip"] = gradescope_results.autograder(results, people)
    for name, content in contents.items():
        write_whole(place / name, content)
    return [place / name for name in sorted(contents)]


def _lines(late: dict[str, Lateness], grade: StudentGrade) -> list[str]:
    found = late.get(grade.student)
    return found.lines(grade.earned) if found else []


def _plain_file(
    people: list[Person], grades: dict[str, StudentGrade], outcome: ReturnOutcome, part: Part
) -> bytes:
    known = {person.id: person for person in people}
    states = {each.student: each for each in outcome.lines}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    head = ["student_id", "last_name", "first_name", "email", "points", "maximum"]
    writer.writerow([*head, "late_penalty", "state"])
    for student in sorted(states):
        if not student:
            continue
        person, grade = known.get(student, Person(student)), grades.get(student)
        line = states[student]
        points = f"{line.points:.2f}" if line.points is not None else ""
        penalty = f"{grade.penalty:.2f}" if grade else ""
        row = [student, person.last_name, person.first_name, person.email, points]
        writer.writerow([*row, f"{part.points:g}", penalty, line.state])
    return out.getvalue().encode()


def _report_file(outcome: ReturnOutcome) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student_id", "state", "points", "before", "reason"])
    for each in sorted(outcome.lines, key=lambda line: (STATES.index(line.state), line.student)):
        points = "" if each.points is None else f"{each.points:.2f}"
        writer.writerow([each.student, each.state, points, each.before, each.reason])
    return out.getvalue().encode()


def _record(folder: Path, part: Part, outcome: ReturnOutcome, platform: str) -> None:
    """Note what was returned, for `coursekit status`."""
    path = folder / "returned" / f"{part.id}.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    points = {**known.get("points", {}), **outcome.points}
    content = {"when": now, "to": platform, "points": dict(sorted(points.items()))}
    write_whole(path, (json.dumps(content, indent=1) + "\n").encode())


def _report(outcome: ReturnOutcome, console: Console, part: Part, options: ReturnOptions) -> None:
    counts = Counter(each.state for each in outcome.lines)
    would = "would be returned" if options.dry else "returned"
    console.print(
        f"{part.id}: {counts[FILLED] + counts[SAME]} grades {would} to {options.platform}, "
        f"{counts[SAME]} of them unchanged."
    )
    table = Table("what", "student", "why", title_justify="left")
    for state in STATES:
        found = [each for each in outcome.lines if each.state == state]
        if state in (FILLED, SAME) or not found:
            continue
        for each in found[:SHOWN]:
            table.add_row(state, Text(printable(each.student) or "–"), Text(printable(each.reason)))
        if len(found) > SHOWN:
            where = "" if options.dry else "see report.csv"
            table.add_row(state, f"and {len(found) - SHOWN} more", where)
    if table.row_count:
        console.print(table)
    changed = [e for e in outcome.lines if e.state == FILLED and e.before]
    if changed:
        shown = ", ".join(f"{e.student} {e.before} → {e.points:g}" for e in changed[:SHOWN])
        console.print(f"Replaced on the platform: {printable(shown, 1000)}", markup=False)
