"""`coursekit grade`: everything that was handed in, graded in sandboxes, written by one writer."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursekit.grading.jobs import Planner, course_of
from coursekit.grading.levels import Level, TooWeak
from coursekit.grading.runner import Warm
from coursekit.grading.submissions import Journal, digest_of_tree, files_of, handed_in, is_ours

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from coursekit.grading.shared_gradebook import OneGradebook
    from coursekit.grading.writer import Writer

ENGINE = Path(__file__).resolve().parent
Tell = Callable[[int, int], None]
Begun = tuple["NotebookNode", dict[str, bytes], list[str]]
AHEAD = 200 << 20  # bytes of submissions that are made ready while the warm process warms up


@dataclass
class Report:
    """What a run of `coursekit grade` did."""

    level: Level = Level.LIMITS
    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    flags: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class Wish:
    """What the instructor asks for."""

    part: str
    students: tuple[str, ...] = ()
    jobs: int = 0  # 0: as many as there are cores
    force: bool = False
    least: Level = Level.NAMESPACES
    scheduler: str = ""


def grade(folder: Path, wish: Wish, reference: Path | None, tell: Tell) -> Report:
    """Grade a part in the nbgrader course `folder`. `tell(done, of)` hears of progress.

    Raises `ValueError` for a wish that can't be fulfilled, `TooWeak` where the machine can't
    give the level asked for. Stopped at any point, it can be run again and ends the same.
    """
    started = time.monotonic()
    folder = folder.resolve()
    course = course_of(folder)
    known = {part.id: part for part in course.built_parts}
    if wish.part not in known:
        raise ValueError(f"there is no part {wish.part!r}; the parts are {', '.join(known)}")
    for needed in ("source", "release"):
        if not (folder / needed / wish.part).is_dir():
            raise ValueError(f"{folder} holds no {needed}/{wish.part}: run `coursekit build`")
    planner = Planner(folder, known[wish.part], course, reference)
    report = Report()
    todo = _todo(folder, planner, wish, report)
    if todo:
        (folder / "data" / ".locks").mkdir(parents=True, exist_ok=True)
        with _working(planner, wish, report) as (run_one, warming_up):
            _grade_all(folder, planner, wish, report, todo, run_one, warming_up, tell)
    report.seconds = time.monotonic() - started
    return report


RunOne = Callable[[dict[str, Any], dict[str, str]], "Future[dict[str, Any]]"]


def _todo(folder: Path, planner: Planner, wish: Wish, report: Report) -> dict[str, str]:
    """The submissions to grade, each with the hash of all that its grade depends on."""
    journal = _journal(folder, wish.part)
    common = digest_of_tree(ENGINE, planner.source, folder / "nbgrader_config.py")
    if planner.reference is not None and planner.earlier_modules():
        common += digest_of_tree(planner.reference)
    overwritten = {name for name in planner.files if is_ours(name)}
    todo = {}
    for student, reason in handed_in(folder, wish.part, wish.students).items():
        if reason:
            report.refused[student] = reason
            continue
        submitted = folder / "submitted" / student / wish.part
        digest = common[:32] + digest_of_tree(submitted, without=overwritten)
        graded = folder / "autograded" / student / wish.part / f"{wish.part}.ipynb"
        level = journal.entries.get(student, {}).get("level_number", 0)
        fresh = journal.knows(student, digest) and graded.is_file() and level >= wish.least
        if fresh and not wish.force:
            report.unchanged.append(student)
            if flags := journal.entries[student]["flags"]:
                report.flags[student] = flags
        else:
            todo[student] = digest
    return todo


def _journal(folder: Path, part: str) -> Journal:
    return Journal(folder / ".grading" / f"{part}.jsonl")


@contextmanager
def _working(
    planner: Planner, wish: Wish, report: Report
) -> Iterator[tuple[RunOne, Callable[[], bool]]]:
    """What runs jobs, this machine's warm process or a cluster, and whether it still warms up."""
    warm = Warm(planner.public_files())
    try:
        # nbgrader takes as long to import as torch does: both at the same time. Half of that is for
        # a grammar of web addresses, which jsonschema does without where it is not installed.
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
        importlib.import_module("coursekit.grading.writer")
        report.level, problem = warm.probe()
        if report.level < wish.least:
            raise TooWeak(
                f"This machine gives no more than the sandbox level {report.level.word!r} "
                f"({problem}), and {wish.least.word!r} is asked for."
            )
        planner.ask = warm.plan
        executor: Executor = ThreadPoolExecutor(_jobs(wish))
        run: Callable[..., dict[str, Any]] = warm.run
        if wish.scheduler:
            from coursekit.grading.cluster import on_cluster

            with on_cluster(wish.scheduler, planner.public_files()) as submit:
                yield submit, warm.warming_up
            return
        with executor:
            yield lambda job, hidden: executor.submit(run, job, hidden), warm.warming_up
    finally:
        warm.close()


