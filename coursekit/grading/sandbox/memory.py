"""Measure the memory that processes use, including shared memory."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

COUNTED = ("RssAnon", "RssShmem", "VmSwap", "HugetlbPages")  # lines of /proc/PID/status
COUNTED_ONCE = ("Pss_Anon", "Pss_Shmem", "SwapPss", "Private_Hugetlb", "Shared_Hugetlb")
FEW_DESCRIPTORS = 32
BEHIND_A_DESCRIPTOR = 416 << 10  # bytes that the kernel buffers for a socket, at most


def memory(processes: Iterable[int], inherited: int, limit: int, idle: int) -> int:
    """Return the bytes that `processes` use beyond the `inherited` bytes each was forked with.

    `idle` is a process with exactly the inherited memory.

    Pages that several processes share count for each of them, unless the sum exceeds `limit`.
    Then the kernel's proportional shares are used, which take longer to compute.
    """
    known = list(processes)
    kept = sum(map(_behind_descriptors, known))
    total = sum(max(0, own_memory(each) - inherited) for each in known)
    if total + kept > limit:
        divided = [_sizes(each, "smaps_rollup", COUNTED_ONCE) for each in known]
        if all(divided):
            share = _sizes(idle, "smaps_rollup", COUNTED_ONCE)  # of the inherited memory
            total = min(total, sum(max(0, each - share) for each in divided))
    return total + kept


def own_memory(process: int) -> int:
    """Return the bytes that a process uses, including pages that it shares with others."""
    # Kernels that imitate Linux, such as gVisor, report only VmRSS.
    return _sizes(process, "status", COUNTED) or _sizes(process, "status", ("VmRSS",))


def descendants(process: int) -> list[int]:
    """Return a process and all its descendants, itself first."""
    found, waiting = [], [process]
    while waiting:
        each = waiting.pop()
        found.append(each)
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return found


def _sizes(process: int, file: str, names: tuple[str, ...]) -> int:
    """Return the sum, in bytes, of lines such as "RssAnon:   1234 kB" in a file of /proc."""
    try:
        lines = Path(f"/proc/{process}/{file}").read_text().splitlines()
    except OSError:
        return 0
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    return sum(int(found[name].split()[0]) << 10 for name in names if name in found)


def _behind_descriptors(process: int) -> int:
    """Bound the bytes behind open files: the buffers of many sockets, and anonymous files."""
    folder = f"/proc/{process}/fd"
    try:
        names = os.listdir(folder)  # noqa: PTH208 - called often
    except OSError:  # another user's process: newer kernels report at least the count
        with contextlib.suppress(OSError):
            return _buffered(os.stat(folder).st_size)  # noqa: PTH116
        return 0
    unnamed: dict[int, int] = {}
    for name in names:
        with contextlib.suppress(OSError):
            if os.readlink(f"{folder}/{name}").startswith("/memfd:"):  # noqa: PTH115
                file = os.stat(f"{folder}/{name}")  # noqa: PTH116
                unnamed[file.st_ino] = file.st_blocks * 512
    return _buffered(len(names)) + sum(unnamed.values())


def _buffered(descriptors: int) -> int:
    return max(0, descriptors - FEW_DESCRIPTORS) * BEHIND_A_DESCRIPTOR
