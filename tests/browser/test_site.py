"""The documentation site in a real browser: accessible, and readable on a phone and in the dark."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import accessibility, browsing
from tests.conftest import copy_source

pytestmark = pytest.mark.skipif(
    not (os.environ.get("COURSE_BROWSER") and browsing.CHROMIUM)
    or importlib.util.find_spec("mkdocs") is None,
    reason="slow: run it with `make screenshots`, which needs Chromium",
)
# One page of each kind: the start page, a part, a how-to guide, diagrams, and generated references.
PAGES = (
    "index",
    "parts/part7_theory",
    "docs/grading",
    "docs/architecture",
    "docs/results/tests",
    "reference/functions",
    "reference/commands",
    "reference/course-file",
)
SCHEMES = {"light": "default", "dark": "slate"}  # the theme's names


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write nothing: the requests are not part of the output of a test."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the site, and serve it on this machine."""
    from tools.site import rendering

    source = copy_source(tmp_path_factory.mktemp("site") / "course")
    before = Path.cwd()
    os.chdir(source)
    try:
        html = rendering.render(source)
    finally:
        os.chdir(before)
    handler = functools.partial(_Quiet, directory=str(html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("window", browsing.WINDOWS)
def test_the_pages_are_accessible_and_fit_on_the_screen(
    address: str, window: str, scheme: str
) -> None:
    found = []
    with browsing.browser() as page:
        browsing.arrange_window(page, window, scheme)
        for name in PAGES:
            page.goto(f"{address}/{name}.html")
            assert page.locator(f"body[data-md-color-scheme={SCHEMES[scheme]}]").count() == 1
            found += [f"{name}: {problem}" for problem in accessibility.problems(page)]
            if wider := accessibility.overflow(page):
                found.append(f"{name} is {wider} pixels wider than the window")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("window", browsing.WINDOWS)
def test_the_search_finds_the_guide_to_a_task(address: str, window: str, scheme: str) -> None:
    with browsing.browser() as page:
        browsing.arrange_window(page, window, scheme)
        page.goto(f"{address}/index.html")
        if window == "phone":
            page.locator("label[for=__search]").first.click()
        page.locator(".md-search__input").click()
        page.locator(".md-search-result__meta", has_text="Type to start searching").wait_for()
        page.locator(".md-search__input").press_sequentially("late work")
        first = page.locator(".md-search-result__item h1").first
        first.wait_for()
        assert first.inner_text() == "Deadlines, late work and extensions"
        assert accessibility.problems(page) == []


def test_the_menu_of_a_phone_leads_from_the_start_page_to_a_guide(address: str) -> None:
    with browsing.browser() as page:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}/index.html")
        page.locator("label.md-header__button[for=__drawer]").click()
        page.locator(".md-sidebar--primary label", has_text="How-to guides").first.click()
        page.locator(".md-sidebar--primary a", has_text="For students").click()
        page.wait_for_url("**/docs/student.html")
