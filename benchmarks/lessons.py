"""What the stand-ins teach beside the real sets: `python -m benchmarks.lessons LESSON...`.

Each run's figures are kept as JSON under results/lessons, so a stopped benchmark goes on where it
was; `--again` forgets them. Data sets are looked for in two folders: `--offline` (made there where
missing) and `--real` (left out where missing). The tables are printed as Markdown.
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
    """Variants to compare on one data set, and the figures to show of each."""

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
    """The figures of a run, from its JSON file or from running it now."""
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
    """Mean and spread over the seeds; a row a figure and variant, a column a source."""
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
    """Run a lesson on every source of its data that is there; returns its table."""
    lesson = LESSONS[name]
    results: dict[str, dict[str, list[Figures]]] = {}
    for source, folder in roots.items():
        root = folder / lesson.data
        if source == "offline" and not root.is_dir():
            generate(lesson.data, root)
        if not root.is_dir():
            print(f"{name}: no {source} {lesson.data}, left out")
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
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "lessons", nargs="*", choices=[[], *LESSONS], default=[], help="all unless named"
    )
    parser.add_argument("--offline", type=Path, default=Path("data/offline"))
    parser.add_argument("--real", type=Path, default=Path("data"))
    parser.add_argument("--only", choices=["offline", "real"])
    parser.add_argument("--out", type=Path, default=Path("results/lessons"))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--again", action="store_true", help="forget the figures kept")
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
