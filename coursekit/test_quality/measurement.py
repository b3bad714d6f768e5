"""The whole measurement: every chosen function, its verdicts, its figures."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from coursekit import course_file
from coursekit.generated_blocks import replace_block
from coursekit.test_quality import rates, results_tables, subject_sources, subjects, verdicts
from coursekit.test_quality.rates import FunctionFigures
from data_scripts.whole_files import write_whole

PAGE = Path("docs") / "quality.md"


def measure(
    root: Path,
    wanted: Sequence[str] = (),
    *,
    console: Console | None = None,
    mutated: bool = True,
    cache: Path | None = None,
) -> list[FunctionFigures]:
    """The figures of the functions that `wanted` names (modules or functions), or of all.

    The current folder must be `root`. Verdicts are kept in `cache` (default: build/quality), so a
    run that was stopped goes on where it was. Progress is shown on `console`, if there is one.
    """
    kept = cache or root / "build" / "quality"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    course = course_file.load(root)
    names = subjects.functions(course, list(wanted))
    modules = list(dict.fromkeys(name.split(".")[0] for name in names))
    subject_sources.preload(root, modules)
    import torch

    torch.set_num_threads(1)  # a pool of threads would not survive a fork
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
            judged = verdicts.judge(root, module, versions, kept, lambda: progress.advance(bar))
            mine = [name for name in names if name.split(".")[0] == module]
            found += rates.of_module(module, mine, judged)
    return found


def report(root: Path, wanted: Sequence[str], console: Console) -> bool:
    """Measure, print, and say whether every bar is met.

    Everything goes to build/quality.json; where the whole course was measured, the page
    docs/quality.md is brought up to date too.
    """
    found = measure(root, wanted, console=console)
    sums = rates.totals(found)
    whole = not wanted
    results_tables.show(console, found, sums, whole=whole)
    where = root / "build" / "quality.json"
    write_whole(where, (json.dumps(rates.as_json(found), indent=1) + "\n").encode())
    if whole:
        replace_block(root / PAGE, "quality", results_tables.page(found, sums))
        console.print(f"\nWritten to {PAGE}, and everything by name to build/quality.json.")
    return not rates.missed(sums, whole_course=whole)
