"""Run the tests on right solutions with many seeds: no seed may lead to a rejection.

    python -m coursekit.test_quality.seed_sweep [--keys N] [MODULE...]

Public and hidden tests run on the reference and on the alternatives, like with a grader's secret
seed. Prints each failing test with the key that reproduces the failure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from coursekit import course_file
from coursekit.collected_once import Subject
from coursekit.forked_jobs import Failed, run_forked
from coursekit.test_quality.subject_sources import preload
from coursekit.test_quality.subjects import functions, of_module
from toolbox.checks.pytest_run import run_tests
from toolbox.checks.seeds import drawing_with

KEYS = 20
SECONDS = 600.0


def right_versions(root: Path, module: str, chosen: Sequence[str]) -> list[Subject]:
    """Return the reference of a module, and its functions' alternatives."""
    found = of_module(root, module, set(chosen), mutated=False)
    reference = Subject("right", "", "reference", lambda: None)
    return [reference, *(subject for subject in found if subject.kind == "right")]


def rejected(root: Path, module: str, subject: Subject, keys: Sequence[str]) -> list[str]:
    """Return the tests that reject a right version, each with the key and the values it saw."""
    hidden = root / "unit_tests" / "hidden" / f"test_{module}.py"
    text = hidden.read_text(encoding="utf-8") if hidden.is_file() else ""
    found = []
    for key in keys:
        with drawing_with(key):
            run = run_tests(
                [f"unit_tests/test_{module}.py"],
                function=subject.function or None,
                hidden=text,
                prepare=subject.install,
                seconds=60.0,
            )
        found += [f"key {key}: {reason}" for reason in run.broken]
        found += [
            f"key {key}: {each.function}::{each.test}: {each.called} | {each.expected} | {each.got}"
            for each in run.outcomes
            if not each.passed
        ]
    return found


def main(arguments: list[str]) -> int:
    """Print what the tests reject with other seeds. Return 1 if they reject anything, else 0."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.test_quality.seed_sweep")
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--keys", type=int, default=KEYS)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(arguments)
    root, keys = Path.cwd(), [str(number) for number in range(given.keys)]
    chosen = functions(course_file.load(root), given.modules)
    modules = list(dict.fromkeys(name.split(".")[0] for name in chosen))
    preload(root, modules)
    pairs = [(m, subject) for m in modules for subject in right_versions(root, m, chosen)]
    jobs = [lambda m=m, subject=s: rejected(root, m, subject, keys) for m, s in pairs]
    failures = 0
    for number, result in run_forked(jobs, workers=given.workers, seconds=SECONDS):
        module, subject = pairs[number]
        lines = [result.reason] if isinstance(result, Failed) else result
        failures += len(lines)
        print(f"{module} {subject.function} {subject.name}: {len(lines)} rejections", flush=True)
        for line in lines:
            print(f"    {line}", flush=True)
    print(f"{len(pairs)} right versions, {len(keys)} keys, {failures} rejections")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
