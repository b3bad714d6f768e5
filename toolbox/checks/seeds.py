"""Seeds of the numbers that tests draw.

In a notebook or a shell a seed is the number in the test, so that a failure repeats. A grader draws
with a key that students do not know, so that answers to the public inputs cannot be written down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

_keys: list[str] = []
_asked = [0]


def seed_for(number: int) -> int:
    """Return the seed to draw with in a test that names `number`: `number` itself without a key."""
    _asked[0] += 1
    if not _keys or not _keys[-1]:
        return number
    digest = hashlib.sha256(f"{_keys[-1]}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1  # within the range that all libraries accept


def count() -> int:
    """Return how many seeds have been asked for so far."""
    return _asked[0]


@contextmanager
def drawing_with(key: str) -> Iterator[None]:
    """Let seeds depend on `key` while the body runs. An empty one means the public seeds."""
    _keys.append(key)
    try:
        yield
    finally:
        _keys.pop()


def public_seeds() -> AbstractContextManager[None]:
    """Draw the public numbers while the body runs, for a test that some numbers would fail.

    Right code learns from most random starts within a few steps, and not from all.
    """
    return drawing_with("")
