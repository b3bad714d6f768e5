"""Run small jobs in processes forked from this one, in which torch is already imported."""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from coursekit import dependencies
from coursekit.huge_pages import use_huge_pages

MANY = 50  # jobs from which on faster forks are worth moving the memory of this process


@dataclass
class Failed:
    """The result of a job that raised an exception, died or timed out."""

    reason: str


def run_forked(
    jobs: Sequence[Callable[[], Any]], *, workers: int | None = None, seconds: float = 120.0
) -> Iterator[tuple[int, Any]]:
    """Run each job in a separate process, `workers` at a time. Yield (number, result).

    Results come in the order of completion and must be picklable. A job that raises, exits or
    takes longer than `seconds` yields a `Failed` and does not affect others.
    """
    context = multiprocessing.get_context("fork")
    waiting = list(enumerate(jobs))[::-1]
    running: dict[Connection, tuple[int, Any]] = {}
    most = workers or os.cpu_count() or 1
    # Garbage collection in forks should skip the objects of this process. If it has frozen most of
    # them already, freezing the others would only keep what they hold open from being closed.
    freezes = not gc.get_freeze_count()
    if freezes:
        gc.collect()
        gc.freeze()
    if len(jobs) >= MANY:
        use_huge_pages()
    try:
        while waiting or running:
            while waiting and len(running) < most:
                number, job = waiting.pop()
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(job, theirs), daemon=True)
                process.start()
                theirs.close()
                running[ours] = (number, process)
            ready = wait(list(running), timeout=seconds)
            if not ready:  # no job finished for that long, so the oldest has timed out
                oldest = next(iter(running))
                running[oldest][1].kill()
                continue
            for connection in [known for known in running if known in ready]:
                number, process = running.pop(connection)
                yield number, _receive(connection)
                process.join()
    finally:
        if freezes:
            gc.unfreeze()
        for _, process in running.values():
            process.kill()


def import_outside(root: Path, paths: Iterable[Path]) -> None:
    """Import what modules of the course need from outside, once, before forking."""
    from _pytest.config import default_plugins

    for plugin in default_plugins:
        importlib.import_module(f"_pytest.{plugin}")
    for path in paths:
        if path.relative_to(root).parts[0] in {"toolbox", "data_scripts", "coursekit"}:
            continue  # these import heavy packages only where they are used
        for name in sorted(dependencies.outside(root, [path])):
            importlib.import_module(name)


def _work(job: Callable[[], Any], answer: Connection) -> None:
    try:
        result = job()
    except BaseException:
        result = Failed(traceback.format_exc(limit=-6))
    answer.send(result)
    answer.close()
    os._exit(0)


def _receive(connection: Connection) -> Any:
    try:
        return connection.recv()
    except EOFError:
        return Failed("the process died or ran out of time")
    finally:
        connection.close()
