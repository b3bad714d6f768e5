"""`coursekit grade`: everything that was handed in, graded in sandboxes, written by one writer."""

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

# What decides on a grade, with everything that it imports.
PROCESSES = ("grading.pipeline", "grading.batch", "grading.fork_server.main")
Progress = Callable[[int, int], None]
Say = Callable[[str], None]
AHEAD = 200 << 20  # bytes of submissions that are made ready while the fork server starts


def grade(
    folder: Path,
    wish: Wish,
    reference: Path | None,
    progress: Progress,
    say: Say = lambda line: None,
) -> Report:
    """Grade a part in the nbgrader course `folder`.

    `progress(done, of)` hears of progress, `say(line)` of what is prepared before.

    Raises `UsageProblem` for a wish that can't be fulfilled, `TooWeak` where the machine can't
    give the level asked for. Stopped at any point, it can be run again and ends the same.
    """
    started = time.monotonic()
    folder = folder.resolve()
    course = course_of(folder)
    known = {part.id: part for part in course.built_parts}
    if wish.part not in known:
        raise UsageProblem(f"there is no part {wish.part!r}; the parts are {', '.join(known)}")
    for needed in ("source", "release"):
        if not (folder / needed / wish.part).is_dir():
            raise UsageProblem(f"{folder} holds no {needed}/{wish.part}: run `coursekit build`")
    planner = Planner(folder, known[wish.part], course, reference)
    planner.key = key_of(folder, wish.part)
    report = Report()
    todo = _todo(folder, planner, wish, report)
    if todo:
        with _working(planner, wish, report, say) as (run_one, starting):
            _grade_all(folder, planner, wish, report, todo, run_one, starting, progress)
    report.seconds = time.monotonic() - started
    return report


RunOne = Callable[[Job, dict[str, str]], "Future[Results]"]


def _todo(folder: Path, planner: Planner, wish: Wish, report: Report) -> dict[str, str]:
    """The submissions to grade, each with the hash of all that its grade depends on."""
    journal = _journal(folder, wish.part)
    common = digest_of_tree(planner.source, folder / "nbgrader_config.py")
    common = hashlib.sha256((common + engine(*PROCESSES)).encode()).hexdigest()
    if planner.reference is not None and planner.earlier_modules():
        common += digest_of_tree(planner.reference)
    overwritten = {name for name in planner.files if is_ours(name)}
    todo = {}
    for student, reason in handed_in(folder, wish.part, wish.students).items():
        if reason:
            report.refused[student] = reason
            continue
        submitted = folder / "submitted" / student / wish.part
        try:
            digest = common[:32] + digest_of_tree(submitted, without=overwritten)
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


def _journal(folder: Path, part: str) -> Journal:
    return Journal(folder / ".grading" / f"{part}.jsonl")


@contextmanager
def _working(
    planner: Planner, wish: Wish, report: Report, say: Say
) -> Iterator[tuple[RunOne, Callable[[], bool]]]:
    """What runs jobs, this machine's fork server or a cluster, and whether it is still starting."""
    server = ForkServer(planner.public_files())
    try:
        # nbgrader takes as long to import as torch does: both at the same time. Half of that is for
        # a grammar of web addresses, which jsonschema does without where it is not installed.
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
        importlib.import_module("coursekit.grading.batch")
        report.level, problem = server.probe()
        if report.level < wish.least:
            raise TooWeak(
                f"This machine gives no more than the sandbox level {report.level.word!r} "
                f"({problem}), and {wish.least.word!r} is asked for."
            )
        planner.ask = server.plan
        executor: Executor = ThreadPoolExecutor(_jobs(wish))
        if wish.scheduler:
            from coursekit.grading.cluster import on_cluster

            with on_cluster(wish.scheduler, planner.public_files()) as submit:
                yield submit, server.starting
            return
        planner.unmeasurable = server.prepare(planner.images, say)
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
        planner.load_plans()  # now, or each submission is blamed for tests that do not load
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
