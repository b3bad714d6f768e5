"""Compare the outcomes of tests in one process with those of the judge, version by version.

    python -m coursekit.judge_audit [--reference] MODULE...

Run the public and hidden tests of each module on the reference, on the alternatives and on the
misconceptions in both ways, and print the differences.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from coursekit import course_file
from coursekit.collected_once import Subject
from coursekit.judge_audit.both_ways import Both, compare
from coursekit.test_quality.subject_sources import preload
from coursekit.test_quality.subjects import functions, of_module


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m coursekit.judge_audit")
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--reference", action="store_true", help="test only the reference")
    given = parser.parse_args(arguments)
    root = Path.cwd()
    chosen = functions(course_file.load(root), given.modules)
    modules = list(dict.fromkeys(name.split(".")[0] for name in chosen))
    preload(root, modules)
    different = 0
    for module in modules:
        subjects = [Subject("right", f"{module}.", "reference", lambda: None)]
        if not given.reference:
            subjects += of_module(root, module, set(chosen), mutated=False)
        for subject in subjects:
            started = time.perf_counter()
            both = compare(root, module, subject, chosen)
            different += _print_comparison(subject, both, time.perf_counter() - started)
    return int(different > 0)


def _print_comparison(subject: Subject, both: Both, seconds: float) -> int:
    name = f"{subject.function} {subject.name}".strip()
    print(f"{name}: {len(both.same)} tests agree, {len(both.different)} differ ({seconds:.1f} s)")
    for one, other in both.different:
        print(f"    {one.test}: {one.status} in one process, {other.status} by the judge")
        print(f"        one process: {one.called} | {one.expected} | {one.got} | {one.where}")
        print(
            f"        the judge:   {other.called} | {other.expected} | {other.got} | {other.where}"
        )
    for line in both.words:
        print(f"    words: {line}")
    sys.stdout.flush()
    return len(both.different)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
