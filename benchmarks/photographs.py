"""Run the notebooks of Parts 1, 2, 3 and 5 on the photographs, from the first to the last cell.

    python -m benchmarks.photographs                       run all four, then write the table
    python -m benchmarks.photographs --part part1_scaler   run only one of them

The notebooks are executed with the course's own solutions, on one thread, and with the numbers of
epochs that they set for photographs. The executed notebooks, plots and numbers stay in
results/benchmarks/photographs. The table is written to docs/results/networks.md; the rows of a part
are replaced when its notebook has finished, and until then, the published rows stay. The exit
status is 2 if the photographs are not installed. A cell that fails with an error stops the command.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from benchmarks.notebooks import numbers, run_notebook
from benchmarks.pages import RESULTS_PAGE
from coursekit.generated_blocks import block, replace_block
from data_scripts.manifest import looks_complete
from data_scripts.places import real_place
from toolbox import course

SETS = {
    "part1_scaler": "scene15",
    "part2_simplenet": "scene15",
    "part3_dropout_augmentation": "scene15",
    "part5_segmentation": "camvid",
}
CELL_SECONDS = 7200  # one cell of Part 3 trains four networks for 50 epochs each
# Lines of the outputs that contain results: of Part 1, and of the graded networks of the others.
PRINTED = (" training images, ", "training pixels: ", " on held-out images")
HEAD = "| part | result | value |\n| --- | --- | --- |"


def main(arguments: Sequence[str] | None = None) -> int:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser("python -m benchmarks.photographs", description=about)
    parser.add_argument("--part", choices=list(SETS), help="run only this notebook")
    chosen = parser.parse_args(arguments)
    parts = [chosen.part] if chosen.part else list(SETS)
    if missing := [name for name in {SETS[part] for part in parts} if not _installed(name)]:
        print(
            f"The table requires the photographs of {missing[0]}, which are not installed.\n"
            f"Run: python -m data_scripts fetch {missing[0]}",
            file=sys.stderr,
        )
        return 2
    os.environ["COURSE_DATA_PREFER"] = "real"
    root = course.find_root()
    place = root / "results" / "benchmarks" / "photographs"
    for part in parts:
        shutil.rmtree(place / part, ignore_errors=True)
        seconds, notebook = run_notebook(root, part, place, CELL_SECONDS)
        found = list(rows(part, notebook, numbers(place / part), seconds))
        known = published(block(RESULTS_PAGE, "photographs")) | {part: found}
        replace_block(RESULTS_PAGE, "photographs", table(known))
        print("\n".join(found), flush=True)
    print(f"The table is in docs/results/{RESULTS_PAGE.name}")
    return 0


def rows(
    part: str, notebook: NotebookNode, saved: Mapping[str, Any], seconds: float
) -> Iterator[str]:
    """Yield the rows of a part: the lines that it printed, its saved numbers, and its duration."""
    number = _number(part)
    for line in printed(notebook):
        yield f"| {number} | printed | {line} |"
    for name, record in sorted(saved.items()):
        if not record["data"]:
            continue  # a setting, such as the number of epochs
        value, label = record["value"], record["data"]["label"]
        title = name.partition("_")[2].replace("_", " ")
        if isinstance(value, float):
            yield f"| {number} | {title}, {label} | {value:.3f} |"
        elif isinstance(value, dict):
            figures = ", ".join(f"{key} {each:.3f}" for key, each in value.items())
            yield f"| {number} | {title}, {label} | {figures} |"
    yield f"| {number} | the whole notebook, one thread | {seconds:.0f} s |"


def printed(notebook: NotebookNode) -> Iterator[str]:
    """Yield the lines in the outputs of a notebook that contain results."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for line in output.get("text", "").splitlines():
                if any(words in line for words in PRINTED):
                    yield line.strip()


def published(text: str) -> dict[str, list[str]]:
    """Return the rows of a published table by part."""
    lines = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return {
        part: [line for line in lines if line.startswith(f"| {_number(part)} |")] for part in SETS
    }


def table(found: Mapping[str, Sequence[str]]) -> str:
    """Return the table in Markdown, with the parts in their order."""
    return "\n".join([HEAD, *(line for part in SETS for line in found.get(part, ()))])


def _number(part: str) -> str:
    return part.partition("_")[0].removeprefix("part")


def _installed(name: str) -> bool:
    return looks_complete(real_place(name))


if __name__ == "__main__":
    sys.exit(main())
