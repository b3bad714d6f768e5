"""Measure the accuracy of the reference solutions on the real scene15.

    python -m benchmarks.results                               run what is missing, then the table
    python -m benchmarks.results --recipe simple_net --seed 1  one run, then the table
    python -m benchmarks.results --recipe simple_net --on validation --set weight_decay=0.01

The table is written to docs/results/networks.md. The row of a recipe is replaced when the runs of
all its seeds are finished; until then, the published row stays. Finished runs are stored in
results/benchmarks and reused while settings, data and code stay the same, so an interrupted command
continues with the missing runs. Settings can be changed only for a measurement on the validation
split, so that nothing is chosen by the test images. The exit status is 1 if a value in the table is
not reached.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks import one_run
from benchmarks.one_run import Material, material, train
from benchmarks.pages import RESULTS_PAGE
from benchmarks.recipes import RECIPES, Recipe
from coursekit.generated_blocks import block, replace_block
from data_scripts.whole_files import write_whole
from student_code import dl_utils, optimizer, training
from toolbox import results

MODULES = (dl_utils, optimizer, training)  # modules of the student's code that every run uses
CHANGEABLE = {
    "lr": float,
    "weight_decay": float,
    "warm_up": float,
    "epochs": int,
    "batch_size": int,
}
Run = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.set and options.on != "validation":
        parser.error(
            "--set requires --on validation, because nothing may be tuned on the test images"
        )
    chosen = [r for r in RECIPES if options.recipe in (None, r.name)]
    images = material(options.on)
    if images.learn.provenance.origin != "real":
        print(
            "The results require the real scene15, which is not installed.\n"
            "Run: python -m data_scripts fetch scene15",
            file=sys.stderr,
        )
        return 2
    for recipe in chosen:
        recipe = changed(recipe, options.set)
        for seed in recipe.seeds if options.seed is None else (options.seed,):
            print(line(recipe, once(recipe, images, seed)), flush=True)
    if options.on == "validation":
        return 0
    rows = [(r, [known for seed in r.seeds if (known := kept(r, images, seed))]) for r in RECIPES]
    before = published(block(RESULTS_PAGE, "results"))
    replace_block(RESULTS_PAGE, "results", table(rows, before))
    print(f"The table is in docs/results/{RESULTS_PAGE.name}")
    for recipe, runs in rows:
        if len(runs) < len(recipe.seeds):
            stays = "stays as published" if recipe.title in before else "is empty"
            print(f"{recipe.title}: {len(runs)} of {len(recipe.seeds)} runs; the row {stays}")
    return 0 if all(reached(recipe, runs) for recipe, runs in rows if runs) else 1


def changed(recipe: Recipe, settings: Sequence[str]) -> Recipe:
    """Return the recipe with changed settings, each written as "name=value"."""
    for text in settings:
        name, _, value = text.partition("=")
        if name not in CHANGEABLE:
            raise SystemExit(
                f"Cannot set {name!r}. Settings that can be changed: {', '.join(CHANGEABLE)}"
            )
        recipe = replace(recipe, **{name: CHANGEABLE[name](value)})
    return recipe


def once(recipe: Recipe, images: Material, seed: int) -> Run:
    """Return the stored result of the run, or train now and store it."""
    if (known := kept(recipe, images, seed)) is not None:
        return known
    run: Run = {
        "recipe": recipe.settings(),
        "seed": seed,
        **train(recipe, images, seed),
        "learnt_from": len(images.learn),
        "measured_on": len(images.measure),
        "data": images.measure.provenance.as_dict(),
        "code": results.code_hash(),
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    text = json.dumps(run, indent=1) + "\n"
    write_whole(_file(recipe, images, seed), text.encode())
    return run


def kept(recipe: Recipe, images: Material, seed: int) -> Run | None:
    """Return a finished run with the same settings, data, seed and code, or None."""
    try:
        run: Run = json.loads(_file(recipe, images, seed).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return run


def reached(recipe: Recipe, runs: Sequence[Run]) -> bool:
    """Return whether the mean accuracy is high enough and each run stayed within its time limit."""
    good = fmean(run["accuracy"] for run in runs) >= recipe.wanted
    return good and all(run["seconds"] <= recipe.limit for run in runs)


def line(recipe: Recipe, run: Run) -> str:
    return (
        f"{recipe.name}, seed {run['seed']}: train {run['train']:.3f}, "
        f"{run['data']['split']} {run['accuracy']:.3f}, {run['seconds']:.0f} s "
        f"({run['cpu_seconds']:.0f} s of processor time, {run['threads']} threads)"
    )


def published(text: str) -> dict[str, str]:
    """Return the rows of a published table by the title of their recipe, if it was run."""
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return {row.split("|")[1].strip(): row for row in rows if "not run" not in row}


def table(
    rows: Sequence[tuple[Recipe, Sequence[Run]]], before: Mapping[str, str] | None = None
) -> str:
    """Return a Markdown table with one row per recipe: the mean of the runs, and each of them.

    before: the published rows, which stay if a recipe's runs are incomplete.
    """
    head = (
        "network",
        "coursework, train / test",
        "train",
        "test",
        "wanted",
        "each seed's test",
        "longest run",
        "threads",
    )
    lines = [_row(head), _row(["---"] * len(head))]
    for recipe, runs in rows:
        known = (before or {}).get(recipe.title)
        if known and len(runs) < len(recipe.seeds):
            lines.append(known)
            continue
        if not runs:
            lines.append(_row([recipe.title, recipe.coursework, *["not run"] * 6]))
            continue
        done = fmean(run["accuracy"] for run in runs)
        seeds = ", ".join(f"{run['seed']}: {run['accuracy']:.3f}" for run in runs)
        longest = max(runs, key=lambda run: run["seconds"])
        verdict = "reached" if done >= recipe.wanted else "**not reached**"
        late = "" if longest["seconds"] <= recipe.limit else ", **over**"
        cells = [
            recipe.title,
            recipe.coursework,
            f"{fmean(run['train'] for run in runs):.3f}",
            f"{done:.3f}",
            f"{recipe.wanted:.2f}, {verdict}",
            seeds,
            f"{longest['seconds']:.0f} s of {recipe.limit:.0f}{late} "
            f"({longest['cpu_seconds']:.0f} s of processor time)",
            str(longest["threads"]),
        ]
        lines.append(_row(cells))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _file(recipe: Recipe, images: Material, seed: int) -> Path:
    """Return where a run is stored; the name depends on everything that determines its result."""
    files = {inspect.getfile(part) for part in (one_run, recipe.network, *MODULES)}
    sources = [Path(file).read_bytes() for file in sorted(files)]
    where = [images.learn.paths, images.measure.paths, images.learn.provenance.fingerprint]
    parts = json.dumps([recipe.settings(), where, seed])
    key = hashlib.sha256(parts.encode() + b"".join(sources)).hexdigest()[:12]
    split = images.measure.provenance.split
    return results.folder() / "benchmarks" / f"{recipe.name}-{split}-{seed}-{key}.json"


def _parser() -> argparse.ArgumentParser:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser("python -m benchmarks.results", description=about)
    parser.add_argument("--recipe", choices=[r.name for r in RECIPES], help="run only this recipe")
    parser.add_argument("--seed", type=int, help="run only this seed")
    parser.add_argument("--on", choices=["test", "validation"], default="test")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="with --on validation"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
