"""`coursekit`: the instructor's commands."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from coursekit.errors import CourseProblem, UsageProblem
from coursekit.expected_errors import expected, require_course

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build, check and grade the course. Run it where course.toml is.",
)
console = Console(highlight=False, soft_wrap=True)


@dataclass
class _Options:
    """Options that stand before the command."""

    debug: bool = False


options = _Options()


@app.callback()
def _main(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an expected error, too.")
    ] = False,
) -> None:
    options.debug = debug


def report_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Run a command in the course folder; print expected errors as a message, exit with 1."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            if not kwargs.get("course"):  # an nbgrader course anywhere can be graded
                require_course()
            command(*args, **kwargs)
        except KeyboardInterrupt:
            console.print("\n[yellow]Interrupted.[/] Run the same command to continue.")
            raise typer.Exit(130) from None
        except Exception as error:
            message = expected(error)
            if message is None:
                raise
            if options.debug:
                traceback.print_exc()
            console.print(f"[red]✗[/] {escape(message)}")
            raise typer.Exit(1) from None

    return wrapped


@app.command()
@report_errors
def build(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            help="Replace these parts in the present build. All parts, if none is named.",
            metavar="PART...",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        bool,
        typer.Option("--only", help="Build the named parts, and remove all others from the build."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Redo every step, even those whose inputs are the same.")
    ] = False,
) -> None:
    """Make release, solution and nbgrader course from the source, and prove them fit.

    Everything lands in build/: release/ is what students get, solution/ the same with answers,
    nbgrader/ an ordinary nbgrader course. Grades and submissions in it are never touched. A
    failed build leaves the last one in place.

    Only the steps whose inputs changed since an earlier build are redone. If you name parts, the
    other parts of the build stay exactly as they are.
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
        str, typer.Option("--part", help="Which part. The first one unless given.")
    ] = "",
) -> None:
    """Walk an assignment through every door: build, hand in, autograde, feedback, gradebook.

    Sample students hand in right, wrong, unfinished and broken work, and plain nbgrader grades
    it. All of it happens in build/demo: real submissions and grades are left alone.
    """
    from coursekit.demo import demo as run

    run(Path.cwd(), console, part)


