"""Repeat the public tests on the solution with different orders, thread counts and seeds.

Each repeat is a pytest run as in a student's shell, in a process forked from one that has imported
everything, and so starts from a fresh state.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.forked_jobs import Failed, run_forked
from coursekit.test_quality import subject_sources

WORKERS = 2
SECONDS = 300.0


@dataclass(frozen=True)
class Setting:
    """What distinguishes one repeat from the others."""

    order: int | None = None  # seed for the order of the tests; None keeps the order
    threads: int = 1
    seed: int | None = None  # for all generators before each test; None keeps the course's
    dtype: str = "float32"  # torch's default

    def words(self) -> str:
        """Return the setting as it is printed next to a failure."""
        parts = [f"{self.threads} thread{'s' * (self.threads > 1)}", self.dtype]
        parts += [f"order {self.order}"] if self.order is not None else []
        parts += [f"seed {self.seed}"] if self.seed is not None else []
        return ", ".join(parts)


@dataclass(frozen=True)
class Repeat:
    """The result of one run: number of tests, failures, and duration."""

    setting: Setting
    tests: int
    failures: tuple[str, ...]
    seconds: float


def in_any_order(count: int) -> list[Setting]:
    """Return `count` settings in different orders, alternately with one and two threads."""
    return [Setting(order=number, threads=1 + number % 2) for number in range(count)]


def on_other_platforms() -> list[Setting]:
    """Return each combination of float32 and float64 as default, 1 and 2 threads, and 3 seeds."""
    return [
        Setting(threads=threads, seed=seed, dtype=dtype)
        for dtype in ("float32", "float64")
        for threads in (1, 2)
        for seed in (1, 2, 3)
    ]


def suite(root: Path, *, hidden: bool = False) -> list[str]:
    """Return the paths of the built parts' public tests and, with `hidden`, the hidden tests."""
    modules = dict.fromkeys(m for part in course_file.load(root).built_parts for m in part.modules)
    found = [path for m in modules for path in subject_sources.test_files(root, m)]
    return [str(p.relative_to(root)) for p in found if hidden or p.parent.name != "hidden"]


def repeat(
    root: Path,
    settings: Sequence[Setting],
    *,
    files: Sequence[str] | None = None,
    done: Callable[[Repeat], None] = lambda made: None,
) -> list[Repeat]:
    """Run the tests once per setting, and call `done` after each. Return the results in order.

    `root` must be the current folder.
    """
    chosen = list(files) if files is not None else suite(root)
    modules = dict.fromkeys(Path(file).stem.removeprefix("test_") for file in chosen)
    subject_sources.preload(root, modules)
    import torch

    torch.set_num_threads(1)  # a thread pool does not survive a fork
    jobs = [lambda s=setting: _run(s, chosen) for setting in settings]
    found: dict[int, Repeat] = {}
    for number, result in run_forked(jobs, workers=WORKERS, seconds=SECONDS):
        if isinstance(result, Failed):
            result = Repeat(settings[number], 0, (result.reason,), 0.0)
        found[number] = result
        done(result)
    return [found[number] for number in range(len(settings))]


def _run(setting: Setting, files: Sequence[str]) -> Repeat:
    import torch

    torch.set_num_threads(setting.threads)
    torch.set_default_dtype(getattr(torch, setting.dtype))
    watch = _Watch(setting)
    start = time.perf_counter()
    said = io.StringIO()
    arguments = [*files, "-q", "-p", "no:cacheprovider", "--tb=line", f"--config-file={os.devnull}"]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        if setting.seed is not None:
            from toolbox.checks import plugin

            plugin.SEED = setting.seed
        status = pytest.main([*arguments, f"--rootdir={Path.cwd()}"], plugins=[watch])
    failures = tuple(watch.failures)
    if status and not failures:
        failures = (said.getvalue()[-1000:],)
    return Repeat(setting, watch.tests, failures, time.perf_counter() - start)


class _Watch:
    """Shuffles the tests and records their results."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.tests = 0
        self.failures: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.setting.order is not None:
            random.Random(self.setting.order).shuffle(items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.tests += report.when == "call"
        if report.failed:
            self.failures.append(f"{report.nodeid}: {str(report.longrepr).strip()[:300]}")
