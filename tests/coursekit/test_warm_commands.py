"""A command in a fork of the warm process does what it does in a new interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_course import FIRST, run_coursekit
from tests.warm_commands import LIBRARIES, warm_python

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a fork is safe only on Linux")


@pytest.mark.parametrize(
    "words", [("--help",), ("sync", "--check"), ("grade", "part1_countnig"), ("build", "--nothing")]
)
def test_a_command_ends_and_prints_as_in_a_new_interpreter(
    small_once: Path, words: tuple[str, ...]
) -> None:
    mine = run_coursekit(small_once, *words)
    theirs = subprocess.run(
        [sys.executable, "-m", "coursekit", *words],
        cwd=small_once,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "160"},
        check=False,
    )
    assert (mine.returncode, mine.stdout, mine.stderr) == (
        theirs.returncode,
        theirs.stdout,
        theirs.stderr,
    )


def test_a_defect_shows_its_traceback_and_the_next_command_works(
    small: Path, small_once: Path
) -> None:
    """Each fork imports the packages in its own folder."""
    (small / "coursekit" / "course_file.py").write_text("raise RuntimeError('mine')\n", "utf-8")
    done = run_coursekit(small, "build", FIRST)
    assert done.returncode == 1
    assert "RuntimeError: mine" in done.stderr
    assert run_coursekit(small_once, "sync", "--check").returncode == 0


def test_the_warm_process_imports_nothing_of_the_course() -> None:
    packages = {"coursekit", "toolbox", "data_scripts", "misconceptions", "student_code"}
    code = "import importlib, sys\nsys.modules['rfc3987_syntax'] = None\n"
    code += "for name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, *LIBRARIES], capture_output=True, text=True, check=True
    )
    imported = {name.split(".")[0] for name in done.stdout.split()}
    assert not imported & {*packages, "torch"}


def test_the_time_of_commands_is_counted(small_once: Path) -> None:
    before = warm_python().seconds
    run_coursekit(small_once, "--help")
    assert warm_python().seconds > before
