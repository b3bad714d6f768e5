"""Running jobs in forks changes nothing about garbage collection."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

CODE = """
import gc, weakref
from coursekit.forked_jobs import run_forked

class Node:
    pass

node = Node()
node.itself = node
seen = weakref.ref(node)
assert dict(run_forked([int, int])) == {0: 0, 1: 0}
del node
gc.collect()
assert seen() is None  # what lived during the jobs is collected when it is garbage

gc.freeze()
frozen = gc.get_freeze_count()
later = [{} for _ in range(10_000)]
assert dict(run_forked([int])) == {0: 0}
assert abs(gc.get_freeze_count() - frozen) < 1000  # no more, and no less
"""


def test_only_what_was_frozen_before_stays_frozen() -> None:
    """Otherwise files that garbage holds open, as of databases, would never be closed."""
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
