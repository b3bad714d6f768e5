"""Memory that was moved to huge pages keeps its contents, here and in forks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from coursekit import huge_pages
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems skip this")

# Moves 100 MB, then compares it in a fork and, after the fork changed it, in the parent.
MOVED = """
import hashlib, os, random, re
from pathlib import Path
from coursekit import huge_pages

content = random.Random(0).randbytes(100 << 20)
kept = bytearray(content)

def digest():
    return hashlib.sha256(kept).hexdigest()

def huge():
    text = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"AnonHugePages: *(\\d+) kB", text)[1])

before, few = digest(), huge()
huge_pages.use_huge_pages()
print(few, huge())
child = os.fork()
if child == 0:
    assert digest() == before
    kept[:] = bytes(len(kept))
    os._exit(0 if digest() != before else 1)
assert os.waitpid(child, 0)[1] == 0
assert digest() == before
"""


def test_moved_memory_keeps_its_contents() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MOVED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1000:]
    before, after = map(int, done.stdout.split())
    if after <= before:
        pytest.skip("this kernel cannot move memory to huge pages")
    assert after - before > 90 << 10


@pytest.mark.parametrize(
    ("mapping", "pages"),
    [
        ("00200000-00600000 rw-p 00000000 00:00 0 ", [0x200000, 0x400000]),
        ("00300000-00700000 rw-p 00000000 00:00 0      [heap]", [0x400000]),
        ("00300000-00500000 rw-p 00000000 00:00 0 ", []),
        ("00200000-00600000 r--p 00000000 00:00 0 ", []),
        ("00200000-00600000 rw-s 00000000 00:00 0 ", []),
        ("00200000-00600000 rw-p 00000000 00:00 0      [stack]", []),
        ("00200000-00600000 rw-p 00000000 fe:00 1234   /lib/libc.so.6", []),
    ],
)
def test_only_private_memory_without_a_file_is_moved(
    mapping: str, pages: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huge_pages.Path, "read_text", lambda self: f"{mapping}\n")
    moved: list[int] = []
    monkeypatch.setattr(huge_pages, "_move", moved.append)
    huge_pages.use_huge_pages()
    assert moved == pages
