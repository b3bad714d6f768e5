"""A failed fetch gives a clear message and leaves nothing half-done; the next run completes."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import pytest

from data_scripts import landing, obtain, registry
from data_scripts.download import part_file
from data_scripts.fetch import fetch
from data_scripts.manifest import differences, looks_complete
from data_scripts.places import course_root, incoming, real_place
from data_scripts.problems import DataProblem
from tests.data.server import Server

LONG = 300  # seconds; only a test that hangs takes this long, even on a busy machine
COMMAND = [sys.executable, "-m", "data_scripts", "fetch", "tiny"]

# Runs the command and sends itself a signal the n-th time that it touches the data folder.
STOPPED_AT = """
import os, sys
home, number, stop = os.environ["COURSE_DATA"], int(sys.argv[1]), int(sys.argv[2])
from data_scripts.__main__ import main
touches = 0
def watch(event, arguments):
    global touches
    if event in {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"}:
        if str(arguments[0]).startswith(home):
            touches += 1
            if touches == number:
                os.kill(os.getpid(), stop)
sys.addaudithook(watch)
code = main(["fetch", "tiny"])
print("touches", touches)
sys.exit(code)
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=course_root(), capture_output=True, text=True, timeout=LONG)


def assert_whole_or_absent(place: Path) -> None:
    assert not place.exists() or (looks_complete(place) and differences(place) == [])


