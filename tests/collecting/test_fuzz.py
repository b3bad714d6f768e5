"""A thousand damaged submissions: each is collected, ready to grade, or refused with a reason.

A hundred of them run by default, all of them in `make fuzz`. Each is generated from its number, so
a failing one can be reproduced.
"""

from __future__ import annotations

import io
import json
import resource
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from coursekit.collecting import summary
from coursekit.collecting.collect import UNEXPECTED
from tests.collecting.course import PART, assert_ready, put, run, work
from tests.collecting.mutations import OUTSIDE, damaged

FIRST, ALL = 100, 1_000
MOST_SECONDS = 10.0  # of CPU time, for one submission of at most 20 MB
MOST_MEMORY = 1_000_000  # kilobytes added by the whole run


def fates(numbers: range, course: Path, tmp_path: Path) -> Counter[str]:
    """Collect the submissions with those numbers, one at a time. Return how many ended how."""
    files = work(course)
    outside = {Path("/tmp") / OUTSIDE, tmp_path.parent / OUTSIDE}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found: Counter[str] = Counter()
    box = tmp_path / "box"
    before = set(tmp_path.iterdir()) | {box}
    for number in numbers:
        one = damaged(files, number)
        source = put(box / one.name, one.content)
        started = time.process_time()
        result = run(course, source)
        assert time.process_time() - started < MOST_SECONDS, (number, one.story)
        assert result.rows, (number, one.story)
        for row in result.rows:
            found[row.status] += 1
            if row.status == summary.REFUSED:
                assert row.reason, (number, one.story)
                assert UNEXPECTED not in row.reason, (number, one.story, row.reason)
            else:
                assert_ready(course, row.student)
        _told(result.rows, tmp_path / "box" / "report.json")
        assert set(tmp_path.iterdir()) == before, (number, one.story)
        assert {path.name for path in course.iterdir()} <= {"release", "submitted", "collected"}
        assert not any(path.exists() for path in outside), (number, one.story)
        assert not [p for p in course.rglob("*") if p.name == OUTSIDE or p.is_symlink()]
        for name in ("submitted", "collected", "../box"):
            shutil.rmtree(course / name, ignore_errors=True)
    added = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    assert added < MOST_MEMORY, f"{added} kB"
    return found


def _told(rows: list[summary.SubmissionRow], path: Path) -> None:
    """Check that its notes can be printed and written, whatever the names are."""
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    console.print(summary.table(rows, PART, dry=False))
    assert "\x1b" not in console.file.getvalue()  # type: ignore[attr-defined]
    summary.write_json(path, PART, rows, [], [], "now")
    assert len(json.loads(path.read_text(encoding="utf-8"))["hand_ins"]) == len(rows)


def test_a_hundred_damaged_hand_ins(course: Path, tmp_path: Path) -> None:
    found = fates(range(FIRST), course, tmp_path)
    assert found.total() >= FIRST
    # Most damage can be repaired, but not everything is accepted.
    assert found[summary.REFUSED] >= 5
    assert found[summary.LOOK] + found[summary.COLLECTED] >= FIRST / 3


@pytest.mark.slow
def test_a_thousand_damaged_hand_ins(course: Path, tmp_path: Path) -> None:
    found = fates(range(FIRST, ALL), course, tmp_path)
    assert found.total() >= ALL - FIRST
    print(dict(found))


def test_every_kind_of_damage_is_among_the_hundred(course: Path) -> None:
    files = work(course)
    stories = " ".join(damaged(files, number).story for number in range(FIRST))
    for word in (
        "a notebook, _",
        "a notebook in a zip",
        "nested",
        "a zip, _",
        "a damaged directory",
        "a zip with ['",
        "a bomb",
        "zips inside of zips",
        "have another",
        "a platform's zip",
        "Gradescope",
        "odd manifest",
    ):
        assert word in stories, word
