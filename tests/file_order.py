"""Start the test files that take longest first.

Otherwise, one process may begin a long file when the others have nothing left to do. pytest-xdist
keeps this order with `--no-loadscope-reorder`.
"""

from __future__ import annotations

import pytest

from tests.processor_time import file_of

# By processor time, which `make test` prints. The second file is one that does not wait for what
# the first one builds.
LONGEST = (
    "tests/coursekit/test_nbgrader.py",
    "tests/grading/test_nine_parts.py",
    "tests/coursekit/test_incremental.py",
    "tests/coursekit/test_single_part.py",
    "tests/odd_submissions/test_corpus.py",
    "tests/first_steps/test_contributing.py",
    "tests/data/test_absent_network.py",
    "tests/coursekit/test_build.py",
    "tests/regrading/test_regrade.py",
    "tests/theory/test_variants.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the files; the order of the tests in a file does not change."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(file_of(item.nodeid), len(place)))
