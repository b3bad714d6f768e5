"""Two Dask workers without access to the course give the same grades."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.grading import comparing
from tests.grading.conftest import Graded, run
from tests.plain import PART, handed_in

pytest.importorskip("distributed")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """Yield the address of a scheduler with two workers on loopback.

    As root, the workers run as unprivileged users, unless such users cannot run this Python
    because it is in root's home folder.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    user = 65534 if os.geteuid() == 0 and _may_run_python(65534) else None
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    environment["DASK_DISTRIBUTED__DASHBOARD__LINK"] = ""
    room = tmp_path / "workers"
    room.mkdir()
    room.chmod(0o777)
    here = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host=127.0.0.1"]
    commands = [[*here, f"--port={port}", "--dashboard-address=127.0.0.1:0"]]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard"]
    commands += [[*worker, "--nthreads=1", "--no-nanny", f"--local-directory={room}"]] * 2
    processes = [
        subprocess.Popen(
            command,
            cwd=room,
            env=environment,
            user=user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        _wait_for_workers(address, 2)
        yield address
    finally:
        for process in processes[::-1]:  # workers first, which say goodbye to the scheduler
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:  # it sometimes waits forever for an answer
                process.kill()
                process.wait(timeout=20)


def _may_run_python(user: int) -> bool:
    try:
        return subprocess.run([sys.executable, "-c", "import torch"], user=user).returncode == 0
    except PermissionError:
        return False


def _wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    for _ in range(120):
        try:
            with Client(address, timeout=5) as client:
                client.wait_for_workers(count, timeout=60)
                return
        except (OSError, TimeoutError):
            time.sleep(1)
    raise AssertionError("the workers did not start")


@pytest.mark.slow
def test_a_cluster_gives_the_same_gradebook(
    ours: Graded, built: Path, tmp_path: Path, cluster: str
) -> None:
    course = handed_in(built, tmp_path / "course")
    course.chmod(0o700)  # so that workers running as other users cannot read it
    report = run(course, built, scheduler=cluster)
    assert report.flags == ours.report.flags
    assert comparing.gradebook(course) == comparing.gradebook(ours.course)
    assert comparing.notebooks(course, PART) == comparing.notebooks(ours.course, PART)
