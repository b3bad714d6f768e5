"""Seeds of the numbers that tests draw.

In a notebook or a shell they are the numbers in the tests, so that a failure repeats. A grader may
draw with a key that students do not know: answers to the public inputs are of no use then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

_keys: list[str] = []


def seeded(number: int) -> int:
    """Return the seed to draw with in place of `number`: `number` itself, unless there is a key."""
    if not _keys or not _keys[-1]:
        return number
    digest = hashlib.sha256(f"{_keys[-1]}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1  # what every library takes for a seed


@contextmanager
def drawing_with(key: str) -> Iterator[None]:
    """Let `seeded` depend on `key` while the body runs. An empty one is as none."""
    _keys.append(key)
    try:
        yield
    finally:
        _keys.pop()
