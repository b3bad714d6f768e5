"""Run the tests on each version in processes forked from a prepared one, and cache verdicts."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coursekit.collected_once import Forks, Subject, in_one_process, judge_together
from coursekit.forked_jobs import Failed, run_forked
from coursekit.test_quality import subject_sources
from coursekit.test_quality.forked_judge import SECONDS_PER_TEST, by_judge, collect_by_judge
from toolbox.checks.outcome import Outcome
from toolbox.checks.pytest_run import Run, run_tests

WORKERS = 2
SECONDS_PER_VERSION = 120.0


@dataclass(frozen=True)
class VersionVerdict:
    """The results of the tests on one version.

    `outcomes` has every test of the module for entries of the catalog, and the tests up to the
    first failure for mutants. `broken` says why no test could run.
    """

    kind: str
    function: str
    name: str
    outcomes: list[Outcome]
    broken: str = ""

    def failing(self, *, hidden: bool, everywhere: bool = False) -> list[str]:
        """Return the names of the tests that rejected it: only the function's own, or all."""
        return [
            o.test
            for o in self.outcomes
            if not o.passed and o.hidden == hidden and (everywhere or o.function == self.function)
        ]

    @property
    def killed_by(self) -> str:
        """ "public", "hidden" (if no public test rejects it), or "" for a survivor."""
        if self.failing(hidden=False) or self.broken:
            return "public"
        return "hidden" if self.failing(hidden=True) else ""


def judge(
    root: Path,
    module: str,
    subjects: list[Subject],
    cache: Path,
    done: Callable[[], None] = lambda: None,
    *,
    judged: Sequence[str] = (),
) -> list[VersionVerdict]:
    """Return the verdict on each subject of one module, in order; call `done` after each.

    Verdicts are stored in `cache` one by one and stay valid until something changes that the
    module depends on, so an interrupted run can continue. Wrong versions are judged together;
    right ones, and wrong ones that were not rejected there, in separate runs. The tests run in the
    process of the version, or by the judge if `judged` names the graded functions of the module.
    """
    kept = cache / f"{module}-{subject_sources.state(root, module, judged=bool(judged))}.jsonl"
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.glob(f"{module}-*.jsonl"):
        if old != kept and len(old.stem) == len(kept.stem):
            old.unlink()
    known = read_verdicts(kept)
    missing = [subject for subject in subjects if subject.key not in known]
    for _ in range(len(subjects) - len(missing)):
        done()
    hidden = root / "unit_tests" / "hidden" / f"test_{module}.py"
    text = hidden.read_text(encoding="utf-8") if hidden.is_file() else ""
    with kept.open("a", encoding="utf-8") as file:

        def keep(subject: Subject, verdict: VersionVerdict) -> None:
            known[subject.key] = verdict
            file.write(json.dumps({"key": subject.key, **asdict(verdict)}) + "\n")
            file.flush()
            done()

        doubtful = [subject for subject in missing if subject.kind == "right"]
        way = _Judge(root, module, text, judged) if judged else _OneProcess(module, text)
        _reject(way, missing, doubtful, keep)
        jobs = [way.job(subject) for subject in doubtful]
        for number, result in run_forked(jobs, workers=WORKERS, seconds=SECONDS_PER_VERSION):
            keep(doubtful[number], verdict_of(doubtful[number], result))
    return [known[subject.key] for subject in subjects]


def _reject(
    way: _OneProcess | _Judge,
    subjects: Sequence[Subject],
    doubtful: list[Subject],
    keep: Callable[[Subject, VersionVerdict], None],
) -> None:
    """Keep a verdict on each rejected wrong version; add the others to the doubtful ones."""
    suspects = [subject for subject in subjects if subject.kind != "right"]
    if not suspects:
        return
    rejected = set()
    for number, result in judge_together(
        way.collect,
        suspects,
        workers=WORKERS,
        seconds_per_version=SECONDS_PER_VERSION,
    ):
        verdict = verdict_of(suspects[number], result)
        if verdict.killed_by and not verdict.broken:
            rejected.add(number)
            keep(suspects[number], verdict)
    doubtful += [subject for number, subject in enumerate(suspects) if number not in rejected]


class _OneProcess:
    """Tests in the process of the version, as in notebooks."""

    def __init__(self, module: str, hidden: str) -> None:
        self._file, self._hidden = f"unit_tests/test_{module}.py", hidden
        self.collect = in_one_process(self._file, hidden=hidden, seconds=SECONDS_PER_TEST)

    def job(self, subject: Subject) -> Callable[[], Run]:
        return lambda: run_tests(
            [self._file],
            function=subject.function if subject.kind == "mutant" else None,
            hidden=self._hidden,
            prepare=subject.install,
            seconds=SECONDS_PER_TEST,
        )


class _Judge:
    """Tests by the judge, as when grading."""

    def __init__(self, root: Path, module: str, hidden: str, functions: Sequence[str]) -> None:
        self._root, self._module, self._functions = root, module, functions
        self._hidden = dict.fromkeys(functions, hidden) if hidden else {}

    def collect(self, forks: Forks) -> None:
        collect_by_judge(self._root, self._module, self._functions, self._hidden, forks)

    def job(self, subject: Subject) -> Callable[[], Run]:
        chosen = [subject.function] if subject.kind == "mutant" else self._functions
        hidden = {name: text for name, text in self._hidden.items() if name in chosen}
        return lambda: by_judge(self._root, self._module, chosen, hidden, subject.install)


def verdict_of(subject: Subject, result: Run | Failed) -> VersionVerdict:
    """Return the verdict that one run of the tests gives."""
    who = (subject.kind, subject.function, subject.name)
    if isinstance(result, Failed):
        return VersionVerdict(*who, [], result.reason)
    if not result.outcomes:
        return VersionVerdict(*who, [], result.broken[0] if result.broken else "no test ran")
    ran = result.outcomes
    if subject.kind == "mutant":  # tests after the first failure did not run
        failed = [number for number, outcome in enumerate(ran) if not outcome.passed]
        ran = ran[failed[0] : failed[0] + 1] if failed else []
    return VersionVerdict(*who, [_brief(outcome) for outcome in ran])


def _brief(outcome: Outcome) -> Outcome:
    """Return what is worth storing: everything but texts, which can be generated again."""
    return Outcome(
        test=outcome.test,
        promise="",
        function=outcome.function,
        share=outcome.share,
        hidden=outcome.hidden,
        status=outcome.status,
        got=outcome.got if outcome.hidden or not outcome.passed else "",
        observed=outcome.observed,
    )


def read_verdicts(kept: Path) -> dict[str, VersionVerdict]:
    """Return the verdicts in a file, by key; a last line that was cut off is ignored."""
    found = {}
    for line in kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else ():
        with contextlib.suppress(ValueError):  # the last line of a killed run
            facts: dict[str, Any] = json.loads(line)
            key = facts.pop("key")
            outcomes = [Outcome(**outcome) for outcome in facts.pop("outcomes")]
            found[key] = VersionVerdict(**facts, outcomes=outcomes)
    return found
