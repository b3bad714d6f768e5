"""Run `coursekit` in forks of one process that has imported the libraries that it uses.

Importing them takes longer than most commands of the small course. The process imports nothing of
the course: each fork imports the packages in its own folder, like a fresh interpreter.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

LIBRARIES = (
    *("jupytext", "nbclient", "nbconvert", "nbgrader.apps", "nbgrader.apps.nbgraderapp"),
    *("numpy", "pydantic", "pytest", "rich.console", "rich.table", "tomlkit", "typer"),
)
STUCK = 900  # seconds


class WarmPython:
    """A process that forks for each command."""

    def __init__(self) -> None:
        self.seconds = 0.0  # of processor time, by all commands so far
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def run(
        self, folder: Path, arguments: tuple[str, ...], environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run `python -m coursekit` with these arguments in `folder`."""
        with tempfile.TemporaryDirectory() as place:
            paths = [Path(place) / name for name in ("out", "err")]
            order = (str(folder), arguments, environment, *map(str, paths))
            answer = self._ask(order)
            self.seconds += answer["seconds"]
            out, err = (path.read_text(encoding="utf-8") for path in paths)
        return subprocess.CompletedProcess(("coursekit", *arguments), answer["status"], out, err)

    def _ask(self, order: tuple[object, ...]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], STUCK)[0]:
            self._process.kill()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@lru_cache(maxsize=1)
def warm_python() -> WarmPython:
    return WarmPython()


def seconds() -> float:
    """Return the processor time of all commands so far. They are not children of this process."""
    return warm_python().seconds if warm_python.cache_info().currsize else 0.0


def close() -> None:
    """End the process, if there is one. Its time, and that of its commands, is then ours."""
    if warm_python.cache_info().currsize:
        warm_python().close()
        warm_python.cache_clear()


def _serve() -> None:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment] # like coursekit/__init__.py
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    for line in sys.stdin.buffer:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(*order)
            return
        _, status, usage = os.wait4(child, 0)
        spent = usage.ru_utime + usage.ru_stime
        answer = {"status": os.waitstatus_to_exitcode(status), "seconds": spent}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _run(
    folder: str, arguments: list[str], environment: dict[str, str], out: str, err: str
) -> None:
    """Do in this fork what `python -m coursekit` does in a new interpreter."""
    for number, path, mode in ((0, os.devnull, os.O_RDONLY), (1, out, _NEW), (2, err, _NEW)):
        opened = os.open(path, mode, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[0] = folder
    sys.argv = ["coursekit", *arguments]
    runpy.run_module("coursekit", run_name="__main__", alter_sys=True)


_NEW = os.O_WRONLY | os.O_CREAT

if __name__ == "__main__":
    _serve()
