"""The numbers of a report that can be measured again, and how: `[[claims]]` in `topics.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from coursekit.errors import UsageProblem
from toolbox.course import Course

KEYS = {"number", "key", "run", "split"}
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class ReportedNumber:
    """The accuracy of a trained run on a split, as a number of the report (or an entry of it)."""

    number: str
    run: str
    split: str
    key: str = ""

    @property
    def name(self) -> str:
        return f"{self.number}.{self.key}" if self.key else self.number


def claims(path: Path, course: Course) -> list[ReportedNumber]:
    """Return the claims in the topics file, except those of parts that are not built.

    The name of a number begins with its part, as in part2_train_accuracy. Raises `UsageProblem`
    for a claim with an unknown key, run or split.
    """
    later = {part.id.partition("_")[0] for part in course.parts if not part.built}
    facts = tomllib.loads(path.read_text(encoding="utf-8")).get("claims", [])
    found = []
    for each in facts:
        if unknown := set(each) - KEYS:
            raise UsageProblem(f"{path.name}: a claim has the unknown key {sorted(unknown)[0]!r}")
        claim = ReportedNumber(**each)
        if claim.number.partition("_")[0] in later:
            continue
        if claim.split not in SPLITS:
            raise UsageProblem(
                f"{path.name}: the claim {claim.name} has the unknown split {claim.split!r}"
            )
        try:
            course.trained(claim.run)
        except KeyError as problem:
            raise UsageProblem(f"{path.name}: the claim {claim.name}: {problem.args[0]}") from None
        found.append(claim)
    return found
