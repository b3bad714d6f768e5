"""Measure whether students with the same unnamed mistake come back as one cluster.

    python -m coursekit.test_quality.cluster_results    # after naming_results

Each entry of the catalog is hidden in turn: a synthetic class has three students for every
misconception of a function, whose code is the catalog's and that of the students' versions with the
same mistake. No cause is named. The command reads the verdicts in build/naming.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import v_measure_score

from coursekit.generated_blocks import replace_block
from coursekit.insights.graded_part import Failure, KnownTest
from coursekit.insights.unnamed_failures import Unnamed, clusters
from coursekit.test_quality import naming
from coursekit.test_quality.naming_results import PAGE
from coursekit.test_quality.verdicts import VersionVerdict
from misconceptions import student_mistakes

STUDENTS = 3  # for each misconception
LEAST_WHOLE = 0.9
LEAST_V = 0.9


@dataclass(frozen=True)
class Clustering:
    """How well the clusters of a synthetic class match its mistakes."""

    mistakes: int
    whole: int  # mistakes of which all students are in one cluster
    v_measure: float


def synthetic_class(verdicts: Sequence[tuple[str, VersionVerdict]]) -> dict[Unnamed, str]:
    """Return three students for each mistake, with the mistake that each one made.

    verdicts: mistakes, "function name", and the verdicts on versions that have them.
    """
    known: dict[str, list[VersionVerdict]] = defaultdict(list)
    for mistake, verdict in verdicts:
        if verdict.failing(hidden=False):
            known[mistake].append(verdict)
    students = {}
    for mistake, versions in known.items():
        for number in range(STUDENTS):
            failures = _failures(versions[number % len(versions)])
            if failures:
                name = f"{mistake} {number}"
                students[Unnamed(name, versions[0].function, failures)] = mistake
    return students


def _failures(verdict: VersionVerdict) -> tuple[Failure, ...]:
    return tuple(
        Failure(KnownTest(o.function, o.test, hidden=False), "", o.got)
        for o in verdict.outcomes
        if o.function == verdict.function and not o.hidden and not o.passed
    )


def compare(students: dict[Unnamed, str]) -> Clustering:
    """Cluster a class and compare the clusters with the true mistakes."""
    place = {
        student: number
        for number, cluster in enumerate(clusters(students, fewest=1))
        for student in cluster.students
    }
    truth = [students[each] for each in students]
    found = [place[each.student] for each in students]
    together = Counter(dict.fromkeys(zip(truth, found, strict=True)).keys())
    pieces = Counter(mistake for mistake, _ in together)
    whole = sum(count == 1 for count in pieces.values())
    return Clustering(len(pieces), whole, float(v_measure_score(truth, found)))


def main() -> int:
    """Cluster the failures of a synthetic class. Return 1 if a target is missed."""
    root = Path.cwd()
    students: dict[Unnamed, str] = {}
    for module in sorted({each.module for each in student_mistakes.modules(root)}):
        students |= synthetic_class(naming.singles(root, module, root / "build" / "naming"))
    result = compare(students)
    share = result.whole / max(result.mistakes, 1)
    line = (
        f"{len(students)} students with {result.mistakes} mistakes: {result.whole} mistakes "
        f"({share:.1%}) come back as one cluster; the V-measure is {result.v_measure:.3f}."
    )
    print(line)
    replace_block(root / PAGE, "clusters", line)
    return int(share < LEAST_WHOLE or result.v_measure < LEAST_V)


if __name__ == "__main__":
    sys.exit(main())
