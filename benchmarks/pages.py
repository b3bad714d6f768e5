"""The documentation pages into which benchmarks write their tables."""

from __future__ import annotations

from pathlib import Path

RESULTS_PAGE = Path(__file__).resolve().parent.parent / "docs" / "results" / "networks.md"
