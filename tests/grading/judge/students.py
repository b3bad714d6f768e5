"""A student's folder, and a judge's link to a forked worker for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coursekit.grading.supervisor.judge.facade import student_code_of
from coursekit.grading.supervisor.judge.link import Link
from coursekit.grading.supervisor.judge.remote_errors import Errors
from coursekit.test_quality.forked_judge import Forked

NAME = "student_code/shapes.py"


@contextmanager
def student(folder: Path, text: str) -> Iterator[tuple[Any, Link]]:
    """Yield the module `shapes` of a student who wrote `text`, as a test in the judge sees it.

    `folder` must be the current folder.
    """
    (folder / "student_code").mkdir(exist_ok=True)
    (folder / "student_code" / "__init__.py").write_text("", encoding="utf-8")
    (folder / NAME).write_text(text, encoding="utf-8")
    errors = Errors(str(folder), {NAME: text.encode()})
    source = Forked(folder / "worker")
    link = Link(source, folder / "tests", errors, lambda said: sys.stdout.write(said))
    try:
        with student_code_of(link):
            from student_code import shapes  # type: ignore[attr-defined]

            yield shapes, link
    finally:
        link.close()
