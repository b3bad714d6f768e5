"""A new part is whole from its first minute: it strips, passes, and the doctor is content."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Coursekit


def test_a_new_part_passes_the_doctor(source: Path, coursekit: Coursekit) -> None:
    done = coursekit(source, "new-part", "part4_alexnet", "counting", "--title", "Counting")
    assert done.returncode == 0, done.stdout + done.stderr
    toml = source / "course.toml"
    head, tail = toml.read_text(encoding="utf-8").split('id = "part4_alexnet"', 1)
    tail = tail.replace("built = false", "built = true", 1)
    toml.write_text(f'{head}id = "part4_alexnet"{tail}', encoding="utf-8")
    done = coursekit(source, "doctor", "--verbose")
    assert "counting.answer: 2 public and 1 hidden tests, 5 misconceptions, 2 alternatives" in (
        done.stdout
    )
    assert done.returncode == 0, done.stdout


def test_nothing_is_overwritten(source: Path, coursekit: Coursekit) -> None:
    before = (source / "student_code" / "scaler.py").read_bytes()
    done = coursekit(source, "new-part", "part4_alexnet", "scaler")
    assert done.returncode == 1
    assert "student_code/scaler.py is there already; nothing was written" in done.stdout
    assert (source / "student_code" / "scaler.py").read_bytes() == before
    assert not (source / "notebooks" / "part4_alexnet.py").exists()


def test_an_odd_name_is_refused(source: Path, coursekit: Coursekit) -> None:
    done = coursekit(source, "new-part", "AlexNet", "my_alexnet")
    assert done.returncode == 1
    assert "a part is named like part4_alexnet" in done.stdout
