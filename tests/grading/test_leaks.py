"""Students learn only the status of hidden tests, and nothing else about them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from coursekit.grading.sandbox.memory import descendants
from tests.grading.tiny_grader import CHECKED, TinyGrader, promises

HIDDEN = '''"""More."""
from student_code import shapes
from toolbox.checks import expect, task

{at_import}
@task("shapes.area")
def test_secret() -> None:
    """Fractions are areas too"""
    expect.close(shapes.area(0.5, 0.25), 0.125, "the secret call", atol=1e-12)
'''


def failing(how: str) -> str:
    """Return a module that is right for public tests and does something else for the hidden one."""
    head = f"{CHECKED}\ndef area(width, height):\n    if width == 0.5:\n"
    return f"{head}{how}\n    return checked(width, height)\n"


@pytest.mark.parametrize(
    ("how", "promise"),
    [
        ("        raise ValueError('LEAK')", "✗ Fractions are areas too"),
        ("        return 'LEAK'", "✗ Fractions are areas too"),
        ("        print('LEAK')\n        return 7", "✗ Fractions are areas too"),
        (
            "        def LEAK(): raise NotImplementedError\n        LEAK()",
            "· Fractions are areas too: not implemented yet",
        ),
        (
            "        exec(compile('raise KeyError', 'student_code/LEAK.py', 'exec'))",
            "✗ Fractions are areas too",
        ),
        ("        LEAK = 1 / 0", "✗ Fractions are areas too"),
    ],
)
def test_a_hidden_test_reveals_only_its_status(grader: TinyGrader, how: str, promise: str) -> None:
    verdict = grader.grade(failing(how), HIDDEN.format(at_import=""))
    assert verdict.score == 6
    assert "LEAK" not in verdict.text + str(verdict.flags)
    public = ["✓ The area is width times height", "✓ A negative side raises ValueError"]
    assert promises(verdict.text) == [promise, *public]
    assert " line " not in verdict.text


def test_reasons_why_hidden_tests_do_not_load_stay_secret(grader: TinyGrader) -> None:
    line = "try: shapes.area(0.5, 1)\nexcept NotImplementedError: pass  # the instructor's stub"
    hidden = HIDDEN.format(at_import=line)
    verdict = grader.grade(failing("        raise ValueError('LEAK')"), hidden)
    assert verdict.score == 0
    assert verdict.text.startswith("✗ The hidden tests cannot be loaded with this module.")
    assert "LEAK" not in verdict.text


def test_reasons_why_the_module_does_not_load_are_shown(grader: TinyGrader) -> None:
    verdict = grader.grade("raise ValueError('for a reason')", HIDDEN.format(at_import=""))
    assert verdict.text.startswith("✗ ValueError: for a reason (student_code/shapes.py, line 1")


SECRETS = [b"the secret call", b"SECRET PROMISE", b"SECRET MARKING", b"secret_reference"]
PUBLIC = b"def test_area_is_width_times_height"  # to show that the search works


@pytest.mark.skipif(os.geteuid() != 0, reason="only root reads another process's memory")
def test_a_process_with_student_code_holds_nothing_of_the_job(grader: TinyGrader) -> None:
    hidden = HIDDEN.format(at_import="").replace("Fractions", "SECRET PROMISE: fractions")
    asleep = "import ctypes, time\nctypes.CDLL(None).prctl(15, b'asleep')\ntime.sleep(100)\n"
    job, texts = grader.job(asleep + CHECKED, hidden)
    job["setup"] = "# SECRET MARKING"
    job["cells"].append({"kind": "source", "index": 1, "count": 2, "points": 1.0})
    texts["1"] = "# SECRET MARKING of a cell"
    job["earlier"] = [{"name": "sides", "cells": [], "code": "c2VjcmV0_secret_reference"}]
    working = Thread(target=grader.server.run, args=(job, texts))
    working.start()
    try:
        process = _process_named("asleep", grader.server._process.pid)
        found = {word for word in [*SECRETS, PUBLIC] for area in _areas(process) if word in area}
    finally:
        for each in descendants(grader.server._process.pid)[:0:-1]:
            with contextlib.suppress(OSError):
                os.kill(each, signal.SIGKILL)
        working.join()
    assert found == {PUBLIC}


def _process_named(name: str, above: int) -> int:
    """Wait for the process that has changed its name to `name`."""
    for _ in range(300):
        time.sleep(0.2)
        for each in descendants(above)[1:]:
            with contextlib.suppress(OSError):
                if Path(f"/proc/{each}/comm").read_text().strip() == name:
                    return each
    raise AssertionError("no process has run the student's module")


def _areas(process: int) -> Iterator[bytes]:
    """Yield the memory that a process can write to."""
    with contextlib.suppress(OSError), Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            area = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if area:
                first, last = int(area[1], 16), int(area[2], 16)
                with contextlib.suppress(OSError):
                    memory.seek(first)
                    yield memory.read(last - first)
