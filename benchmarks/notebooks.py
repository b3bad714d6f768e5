"""Run the notebooks of Parts 8 and 9, and report their durations and metrics.

    python -m benchmarks.notebooks            # run both, and print the table
    python -m benchmarks.notebooks --write    # and write it to docs/results/networks.md

The notebooks are executed from the source with the course's own solutions, offline, with an empty
results folder (so that no earlier results are used) and with one thread, as in a build. The
executed notebooks and their results stay in results/benchmarks/notebooks. The exit status is 1 if
a notebook exceeds its time limit, or if a cell fails with an error.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from nbformat import NotebookNode

from benchmarks.pages import RESULTS_PAGE
from coursekit.builds import notebook_runs, release_checks
from coursekit.generated_blocks import replace_block
from data_scripts.places import data_home
from toolbox import course

PARTS = ("part8_analysis", "part9_animals")
WANTED = 240.0  # seconds allowed for one notebook


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write the table to the page")
    chosen = parser.parse_args()
    os.environ["COURSE_DATA_PREFER"] = "offline"
    root = course.find_root()
    place = root / "results" / "benchmarks" / "notebooks"
    shutil.rmtree(place, ignore_errors=True)
    taken = {part: run_notebook(root, part, place, int(2 * WANTED))[0] for part in PARTS}
    text = _table(taken, {part: numbers(place / part) for part in PARTS})
    print(text)
    if chosen.write:
        replace_block(RESULTS_PAGE, "notebooks", text)
    return 0 if max(taken.values()) <= WANTED else 1


def run_notebook(
    root: Path, part: str, place: Path, cell_seconds: int
) -> tuple[float, NotebookNode]:
    """Execute a notebook, and return the elapsed seconds and the notebook with its outputs.

    Results are saved in the folder of the part in `place`. A cell that fails is a ProofError.
    """
    results = place / part
    results.mkdir(parents=True)
    path = root / "notebooks" / f"{part}.ipynb"
    began = time.perf_counter()
    notebook = notebook_runs.execute(path, data=data_home(), results=results, seconds=cell_seconds)
    seconds = time.perf_counter() - began
    notebook_runs.write(notebook, results / f"{part}.ipynb")
    release_checks.no_bare_traceback(part, notebook)
    return seconds, notebook


def numbers(folder: Path) -> dict[str, Any]:
    """Return the records that a notebook saved with `results.number`, by name."""
    found = sorted((folder / "numbers").glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in found}


def _table(taken: dict[str, float], found: dict[str, dict[str, Any]]) -> str:
    mistakes, animals = found["part8_analysis"], found["part9_animals"]
    once, test = mistakes["part8_test"], animals["part9_test"]
    lines = [
        "| Part | measurement | value |",
        "| --- | --- | --- |",
        f"| 8 | the whole notebook, one thread | {taken['part8_analysis']:.0f} s of {WANTED:.0f} |",
        f"| 8 | test accuracy, {once['note']} | {once['value']['accuracy']:.3f} |",
        f"| 8 | test macro F1 | {once['value']['macro_f1']:.3f} |",
        f"| 8 | test top-3 | {once['value']['top_3']:.3f} |",
        f"| 9 | the whole notebook, one thread | {taken['part9_animals']:.0f} s of {WANTED:.0f} |",
        f"| 9 | test accuracy, AnimalNet | {test['value']['accuracy']:.3f} |",
        f"| 9 | test macro F1 | {test['value']['macro_f1']:.3f} |",
    ]
    rows = animals["part9_losses"]["value"]
    for loss in dict.fromkeys(row["loss"] for row in rows):
        values = [row["accuracy"] for row in rows if row["loss"] == loss]
        figure = f"{mean(values):.3f} ± {stdev(values):.3f}"
        lines.append(f"| 9 | validation accuracy over {len(values)} seeds, {loss} | {figure} |")
    residual = animals["part9_resnet"]
    lines.append(
        f"| 9 | ResNet-18, held out ({residual['note']}) | {residual['value']['accuracy']:.3f} |"
    )
    for row in animals["part9_three_networks"]["value"][1:]:
        lines.append(f"| 9 | test accuracy, ResNet-18 {row['network']} | {row['test']:.3f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
