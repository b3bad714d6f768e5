"""Make what many tests read once in a run, for all processes that run the tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder `name` that `make` fills, and let the first process that asks fill it.

    Tests only read it. If `make` fails, the next process that asks tries again.
    """
    base = factory.getbasetemp()
    # Each process of pytest-xdist has a separate folder in the folder of the run.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = run / f"once-{name}" / "course"
    with FileLock(run / f"once-{name}.lock"):
        done = folder.parent / "done"
        if not done.exists():
            folder.parent.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
