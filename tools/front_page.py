"""Copy the measured numbers of the README from other pages: `python -m tools.front_page`.

Those pages are written by measurements (see docs/results/README.md).
`tests/first_steps/test_front_page.py` fails if the README is out of date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from coursekit.generated_blocks import replace_block

PAGE = Path("README.md")


@dataclass(frozen=True)
class Measurement:
    """A number of the front page: `pattern` finds it on a page, and `command` measures it.

    The groups of the pattern fill the gaps of `shown`.
    """

    what: str
    page: str
    pattern: str
    command: str
    shown: str = "{}"


MEASUREMENTS = (
    Measurement(
        "misconceptions in the catalog",
        "docs/results/tests.md",
        r"\| misconceptions in the catalog \| ([\d,]+) \|",
        "make quality",
    ),
    Measurement(
        "rejected by the tests",
        "docs/results/tests.md",
        r"\| of them rejected by public and hidden tests \| ([\d.]+%) \|",
        "make quality",
    ),
    Measurement(
        "named correctly by the first line of feedback",
        "docs/results/tests.md",
        r"\| misconceptions that the first line of feedback names \| ([\d.]+%) \|",
        "make quality",
    ),
    Measurement(
        "given the name of another misconception",
        "docs/results/tests.md",
        r"\| misconceptions that are given another's name \| ([\d.]+%) \|",
        "make quality",
    ),
    Measurement(
        "mutants of the solutions that the tests reject",
        "docs/results/tests.md",
        r"\| mutants rejected, of those not equivalent \| ([\d.]+%) \|",
        "make quality",
    ),
    Measurement(
        "attacks that succeed with plain nbgrader; none does with `coursekit grade`",
        "docs/threat-model.md",
        r"All (\d+) attacks .{0,80}? and (\d+) work there\. None of\s+them gains a point",
        "python -m benchmarks.attacks --write",
        "{1} of {0}",
    ),
    Measurement(
        "time to grade a submission with plain nbgrader",
        "docs/grading.md",
        r"\| plain `nbgrader autograde` \| \d+ \| [\d.]+ \| ([\d.]+ s) \|",
        "python -m benchmarks.grading --write",
    ),
    Measurement(
        "time to grade a submission with `coursekit grade`, on two cores",
        "docs/grading.md",
        r"\| `coursekit grade` \| \d+ \| [\d.]+ \| ([\d.]+ s) \| [\d.]+ times",
        "python -m benchmarks.grading --write",
    ),
)


def block(root: Path) -> str:
    """Return the table of measured numbers.

    Raises `ValueError` if a page no longer has a number.
    """
    rows = []
    for each in MEASUREMENTS:
        found = re.search(each.pattern, (root / each.page).read_text(encoding="utf-8"), re.S)
        if found is None:
            raise ValueError(f"{each.page} has no number for {each.what!r}")
        value = each.shown.format(*found.groups())
        rows.append(f"| {each.what} | [{value}]({each.page}) | `{each.command}` |")
    return "\n".join(["| what | measured | by |", "| --- | --- | --- |", *rows])


if __name__ == "__main__":
    replace_block(Path.cwd() / PAGE, "measured", block(Path.cwd()))
    print(f"Updated {PAGE}.")
