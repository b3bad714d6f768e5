"""A new part is complete from the start: it strips, passes, and satisfies the doctor."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import Coursekit

STANZA = """
[[parts]]
id = "part3_letters"
title = "Letters"
built = false
minutes = 30
due = 2031-06-11T23:59:00Z
datasets = []
"""


@pytest.fixture
def planned(small: Path) -> Path:
    """A copy of the small course whose `course.toml` plans a third part."""
    toml = small / "course.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + STANZA, encoding="utf-8")
    return small


def test_a_new_part_passes_the_doctor(planned: Path, coursekit: Coursekit) -> None:
    source = planned
    done = coursekit(source, "new-part", "part3_letters", "letters", "--title", "Letters")
    assert done.returncode == 0, done.stdout + done.stderr
    toml = source / "course.toml"
    head, tail = toml.read_text(encoding="utf-8").split('id = "part3_letters"', 1)
    tail = tail.replace("built = false", "built = true", 1)
    toml.write_text(f'{head}id = "part3_letters"{tail}', encoding="utf-8")
    done = coursekit(source, "doctor", "--verbose")
    assert "letters.answer: 2 public and 1 hidden tests, 5 misconceptions, 2 alternatives" in (
        done.stdout
    )
    # Whether the disk of this machine has room is no property of the new part.
    wrong = [line for line in done.stdout.splitlines() if "✗" in line]
    assert [line for line in wrong if "of free disk" not in line] == [], done.stdout


def test_a_number_of_two_digits_stays_whole(small: Path, coursekit: Coursekit) -> None:
    done = coursekit(small, "new-part", "part10_gans", "gans", "--title", 'Making "images"')
    assert done.returncode == 0, done.stdout + done.stderr
    text = (small / "notebooks" / "part10_gans.py").read_text(encoding="utf-8")
    assert "Part 10" in text
    known = tomllib.loads((small / "course.toml").read_text(encoding="utf-8"))["parts"]
    assert known[-1]["title"] == 'Making "images"'
    assert known[-1]["tasks"] == [{"function": "gans.answer", "points": 4, "hidden": 1}]
    assert not re.search(r"Part 1\b", text)


def test_nothing_is_overwritten(planned: Path, coursekit: Coursekit) -> None:
    source = planned
    before = (source / "student_code" / "counting.py").read_bytes()
    done = coursekit(source, "new-part", "part3_letters", "counting")
    assert done.returncode == 1
    assert "student_code/counting.py already exists; nothing was written" in done.stdout
    assert (source / "student_code" / "counting.py").read_bytes() == before
    assert not (source / "notebooks" / "part3_letters.py").exists()


def test_an_odd_name_is_refused(small: Path, coursekit: Coursekit) -> None:
    done = coursekit(small, "new-part", "AlexNet", "my_alexnet")
    assert done.returncode == 1
    assert "Use a name such as part4_alexnet" in done.stdout
