"""`coursekit grade`: grade all new and changed submissions of a part in sandboxes."""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from coursekit.course_file import built_part
from coursekit.dependencies import engine
from coursekit.errors import UsageProblem
from coursekit.grading.fork_server.client import ForkServer
from coursekit.grading.jobs import Planner, course_of
from coursekit.grading.protocol.messages import Job, Results
from coursekit.grading.reference_check import course_failures, reference_job
from coursekit.grading.run_report import Report, Wish
from coursekit.grading.sandbox.levels import TooWeak
from coursekit.grading.submissions import Journal, digest_of_tree, handed_in, is_ours
from coursekit.grading.term_key import key_of
from coursekit.printable import printable

# Entry points of the code that decides grades; their imports count as well.
PROCESSES = ("grading.pipeline", "grading.batch", "grading.fork_server.main")
Progress = Callable[[int, int], None]
Say = Callable[[str], None]
AHEAD = 200 << 20  # bytes of submissions that are prepared while the fork server starts


def grade(
    folder: Path,
    wish: Wish,
    reference: Path | None,
    progress: Progress,
    say: Say = lambda line: None,
) -> Report:
    """Grade a part in the nbgrader course `folder`.

    `progress(done, total)` reports graded submissions, `say(line)` the preparation before that.
    A run that was stopped at any point can be repeated, with the same final result.

    Raises:
        UsageProblem: If the part is unknown or has not been built.
        TooWeak: If the machine cannot provide the requested sandbox level.
    """
    started = time.monotonic()
    folder = folder.resolve()
    course = course_of(folder)
    part = built_part(course, wish.part)
    for needed in ("source", "release"):
        if not (folder / needed / wish.part).is_dir():
            raise UsageProblem(f"{folder} has no {needed}/{wish.part}. Run `coursekit build`.")
    planner = Planner(folder, part, course, reference)
    planner.key = key_of(folder, wish.part)
    report = Report()
    todo = find_pending(folder, planner, wish, report)
    if todo:
        with _working(planner, wish, report, say) as (run_one, starting):
            _grade_all(folder, planner, wish, report, todo, run_one, starting, progress)
    report.seconds = time.monotonic() - started
    return report


RunOne = Callable[[Job, dict[str, str]], "Future[Results]"]


def find_pending(folder: Path, planner: Planner, wish: Wish, report: Report) -> dict[str, str]:
    """Return the submissions to grade, each with a hash of everything that its grade depends on.

    `report` gets the submissions that cannot be graded, and those that are unchanged.
    """
    journal = _journal(folder, wish.part)
    common = common_digest(folder, planner)
    overwritten = {name for name in planner.files if is_ours(name)}
    todo = {}
    for student, reason in handed_in(folder, wish.part, wish.students).items():
        if reason:
            report.refused[student] = reason
            continue
        submitted = folder / "submitted" / student / wish.part
        try:
            digest = common + digest_of_tree(submitted, without=overwritten)
        except OSError as problem:
            report.refused[student] = printable(f"its files cannot be read ({problem})")
            continue
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


def common_digest(folder: Path, planner: Planner) -> str:
    """Return a hash of what all grades of a part depend on: its source, the grader, the reference.

    The reference counts only if the part uses modules of earlier parts, which it can replace.
    """
    places = [planner.source, folder / "nbgrader_config.py"]
    if planner.reference is not None and planner.earlier_modules():
        places.append(planner.reference)
    state = digest_of_tree(*places) + engine(*PROCESSES)
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def _journal(folder: Path, part: str) -> Journal:
    return Journal(folder / ".grading" / f"{part}.jsonl")


@contextmanager
def _working(
    planner: Planner, wish: Wish, report: Report, say: Say
) -> Iterator[tuple[RunOne, Callable[[], bool]]]:
    """Yield a function that runs jobs, and one that returns whether the server still starts."""
    public, modules = planner.public_files(), planner.tested_modules()
    server = ForkServer(public, modules)
    try:
        # nbgrader takes as long to import as torch, so both import at the same time. Half of the
        # time is a grammar of web addresses that jsonschema skips if the package is missing.
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
        importlib.import_module("coursekit.grading.batch")
        report.level, problem = server.probe()
        if report.level < wish.least:
            raise TooWeak(
                f"The strongest sandbox level on this machine is {report.level.word!r} "
                f"({problem}), but {wish.least.word!r} was requested."
            )
        planner.ask = server.plan
        executor: Executor = ThreadPoolExecutor(_jobs(wish))
        if wish.scheduler:
            from coursekit.grading.cluster import on_cluster

            with on_cluster(wish.scheduler, public, modules) as submit:
                yield submit, server.starting
            return
        planner.prepare = lambda images: server.prepare(images, say)
        with executor:
            yield lambda job, hidden: executor.submit(server.run, job, hidden), server.starting
    finally:
        server.close()


def _jobs(wish: Wish) -> int:
    return wish.jobs or len(os.sched_getaffinity(0))


def _grade_all(
    folder: Path,
    planner: Planner,
    wish: Wish,
    report: Report,
    todo: dict[str, str],
    run_one: RunOne,
    starting: Callable[[], bool],
    progress: Progress,
) -> None:
    from coursekit.grading.batch import Batch

    most = _jobs(wish) + 2 if not wish.scheduler else 1000
    with Batch.open(planner, _journal(folder, wish.part), report, todo) as batch:
        waiting = list(todo)
        size = 0
        for student in waiting:
            if not starting() or size > AHEAD:
                break
            size += batch.prepare(student)
        waiting.reverse()
        planner.load()  # here, so that tests that do not load are not blamed on a submission
        own = reference_job(planner, report.level)
        checked = run_one(*own) if own else None
        while waiting or batch.running:
            while waiting and len(batch.running) < most:
                batch.start(waiting.pop(), run_one)
                if any(future.done() for future in batch.running):
                    break
            done, _ = wait(batch.running, timeout=0.5, return_when=FIRST_COMPLETED)
            if own and checked and done:
                batch.failures, own = course_failures(own[0], checked), None
            for future in done:
                batch.finish(future)
            progress(len(todo) - len(waiting) - len(batch.running), len(todo))
            batch.save(now=False)
        batch.save(now=True)
