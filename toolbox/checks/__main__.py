"""`python -m toolbox.checks [FILE …]`: run public tests, and print each outcome as JSON."""

from __future__ import annotations

import json
import sys

from toolbox import course
from toolbox.checks.pytest_run import run_tests


def main(files: list[str]) -> int:
    if not files:
        built = course.load().built_parts
        files = sorted({task.test_file for part in built for task in part.tasks})
    run = run_tests(files)
    outcomes = [outcome.to_json() for outcome in run.outcomes]
    print(json.dumps({"outcomes": outcomes, "broken": run.broken}))
    return 0 if outcomes and not run.broken and all(o.passed for o in run.outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
