"""Check a part again and again: whenever a file changes, run the tests that depend on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from toolbox.course import Task
from toolbox.training.definitions import imported_files

PAUSE = 0.3  # seconds between two looks at the files


def changes(
    root: Path, tasks: list[Task], pause: Callable[[float], None] = time.sleep
) -> Iterator[list[Task]]:
    """Yield all tasks, and then, after each change of a file, those whose tests depend on it.

    Never ends; Ctrl-C does. An editor may write a file in several steps, so a change is reported
    only when the files have been the same twice.
    """
    known = {task.function: _stamps(root, task) for task in tasks}
    yield list(tasks)
    while True:
        pause(PAUSE)
        now = {task.function: _stamps(root, task) for task in tasks}
        if now == known:
            continue
        while True:
            pause(PAUSE)
            again = {task.function: _stamps(root, task) for task in tasks}
            if again == now:
                break
            now = again
        changed = [task for task in tasks if now[task.function] != known[task.function]]
        known = now
        yield changed


def _stamps(root: Path, task: Task) -> dict[Path, tuple[int, int]]:
    """Return the time and size of each file that the tests of a task depend on."""
    found = {}
    for path in imported_files(root / task.test_file, root):
        with suppress(OSError):
            state = path.stat()
            found[path] = (state.st_mtime_ns, state.st_size)
    return found
