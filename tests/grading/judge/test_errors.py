"""Exceptions of student code in the worker read as if they had been raised in the judge."""

from __future__ import annotations

from typing import Any

import pytest

from coursekit.grading.supervisor.judge.remote_errors import Errors
from coursekit.grading.worker.faults import described
from toolbox.checks.outcome import describe_import

FAULT: dict[str, Any] = {
    "type": "SyntaxError",
    "module": "",
    "base": "SyntaxError",
    "text": "source code string cannot contain null bytes",
    "frames": [],
    "syntax": ["source code string cannot contain null bytes", "", 0, ""],
}


def test_a_module_with_null_bytes_is_named() -> None:
    files = {"student_code/a.py": b"x = 1\n", "student_code/b.py": "y = 1\n".encode("utf-16")}
    said = describe_import(Errors("/somewhere/part1", files).made(FAULT))
    assert said.endswith(
        "student_code/b.py cannot be read as text, because it contains null bytes. "
        "Save it as UTF-8."
    )


@pytest.mark.parametrize("kind", [SyntaxError, ValueError])
def test_null_bytes_are_the_same_error_on_every_python(kind: type[Exception]) -> None:
    """They are a `ValueError` up to Python 3.11.3, which Debian 12 has."""
    fault = described(kind("source code string cannot contain null bytes"), "/somewhere/part1")
    files = {"student_code/b.py": b"y = 1\0\n"}
    said = describe_import(Errors("/somewhere/part1", files).made(fault))
    assert "student_code/b.py cannot be read as text" in said


def test_null_bytes_that_no_file_holds_name_no_file() -> None:
    said = describe_import(Errors("/somewhere/part1", {}).made(FAULT))
    assert said == "SyntaxError: source code string cannot contain null bytes"
