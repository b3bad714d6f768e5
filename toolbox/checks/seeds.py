"""Choose the seeds of the random numbers that tests draw.

In a notebook or a shell a test uses the seed written in it, so that a failure can be reproduced. A
grader mixes in a key that students do not know, so that no one can write down the answers to the
public inputs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

_keys: list[str] = []
_asked = [0]


def seed_for(number: int) -> int:
    """Return the seed for a test that names `number`: `number` itself if there is no key."""
    _asked[0] += 1
    if not _keys or not _keys[-1]:
        return number
    digest = hashlib.sha256(f"{_keys[-1]}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1  # within the range that all libraries accept


def count() -> int:
    """Return how many seeds have been requested so far."""
    return _asked[0]


@contextmanager
def drawing_with(key: str) -> Iterator[None]:
    """Make seeds depend on `key` while the body runs. An empty key means the public seeds."""
    _keys.append(key)
    try:
        yield
    finally:
        _keys.pop()


def public_seeds() -> AbstractContextManager[None]:
    """Use the public seeds while the body runs, for a test that some seeds would fail.

    Correct code learns within a few steps from most random starts, but not from all.
    """
    return drawing_with("")
