"""What the grader reads from student code in its own process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from coursekit.grading.jobs import imported
from tests.conftest import ROOT

# Enough blank lines to take minutes if the time grows quadratically.
BLANK = """
import resource
from coursekit.grading.jobs import imported

resource.setrlimit(resource.RLIMIT_CPU, (20, 20))  # processor time: a busy machine costs nothing
print(imported("from student_code import scaler\\n" + {padding!r} * 400_000))
"""


@pytest.mark.parametrize(
    "padding", ["\n", " ", "\t\n", "from student_code import ", "student_code."]
)
def test_long_texts_are_searched_in_one_pass(padding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLANK.format(padding=padding)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert "scaler" in done.stdout


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from student_code import scaler, dropout as d\n", ["scaler", "dropout"]),
        ("def f():\n\n    from student_code import scaler\n", ["scaler"]),
        ("import student_code.scaler\n", ["scaler"]),
        ("x = 'from student_code import scaler'\n", []),
    ],
)
def test_imports_of_student_code_are_found(text: str, names: list[str]) -> None:
    assert imported(text) == names
