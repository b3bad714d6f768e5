"""Count the processor time of each test file.

A test's time includes that of the processes that it waited for. Unlike wall-clock time, it hardly
depends on what else the machine does.
"""

from __future__ import annotations

import resource
from collections import defaultdict
from collections.abc import Generator, Iterator

import pytest

from tests import warm_commands

OPTION = "--slowest-files"
SECONDS = "processor_seconds"  # the attribute of a report, which pytest-xdist sends along


def spent() -> float:
    """Return the processor time of this process, its children so far, and its commands."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages) + warm_commands.seconds()


def file_of(test: str) -> str:
    """Return the file of a test, given its node id."""
    return test.split("::", 1)[0]


class ProcessorTime:
    """A pytest plugin that prints the `count` files with the most processor time."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.files: defaultdict[str, float] = defaultdict(float)
        self._last = spent()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        self._last = spent()  # imports belong to no file

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        before, self._last = self._last, spent()
        vars(report)[SECONDS] = self._last - before
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.files[file_of(report.nodeid)] += getattr(report, SECONDS, 0.0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.count:
            terminalreporter.section("processor time, with child processes")
            for line in self.lines(spent()):
                terminalreporter.write_line(line)

    def lines(self, total: float) -> Iterator[str]:
        """Yield the table of the files, of all others, and of what belongs to no test."""
        ranked = sorted(((seconds, name) for name, seconds in self.files.items()), reverse=True)
        rows, others = ranked[: self.count], ranked[self.count :]
        rows.append((sum(seconds for seconds, _ in others), f"{len(others)} other files"))
        rows.append((total - sum(self.files.values()), "start, imports and collection"))
        rows.append((total, "total"))
        yield from (f"{seconds:8.1f} s  {name}" for seconds, name in rows)
