"""Grade at a chosen sandbox level, on a machine that may offer a stronger one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from coursekit.grading.levels import Level
from coursekit.grading.runner import Warm


@contextmanager
def at_most(level: Level) -> Iterator[None]:
    """Let the machine offer no stronger level than `level`."""
    probe = Warm.probe

    def no_stronger(warm: Warm) -> tuple[Level, str]:
        offered, why = probe(warm)
        return min(offered, level), why

    with patch.object(Warm, "probe", no_stronger):
        yield