def assert_next_run_completes() -> None:
    fetch("tiny", say=lambda line: None)
    assert differences(real_place("tiny")) == []


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_a_fetch_stopped_anywhere_leaves_nothing_half_done(
    stop: signal.Signals, tiny_set: Server, home: Path
) -> None:
    whole = run(sys.executable, "-c", STOPPED_AT, "0", "0")
    touches = int(whole.stdout.split()[-1])
    assert touches > 40  # directories, files, renames: enough points to stop at
    for number in range(1, touches, touches // 10):
        _remove(home)
        stopped = run(sys.executable, "-c", STOPPED_AT, str(number), str(int(stop)))
        if stop == signal.SIGKILL:
            assert stopped.returncode == -stop
        elif stopped.returncode:  # otherwise the last touches, after the work was done
            assert stopped.returncode == 130
            assert "No partial data set was installed" in stopped.stderr
            assert "Traceback" not in stopped.stderr
        assert_whole_or_absent(real_place("tiny"))
        assert_next_run_completes()


def test_a_fetch_killed_during_the_download_resumes(tiny_set: Server) -> None:
    tiny_set.stall = threading.Event()
    process = subprocess.Popen(COMMAND, cwd=course_root(), stdout=subprocess.DEVNULL)
    part = part_file(incoming("real", "tiny") / "tiny.zip", tiny_set.url)
    while process.poll() is None and not (part.exists() and part.stat().st_size > 0):
        time.sleep(0.02)
    process.kill()
    process.wait()
    had = part.stat().st_size
    tiny_set.stall.set()
    assert 0 < had < len(tiny_set.content)
    assert not real_place("tiny").exists()
    assert_next_run_completes()
    assert tiny_set.requests == [None, f"bytes={had}-"]


def test_a_fetch_killed_between_the_two_renames_recovers(
    tiny_set: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch("tiny")
    (real_place("tiny") / "train/coast/image_0001.jpg").write_bytes(b"damaged")
    with monkeypatch.context() as patch:
        patch.setattr(landing, "seal", lambda *arguments: _raise(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            fetch("tiny")
    assert_next_run_completes()
    aside = incoming("real", "tiny") / "replaced"
    aside.parent.mkdir(parents=True)
    real_place("tiny").replace(aside)  # the state after a kill between the two renames
    assert_next_run_completes()
    assert not aside.exists()


def test_a_file_with_a_wrong_checksum_is_rejected_and_deleted(tiny_set: Server) -> None:
    good = tiny_set.content
    tiny_set.content = good[:-1] + b"?"
    with pytest.raises(DataProblem, match="wrong checksum") as caught:
        fetch("tiny")
    assert "make-offline tiny" in caught.value.advice
    assert not real_place("tiny").exists()
    assert not incoming("real", "tiny").exists()
    tiny_set.content = good
    assert_next_run_completes()


def test_a_bad_first_half_is_fetched_again_from_the_start(tiny_set: Server) -> None:
    tiny_set.cuts = [50_000, *[0] * 5]
    with pytest.raises(DataProblem):
        fetch("tiny")
    part = part_file(incoming("real", "tiny") / "tiny.zip", tiny_set.url)
    part.write_bytes(bytes(50_000))
    assert_next_run_completes()
    assert tiny_set.requests[-2:] == ["bytes=50000-", None]


class FullDisk:
    """Replaces the files of a disk with a given capacity in bytes; counts what was written."""

    def __init__(self, room: float) -> None:
        self.room, self.written = room, 0
        self._open = Path.open

    def open(self, path: Path, *arguments: Any, **options: Any) -> IO[Any]:
        stream: IO[Any] = self._open(path, *arguments, **options)
        mode = str(arguments[0] if arguments else options.get("mode", "r"))
        if set(mode) & set("wxa") and ".locks" not in path.parts:
            real_write = stream.write

            def write(data: Any) -> int:
                self.written += len(data)
                if self.written > self.room:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return real_write(data)

            stream.write = write  # type: ignore[method-assign]
        return stream


def test_a_full_disk_at_any_moment(tiny_set: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = FullDisk(float("inf"))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *a, **k: endless.open(*a, **k))
        fetch("tiny")
    assert endless.written > 1.5 * len(tiny_set.content)  # the download, its contents, the seals
    for share in (0.0, 0.2, 0.45, 0.55, 0.8, 0.98, 0.999):
        _remove(real_place("tiny"))
        disk = FullDisk(share * endless.written)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", lambda *a, disk=disk, **k: disk.open(*a, **k))
            with pytest.raises(DataProblem, match="is full") as caught:
                fetch("tiny")
        assert "COURSE_DATA" in caught.value.advice
        assert not real_place("tiny").exists()
        assert not incoming("real", "tiny").exists()
    assert_next_run_completes()


def test_a_disk_that_is_too_small_is_detected_before_the_download(
    tiny_set: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(os.environ["COURSE_DATA_REGISTRY"])
    path.write_text(
        path.read_text().replace('name = "tiny.zip"', 'name = "tiny.zip", size = 99999')
    )
    registry._read.cache_clear()
    usage = type("usage", (), {"free": 1000})
    monkeypatch.setattr(obtain.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(DataProblem, match="is full"):
        fetch("tiny")
    assert tiny_set.requests == []


def test_two_concurrent_fetches_download_once(tiny_set: Server, tmp_path: Path) -> None:
    tiny_set.stall = threading.Event()
    files = [tmp_path / "first.txt", tmp_path / "second.txt"]
    both = []
    for file in files:
        with file.open("w") as stream:
            command = [sys.executable, "-u", *COMMAND[1:]]
            both.append(subprocess.Popen(command, cwd=course_root(), stdout=stream))
    # One process holds the lock and waits for its download, the other waits for the lock.
    while not any("Waiting for it" in file.read_text() for file in files):
        assert [process.poll() for process in both] == [None, None]
        time.sleep(0.02)
    tiny_set.stall.set()
    assert [process.wait(timeout=LONG) for process in both] == [0, 0]
    said = [file.read_text() for file in files]
    assert len(tiny_set.requests) == 1
    assert sum("Waiting for it" in words for words in said) == 1
    assert differences(real_place("tiny")) == []


def test_an_existing_set_is_not_fetched_again(tiny_set: Server) -> None:
    first = fetch("tiny")
    before = _stamp(real_place("tiny"))
    assert fetch("tiny") == first
    assert len(tiny_set.requests) == 1
    assert _stamp(real_place("tiny")) == before


def test_a_damaged_set_is_fetched_again(tiny_set: Server) -> None:
    fetch("tiny")
    (real_place("tiny") / "train/coast/image_0002.jpg").unlink()
    assert_next_run_completes()
    assert len(tiny_set.requests) == 2


def test_a_persons_own_files_are_never_deleted(tiny_set: Server) -> None:
    own = real_place("tiny") / "notes.txt"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    with pytest.raises(DataProblem, match="Nothing was changed") as caught:
        fetch("tiny")
    assert "COURSE_DATA_MIRROR" in caught.value.advice
    assert own.read_text() == "mine"


def _stamp(folder: Path) -> str:
    times = sorted(f"{p} {p.stat().st_mtime_ns}" for p in folder.rglob("*"))
    return hashlib.sha256("\n".join(times).encode()).hexdigest()


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _raise(error: BaseException) -> None:
    raise error
