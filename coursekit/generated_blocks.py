"""Text in a page of the docs that a command writes, between two marks."""

from __future__ import annotations

from pathlib import Path

from coursekit.errors import UsageProblem
from data_scripts.whole_files import write_whole


def replace_block(page: Path, name: str, text: str) -> None:
    """Put `text` between the marks `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a page.

    Raises `UsageProblem` if the page does not hold both marks in this order.
    """
    write_whole(page, with_block(page, name, text).encode())


def with_block(page: Path, name: str, text: str) -> str:
    """Return the content of a page with `text` in place of its block."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, opened, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise UsageProblem(f"{page} has to hold the lines {begin} and {end}, in this order")
    return f"{before}{begin}\n{text.strip()}\n{end}{after}"
