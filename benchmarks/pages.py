"""The documentation pages into which benchmarks write their tables."""

from __future__ import annotations

from pathlib import Path

from coursekit.generated_blocks import replace_block

RESULTS_PAGE = Path(__file__).resolve().parent.parent / "docs" / "results" / "networks.md"


def publish_comparison(page: Path, mark: str, text: str, *, write: bool, equal: bool) -> None:
    """Print a comparison, and `write` it to its page. Exit with 1 if its results are not equal."""
    print(text)
    if write:
        replace_block(page, mark, text)
    if not equal:
        raise SystemExit(1)
