"""`coursekit`: the command-line interface for instructors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from coursekit import term_commands
from coursekit.command_line import (
    NBGRADER_COURSE,
    CourseFolder,
    console,
    options,
    report_errors,
)
from coursekit.errors import CourseProblem, UsageProblem

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build, check and grade the course. Run it in the folder with course.toml.",
)


@app.callback()
def _main(
    debug: Annotated[
        bool, typer.Option("--debug", help="Also show the traceback of an expected error.")
    ] = False,
) -> None:
    options.debug = debug


@app.command()
@report_errors
def build(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            help="Replace only these parts in the existing build. Default: all parts.",
            metavar="PART...",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        bool,
        typer.Option("--only", help="Build only the named parts and remove all others."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Redo every step, even if its inputs are unchanged.")
    ] = False,
) -> None:
    """Build the release, solution and nbgrader course, and check them.

    Everything is written to build/: release/ is what students get, solution/ the same with
    answers, and nbgrader/ an ordinary nbgrader course. Its grades and submissions are never
    touched. A failed build leaves the last one in place.

    Only the steps whose inputs changed since an earlier build are redone. If you name parts, the
    other parts of the build do not change.
    """
    from coursekit.builds.builder import build as make

    if only and not parts:
        raise UsageProblem("--only needs the parts to build: coursekit build --only PART")
    names = parts or ()
    target = make(
        Path.cwd(), console, parts=() if only else names, only=names if only else (), fresh=fresh
    )
    console.print(f"Built: {target}/release, {target}/solution and {target}/nbgrader")


@app.command()
@report_errors
def demo(
    part: Annotated[
        str, typer.Option("--part", help="The part to use. Default: the first one.")
    ] = "",
) -> None:
    """Run the full assignment workflow with sample students.

    Build, submit, autograde, write feedback and show the gradebook. The samples are right, wrong,
    unfinished and broken submissions, graded by plain nbgrader. Everything happens in build/demo;
    real submissions and grades are not touched.
    """
    from coursekit.demo import demo as run

    run(Path.cwd(), console, part)


@app.command()
@report_errors
def sync(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing. Exit with 1 if something would change.")
    ] = False,
) -> None:
    """Update each notebook's .ipynb and setup cell from its .py file.

    Edit notebooks/partN_topic.py (or the .ipynb through jupytext), then run this command.
    """
    from coursekit import course_file
    from coursekit.builds import pairs

    root = Path.cwd()
    course = course_file.load(root)
    if check:
        if stale := pairs.out_of_sync(root, course) + pairs.stale_pages(root, course):
            raise CourseProblem("\n".join([*stale, "Run `coursekit sync`."]))
        console.print("[green]✓[/] All notebooks are up to date.")
        return
    changed = pairs.sync(root, course)
    for path in changed:
        console.print(f"wrote {path.relative_to(root)}")
    console.print(f"[green]✓[/] {len(changed)} files changed")


@app.command()
@report_errors
def quality(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="Modules or functions, such as scaler theory.softmax. Default: all.",
            show_default=False,
        ),
    ] = None,
    judge: Annotated[
        bool,
        typer.Option(
            "--judge",
            help="Run all versions by the judge of `coursekit grade` as well. Exit with 1 if a "
            "result differs.",
        ),
    ] = False,
) -> None:
    """Measure which implementations the tests accept, reject and explain.

    The tests should reject every wrong implementation in misconceptions/, accept every other
    right one in misconceptions/alternatives/, and reject small mutants of the solutions, except
    for those listed in coursekit/test_quality/equivalent_mutants.toml. Each implementation runs
    in a separate process. Results are cached in build/quality until their inputs change, so you
    can stop with Ctrl-C and continue later. While you write a test, name only its function.

    The output lists wrongly accepted and wrongly rejected implementations by name, then the
    measurement for each target of coursekit/test_quality/targets.py. Exits with 1 if a target is
    missed. docs/results/tests.md explains the results, and is updated after a run over everything.
    """
    from coursekit.test_quality import measurement

    report = measurement.report_judged if judge else measurement.report
    if not report(Path.cwd(), what or [], console):
        raise typer.Exit(1)


@app.command()
@report_errors
def repeats(
    count: Annotated[
        int, typer.Option(min=1, help="Number of runs, each in a different order.")
    ] = 50,
    platforms: Annotated[
        bool,
        typer.Option(
            help="Then also run hidden tests with float32 and float64, 1 and 2 threads, 3 seeds."
        ),
    ] = True,
) -> None:
    """Run the public tests on the solution many times: none may ever fail.

    Each repeat is one pytest run of all public tests in a random order, alternately on one and on
    two threads, in a fresh process. After a failure, the command prints the setting in which it
    occurred and exits with 1. It updates docs/results/tests.md.
    """
    from coursekit.test_quality.stability import report

    if not report(Path.cwd(), count, console, platforms=platforms):
        raise typer.Exit(1)


@app.command("new-part")
@report_errors
def new_part(
    part: Annotated[str, typer.Argument(help="Id of the part: partN_topic, as in part4_alexnet.")],
    module: Annotated[str, typer.Argument(help="The first module that students implement.")],
    title: Annotated[str, typer.Option(help="Title of the part, in a few words.")] = "A new part",
) -> None:
    """Scaffold a part: notebook, module, tests, catalog, and its section in course.toml.

    The scaffold runs and passes. Replace it piece by piece, then set built = true.
    """
    from coursekit import course_file
    from coursekit.builds import pairs
    from coursekit.new_part import new_part as scaffold

    root = Path.cwd()
    course_file.load(root)  # write nothing if course.toml is invalid
    for path in scaffold(root, part, title, module):
        console.print(f"wrote {path.relative_to(root)}")
    pairs.sync(root, course_file.load(root))
    console.print("Next: replace `answer`, run `coursekit doctor`, set built = true, build.")


@app.command()
@report_errors
def doctor(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also show the checks that passed.")
    ] = False,
) -> None:
    """Check this machine and the course, including parts that are not built yet.

    The machine: versions, kernel, disk and sandbox. The course: course.toml, dates, data sets,
    notebooks, points, tests, misconceptions and submissions. If something needs attention, the
    command says what to do about it and exits with 1.
    """
    from coursekit.doctor import examine

    findings = []
    for finding in examine(Path.cwd()):
        findings.append(finding)
        if finding.fine and verbose:
            console.print(f"[green]✓[/] {escape(finding.what)}")
        elif not finding.fine:
            console.print(f"[red]✗[/] {escape(finding.what)}\n    {escape(finding.advice)}")
    wrong = sum(not finding.fine for finding in findings)
    console.print(f"{len(findings)} checks run, {wrong} need attention.")
    if wrong:
        raise typer.Exit(1)


@app.command()
@report_errors
def mirror(
    folder: Annotated[Path, typer.Argument(help="Where to write the archives.", metavar="DIR")],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="The data sets. Default: all that are installed.",
            metavar="NAME...",
            show_default=False,
        ),
    ] = None,
    weights: Annotated[
        bool, typer.Option("--weights", help="Also add the ImageNet weights (about 950 MB).")
    ] = False,
) -> None:
    """Pack the installed data sets, to put your own copies on the web or on Google Drive.

    Writes an archive of each data set and their checksums, and prints the tables for course.toml.
    After you have uploaded the archives, fill in their addresses there: students' notebooks then
    try your copies first. Check that you may pass the images on: `python -m data_scripts info NAME`
    shows the license.
    """
    from coursekit.mirror import NETWORKS, add_weights, tables
    from coursekit.mirror import mirror as write

    def say(line: str) -> None:
        console.print(line, markup=False)

    packed = write(folder, names or (), say)
    if weights:
        add_weights(folder, NETWORKS, say)
    console.print("\nUpload the archives, then add this to course.toml with your addresses:\n")
    for line in tables(packed):
        console.print(line, markup=False)


@app.command()
@report_errors
def collect(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="ARCHIVE_OR_FOLDER",
            help="Downloads from a platform: a zip of all submissions, a folder, single archives.",
            show_default=False,
        ),
    ],
    part: Annotated[str, typer.Option(help="The part, as in course.toml.")],
    roster: Annotated[
        Path | None,
        typer.Option(help="CSV of the students: a column id, and any of name, email, other ids."),
    ] = None,
    student: Annotated[str, typer.Option(help="The student, for a single submission.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing. Show what would be collected.")
    ] = False,
    zone: Annotated[
        str, typer.Option(help="Time zone of times without one, as in zips: Europe/Berlin.")
    ] = "UTC",
    course_folder: CourseFolder = NBGRADER_COURSE,
) -> None:
    """Collect submissions into nbgrader's submitted/, with safe repairs.

    Accepts the bulk downloads of Canvas, Moodle and Gradescope, the zips of
    `toolbox submit`, zips of the whole course folder, single notebooks,
    and folders of any of these. A dry run, the real run, then a late submission:

    \b
    coursekit collect all.zip --part part1_scaler --roster class.csv --dry-run
    coursekit collect all.zip --part part1_scaler --roster class.csv
    coursekit collect late.ipynb --part part1_scaler --student jane-doe

    Graded and locked cells are restored from the release, answers come from
    the student. Damage that cannot be repaired safely is listed. A student's
    newest submission is graded; earlier ones, and each notebook as received,
    are kept in collected/. Running it again changes nothing.

    Exits with 1 if a submission was refused. See docs/collecting.md for details.
    """
    from coursekit import course_file
    from coursekit.collecting import command

    course = course_file.load(Path.cwd())
    chosen = command.Options(sources, part, roster, student, dry_run, zone, course_folder)
    if command.run(chosen, course, console):
        raise typer.Exit(1)


@app.command()
@report_errors
def insights(
    part: Annotated[str, typer.Argument(help="The part, as in course.toml.")],
    html: Annotated[
        Path | None, typer.Option(help="Path of the page. [default: build/insights/PART.html]")
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Also name the students on the page.")
    ] = False,
    course_folder: CourseFolder = NBGRADER_COURSE,
) -> None:
    """Show class statistics for a graded part, here and as an HTML page.

    Which tests fail most, which misconceptions are most common, which mistakes
    several students share although the catalog has no name for them, how the scores
    are distributed, and how difficult each item is and how well it discriminates.

    \b
    coursekit insights part1_scaler

    Reads the gradebook and the autograded notebooks; changes and executes
    nothing. The page needs no network, and names students only with --names.
    """
    from coursekit import course_file
    from coursekit.insights.graded_part import gather
    from coursekit.insights.page import page
    from coursekit.insights.terminal import show
    from data_scripts.whole_files import write_whole

    course = course_file.load(Path.cwd())
    found = gather(Path.cwd(), course_folder, course_file.built_part(course, part))
    show(found, console)
    path = html or Path("build") / "insights" / f"{part}.html"
    write_whole(path, page(found, course.title, names=names).encode())
    console.print(f"Page: {path}", markup=False)


@app.command("verify-report")
@report_errors
def verify_report(
    zips: Annotated[list[Path], typer.Argument(help="The submissions: zips from students.")],
) -> None:
    """Measure the claims about networks in submissions again, and flag wrong ones.

    Weights are loaded as weights only and run in the student's class, in a process that never sees
    a label. Exits with 1 if something is flagged.
    """
    from rich.table import Table

    from coursekit import course_file
    from coursekit.report_audit import HandInProblem, opened, verify

    root = Path.cwd()
    course = course_file.load(root)
    table = Table("student", "number", "claimed", "measured", "test images", "verdict")
    flagged = 0
    for path in zips:
        try:
            findings = verify(opened(path), root, course)
        except HandInProblem as problem:
            console.print(f"[red]✗[/] {problem}")
            flagged += 1
            continue
        for each in findings:
            flagged += not each.holds
            numbers = [
                "" if n is None else f"{n:.3f}" for n in (each.claimed, each.measured, each.test)
            ]
            mark = "[green]✓[/]" if each.holds else "[red]✗[/]"
            table.add_row(each.student, each.number, *numbers, f"{mark} {each.says}")
    console.print(table)
    console.print(f"{flagged} flagged.")
    if flagged:
        raise typer.Exit(1)


@app.command()
@report_errors
def grade(
    part: Annotated[str, typer.Argument(help="Id of the part: partN_topic, as in part1_scaler.")],
    students: Annotated[
        str, typer.Option(help="Grade only these students, separated by commas. Default: all.")
    ] = "",
    jobs: Annotated[
        int, typer.Option(min=0, help="Submissions graded in parallel. Default: one per core.")
    ] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Also grade unchanged submissions again.")
    ] = False,
    sandbox_level: Annotated[
        str,
        typer.Option(
            help="Weakest acceptable level: limits, namespaces or sealed. Default: course.toml."
        ),
    ] = "",
    scheduler: Annotated[
        str, typer.Option(help="Address of a Dask scheduler, to grade on its workers.")
    ] = "",
    course_folder: CourseFolder = NBGRADER_COURSE,
) -> None:
    """Grade submissions like nbgrader, but faster and in a sandbox.

    Reads submitted/ and writes autograded/ and gradebook.db of the nbgrader course, like
    `nbgrader autograde`; feedback, export and formgrader work with the result as usual.
    Submissions that are already graded are skipped unless they or their tests changed. You can
    stop the command at any point; run it again to continue.

    Exits with 1 if all or part of a submission could not be graded. Each one is named with the
    reason, and the next run grades it again. Flags alone do not change the exit status.
    """
    from coursekit import course_file
    from coursekit.grading.console import run

    if course_folder == NBGRADER_COURSE:
        course_file.load(Path.cwd())
    wanted = tuple(name.strip() for name in students.split(",") if name.strip())
    everybody_graded = run(
        Path.cwd(),
        console,
        part=part,
        students=wanted,
        jobs=jobs,
        force=force,
        level=sandbox_level,
        scheduler=scheduler,
        folder=course_folder,
    )
    if not everybody_graded:
        raise typer.Exit(1)


app.add_typer(term_commands.app)
