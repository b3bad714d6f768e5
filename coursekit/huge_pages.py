"""Move the memory of this process to huge pages, so that it forks and its forks exit faster.

A fork copies one entry of the page table for every page of 4 KB, and its exit removes them again.
With torch and torchvision imported, that is most of the time of a short job. A huge page has one
entry for 2 MB, and the kernel divides it only when a process writes to it after a fork.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

HUGE = 1 << 21  # bytes
MADV_COLLAPSE = 25
# A writable private mapping without a file: START-END PERMISSIONS OFFSET DEVICE INODE [NAME]
ANONYMOUS = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0\s*(?:\[heap\])?")


def use_huge_pages() -> None:
    """Move as much memory as possible at once: about half a second with torch imported."""
    for _ in moving():
        pass


def moving() -> Iterator[int]:
    """Move the memory in use now, 2 MB at each step. Yield the address of each huge page.

    Nothing else changes. Before Linux 6.1, or without huge pages, this does nothing.
    """
    try:
        mappings = Path("/proc/self/maps").read_text().splitlines()
    except OSError:  # not Linux
        return
    for page in chain.from_iterable(map(_huge_part, mappings)):
        _move(page)
        yield page


def _huge_part(mapping: str) -> range:
    """Return the addresses of the huge pages that fit into a mapping."""
    found = ANONYMOUS.fullmatch(mapping)
    if not found:
        return range(0)
    first, end = (int(text, 16) for text in found.groups())
    return range(-(-first // HUGE) * HUGE, end // HUGE * HUGE, HUGE)


def _move(page: int) -> None:
    """Ask the kernel to move 2 MB, which it may refuse; then nothing changes."""
    ctypes.CDLL(None).madvise(ctypes.c_void_p(page), ctypes.c_size_t(HUGE), MADV_COLLAPSE)
