"""Numbers seeded by a student's id, the same on every machine and Python version."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
VARIANTS = 300


def variant_of(student_id: str) -> int:
    """Return the variant, from 0 to 299, of a student. Ignores case and spaces around the id.

    Raises: `ValueError` if the id is empty, `TypeError` if it is not a string.
    """
    digest = hashlib.sha256(_plain(student_id).encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") % VARIANTS


def same_student(one: str, other: str) -> bool:
    """Return whether two ids are the same, ignoring case and spaces around them."""
    return _plain(one) == _plain(other)


def _plain(student_id: str) -> str:
    if not isinstance(student_id, str):
        raise TypeError(f"a student's id must be a string such as 'ab123', not {student_id!r}")
    plain = unicodedata.normalize("NFKC", student_id).strip().casefold()
    if not plain:
        raise ValueError("the student's id is empty: write the id under which you are graded")
    return plain


class Draw:
    """A source of numbers for one question of one variant.

    Python's `random` promises the same numbers across versions only for `random()`, so these are
    derived directly from SHA-256. To decide whether to draw again, compare integers or fractions:
    sums of floats round differently from one Python version to the next.
    """

    def __init__(self, variant: int, question: str) -> None:
        self._seed, self._drawn = f"{variant}/{question}", 0

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        digest = hashlib.sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        self._drawn += 1
        return low + int.from_bytes(digest[:8], "big") % (high - low + 1)

    def decimal(self, low: int, high: int, divisor: int) -> float:
        """Return a whole number from `low` to `high`, divided by `divisor`."""
        return self.integer(low, high) / divisor

    def choice(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """Return `count` different entries of `options`, in random order."""
        left = list(options)
        return [left.pop(self.integer(0, len(left) - 1)) for _ in range(count)]

    def shares(self, parts: int, whole: int) -> list[int]:
        """Split `whole` into `parts` positive integers, all different, in random order."""
        while True:
            cuts = sorted(self.sample(range(1, whole), parts - 1))
            sizes = [b - a for a, b in zip([0, *cuts], [*cuts, whole], strict=True)]
            if len(set(sizes)) == parts:
                return sizes
