"""The commands around the grade: roster, status, return and regrade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coursekit.command_line import NBGRADER_COURSE, CourseFolder, console, report_errors

app = typer.Typer()


@app.command()
@report_errors
def roster(
    class_list: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="CSV of the class from Canvas, Moodle, Gradescope or a spreadsheet. "
            "Without it, the roster is shown.",
            show_default=False,
        ),
    ] = None,
    id_column: Annotated[
        str, typer.Option("--id", help="The column with the ids. Default: the first known one.")
    ] = "",
    only_add: Annotated[
        bool, typer.Option("--add", help="Only add and update. Mark no student as left.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing. Show what would change.")
    ] = False,
    course_folder: CourseFolder = NBGRADER_COURSE,
) -> None:
    """Say who is in the class: names, mail addresses, ids and groups.

    \b
    coursekit roster class.csv
    coursekit roster section-2.csv --add

    Fills nbgrader's database, so that formgrader and export show names, and
    writes roster.csv into the nbgrader course. `collect`, `status` and
    `return` read it. Students who are no longer in the list are marked as
    left; their grades are kept. See docs/roster.md for the formats.
    """
    from coursekit.roster import enrollment

    if class_list is None:
        enrollment.show(course_folder, console)
        return
    enrollment.enroll(
        course_folder,
        class_list,
        console,
        id_column=id_column,
        only_add=only_add,
        dry=dry_run,
    )


@app.command()
@report_errors
def status(
    part: Annotated[str, typer.Argument(help="The part, as in course.toml.")],
    course_folder: CourseFolder = NBGRADER_COURSE,
) -> None:
    """Show what a part still needs from the instructor, in one table.

    \b
    coursekit status part1_scaler

    Who handed in nothing, whose submission was refused, who has to be graded,
    which answers wait to be read, who is late, and which grades are ready to
    return; each with the next step. Runs no student code.
    """
    from coursekit.course_file import built_part
    from coursekit.grading.jobs import course_of
    from coursekit.overview.part_state import part_state
    from coursekit.overview.status_table import show

    course = course_of(course_folder)
    show(part_state(Path.cwd(), course_folder, course, built_part(course, part)), console)


@app.command("return")
@report_errors
def return_grades(
    part: Annotated[str, typer.Argument(help="The part, as in course.toml.")],
    platform: Annotated[
        str, typer.Option("--to", help="canvas, moodle, gradescope or csv.", show_default=False)
    ],
    gradebook: Annotated[
        Path | None,
        typer.Option(help="The platform's own gradebook, as exported. Not needed for csv."),
    ] = None,
    column: Annotated[
        str, typer.Option(help="The column of the part. Default: the one with its id or title.")
    ] = "",
    upload: Annotated[
        str,
        typer.Option(
            "--upload",
            metavar="ADDRESS",
            help="Send the grades to this course on Canvas, with the token in CANVAS_TOKEN.",
        ),
    ] = "",
    unread: Annotated[
        bool, typer.Option("--unread", help="Also return grades with answers not read yet.")
    ] = False,
    missing_as_zero: Annotated[
        bool, typer.Option("--missing-as-zero", help="Return 0 for those who handed in nothing.")
    ] = False,
    scale: Annotated[
        bool, typer.Option("--scale", help="Convert points to the platform's maximum.")
    ] = False,
    feedback: Annotated[
        bool, typer.Option(help="Write feedback pages and pack them for bulk upload.")
    ] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing. Show what would be returned.")
    ] = False,
    course_folder: CourseFolder = NBGRADER_COURSE,
) -> None:
    """Return grades and feedback to a platform.

    \b
    coursekit return part1_scaler --to canvas --gradebook export.csv
    coursekit return part1_scaler --to csv
    coursekit return part1_scaler --to canvas --upload https://HOST/courses/123

    Fills the gradebook that the platform exported, and packs the feedback for
    bulk upload, in returned/PART of the nbgrader course. A row is filled only
    if it is certain whose it is. Grades with unread answers are left out.

    Exits with 1 if a grade has no row, or a row is unclear. See docs/return.md.
    """
    from coursekit.course_file import built_part
    from coursekit.grading.jobs import course_of
    from coursekit.returning import return_command
    from coursekit.returning.returned_grades import ReturnRules

    known = built_part(course_of(course_folder), part)
    rules = ReturnRules(unread, missing_as_zero, scale)
    options = return_command.ReturnOptions(
        course_folder, known, platform, gradebook, column, rules, feedback, dry_run, upload
    )
    if not return_command.run(options, console):
        raise typer.Exit(1)


@app.command()
@report_errors
def regrade(
    part: Annotated[str, typer.Argument(help="The part, as in course.toml.")],
    why: Annotated[
        str, typer.Option("--why", help="The reason, which students see in their feedback.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing. Show what would change.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Put back all grades from before the last regrade.")
    ] = False,
    sandbox_level: Annotated[
        str, typer.Option(help="Weakest acceptable sandbox level. Default: course.toml.")
    ] = "",
    course_folder: CourseFolder = NBGRADER_COURSE,
) -> None:
    """Grade a part again for a reason, and report every change.

    \b
    coursekit build part1_scaler
    coursekit regrade part1_scaler --why "A hidden test was wrong" --dry-run
    coursekit regrade part1_scaler --why "A hidden test was wrong"

    For a corrected test, changed points or a dropped item. Unchanged written
    answers keep their scores. Students see the reason and their changes in
    their next feedback. --undo restores all grades. See docs/regrading.md.
    """
    from coursekit.course_file import built_part
    from coursekit.grading.jobs import course_of
    from coursekit.regrading import regrade_command

    known = built_part(course_of(course_folder), part)
    if undo:
        regrade_command.undo(course_folder, known, console)
        return
    everybody_graded = regrade_command.regrade(
        Path.cwd(), course_folder, known, why, console, dry=dry_run, level=sandbox_level
    )
    if not everybody_graded:
        raise typer.Exit(1)
