"""`python -m toolbox`: check your work, build the report, and hand in, from a shell.

python -m toolbox status             show your points so far and what is left to do
python -m toolbox check part1        run the tests of one part and explain failures
python -m toolbox check FUNCTION     run only those of one function, such as scaler.StreamingScaler
python -m toolbox check 1 --watch    run them again whenever you save a file
python -m toolbox report [part1]     build the report as PDF and HTML
python -m toolbox demo part9         run the demo cell of a part alone, as in front of an audience
python -m toolbox submit part1       run the tests, build the report, write one zip to hand in
python -m toolbox data scene15       get the images of a data set, or list the data sets
python -m toolbox save FOLDER        copy your files to a safe place
"""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from toolbox import course as courses
from toolbox.course import Course, Part, Task, instead, points_text

if TYPE_CHECKING:  # each command imports only what it needs
    from toolbox.report.student import Student

COMPLETE, INCOMPLETE, NOTHING = 0, 1, 2  # exit statuses: `submit` wrote a file in the first two


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 complete, 1 incomplete, 2 failed."""
    chosen = _parser().parse_args(arguments)
    try:
        root = courses.find_root()
        course = courses.load(root)
        return int(chosen.run(chosen, root, course))
    except KeyboardInterrupt:
        print("\nInterrupted. None of your files were changed.")
        return 130
    except ModuleNotFoundError as problem:
        print(f"✗ {problem.name} is not installed: pip install -r requirements.txt")
        return NOTHING
    except (FileNotFoundError, KeyError, ValueError) as problem:
        print(f"✗ {problem.args[0] if isinstance(problem, KeyError) else problem}")
        return NOTHING


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m toolbox",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    part = {"metavar": "PART", "help": "a part, by number (1) or by name (part1_scaler)"}

    status = commands.add_parser("status", help="show your points so far and what is left to do")
    status.add_argument("part", nargs="*", **part)  # type: ignore[arg-type]
    status.set_defaults(run=_status)

    check = commands.add_parser("check", help="run the tests of a part and explain failures")
    check.add_argument("what", metavar="PART", help=f"{part['help']}, or a function")
    check.add_argument("--hints", action="store_true", help="show all hints, not only the first")
    check.add_argument("--watch", action="store_true", help="check again after each change")
    check.set_defaults(run=_check)

    report = commands.add_parser("report", help="build the report as PDF and HTML")
    report.add_argument("part", nargs="?", default="", **part)  # type: ignore[arg-type]
    report.set_defaults(run=_report)

    submit = commands.add_parser("submit", help="write the zip to hand in")
    submit.add_argument("part", **part)  # type: ignore[arg-type]
    submit.add_argument("--to", type=Path, metavar="FOLDER", help="folder (default: handin/)")
    submit.set_defaults(run=_submit)
    for command in (report, submit):
        command.add_argument("--name", help="your name as it should appear (remembered)")
        command.add_argument("--id", help="your student id, used for grading (remembered)")
        pair = command.add_mutually_exclusive_group()
        pair.add_argument(
            "--partner",
            action="append",
            metavar="ID",
            help="the student id of your partner, if two hand in together (remembered)",
        )
        pair.add_argument("--alone", action="store_true", help="you no longer have a partner")

    images = commands.add_parser("data", help="get the images of data sets, or list them")
    images.add_argument("name", nargs="*", metavar="NAME", help="data sets (default: list all)")
    images.add_argument(
        "--images",
        choices=["photographs", "drawings"],
        default="",
        help="which images to use from now on (default: as before, or photographs)",
    )
    images.set_defaults(run=_data)

    demo = commands.add_parser("demo", help="rehearse a demo in a fresh process")
    demo.add_argument("part", **part)  # type: ignore[arg-type]
    demo.set_defaults(run=_demo)

    save = commands.add_parser("save", help="copy your files to a safe place")
    save.add_argument("to", nargs="?", type=Path, metavar="FOLDER", help="default: Google Drive")
    save.set_defaults(run=_save)
    return parser


def find_part(course: Course, text: str) -> Part:
    """Return the built part that `text` names: "1", "part1" or its full id.

    Raises `KeyError` if no part matches.
    """
    wanted = f"part{text}" if text.isdigit() else text
    found = [part for part in course.built_parts if part.id.partition("_")[0] == wanted]
    found += [part for part in course.built_parts if part.id == wanted]
    if len(found) != 1:
        advice = instead(text, [part.id for part in course.built_parts])
        raise KeyError(f"Unknown part {text!r}. {advice}")
    return found[0]


def find_tasks(course: Course, text: str) -> list[Task]:
    """Return the tasks with public points that `text` names: a part, a module or a function.

    Raises `KeyError` if nothing matches.
    """
    tasks = [task for part in course.built_parts for task in part.tasks if task.points]
    if named := [task for task in tasks if text in (task.function, task.name, task.module)]:
        return named
    names = [task.function for task in tasks] if "." in text else []
    if meant := get_close_matches(text, names, n=1, cutoff=0.8):
        raise KeyError(f"Unknown function {text!r}. Did you mean {meant[0]!r}?")
    return [task for task in find_part(course, text).tasks if task.points]


def _status(chosen: argparse.Namespace, root: Path, course: Course) -> int:
    from toolbox.submission.progress import standing
    from toolbox.submission.status_text import overview

    parts = [find_part(course, text) for text in chosen.part] or list(course.built_parts)
    standings = [standing(root, part) for part in parts]
    print("\n".join(overview(standings, whole=bool(chosen.part))))
    return INCOMPLETE if any(each.left for each in standings) else COMPLETE


def _check(chosen: argparse.Namespace, root: Path, course: Course) -> int:
    from toolbox.submission.watching import changes

    tasks = find_tasks(course, chosen.what)
    if not chosen.watch:
        passed = [_check_one(task, root, all_hints=chosen.hints) for task in tasks]
        return COMPLETE if all(passed) else INCOMPLETE
    for changed in changes(root, tasks):
        for task in changed:
            _check_one(task, root, all_hints=chosen.hints)
        print("Waiting for changes. Press Ctrl-C to stop.", flush=True)
    return COMPLETE


def _check_one(task: Task, root: Path, *, all_hints: bool) -> bool:
    """Print how the tests of one function went, and return whether all of them passed."""
    from toolbox.checks.arranged_feedback import arrange, problems
    from toolbox.checks.attempts import failed_again, wrong_parts
    from toolbox.checks.feedback_text import ALL_HINTS, as_text, fitted
    from toolbox.submission.remembered import outcomes_of

    found = outcomes_of(root, [task.test_file], task.function)
    more = ALL_HINTS if all_hints else "add --hints to see one more hint"
    feedback = arrange(found, (), failed_again(found), wrong_parts(found))
    said = as_text(problems(found), feedback, more)
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    print(fitted(said, get_terminal_size().columns) if is_terminal else said, flush=True)
    return found.all_passed


def _report(chosen: argparse.Namespace, root: Path, course: Course) -> int:
    from toolbox.report import build

    _who(chosen, root, course)
    part = find_part(course, chosen.part).id if chosen.part else ""
    built = build(root, part=part, into=root / "report" / part)
    print(f"Wrote {_short(built.pdf, root)} and {_short(built.html, root)}.")
    _list("Missing:", built.missing)
    _list("Changed by hand:", built.edited)
    return INCOMPLETE if built.missing or built.edited else COMPLETE


def _submit(chosen: argparse.Namespace, root: Path, course: Course) -> int:
    from toolbox.submission.archive import NO_ID, HandInError, pack
    from toolbox.submission.progress import standing

    part = find_part(course, chosen.part)
    if not _who(chosen, root, course).id:
        number = part.id.partition("_")[0].removeprefix("part")
        print(f"✗ {NO_ID.format(part=number)}")
        return NOTHING
    print(f"Running the tests of {part.id} …", flush=True)
    now = standing(root, part)
    print(f"{now.earned:g} of {points_text(now.public)} from the public tests.", flush=True)
    try:
        packed = pack(root, part, now, (chosen.to or root / "handin").resolve())
    except HandInError as problem:
        print(f"✗ {problem}")
        return NOTHING
    for name, lines in packed.groups.items():
        _list(f"{name}:", lines)
    mark = "✓" if not packed.missing else "·"
    said = "complete" if not packed.missing else "incomplete: hand in again when it is complete"
    print(f"{mark} {_short(packed.path, root)}: {packed.megabytes:.1f} MB, {said}.")
    print("Upload this one file.")
    return INCOMPLETE if packed.missing else COMPLETE


def _data(chosen: argparse.Namespace, root: Path, course: Course) -> int:
    from toolbox import data
    from toolbox.data.choice import overview

    try:
        if not chosen.name:
            print("\n".join(overview(course)))
        for name in chosen.name:
            data.get(name, chosen.images)
    except data.DataProblem as problem:
        print(f"✗ {problem}")
        return NOTHING
    return COMPLETE


def _demo(chosen: argparse.Namespace, root: Path, course: Course) -> int:
    from toolbox.rehearsal import SECONDS, rehearse

    part = find_part(course, chosen.part)
    print(f"Running the demo of {part.id} in a fresh process …", flush=True)
    found = rehearse(root, part)
    print(found.output, end="")
    if found.problem:
        print(f"✗ The demo failed after {found.seconds:.0f} s: {found.problem}.")
        return INCOMPLETE
    shown = _short(found.figure, root) if found.figure else ""
    print(f"✓ The demo took {found.seconds:.0f} s of {SECONDS:g} s. It shows {shown}.")
    return COMPLETE


def _save(chosen: argparse.Namespace, root: Path, course: Course) -> int:
    from toolbox.colab import backup

    copied = backup.save(root, chosen.to)
    print(f"✓ Saved {copied.count} files to {copied.folder}, {copied.new} of them new or changed.")
    return COMPLETE


def _who(chosen: argparse.Namespace, root: Path, course: Course) -> Student:
    """Remember name, id and partner from the options; ask for missing ones in a terminal."""
    from toolbox.report import student
    from toolbox.report.partner import partner_from

    partner = "" if chosen.alone else None
    if chosen.partner:
        partner = partner_from(course, chosen.id or student.load(root).id, chosen.partner)
    known = student.tell(root, chosen.name, chosen.id, partner)
    if known.is_known or not (sys.stdin and sys.stdin.isatty()):
        return known
    name = known.name or input("Your name as it should appear: ")
    return student.tell(root, name, known.id or input("Your student id, used for grading: "))


def _list(title: str, lines: list[str]) -> None:
    if lines:
        print(title)
        for line in lines:
            print(f"  · {line}")


def _short(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


if __name__ == "__main__":
    sys.exit(main())
