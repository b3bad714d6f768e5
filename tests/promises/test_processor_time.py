"""`make test` names the files that need most processor time, and starts the longest ones first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.file_order import LONGEST, pytest_collection_modifyitems
from tests.processor_time import SECONDS, ProcessorTime, spent

WORK = "sum(range(3_000_000))"


def item(test: str) -> Any:
    return SimpleNamespace(nodeid=test)


def test_the_longest_files_exist(root: Path) -> None:
    assert len(set(LONGEST)) == len(LONGEST) >= 2
    assert not [name for name in LONGEST if not (root / name).is_file()]


def test_the_longest_files_come_first_and_their_tests_keep_their_order() -> None:
    first, second = LONGEST[:2]
    names = ["tests/a.py::test_1", f"{second}::test_2", f"{first}::test_4", f"{first}::test_3"]
    items = [item(name) for name in names]
    pytest_collection_modifyitems(items)
    assert [each.nodeid for each in items] == [names[2], names[3], names[1], names[0]]


def test_a_process_that_a_test_waited_for_counts() -> None:
    before = spent()
    subprocess.run([sys.executable, "-S", "-c", WORK], check=True)
    assert spent() > before


def test_the_table_has_the_slowest_files_and_adds_up() -> None:
    times = ProcessorTime(2)
    for test, seconds in (("b.py::t", 1.0), ("a.py::t", 2.0), ("a.py::u", 3.0), ("c.py::t", 0.5)):
        times.pytest_runtest_logreport(SimpleNamespace(nodeid=test, **{SECONDS: seconds}))  # type: ignore[arg-type]
    rows = [line.split(" s  ") for line in times.lines(10.0)]
    assert [(float(seconds), name) for seconds, name in rows] == [
        (5.0, "a.py"),
        (1.0, "b.py"),
        (0.5, "1 other files"),
        (3.5, "start, imports and collection"),
        (10.0, "total"),
    ]
