"""Create what many tests read once per run, for all processes that run tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder `name`, which `make` fills in the first process that asks for it.

    Tests only read the folder. If `make` fails, the next process that asks tries again.
    """
    base = factory.getbasetemp()
    # Each pytest-xdist process has a separate subfolder of the run's folder.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = run / f"once-{name}" / "course"
    with FileLock(run / f"once-{name}.lock"):
        done = folder.parent / "done"
        if not done.exists():
            folder.parent.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
