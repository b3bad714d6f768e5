"""Figures in a page of the docs, between two marks, where a benchmark writes them."""

from __future__ import annotations

from pathlib import Path

from toolbox.results import write_atomically

RESULTS_PAGE = Path(__file__).resolve().parent.parent / "docs" / "results.md"


def replace_block(page: Path, name: str, text: str) -> None:
    """Put `text` between the marks `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a page.

    `ValueError` where the page doesn't have both marks in this order.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    content = page.read_text(encoding="utf-8")
    before, found, rest = content.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{page} has to hold the lines {begin} and {end}, in this order")
    new = f"{before}{begin}\n{text.strip()}\n{end}{after}"
    write_atomically(page, new.encode())
