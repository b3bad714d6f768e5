"""One run of `coursekit grade` over the sample students, shared by several tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from coursekit.grading.pipeline import grade
from coursekit.grading.run_report import Report, Wish
from coursekit.grading.term_key import SETTING
from tests.grading.tiny_grader import TinyGrader
from tests.plain import PART, handed_in
from tests.small_course import drawn_images

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes need Linux")


@dataclass
class Graded:
    course: Path
    report: Report


def run(course: Path, built: Path, *, key: str = "public", **wishes: object) -> Report:
    """Grade with the public seeds, like plain nbgrader, or without `key` with the term's."""
    wish = Wish(PART, **wishes)  # type: ignore[arg-type]
    with patch.dict(os.environ, {SETTING: key, **drawn_images()}):
        return grade(course, wish, built / "student_code", lambda done, of: None)


@pytest.fixture(scope="session")
def ours(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Grade the same submissions that `graded` gives to plain nbgrader."""
    course = handed_in(built, tmp_path_factory.mktemp("grading") / "course")
    return Graded(course, run(course, built))


@pytest.fixture(scope="session")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyGrader]:
    """A fork server for a course with one function."""
    folder = tmp_path_factory.mktemp("tiny")
    folder.chmod(0o755)
    found = TinyGrader(folder)
    yield found
    found.server.close()
