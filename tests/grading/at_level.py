"""Grade at a chosen sandbox level, even on a machine with stronger ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from coursekit.grading.fork_server.client import ForkServer
from coursekit.grading.sandbox.levels import Level


@contextmanager
def at_most(level: Level) -> Iterator[None]:
    """Make this machine offer no stronger level than `level`."""
    probe = ForkServer.probe

    def no_stronger(server: ForkServer) -> tuple[Level, str]:
        offered, why = probe(server)
        return min(offered, level), why

    with patch.object(ForkServer, "probe", no_stronger):
        yield
