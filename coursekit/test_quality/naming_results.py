"""Measure how often feedback names what students do, on versions that it was not made from.

    python -m coursekit.test_quality.naming_results                   # all; updates the page
    python -m coursekit.test_quality.naming_results scaler --show     # lists the versions seen

The versions are single mistakes and pairs, from `misconceptions/student_versions`. Verdicts are
cached in build/naming, so an interrupted run can be continued. The exit status is 1 if a target is
missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.generated_blocks import replace_block
from coursekit.test_quality import naming, subject_sources
from coursekit.test_quality.naming import Named
from misconceptions import student_mistakes

PAGE = Path("docs") / "results" / "naming.md"
# Of the versions of unseen functions; a name that is wrong is worse than none.
LEAST_RIGHT = {1: 0.7, 2: 0.6}
MOST_WRONG = 0.02


@dataclass(frozen=True)
class Share:
    """How feedback names a group of versions with one or with two mistakes."""

    right: int
    wrong: int
    none: int
    both: int  # of the right ones, those with two causes

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.none

    def cells(self) -> list[str]:
        """Return the counts, each with its share, as cells of a table."""
        whole = max(self.total, 1)
        counts = (self.right, self.both, self.wrong, self.none)
        return [str(self.total), *(f"{count} ({count / whole:.1%})" for count in counts)]


def share(named: Sequence[Named]) -> Share:
    """Count how often feedback names the causes of these versions rightly and wrongly."""
    right = [each for each in named if each.outcome == "right"]
    return Share(
        right=len(right),
        wrong=sum(each.outcome == "wrong" for each in named),
        none=sum(each.outcome == "none" for each in named),
        both=sum(len(each.said) == 2 for each in right),
    )


def groups(named: Sequence[Named]) -> dict[tuple[bool, int], Share]:
    """Return the shares of seen and unseen versions with one and with two mistakes."""
    return {
        (unseen, mistakes): share(
            [n for n in named if n.unseen == unseen and len(n.mistakes) == mistakes]
        )
        for unseen in (False, True)
        for mistakes in (1, 2)
    }


def missed(found: dict[tuple[bool, int], Share]) -> list[str]:
    """Return the targets that the unseen versions miss."""
    lines = []
    for mistakes, least in LEAST_RIGHT.items():
        counts = found[True, mistakes]
        if counts.right < least * counts.total:
            lines.append(f"{mistakes} mistakes: {counts.right} of {counts.total} named rightly")
        if counts.wrong > MOST_WRONG * counts.total:
            lines.append(f"{mistakes} mistakes: {counts.wrong} of {counts.total} named wrongly")
    return lines


def page(found: dict[tuple[bool, int], Share]) -> str:
    """Return the results as a table in Markdown."""
    head = ["functions", "mistakes", "versions", "right", "of them both", "wrong", "not named"]
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for (unseen, mistakes), counts in found.items():
        row = ["unseen" if unseen else "seen", ("one", "two")[mistakes - 1], *counts.cells()]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Measure how often feedback names the cause rightly. Return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.test_quality.naming_results")
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--show", action="store_true", help="list the versions of seen functions")
    given = parser.parse_args(arguments)
    root = Path.cwd()
    known = sorted({each.module for each in student_mistakes.modules(root)})
    chosen = given.modules or known
    if unknown := set(chosen) - set(known):
        parser.error(f"no students' versions of {', '.join(sorted(unknown))}; choose {known}")
    subject_sources.preload(root, chosen)
    import torch

    torch.set_num_threads(1)  # a thread pool does not survive a fork
    found: list[Named] = []
    for module in chosen:
        mine = naming.measure(root, module, root / "build" / "naming")
        found += mine
        print(f"{module}: {len(mine)} wrong versions", flush=True)
        for each in mine if given.show else ():
            if not each.unseen:
                said = " and ".join(each.said) or "-"
                print(f"    {each.outcome:<6}{each.function} {each.version}: {said}")
    results = groups(found)
    print(page(results))
    if not given.modules:
        replace_block(root / PAGE, "naming", page(results))
        print(f"Updated {PAGE}.")
    problems = missed(results)
    for problem in problems:
        print(f"Target missed, {problem}")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
