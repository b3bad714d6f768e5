"""No test fails because the machine is busy."""

from __future__ import annotations

import ast
from pathlib import Path

from hypothesis import settings

CLOCKS = {"time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns"}
# Waits for a minimum time, which even a busy machine can do.
LOWER_BOUNDS = {"tests/toolbox/test_deadline.py"}
# Reports a duration without comparing it with anything.
REPORTS = {"tests/semester/__main__.py", "tests/semester/term.py"}
SHORTEST_LIMIT = 20  # seconds for a process to start or end


def test_hypothesis_sets_no_deadline() -> None:
    assert settings().deadline is None


def calls(root: Path) -> list[tuple[str, ast.Call]]:
    found = []
    for path in sorted((root / "tests").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(root).as_posix()
        found += [(name, node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return found


def test_tests_measure_processor_time_and_not_the_clock(root: Path) -> None:
    reading = {
        name
        for name, call in calls(root)
        if isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) == "time"
        and call.func.attr in CLOCKS
    }
    assert reading == LOWER_BOUNDS | REPORTS


def test_limits_on_processes_are_for_what_is_stuck(root: Path) -> None:
    for name, call in calls(root):
        for given in call.keywords:
            if given.arg == "timeout" and isinstance(given.value, ast.Constant):
                limit = float(str(given.value.value))
                tries_again = ast.unparse(call.func) == "Client"
                assert limit >= SHORTEST_LIMIT or tries_again, f"{name}, line {call.lineno}"