@app.command()
@report_errors
def sync(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 if something would change.")
    ] = False,
) -> None:
    """Bring each notebook's .ipynb and setup cell in step with its .py.

    Edit notebooks/partN_topic.py (or the .ipynb through jupytext), then run this.
    """
    from coursekit import course_file
    from coursekit.builds import pairs

    root = Path.cwd()
    course = course_file.load(root)
    if check:
        if stale := pairs.out_of_sync(root, course) + pairs.stale_pages(root, course):
            raise CourseProblem("\n".join([*stale, "Run `coursekit sync`."]))
        console.print("[green]✓[/] all notebooks are in step")
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
            help="Modules or functions, as in: scaler theory.softmax. All, if none is named.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Measure the tests as classifiers: what they let through, turn away, and name.

    Every wrong implementation in misconceptions/ should be rejected, every other right one in
    misconceptions/alternatives/ accepted, and so should small mutants of the solutions be rejected,
    but for those listed in coursekit/test_quality/equivalent_mutants.toml. Each runs in a process
    of its own. Verdicts are kept in build/quality until something changes that they depend on:
    stop with Ctrl-C and start again at will. While you write a test, name its function alone.

    What got away is listed by name, then each bar of coursekit/test_quality/targets.py with what
    was measured. Exits with 1 where a bar is missed. docs/quality.md says how to read it, and is
    brought up to date when all is measured.
    """
    from coursekit.test_quality.measurement import report

    if not report(Path.cwd(), what or [], console):
        raise typer.Exit(1)


@app.command()
@report_errors
def repeats(
    count: Annotated[
        int, typer.Option(min=1, help="How many times, each in an order of its own.")
    ] = 50,
    platforms: Annotated[
        bool,
        typer.Option(
            help="Then also hidden tests with float32 and float64, 1 and 2 threads, 3 seeds."
        ),
    ] = True,
) -> None:
    """Run the public tests on the solution again and again: none may ever fail.

    Each repeat is one pytest run of all public tests in a random order, on one and on two
    threads in turn, in a fresh process. Exits with 1 after a failure, and says in which setting
    it came; docs/quality.md is brought up to date.
    """
    from coursekit.test_quality.stability import report

    if not report(Path.cwd(), count, console, platforms=platforms):
        raise typer.Exit(1)


@app.command("new-part")
@report_errors
def new_part(
    part: Annotated[str, typer.Argument(help="Its id: partN_topic, as in part4_alexnet.")],
    module: Annotated[str, typer.Argument(help="The first module that students write.")],
    title: Annotated[str, typer.Option(help="What it is about, in a few words.")] = "A new part",
) -> None:
    """Scaffold a part: notebook, module, tests, catalogue, and its stanza in course.toml.

    What is written runs and passes; replace it piece by piece, then set built = true.
    """
    from coursekit import course_file
    from coursekit.builds import pairs
    from coursekit.new_part import new_part as scaffold

    root = Path.cwd()
    course_file.load(root)  # nothing is written beside a course.toml that cannot be used
    for path in scaffold(root, part, title, module):
        console.print(f"wrote {path.relative_to(root)}")
    pairs.sync(root, course_file.load(root))
    console.print("Next: replace `answer`, run `coursekit doctor`, set built = true, build.")


@app.command()
@report_errors
def doctor(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the checks that passed, too.")
    ] = False,
) -> None:
    """Check this machine and the course, the parts that are not built yet included.

    The machine: versions, kernel, disk and sandbox. The course: course.toml, dates, data sets,
    notebooks, points, tests, misconceptions and submissions. Exits with 1 if something needs
    attention, and says what to do about it.
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
def collect(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="ARCHIVE_OR_FOLDER",
            help="What a platform gave you: its zip of all submissions, a folder, single archives.",
            show_default=False,
        ),
    ],
    part: Annotated[str, typer.Option(help="The part it is for, as in course.toml.")],
    roster: Annotated[
        Path | None,
        typer.Option(help="CSV of the students: a column id, and any of name, email, other ids."),
    ] = None,
    student: Annotated[str, typer.Option(help="Whose it is, if it is one hand-in.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show what would be collected.")
    ] = False,
    zone: Annotated[
        str, typer.Option(help="The zone of times that name none, as in zips: Europe/Berlin.")
    ] = "UTC",
    course_folder: Annotated[Path, typer.Option("--course", help="The nbgrader course.")] = Path(
        "build/nbgrader"
    ),
) -> None:
    """Put what students handed in into nbgrader's submitted/, repaired where that is safe.

    Takes the bulk downloads of Canvas, Moodle and Gradescope, the zips of
    `toolbox submit`, zips of the whole course folder, single notebooks,
    and folders of any of these. To try, then to do it, then one latecomer:

    \b
    coursekit collect all.zip --part part1_scaler --roster class.csv --dry-run
    coursekit collect all.zip --part part1_scaler --roster class.csv
    coursekit collect late.ipynb --part part1_scaler --student jane-doe

    Cells that are graded and locked come from the release again, answers from
    the student. What can't be mended is listed, not guessed. The newest
    hand-in of a student is graded; earlier ones, and each notebook as it came,
    are kept in collected/. Running it again changes nothing.

    Exits with 1 if something was refused. docs/collecting.md tells the rest.
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
        Path | None, typer.Option(help="Where the page goes. [default: build/insights/PART.html]")
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Name the students on the page too.")
    ] = False,
    course_folder: Annotated[Path, typer.Option("--course", help="The nbgrader course.")] = Path(
        "build/nbgrader"
    ),
) -> None:
    """Show what a graded part says of the class, here and as one HTML page.

    Which tests fail most, which misconceptions are most common, how the scores
    are spread, and how hard each item is and how well it tells students apart.

    \b
    coursekit insights part1_scaler

    Reads the gradebook and the autograded notebooks; changes and executes
    nothing. The page needs no network and names no student unless told to.
    """
    from coursekit import course_file
    from coursekit.insights.graded_part import gather
    from coursekit.insights.page import page
    from coursekit.insights.terminal import show
    from data_scripts.whole_files import write_whole

    course = course_file.load(Path.cwd())
    if part not in {each.id for each in course.parts}:
        known = ", ".join(each.id for each in course.parts)
        raise CourseProblem(f"There is no part {part!r}; the parts are {known}.")
    found = gather(Path.cwd(), course_folder, course.part(part))
    show(found, console)
    path = html or Path("build") / "insights" / f"{part}.html"
    write_whole(path, page(found, course.title, names=names).encode())
    console.print(f"The page: {path}", markup=False)


@app.command("verify-report")
@report_errors
def verify_report(
    zips: Annotated[list[Path], typer.Argument(help="What students handed in.")],
) -> None:
    """Measure again what hand-ins claim of their networks, and flag what doesn't hold.

    Weights are read as weights and run in the student's class, in a process that never sees a
    label. Exits with 1 if something is flagged.
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
    console.print(f"{flagged} to look at.")
    if flagged:
        raise typer.Exit(1)


@app.command()
@report_errors
def grade(
    part: Annotated[str, typer.Argument(help="Its id: partN_topic, as in part1_scaler.")],
    students: Annotated[
        str, typer.Option(help="Only these, with commas between them. Default: all.")
    ] = "",
    jobs: Annotated[
        int, typer.Option(min=0, help="Submissions at a time. Default: one a core.")
    ] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what has not changed, too.")
    ] = False,
    sandbox_level: Annotated[
        str,
        typer.Option(help="Refuse below it: limits, namespaces or sealed. Default: course.toml."),
    ] = "",
    scheduler: Annotated[
        str, typer.Option(help="The address of a Dask scheduler, to grade on its workers.")
    ] = "",
    course: Annotated[
        Path | None, typer.Option(help="The nbgrader course. Default: build/nbgrader.")
    ] = None,
) -> None:
    """Grade what was handed in: nbgrader's scores and files, faster, and inside a sandbox.

    Reads submitted/, writes autograded/ and gradebook.db of the nbgrader course, just as
    `nbgrader autograde` does; feedback, export and formgrader go on from there. Submissions that
    are graded already, and their tests, are left alone until one of them changes. Stop it at
    any point: run it again, and it goes on.

    Exits with 1 if a submission, or a part of it, could not be graded. Each is named with the
    reason, and the next run takes it up again. Flags alone do not change the exit status.
    """
    from coursekit import course_file
    from coursekit.grading.console import run

    if course is None:
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
        course=course,
    )
    if not everybody_graded:
        raise typer.Exit(1)
