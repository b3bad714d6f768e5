"""An instructor's actions in the formgrader: open a submission, read it, grade an answer."""

from __future__ import annotations

from typing import Any

from tests.browser.browsing import TOKEN


def opens(page: Any, address: str, part: str, student: str) -> None:
    """Navigate from the list of assignments to the submission of one student."""
    page.goto(f"{address}/formgrader?token={TOKEN}")
    page.goto(f"{address}/formgrader/gradebook/{part}/{part}")
    # Grading is anonymous: names are hidden until the grader reveals them.
    page.locator("td.reveal .name-hidden, .reveal .name-hidden").first.wait_for()
    row = page.locator("tbody tr", has=page.locator(f"text={student}"))
    row.locator("a").first.evaluate("link => link.click()")
    page.locator("input.score").first.wait_for()


def hints(page: Any) -> list[str]:
    """Return the lines of hints and misconceptions in the open submission."""
    lines = page.locator("div.output_area pre, .jp-OutputArea pre").all_inner_texts()
    found = "\n".join(lines).splitlines()
    return [line.strip() for line in found if line.strip().startswith(("likely cause", "hint"))]


def grades(page: Any, question: str, points: float) -> None:
    """Enter the points for a written answer, and wait until they are saved."""
    box = page.locator(f"input.score[id='{question}']")
    box.scroll_into_view_if_needed()
    with page.expect_response(
        lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT"
    ) as saved:
        box.fill(f"{points:g}")
        box.press("Tab")
    assert saved.value.ok, saved.value.status
