"""Run tests by the judge as `coursekit grade` does, but with workers forked without a sandbox."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from coursekit.collected_once import Forks
from coursekit.grading.supervisor.judge.facade import Facade
from coursekit.grading.supervisor.judge.link import Link
from coursekit.grading.supervisor.judge.pytest_session import Judging, Plan, judged_by, run
from coursekit.grading.supervisor.judge.remote_errors import Errors
from coursekit.grading.worker.server import serve
from toolbox.checks.pytest_run import Run, run_tests

# On a right version no test takes a second; mutants that loop are stopped at this limit.
SECONDS_PER_TEST = 5.0


class Forked:
    """Workers forked from this process, without a sandbox: only for development and tests.

    `prepare` runs in each new worker once the student's modules can be imported.
    """

    def __init__(self, folder: Path, prepare: Callable[[], None] = lambda: None) -> None:
        self._folder, self.prepare = folder, prepare
        self.process = 0

    def start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        self.process = os.fork()
        if self.process == 0:
            ours.close()
            try:
                sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, Facade)]
                serve(theirs, self._folder, self.prepare)
            finally:
                os._exit(0)
        theirs.close()
        return ours

    def stop(self, line: socket.socket) -> None:
        line.close()
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)

    def check(self) -> None:
        """Do nothing, since there are no limits."""


@contextmanager
def linked(
    root: Path, prepare: Callable[[], None] = lambda: None
) -> Iterator[tuple[Link, Forked, Path]]:
    """Yield a link, its workers, which run `prepare`, and a folder for the files of tests."""
    files = {
        f"student_code/{path.name}": path.read_bytes()
        for path in (root / "student_code").glob("*.py")
    }
    with tempfile.TemporaryDirectory() as folder:
        source, here = Forked(Path(folder, "there"), prepare), Path(folder, "here")
        link = Link(source, here, Errors(str(root), files), lambda said: sys.stdout.write(said))
        try:
            yield link, source, here
        finally:
            link.close()


def by_judge(
    root: Path,
    module: str,
    functions: Sequence[str],
    hidden: dict[str, str],
    prepare: Callable[[], None] = lambda: None,
) -> Run:
    """Run a module's tests with a forked worker. `root` must be the current folder."""
    files = [f"unit_tests/test_{module}.py"]
    with linked(root, prepare) as (link, _, here):
        return run(link, files, functions, hidden, here, seconds=SECONDS_PER_TEST)


def collect_by_judge(
    root: Path, module: str, functions: Sequence[str], hidden: dict[str, str], forks: Forks
) -> None:
    """Collect a module's tests by the judge, then run them on each version in a new worker.

    `root` must be the current folder.
    """
    with linked(root) as (link, source, here), judged_by(link):
        forks.install = lambda subject: setattr(source, "prepare", subject.install)
        forks.release = link.close
        plugins = [Judging(link, Plan(functions, hidden)), forks]
        files = [f"unit_tests/test_{module}.py"]
        run_tests(files, plugins=plugins, scratch=here, seconds=SECONDS_PER_TEST)
