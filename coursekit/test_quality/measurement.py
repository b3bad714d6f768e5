"""Measure the tests of every chosen function: verdicts and rates."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from coursekit import course_file
from coursekit.generated_blocks import block, replace_block
from coursekit.test_quality import rates, results_tables, subject_sources, subjects, verdicts
from coursekit.test_quality.rates import FunctionFigures
from data_scripts.whole_files import write_whole

PAGE = Path("docs") / "results" / "tests.md"
JUDGED = "quality-judge"  # the block of the page with the results of the judge


def measure(
    root: Path,
    wanted: Sequence[str] = (),
    *,
    console: Console | None = None,
    mutated: bool = True,
    cache: Path | None = None,
    judged: bool = False,
) -> list[FunctionFigures]:
    """Return the measurements of the functions named by `wanted` (or by its modules), or of all.

    `root` must be the current folder. Verdicts are cached in `cache` (default: build/quality, or
    build/quality-judge), so that an interrupted run can continue. Progress is shown on `console`,
    if given. judged: whether the judge runs the tests.
    """
    kept = cache or root / "build" / ("quality-judge" if judged else "quality")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    course = course_file.load(root)
    names = subjects.functions(course, list(wanted))
    modules = list(dict.fromkeys(name.split(".")[0] for name in names))
    subject_sources.preload(root, modules)
    import torch

    torch.set_num_threads(1)  # a thread pool does not survive a fork
    work = {m: subjects.of_module(root, m, set(names), mutated=mutated) for m in modules}
    found: list[FunctionFigures] = []
    with Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=console is None,
        transient=True,
    ) as progress:
        bar = progress.add_task("", total=sum(map(len, work.values())))
        for module, versions in work.items():
            progress.update(bar, description=module)
            given = verdicts.judge(
                root,
                module,
                versions,
                kept,
                lambda: progress.advance(bar),
                judged=subjects.functions(course, [module]) if judged else (),
            )
            mine = [name for name in names if name.split(".")[0] == module]
            found += rates.of_module(module, mine, given)
    return found


def report(root: Path, wanted: Sequence[str], console: Console) -> bool:
    """Measure, print, and return whether every target is met.

    The results go to build/quality.json; after a run over the whole course, docs/results/tests.md
    is updated as well.
    """
    found = measure(root, wanted, console=console)
    sums = rates.totals(found)
    whole = not wanted
    results_tables.show(console, found, sums, whole=whole)
    where = root / "build" / "quality.json"
    write_whole(where, (json.dumps(rates.as_json(found), indent=1) + "\n").encode())
    if whole:
        replace_block(root / PAGE, "quality", results_tables.page(found, sums))
        console.print(f"\nUpdated {PAGE}. All results by name are in build/quality.json.")
    return not rates.missed(sums, whole_course=whole)


def report_judged(root: Path, wanted: Sequence[str], console: Console) -> bool:
    """Measure in one process and by the judge, and return whether the results are the same.

    After a run over the whole course, docs/results/tests.md is updated for this Python.
    """
    one = measure(root, wanted, console=console)
    other = measure(root, wanted, console=console, judged=True)
    differences = results_tables.differences(one, other)
    for line in differences:
        console.print(line, markup=False)
    count = sum(figures.versions for figures in one)
    python = ".".join(platform.python_version_tuple()[:2])
    console.print(
        f"Python {python}, {count} versions of {len(one)} functions, in one process and by the "
        f"judge: {len(differences)} differences."
    )
    if not wanted:
        page = root / PAGE
        row = (python, str(len(one)), str(count), str(len(differences)))
        replace_block(page, JUDGED, results_tables.with_judged(block(page, JUDGED), row))
        console.print(f"Updated {PAGE}.")
    return not differences
