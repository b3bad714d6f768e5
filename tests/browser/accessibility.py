"""Accessibility of a page in the browser, measured with axe-core, and its fit on the screen."""

from __future__ import annotations

from typing import Any

SERIOUS = {"serious", "critical"}


def problems(page: Any, within: str | None = None) -> list[str]:
    """Return a sentence for each serious finding of axe-core on the open page.

    within: a selector of the elements to examine, if not the whole page.
    """
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=within).response["violations"]
    return [
        f"{each['help']} ({each['id']}): {node['target'][0]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


def overflow(page: Any) -> int:
    """Return by how many pixels the open page is wider than the window; 0 if it fits."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return max(0, int(page.evaluate(width)))
