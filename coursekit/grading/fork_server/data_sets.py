"""Have the images of a part ready before its submissions are graded.

A sandbox reads the data sets and cannot write them. So the trusted side draws, fetches from the
mirror and decodes whatever is missing, once, with the course's own public code.
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
    """Draw and decode the images that are missing, with the course's public code.

    Returns why the images of a trained run could not be had, by run. A data set that only the
    other cells of the notebook show is named in a line, and costs no points.
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


def _problem(work: Callable[..., Any], *arguments: Any) -> str:
    """Return why a piece of work failed, in one line, or nothing."""
    try:
        work(*arguments)
    except Exception as problem:  # whatever a full disk or a damaged image does
        return " ".join(f"{type(problem).__name__}: {problem}".split())
    return ""
