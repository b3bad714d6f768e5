"""Prepare the images of a part before its submissions are graded.

A sandbox can read the data sets but not write them. So the trusted side draws, downloads from the
mirror and decodes the missing images once, with the course's own public code.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coursekit.grading.protocol.messages import ImagesNeeded

Say = Callable[[str], None]


def prepare(wish: ImagesNeeded, say: Say) -> dict[str, str]:
    """Draw and decode missing images with the course's public code.

    Return why images of a trained run are unavailable, by run. A data set that only ungraded cells
    use costs no points if it cannot be prepared; a line reports it.
    """
    os.environ.update(wish["environment"])
    if not sys.stdout.isatty():
        os.environ["COURSE_STEADY"] = "1"  # no progress bars
    with contextlib.suppress(OSError):
        Path(wish["environment"]["COURSE_DATA"], ".locks").mkdir(parents=True, exist_ok=True)
    prepared, trained = (
        importlib.import_module(f"toolbox.{name}") for name in ("data.prepared", "checks.trained")
    )
    problems: dict[str, str] = {}
    for name in wish["datasets"]:
        say(f"Preparing the images of {name}.")
        if problem := _problem(prepared.fill_caches, name):
            say(f"Cannot prepare the images of {name}: {problem}")
    for run in wish["runs"]:
        say(f"Preparing the images that {run} is measured on.")
        if problem := _problem(trained.prepare, run):
            problems[run] = problem
    return problems


def _problem(work: Callable[..., Any], *arguments: object) -> str:
    """Do some work. Return the reason if it failed, on one line, else an empty string."""
    try:
        work(*arguments)
    except Exception as problem:  # a full disk or a damaged image can raise anything
        return " ".join(f"{type(problem).__name__}: {problem}".split())
    return ""
