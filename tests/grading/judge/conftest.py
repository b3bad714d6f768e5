"""Fixtures for the tests of the judge."""

from __future__ import annotations

import sys

import pytest

collect_ignore = (
    [] if sys.platform == "linux" else ["test_link.py", "test_keeping.py", "test_hostile_worker.py"]
)


@pytest.fixture
def here(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    """An empty folder that is the current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
