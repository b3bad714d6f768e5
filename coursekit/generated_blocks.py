"""Update blocks between two markers in a page of the docs with generated text."""

from __future__ import annotations

from pathlib import Path

from coursekit.errors import UsageProblem
from data_scripts.whole_files import write_whole


def replace_block(page: Path, name: str, text: str) -> None:
    """Replace the text between `<!-- NAME: begin -->` and `<!-- NAME: end -->` in a page.

    Raises `UsageProblem` if the page does not have both markers in this order.
    """
    write_whole(page, with_block(page, name, text).encode())


def block(page: Path, name: str) -> str:
    """Return the text between the two markers of a block; "" if the page doesn't have both."""
    _, _, rest = page.read_text(encoding="utf-8").partition(f"<!-- {name}: begin -->")
    text, closed, _ = rest.partition(f"<!-- {name}: end -->")
    return text.strip() if closed else ""


def with_block(page: Path, name: str, text: str) -> str:
    """Return the content of a page with its block replaced by `text`."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, opened, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise UsageProblem(f"{page} must contain the lines {begin} and {end}, in this order")
    return f"{before}{begin}\n{text.strip()}\n{end}{after}"
