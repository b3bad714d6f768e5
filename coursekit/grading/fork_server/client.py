"""Run jobs through a fork server on this machine."""

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
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from coursekit.errors import CourseProblem, UsageProblem
from coursekit.grading.protocol.channel import Broken, receive, send
from coursekit.grading.protocol.messages import (
    ImagesNeeded,
    Job,
    Order,
    PlanQuery,
    Results,
    TestPlan,
)
from coursekit.grading.sandbox.levels import Level

PREFIX = "coursekit-public-"
UNABLE = (
    "The grader cannot import the built course ({reason}). If it is older than coursekit, run "
    "`coursekit build`, then grade again. If a package is missing, run `make install`."
)


class ForkServer:
    """A fork server and its folder of public files. Thread-safe."""

    def __init__(self, public: dict[str, bytes], modules: Sequence[str]) -> None:
        """Start the process without waiting for it; requests wait until it is ready.

        public: the course's public files by path. modules: the modules of student_code whose tests
        will run; those of others work too, but each run imports what they need. This and all
        methods raise `OSError` if the process does not start, and `CourseProblem` if it cannot
        import the course's files.
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
        lifeline, self._lifeline = os.pipe()  # closing our end kills the process
        module = [sys.executable, "-m", "coursekit.grading.fork_server.main"]
        self._process = subprocess.Popen(
            [*module, str(theirs.fileno()), str(lifeline), str(self.folder), *modules],
            pass_fds=[theirs.fileno(), lifeline],
            cwd=Path(__file__).resolve().parents[3],
            env=_environment(),
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        os.close(lifeline)
        self._control, self._lock = ours, threading.Lock()
        self._probed: dict[str, Any] = {}
        self._is_ready = False

    def run(self, job: Job, hidden: dict[str, str]) -> Results:
        """Run the job of one submission. The results have a "problem" if it could not be run."""
        with self._line("grade") as line:
            try:
                send(line, job["sandbox"])
                ready: Results = receive(line)
                if "problem" in ready:
                    return ready
                send(line, {name: value for name, value in job.items() if name != "sandbox"})
                send(line, hidden)
                results: Results = receive(line)
            except (Broken, OSError) as problem:
                return {"problem": f"the supervisor died ({problem})"}
        return results

    def plan(self, questions: list[PlanQuery]) -> list[TestPlan]:
        """Return the tests of each function. A plan whose tests did not load has a "problem"."""
        with self._line("plan") as line:
            send(line, questions)
            found = receive(line)
        if isinstance(found, dict):
            raise UsageProblem(found["problem"])
        return list(found)

    def prepare(self, images: ImagesNeeded, say: Callable[[str], None]) -> dict[str, str]:
        """Prepare the images of a part. Return why images are unavailable, by trained run."""
        with self._line("prepare") as line:
            send(line, images)
            while "says" in (found := receive(line)):
                say(found["says"])
        if "problem" in found:
            return dict.fromkeys(images["runs"], str(found["problem"]))
        return dict(found["problems"])

    def probe(self) -> tuple[Level, str]:
        """Return the strongest sandbox level available here, and why no stronger one is."""
        with self._lock:
            self._wait_for_probe()
        return Level(self._probed["level"]), self._probed["problem"]

    def starting(self) -> bool:
        """Return whether a request would have to wait now."""
        with self._lock:
            self._wait_for_probe()
            return not self._is_ready and not select.select([self._control], [], [], 0)[0]

    @contextlib.contextmanager
    def _line(self, kind: Literal["grade", "plan", "prepare"]) -> Iterator[socket.socket]:
        ours, theirs = socket.socketpair()
        with self._lock:
            self._wait_until_ready()
            order: Order = {"kind": kind}
            send(self._control, order)
            socket.send_fds(self._control, [b"."], [theirs.fileno()])
        theirs.close()
        try:
            yield ours
        finally:
            ours.close()

    def _wait_for_probe(self) -> None:
        if not self._probed:
            self._probed = self._first_words()

    def _wait_until_ready(self) -> None:
        self._wait_for_probe()
        if not self._is_ready:
            said = self._first_words()
            if "unable" in said:
                raise CourseProblem(UNABLE.format(reason=said["unable"]))
            self._is_ready = True

    def _first_words(self) -> dict[str, Any]:
        try:
            return dict(receive(self._control))
        except Broken as problem:
            raise OSError("the grader's fork server did not start") from problem

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._lifeline)
        self._control.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    """Return the environment of a fork server, without the instructor's private variables."""
    kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "COURSEKIT_DEBUG", "VIRTUAL_ENV")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS")}
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg"}
    return {**found, **threads, **fixed}


def _clear_away() -> None:
    """Remove the folders that killed graders left behind."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(ValueError):
            if not Path(f"/proc/{int(path.name.split('-')[2])}").exists():
                shutil.rmtree(path, ignore_errors=True)


# On a cluster machine: one fork server per Dask worker and set of public files.

_servers: dict[str, ForkServer] = {}
_unmeasurable: dict[str, dict[str, str]] = {}
_starting = threading.Lock()


def run_anywhere(
    public: dict[str, str], modules: Sequence[str], job: Job, hidden: dict[str, str]
) -> Results:
    """Run a job in this process's own fork server, starting it on first use."""
    key = hashlib.sha256(repr((sorted(public.items()), *modules)).encode()).hexdigest()
    with _starting:
        if key not in _servers:
            os.environ.pop("MALLOC_TRIM_THRESHOLD_", None)  # Dask sets it; it slows torch down
            files = {name: base64.b64decode(text) for name, text in public.items()}
            _servers[key] = ForkServer(files, modules)
            atexit.register(_servers[key].close)
        if key not in _unmeasurable:
            _unmeasurable[key] = _servers[key].prepare(job["images"], lambda line: None)
    return _servers[key].run({**job, "unmeasurable": _unmeasurable[key]}, hidden)
