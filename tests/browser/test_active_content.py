"""Active content in student work, in a real browser: none of its scripts run on either page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser import browsing, formgrading
from tests.feedback.active import vectors
from tests.feedback.pages import PART, STUDENT, make_course

pytestmark = pytest.mark.skipif(
    not (os.environ.get("COURSE_BROWSER") and browsing.CHROMIUM),
    reason="slow: run it with `make screenshots`, which needs Chromium",
)


@pytest.fixture(scope="module")
def course(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    cells = [cell for _, cell in vectors()]
    return make_course(root, tmp_path_factory.mktemp("active") / "course", cells)


def watched(page: Any) -> list[str]:
    """Record the addresses that the page requests, except this machine's and MathJax's."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def assert_quiet(page: Any, asked: list[str]) -> None:
    assert page.evaluate("window.ran") is None
    assert [url for url in asked if "far.example" in url or "logout" in url] == []
    fixed = "[...document.querySelectorAll('#notebook *')].filter(e => ['fixed', 'sticky']"
    assert page.evaluate(f"{fixed}.includes(getComputedStyle(e).position)).length") == 0


def test_nothing_runs_in_the_formgrader(course: Path) -> None:
    with browsing.serving(course) as address, browsing.browser() as page:
        asked = watched(page)
        formgrading.opens(page, address, PART, STUDENT)
        page.wait_for_timeout(1000)
        assert_quiet(page, asked)
        formgrading.grades(page, "why_streaming", 1)


def test_nothing_runs_on_the_feedback_page(course: Path) -> None:
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", PART]
    subprocess.run(command, cwd=course, capture_output=True, check=True)
    with browsing.browser() as page:
        asked = watched(page)
        page.goto((course / "feedback" / STUDENT / PART / f"{PART}.html").as_uri())
        page.wait_for_timeout(1000)
        assert_quiet(page, asked)
