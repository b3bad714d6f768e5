"""The pages of the docs that benchmarks write their tables into."""

from __future__ import annotations

from pathlib import Path

RESULTS_PAGE = Path(__file__).resolve().parent.parent / "docs" / "results.md"
