"""Only one process at a time holds the lock, for each kind of lock a disk may support."""

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from data_scripts import lock
from data_scripts.lock import locked
from data_scripts.problems import DataProblem

LONG = 300  # seconds; only a test that hangs takes this long, even on a busy machine


def silent(line: str) -> None:
    pass


@pytest.fixture(params=["system", "owner file"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param == "owner file":

        def without_locks(stream: object) -> None:
            raise NotImplementedError

        monkeypatch.setattr(lock, "_system_lock", without_locks)
    return tmp_path / "locks" / "set.lock"


def test_a_second_process_waits_and_reports_it(path: Path) -> None:
    inside, most = 0, 0
    said: list[str] = []
    waits = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        waits.set()

    def work() -> None:
        nonlocal inside, most
        with locked(path, say):
            inside += 1
            most = max(most, inside)
            waits.wait(LONG)  # the first one waits until the second one has seen its lock
            time.sleep(0.15)
            inside -= 1

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert not any(thread.is_alive() for thread in threads)
    assert most == 1
    assert "Waiting" in said[0]


def test_a_timeout_gives_advice(path: Path) -> None:
    with (
        locked(path, silent),
        pytest.raises(DataProblem, match="has been working on"),
        locked(path, silent, patience=0.05),
    ):
        pytest.fail("two at once")


def test_an_error_releases_the_lock(path: Path) -> None:
    with pytest.raises(KeyError), locked(path, silent):
        raise KeyError
    with locked(path, silent, patience=0.5):
        pass


def test_the_owner_file_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    owner = tmp_path / "set.owner"
    dead = os.fork() or os._exit(0)
    os.waitpid(dead, 0)
    owner.write_text(f"{socket.gethostname()} {dead}")
    assert lock._owner_file(owner) is None  # removed now, taken at the next attempt
    assert lock._owner_file(owner) is not None


def test_owner_files_of_other_machines_are_respected_until_old(tmp_path: Path) -> None:
    owner = tmp_path / "set.owner"
    owner.write_text("elsewhere 1")
    assert lock._owner_file(owner) is None
    assert owner.exists()
    os.utime(owner, (0, 0))
    assert lock._owner_file(owner) is None
    assert not owner.exists()
