"""The feedback page in a real browser: accessible, and readable on a phone and in the dark."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coursekit import course_file
from tests.browser import accessibility, browsing
from tests.browser.graded_pages import LOST, PART, make_pages

pytestmark = pytest.mark.skipif(
    not (os.environ.get("COURSE_BROWSER") and browsing.CHROMIUM),
    reason="slow: run it with `make screenshots`, which needs Chromium",
)


@pytest.fixture(scope="module")
def pages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_pages(root, tmp_path_factory.mktemp("pages") / "course")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", browsing.WINDOWS)
def test_the_page_is_accessible_and_fits_on_the_screen(
    pages: dict[str, Path], window: str, scheme: str
) -> None:
    found = []
    with browsing.browser() as page:
        browsing.arrange_window(page, window, scheme)
        for student, path in pages.items():
            page.goto(path.as_uri())
            found += [f"{student}: {problem}" for problem in accessibility.problems(page)]
            if wider := accessibility.overflow(page):
                found.append(f"{student}: {wider} pixels wider than the window")
            paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (paper == "rgb(255, 255, 255)") == (scheme == "light")
    assert not found, "\n".join(found)


def test_the_page_says_how_many_points(pages: dict[str, Path], root: Path) -> None:
    most = course_file.load(root).part(PART).points
    with browsing.browser() as page:
        page.goto(pages["mistakes"].as_uri())
        assert f"{most - LOST:g} of {most:g} points" in page.locator(".total").inner_text()
        assert page.locator(".failed li code").first.is_visible()
        page.goto(pages["unread"].as_uri())
        assert "points so far" in page.locator(".total").inner_text()
        page.goto(pages["late"].as_uri())
        assert "for late work" in page.locator(".total").inner_text()
