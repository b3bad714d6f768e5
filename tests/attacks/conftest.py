"""A course for attackers, and a listener on loopback that should hear nothing."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.attacks.batch import PART, shortened


@dataclass
class Listener:
    """Records connections to it on 127.0.0.1 or by its abstract socket name."""

    port: int
    heard: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="session")
def listener() -> Iterator[Listener]:
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as named:
        tcp.bind(("127.0.0.1", 0))
        found = Listener(tcp.getsockname()[1])
        named.bind(f"\0course-attack-{found.port}")
        for each in (tcp, named):
            each.listen()
            threading.Thread(target=_listen, args=(each, found), daemon=True).start()
        yield found


def _listen(server: socket.socket, found: Listener) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line:
            found.heard.append(line.recv(100))


@pytest.fixture(scope="session")
def arena(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An nbgrader course without students and with short time limits."""
    folder = tmp_path_factory.mktemp("attacks") / "course"
    shutil.copytree(built / "build" / "nbgrader", folder)
    for name in ("submitted", "autograded", "feedback"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    shortened(folder)
    assert (folder / "source" / PART).is_dir()
    return folder
