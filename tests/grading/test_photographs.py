"""`coursekit grade` warns if students' photographs are missing on the grading machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.grading.photographs import advice_on_missing
from data_scripts.landing import land
from data_scripts.manifest import measure
from tests.conftest import ROOT
from toolbox.course import Part


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Part:
    for name in ("COURSE_DATA", "COURSE_DATA_MIRROR", "COURSE_DATA_PREFER"):
        monkeypatch.delenv(name, raising=False)
    return course_file.load(ROOT).part("part2_simplenet")


def test_missing_photographs_are_reported_with_the_command(part: Part, tmp_path: Path) -> None:
    (line,) = advice_on_missing(tmp_path, part)
    assert line.startswith(f"scene15: there are no photographs in {tmp_path / 'data'}")
    assert f"COURSE_DATA={tmp_path / 'data'} python -m data_scripts fetch scene15" in line


def test_installed_photographs_are_not_reported(part: Part, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    place = tmp_path / "data" / "real" / "scene15"
    land(made, place, measure(made), name="scene15", origin="real", source="a test")
    assert list(advice_on_missing(tmp_path, part)) == []


def test_parts_without_networks_and_drawings_on_purpose_are_not_reported(
    part: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(advice_on_missing(tmp_path, replace(part, trained=()))) == []
    monkeypatch.setenv("COURSE_DATA_PREFER", "offline")
    assert list(advice_on_missing(tmp_path, part)) == []
