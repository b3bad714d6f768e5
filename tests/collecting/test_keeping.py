"""If collecting is interrupted, no submission is lost, and the next run completes it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coursekit.collecting import storage
from coursekit.collecting.summary import COLLECTED, THERE
from tests.collecting.course import PART, SCALER, packed, put, run, tree, work


class Killed(BaseException):
    """Simulates the end of the process."""


def archives(course: Path, tmp_path: Path) -> list[Path]:
    """Write two submissions of jane, with one of bob in between."""
    files = work(course)
    old = files | {"student_code/scaler.py": b"# old\n"}
    return [
        put(tmp_path / "a" / "jane.zip", packed(old, (2027, 1, 1, 0, 0, 0))),
        put(tmp_path / "b" / "bob.zip", packed(files, (2027, 1, 2, 0, 0, 0))),
        put(tmp_path / "c" / "jane.zip", packed(files, (2027, 1, 3, 0, 0, 0))),
    ]


def without_clock(found: dict[str, bytes]) -> dict[str, bytes]:
    """Return a tree without the times of collecting."""
    kept = {}
    for name, content in found.items():
        lines = [line for line in content.splitlines() if b'"collected"' not in line]
        kept[name] = b"\n".join(lines) if name.endswith("collected.json") else content
    return kept


def renames(monkeypatch: pytest.MonkeyPatch, stop_at: int) -> Callable[[], int]:
    """Simulate a kill at rename number `stop_at`."""
    done = 0
    real = os.replace

    def replace(*args: Any) -> None:
        nonlocal done
        done += 1
        if done == stop_at:
            raise Killed
        real(*args)

    monkeypatch.setattr(storage.os, "replace", replace)
    return lambda: done


def test_killed_at_any_rename_the_next_run_completes(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = archives(course, tmp_path)
    whole = shutil.copytree(course, tmp_path / "whole")
    with monkeypatch.context() as patch:
        count = renames(patch, 0)
        run(whole, *sources)
    wanted = without_clock(tree(whole))
    assert count() >= 6
    for stop in range(1, count() + 1):
        fresh = shutil.copytree(course, tmp_path / f"stopped-{stop}")
        with monkeypatch.context() as patch:
            renames(patch, stop)
            with pytest.raises(Killed):
                run(fresh, *sources)
        run(fresh, *sources)
        assert without_clock(tree(fresh)) == wanted, stop


def test_ctrl_c_between_two_renames_is_put_right_at_once(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = archives(course, tmp_path)
    run(course, sources[0])
    real, calls = os.replace, []

    def replace(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 3:  # the old work was moved aside, the new one is not in place yet
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(storage.os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        run(course, sources[2])
    module = course / "submitted" / "jane" / PART / "student_code" / "scaler.py"
    assert module.read_text(encoding="utf-8") == SCALER
    assert not list((course / "collected").glob(".making-*"))


def test_running_again_changes_nothing(course: Path, tmp_path: Path) -> None:
    sources = archives(course, tmp_path)
    assert [row.status for row in run(course, *sources).rows] == [COLLECTED] * 3
    before = tree(course)
    assert [row.status for row in run(course, *sources).rows] == [THERE] * 3
    assert tree(course) == before


def test_a_dry_run_writes_nothing_and_says_the_same(course: Path, tmp_path: Path) -> None:
    sources = archives(course, tmp_path)
    before = set(course.rglob("*"))
    dry = run(course, *sources, dry=True)
    assert set(course.rglob("*")) == before
    assert [(r.student, r.status) for r in dry.rows] == [
        (r.student, r.status) for r in run(course, *sources).rows
    ]


def test_work_that_was_put_there_by_hand_is_kept(course: Path, tmp_path: Path) -> None:
    mine = course / "submitted" / "jane" / PART
    put(mine / f"{PART}.ipynb", b"{}")
    put(mine / "timestamp.txt", b"2027-01-02 00:00:00.000000 UTC")
    sources = archives(course, tmp_path)
    run(course, sources[0])  # older than the existing submission
    assert (mine / f"{PART}.ipynb").read_bytes() == b"{}"
    run(course, sources[2])
    assert (mine / "student_code" / "scaler.py").read_text(encoding="utf-8") == SCALER
    aside = course / "collected" / "jane" / PART / "20270102T000000-by-hand" / "submission"
    assert (aside / f"{PART}.ipynb").read_bytes() == b"{}"


def test_what_was_removed_by_hand_can_be_collected_again(course: Path, tmp_path: Path) -> None:
    source = archives(course, tmp_path)[0]
    run(course, source)
    shutil.rmtree(course / "submitted" / "jane")
    assert run(course, source).rows[0].status == COLLECTED
    assert (course / "submitted" / "jane" / PART / f"{PART}.ipynb").is_file()
