"""The grader can be killed at any moment: another run completes as if nothing had happened."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coursekit.grading.sandbox.container import Place, Sandbox
from coursekit.grading.sandbox.container import linux as linux
from coursekit.grading.sandbox.levels import Level, Limits
from coursekit.grading.sandbox.memory import descendants
from tests.grading import comparing
from tests.grading.conftest import Graded
from tests.plain import PART, handed_in
from tests.small_course import drawn_images

ROOT = Path(__file__).resolve().parent.parent.parent


def start(course: Path, built: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "coursekit", "grade", PART, "--course", str(course)]
    return subprocess.Popen(
        command,
        cwd=built,
        env={**os.environ, **drawn_images()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def killed_and_finished(course: Path, built: Path, moments: int) -> None:
    chance = random.Random(7)
    for _ in range(moments):
        process = start(course, built)
        # The journal appears once the first grades are committed; kill before and after that.
        time.sleep(chance.uniform(0.5, 8.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = start(course, built)
    _, said = last.communicate(timeout=600)
    assert last.returncode == 0, said[-2000:]


def same(one: Path, other: Path) -> None:
    assert comparing.gradebook(one) == comparing.gradebook(other)
    assert comparing.files(one, PART) == comparing.files(other, PART)
    assert comparing.notebooks(one, PART) == comparing.notebooks(other, PART)


@pytest.mark.parametrize("moments", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_kill_9_changes_nothing(ours: Graded, built: Path, tmp_path: Path, moments: int) -> None:
    course = handed_in(built, tmp_path / "course")
    killed_and_finished(course, built, moments)
    same(course, ours.course)


GRADER = """
import sys
from pathlib import Path
from tests.grading.tiny_grader import TinyGrader

slow = {"unit_tests/test_slow.py": b"import slow", "slow.py": sys.argv[2].encode()}
modules = ["shapes", "slow"]
grader = TinyGrader(Path(sys.argv[1]), seconds_per_test=1000.0, further=slow, modules=modules)
grader.grade("import time\\ntime.sleep(1000)\\n")
"""
SLOW = "import time\nopen({mark!r}, 'w').close()\ntime.sleep(1000)\n"


@pytest.mark.parametrize("moment", ["at its start", "while it warms up", "while it grades"])
def test_nothing_outlives_a_killed_grader(moment: str, tmp_path: Path) -> None:
    """The processes would live for 1,000 seconds, so only the kernel can have ended them."""
    mark = tmp_path / "warming"
    slow = "" if moment == "while it grades" else SLOW.format(mark=str(mark))
    command = [sys.executable, "-c", GRADER, str(tmp_path), slow]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    reached = {
        "at its start": lambda: len(descendants(process.pid)) > 1,
        "while it warms up": mark.exists,
        # The fork server, a supervisor, and three processes in its sandbox.
        "while it grades": lambda: len(descendants(process.pid)) > 5,
    }
    try:
        wait_until(reached[moment])
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until(lambda: not of_session(process.pid))


def test_a_sandbox_ends_with_its_supervisor_without_root(tmp_path: Path) -> None:
    """The kernel kills the processes, even those that cannot notice the end themselves."""
    if os.geteuid() == 0:
        tmp_path.chmod(0o777)
    public = Path(tempfile.mkdtemp())  # other users cannot access pytest's own folders
    public.chmod(0o755)
    ours, theirs = os.pipe()
    supervisor = os.fork()
    if supervisor == 0:
        os.setsid()
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(12345, 12345, 12345)
            os.setresuid(12345, 12345, 12345)
            linux.prctl(linux.PR_SET_DUMPABLE, 1)
        place = Place(str(tmp_path / "student"), str(public), {})
        try:
            sandbox = Sandbox(place, Limits(), Level.NAMESPACES, lambda line: time.sleep(1000))
            sandbox.run()
            os.write(theirs, b"running")
        except OSError:
            os.write(theirs, b"not given by this machine")
        time.sleep(1000)
    said = os.read(ours, 100)
    alive = of_session(supervisor)
    for each in set(alive) - {supervisor}:
        os.kill(each, signal.SIGSTOP)  # so that none can exit by itself
    os.kill(supervisor, signal.SIGKILL)
    os.waitpid(supervisor, 0)
    wait_until(lambda: not of_session(supervisor))
    public.rmdir()
    if said != b"running":
        pytest.skip(said.decode())
    assert len(alive) == 4


def wait_until(reached: Callable[[], object]) -> None:
    for _ in range(2400):
        if reached():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within four minutes")


def of_session(session: int) -> list[int]:
    """Return the processes of a session that are still running."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, its_session = path.read_text().rpartition(") ")[2].split()[:4]
            if int(its_session) == session and state not in "ZX":
                found.append(int(path.parent.name))
    return found
