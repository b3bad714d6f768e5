"""Judge the versions that measure naming, and compare what feedback says with the truth.

A third of the functions is unseen: their results are counted and never
listed, so that no rule and no entry of the catalog is tuned on them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from coursekit import dependencies
from coursekit.builds import hint_table
from coursekit.collected_once import Subject, in_one_process, judge_together
from coursekit.forked_jobs import Failed
from coursekit.test_quality import named_mistakes, subject_sources
from coursekit.test_quality.forked_judge import SECONDS_PER_TEST
from coursekit.test_quality.verdicts import (
    SECONDS_PER_VERSION,
    WORKERS,
    VersionVerdict,
    read_verdicts,
    verdict_of,
)
from misconceptions import student_mistakes
from misconceptions.catalogue import Entry, entries
from misconceptions.student_mistakes import StudentVersion, unseen
from toolbox.checks.diagnosis import AGAIN, ALSO, diagnose
from toolbox.checks.value_record import Record


@dataclass(frozen=True)
class Named:
    """What feedback says about one version: the causes that it names, and the true ones."""

    function: str
    version: str
    mistakes: tuple[str, ...]
    truth: tuple[str, ...]
    said: tuple[str, ...]
    catalogued: bool  # whether the catalog has an entry for each mistake

    @property
    def unseen(self) -> bool:
        return unseen(self.function)

    @property
    def outcome(self) -> str:
        """ "right" if a cause is named and all named ones are true, "wrong", or "none"."""
        if not self.said:
            return "none"
        return "right" if set(self.said) <= set(self.truth) else "wrong"


def measure(
    root: Path, module: str, cache: Path, done: Callable[[], None] = lambda: None
) -> list[Named]:
    """Return what feedback says about each wrong version of a module that a public test rejects."""
    known = {(e.function, e.id): e for e in entries(module)}
    wrong = [e for e in known.values() if not e.is_right]
    students = list(student_mistakes.known_versions(root, module))
    versions = list(student_mistakes.versions(root, module))
    subjects = [
        *(Subject("wrong", e.function, e.id, e.install) for e in wrong),
        *(_subject(version) for version in (*students, *versions)),
    ]
    found = iter(observe(root, module, subjects, cache, done))
    table = named_mistakes.make_table(known, [next(found) for _ in wrong])
    observed = {version: _seen(next(found)) for version in students}
    for function, row in hint_table.student_rows(observed, wrong):
        table.setdefault(function, []).append(row)
    judged = {version: next(found) for version in versions}
    rejected = {v for v, verdict in judged.items() if _seen(verdict)}
    for version in rejected:
        if not version.mistakes:
            tests = ", ".join(judged[version].failing(hidden=False))
            raise AssertionError(f"{version.function}, {version.style}: rejected by {tests}")
    singles = {(v.style, v.function, v.mistakes) for v in rejected if len(v.mistakes) == 1}
    return [
        _named(version, judged[version], table, known)
        for version in versions
        if version.mistakes
        and all((version.style, version.function, (m,)) in singles for m in version.mistakes)
        and version in rejected
    ]


def singles(root: Path, module: str, cache: Path) -> list[tuple[str, VersionVerdict]]:
    """Return each single mistake of a module, "function name", with the verdict on a version."""
    mistakes = [
        (f"{e.function} {e.id}", Subject("wrong", e.function, e.id, e.install))
        for e in entries(module)
        if not e.is_right and not e.is_variant
    ]
    mistakes += [
        (f"{v.function} {v.mistakes[0]}", _subject(v))
        for v in (
            *student_mistakes.versions(root, module),
            *student_mistakes.known_versions(root, module),
        )
        if len(v.mistakes) == 1
    ]
    found = observe(root, module, [subject for _, subject in mistakes], cache, lambda: None)
    return [(mistake, verdict) for (mistake, _), verdict in zip(mistakes, found, strict=True)]


def _subject(version: StudentVersion) -> Subject:
    return Subject("student", version.function, version.name, version.install)


def _seen(verdict: VersionVerdict) -> dict[str, Record]:
    """Return what the failed public tests of the version's function observed."""
    mine = [o for o in verdict.outcomes if o.function == verdict.function and not o.hidden]
    return {o.test: o.observed for o in mine if not o.passed}


def _named(
    version: StudentVersion,
    verdict: VersionVerdict,
    table: named_mistakes.Table,
    known: dict[tuple[str, str], Entry],
) -> Named:
    mine = [o for o in verdict.outcomes if o.function == version.function]
    public = [replace(o, misconception="", hints=[]) for o in mine]
    diagnose(public, table)
    said = dict.fromkeys(s for o in public if o.misconception for s in o.misconception.split(ALSO))
    of_mistakes = [known.get((version.function, name)) for name in version.mistakes]
    truth = tuple(entry.looks_like for entry in of_mistakes if entry is not None)
    complete = len(truth) == len(version.mistakes)
    causes = [s for s in said if not s.startswith(AGAIN)]
    return Named(version.function, version.name, version.mistakes, truth, tuple(causes), complete)


def observe(
    root: Path,
    module: str,
    subjects: Sequence[Subject],
    cache: Path,
    done: Callable[[], None],
) -> list[VersionVerdict]:
    """Return the verdicts of the public tests on the subjects, in order; cached one by one."""
    paths = subject_sources.of_module(root, module)
    kept = cache / f"{module}-{dependencies.digest(root, paths, dependencies.environment())[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.glob(f"{module}-*"):
        if old != kept:
            old.unlink()
    known = read_verdicts(kept)
    missing = [subject for subject in subjects if subject.key not in known]
    with kept.open("a", encoding="utf-8") as file:
        for number, result in judge_together(
            in_one_process(f"unit_tests/test_{module}.py", seconds=SECONDS_PER_TEST),
            missing,
            workers=WORKERS,
            seconds_per_version=SECONDS_PER_VERSION,
        ):
            subject = missing[number]
            verdict = known[subject.key] = verdict_of(subject, result)
            file.write(json.dumps({"key": subject.key, **asdict(verdict)}) + "\n")
            done()
    lost = Failed("the process died")
    return [known.get(s.key) or verdict_of(s, lost) for s in subjects]
