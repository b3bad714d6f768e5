"""Running jobs through a warm process on this machine."""

from __future__ import annotations

import atexit
import base64
import contextlib
import hashlib
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coursekit.grading.channel import Broken, receive, send
from coursekit.grading.levels import FOR_SANDBOX, Level
from coursekit.problems import UsageProblem

PREFIX = "coursekit-public-"
Job = dict[str, Any]


class Warm:
    """A warm process and the folder of public files it works with. Usable from many threads."""

    def __init__(self, public: dict[str, bytes]) -> None:
        """Start it, without waiting until it is warm: what is asked of it meanwhile, waits.

        public: the course's public files by path. Raises `OSError`, as do all methods where the
        process did not come up.
        """
        _clear_away()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        for name, content in public.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for path in [self.folder, *self.folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        ours, theirs = socket.socketpair()
        lifeline, self._lifeline = os.pipe()  # its end ends the process, at whatever moment
        module = [sys.executable, "-m", "coursekit.grading.warm"]
        self._process = subprocess.Popen(
            [*module, str(theirs.fileno()), str(lifeline), str(self.folder)],
            pass_fds=[theirs.fileno(), lifeline],
            cwd=Path(__file__).resolve().parent.parent.parent,
            env=_environment(),
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        os.close(lifeline)
        self._control, self._lock = ours, threading.Lock()
        self._probed: Job = {}
        self._is_warm = False

    def run(self, job: Job, hidden: dict[str, str]) -> dict[str, Any]:
        """The results of one submission's job; "problem" in them where it could not be run."""
        with self._line("job") as line:
            try:
                send(line, {name: job[name] for name in FOR_SANDBOX})
                first = receive(line)
                if "problem" in first:
                    return dict(first)
                send(line, {name: job[name] for name in job if name not in FOR_SANDBOX})
                send(line, hidden)
                return dict(receive(line))
            except (Broken, OSError) as problem:
                return {"problem": f"the supervisor died ({problem})"}

    def plan(self, tasks: list[Job]) -> list[Job]:
        """Return the instructor's tests for each of `tasks`, or "problem" if they do not load."""
        with self._line("plan") as line:
            send(line, tasks)
            found = receive(line)
        if isinstance(found, dict):
            raise UsageProblem(found["problem"])
        return list(found)

    def prepare(self, images: Job, say: Callable[[str], None]) -> dict[str, str]:
        """Have `images.wanted` ready. Returns what could not be had, by trained run."""
        with self._line("prepare") as line:
            send(line, images)
            while "says" in (found := receive(line)):
                say(found["says"])
        if "problem" in found:
            return dict.fromkeys(images["runs"], str(found["problem"]))
        return dict(found["problems"])

    def probe(self) -> tuple[Level, str]:
        """The strongest level that this machine gives, and why no stronger one."""
        with self._lock:
            self._wait_for_probe()
        return Level(self._probed["level"]), self._probed["problem"]

    def warming_up(self) -> bool:
        """Whether what is asked now would have to wait."""
        with self._lock:
            self._wait_for_probe()
            return not self._is_warm and not select.select([self._control], [], [], 0)[0]

    @contextlib.contextmanager
    def _line(self, what: str) -> Any:
        ours, theirs = socket.socketpair()
        with self._lock:
            self._wait_until_warm()
            send(self._control, {"do": what})
            socket.send_fds(self._control, [b"."], [theirs.fileno()])
        theirs.close()
        try:
            yield ours
        finally:
            ours.close()

    def _wait_for_probe(self) -> None:
        if not self._probed:
            self._probed = self._first_words()

    def _wait_until_warm(self) -> None:
        self._wait_for_probe()
        if not self._is_warm:
            self._is_warm = bool(self._first_words())

    def _first_words(self) -> Job:
        try:
            return dict(receive(self._control))
        except Broken as problem:
            raise OSError("the grader's warm process did not start") from problem

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._lifeline)
        self._control.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    """What a warm process needs to know: nothing of the instructor's own."""
    kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "COURSEKIT_DEBUG", "VIRTUAL_ENV")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS")}
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg"}
    return {**found, **threads, **fixed}


def _clear_away() -> None:
    """Remove what graders that were killed have left."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(ValueError):
            if not Path(f"/proc/{int(path.name.split('-')[2])}").exists():
                shutil.rmtree(path, ignore_errors=True)


# For machines of a cluster: one warm process a worker and a set of public files.

_warm: dict[str, Warm] = {}
_unmeasurable: dict[str, dict[str, str]] = {}
_starting = threading.Lock()


def run_anywhere(public: dict[str, str], job: Job, hidden: dict[str, str]) -> dict[str, Any]:
    """Run a job in this process's own warm process, which is started when it is first needed."""
    key = hashlib.sha256(repr(sorted(public.items())).encode()).hexdigest()
    with _starting:
        if key not in _warm:
            os.environ.pop("MALLOC_TRIM_THRESHOLD_", None)  # Dask sets it; it slows torch down
            files = {name: base64.b64decode(text) for name, text in public.items()}
            _warm[key] = Warm(files)
            atexit.register(_warm[key].close)
        if key not in _unmeasurable:
            _unmeasurable[key] = _warm[key].prepare(job["images"], lambda line: None)
    return _warm[key].run({**job, "unmeasurable": _unmeasurable[key]}, hidden)
