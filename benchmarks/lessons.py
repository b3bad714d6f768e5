"""Compare what students can learn from the synthetic data sets and from the real ones.

    python -m benchmarks.lessons LESSON...

The metrics of each run are stored as JSON in results/lessons, so an interrupted benchmark can be
resumed; `--again` deletes them. Data sets are read from two folders: `--offline` (missing sets are
drawn there) and `--real` (missing sets are skipped). The tables are printed as Markdown.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from benchmarks import lesson_runs
from benchmarks.lesson_runs import Figures, Run
from data_scripts.synthetic import generate
from data_scripts.whole_files import write_whole

SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Lesson:
    """Variants to compare on one data set, and the metrics to show for each."""

    data: str
    variants: Mapping[str, Run]
    shown: tuple[str, ...] = ("train", "validation")


LESSONS = {
    "scenes": Lesson(
        "scene15",
        {
            "SimpleNet": partial(lesson_runs.simple, regularised=False),
            "SimpleNet, dropout, flips and crops": partial(lesson_runs.simple, regularised=True),
            "new last layer on frozen pretext features": lesson_runs.frozen,
            "pretext network fine-tuned, flips and crops": lesson_runs.tuned,
        },
    ),
    "transfer": Lesson(
        "scene15",
        {
            "20 a class, frozen features": partial(lesson_runs.frozen, each=20),
            "20 a class, from scratch": partial(lesson_runs.scratch, each=20),
            "100 a class, frozen features": partial(lesson_runs.frozen, each=100),
            "100 a class, from scratch": partial(lesson_runs.scratch, each=100),
        },
    ),
    "driving": Lesson(
        "camvid",
        {"encoder-decoder from scratch": lesson_runs.segmentation},
        (*lesson_runs.DRIVING_CLASSES, "mean IoU", "pixel accuracy"),
    ),
    "animals": Lesson(
        "animals",
        {
            "gray": partial(lesson_runs.animals, colour=False),
            "colour": partial(lesson_runs.animals, colour=True),
        },
        ("train", "validation", "errors between cats and dogs"),
    ),
}


def kept(path: Path, run: Run, root: Path, seed: int) -> Figures:
    """Return the metrics of a run from its JSON file, or run it now."""
    if path.is_file():
        return json.loads(path.read_text())["figures"]
    started = time.monotonic()
    figures = run(root, seed)
    record = {
        "figures": figures,
        "seed": seed,
        "seconds": round(time.monotonic() - started, 1),
        "torch": torch.__version__,
    }
    write_whole(path, json.dumps(record, indent=1).encode())
    print(f"{path.stem}: " + ", ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)
    return figures


def table(name: str, lesson: Lesson, results: dict[str, dict[str, list[Figures]]]) -> str:
    """Tabulate mean and spread over the seeds: variants and metrics in rows, sources in columns."""
    sources = list(results)
    lines = [f"| {name} | " + " | ".join(sources) + " |", "| --- |" + " --- |" * len(sources)]
    for variant in lesson.variants:
        for figure in lesson.shown:
            cells = []
            for source in sources:
                values = [f[figure] for f in results[source][variant]]
                spread = statistics.stdev(values) if len(values) > 1 else 0.0
                cells.append(f"{statistics.mean(values):.3f} ± {spread:.3f}")
            lines.append(f"| {variant}: {figure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def teach(name: str, roots: dict[str, Path], out: Path, seeds: Sequence[int]) -> str:
    """Run a lesson on every available source of its data, and return its table."""
    lesson = LESSONS[name]
    results: dict[str, dict[str, list[Figures]]] = {}
    for source, folder in roots.items():
        root = folder / lesson.data
        if source == "offline" and not root.is_dir():
            generate(lesson.data, root)
        if not root.is_dir():
            print(f"{name}: no {source} {lesson.data}, skipped")
            continue
        results[source] = {
            variant: [
                kept(
                    out
                    / f"{name}_{source}_{variant.replace(',', '').replace(' ', '-')}_{seed}.json",
                    run,
                    root,
                    seed,
                )
                for seed in seeds
            ]
            for variant, run in lesson.variants.items()
        }
    return table(name, lesson, results)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and run the lessons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "lessons", nargs="*", choices=[[], *LESSONS], default=[], help="all if none is named"
    )
    parser.add_argument("--offline", type=Path, default=Path("data/offline"))
    parser.add_argument("--real", type=Path, default=Path("data"))
    parser.add_argument("--only", choices=["offline", "real"])
    parser.add_argument("--out", type=Path, default=Path("results/lessons"))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--again", action="store_true", help="discard the stored metrics")
    given = parser.parse_args(arguments)
    roots = {
        k: v
        for k, v in (("real", given.real), ("offline", given.offline))
        if given.only in (None, k)
    }
    for name in given.lessons or LESSONS:
        if given.again:
            for path in given.out.glob(f"{name}_*.json"):
                path.unlink()
        print("\n" + teach(name, roots, given.out, given.seeds) + "\n", flush=True)


if __name__ == "__main__":
    main()