def _jobs(wish: Wish) -> int:
    return wish.jobs or len(os.sched_getaffinity(0))


def _grade_all(
    folder: Path,
    planner: Planner,
    wish: Wish,
    report: Report,
    todo: dict[str, str],
    run_one: RunOne,
    warming_up: Callable[[], bool],
    tell: Tell,
) -> None:
    from coursekit.grading.shared_gradebook import one_gradebook
    from coursekit.grading.writer import Writer

    writer = Writer(folder, wish.part)
    writer.prepare()
    journal = _journal(folder, wish.part)
    pending: list[dict[str, Any]] = []
    running: dict[Future[dict[str, Any]], tuple[str, list[str]]] = {}
    waiting = list(todo)[::-1]
    most = _jobs(wish) + 2 if not wish.scheduler else 1000
    with one_gradebook(writer.coursedir.db_url, writer.coursedir.course_id) as book:
        begun: dict[str, Begun] = {}
        size = 0
        while warming_up() and size < AHEAD and len(begun) < len(waiting):
            student = waiting[-1 - len(begun)]
            try:
                begun[student] = _begin(folder, planner, writer, student)
            except (OSError, ValueError):
                break  # it is told in its turn
            size += sum(map(len, begun[student][1].values()))
        while waiting or running:
            while waiting and len(running) < most:
                student = waiting.pop()
                try:
                    known = begun.pop(student, None) or _begin(folder, planner, writer, student)
                except (OSError, ValueError) as problem:
                    report.refused[student] = str(problem)
                    continue
                notebook, files, notes = known
                job, hidden, _ = planner.job(student, notebook, files, report.level)
                running[run_one(job, hidden)] = (student, notes)
                if any(future.done() for future in running):
                    break
            done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in done:
                student, notes = running.pop(future)
                entry = _finish(writer, student, future, notes, report)
                pending.append({**entry, "digest": todo[student]})
                tell(len(report.graded), len(todo))
            _save(book, journal, pending, now=False)
        _save(book, journal, pending, now=True)


def _begin(folder: Path, planner: Planner, writer: Writer, student: str) -> Begun:
    notebook, odd = writer.begin(student)
    submitted = folder / "submitted" / student / planner.part.id
    files, notes = files_of(submitted, planner.files, most=100 << 20)
    return notebook, files, [odd] * bool(odd) + notes


def _finish(
    writer: Writer,
    student: str,
    future: Future[dict[str, Any]],
    notes: list[str],
    report: Report,
) -> dict[str, Any]:
    try:
        results = future.result()
    except Exception as problem:
        results = {"problem": f"{type(problem).__name__}: {problem}"}
    flags = [*notes, *results.get("flags", [])]
    if "problem" in results:
        flags.append(f"not run: {results['problem']}")
    how = {
        "sandbox": results.get("level", "none"),
        "flags": flags,
        "replaced": results.get("replaced", []),
    }
    writer.finish(student, {"cells": results.get("cells", {}), "how": how})
    report.graded.append(student)
    if flags:
        report.flags[student] = flags
    failed = "problem" in results
    return {
        "student": student,
        "level": how["sandbox"],
        "level_number": -1 if failed else int(report.level),
        "flags": flags,
    }


def _save(
    book: OneGradebook, journal: Journal, pending: list[dict[str, Any]], *, now: bool
) -> None:
    """Commit, and only then note what is graded: a kill in between grades it once more."""
    if book.save(now=now) and pending:
        journal.add(pending)
        pending.clear()
