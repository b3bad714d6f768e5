"""Find mistakes that several students share and that the catalog does not name.

The unnamed failures of a student in one function are the pairs of a failed test and the value that
it got. Students whose pairs are alike form a cluster: they probably made the same mistake.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coursekit.insights.graded_part import Class, Failure

# Measured on the catalog by `python -m coursekit.test_quality.cluster_results`.
ALIKE = 0.5  # the share of common pairs that puts two students into one cluster
FEWEST = 3  # students in a cluster that is shown
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")

Pair = tuple[str, str]  # the promise of a test, and the value that it got


@dataclass(frozen=True)
class Unnamed:
    """One student's failures in a function for which no cause was named."""

    student: str
    function: str
    failures: tuple[Failure, ...]

    @property
    def pairs(self) -> frozenset[Pair]:
        """What is compared; numbers are rounded, because their last digits differ."""
        return frozenset((f.test.promise, comparable(f.got)) for f in self.failures)


@dataclass(frozen=True)
class Cluster:
    """Students with the same unnamed failures in a function, and those of a typical one."""

    function: str
    students: tuple[str, ...]
    example: tuple[Failure, ...]


def comparable(got: str) -> str:
    """Return the text of a value with three significant digits, and an error without its message.

    Messages contain the student's own names.
    """
    error = re.match(r"(\w*(?:Error|Exception|Interrupt)): ", got)
    if error:
        return error[1]
    return NUMBER.sub(lambda number: f"{float(number[0]):.3g}", got)


def unnamed(found: Class) -> list[Unnamed]:
    """Return the unnamed failures of a class: those of functions without any named cause."""
    listed = []
    for student in found.students:
        named = {function for function, _ in student.mistakes}
        functions = dict.fromkeys(f.test.function for f in student.failures)
        for function in functions:
            mine = tuple(f for f in student.failures if f.test.function == function)
            personal = function.startswith("theory_answers.")  # other numbers for each student
            if function not in named and not personal:
                listed.append(Unnamed(student.name, function, mine))
    return listed


def clusters(found: Iterable[Unnamed], fewest: int = FEWEST) -> list[Cluster]:
    """Return the clusters with at least `fewest` students, the largest first."""
    grouped: list[list[Unnamed]] = []
    for each in found:
        near = [group for group in grouped if any(_alike(each, other) for other in group)]
        grouped = [group for group in grouped if group not in near]
        grouped.append([each, *(other for group in near for other in group)])
    listed = [_cluster(group) for group in grouped if len(group) >= fewest]
    return sorted(listed, key=lambda c: (-len(c.students), c.function, c.students))


def _alike(one: Unnamed, other: Unnamed) -> bool:
    if one.function != other.function:
        return False
    either = one.pairs | other.pairs
    return len(one.pairs & other.pairs) >= ALIKE * len(either)


def _cluster(group: Sequence[Unnamed]) -> Cluster:
    common = Counter(pair for each in group for pair in each.pairs)
    typical = max(group, key=lambda each: sum(common[pair] for pair in each.pairs))
    students = tuple(sorted(each.student for each in group))
    return Cluster(typical.function, students, typical.failures)


def draft(cluster: Cluster) -> str:
    """Return an entry for the catalog, to be completed by hand."""
    name = cluster.function.split(".")[1]
    lines = [
        "@wrong(",
        f'    "{cluster.function}",',
        '    looks_like="TODO: what is wrong, in a short clause",',
        '    hints=("TODO: what is off", "TODO: where to look"),',
        ")",
        f"def todo_{name.lower()}(*arguments):",
        f"    # {len(cluster.students)} students. Write the mistake, so that these tests see:",
    ]
    for failure in cluster.example:
        lines.append(f"    #   {failure.test.promise}")
        lines += [f"    #     {failure.called}: {failure.got}"]
    return "\n".join([*lines, "    raise NotImplementedError", ""])
