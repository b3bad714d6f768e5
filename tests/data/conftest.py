"""Fixtures of the data tests: a separate data folder, a server, and fake synthetic sets."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from data_scripts import connections, download, own_copies, registry
from data_scripts.fetch import fetch
from data_scripts.manifest import Marker
from tests.data import tiny
from tests.data.hosts import BlackHole, Hosts
from tests.data.server import Server

MIRROR = os.environ.get("COURSE_DATA_MIRROR", "")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty COURSE_DATA for each test, no mirror, and no delay between attempts."""
    place = tmp_path / "data"
    monkeypatch.setenv("COURSE_DATA", str(place))
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path / "results"))
    for name in ("COURSE_DATA_MIRROR", "COURSE_DATA_PREFER", "COURSE_DATA_REGISTRY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(download, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(own_copies, "course_root", lambda: tmp_path)
    return place


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process look up and reach nothing but this machine."""
    lookup = socket.getaddrinfo

    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        if host not in {"127.0.0.1", "localhost", "::1", None, ""}:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is not on this machine")
        return lookup(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    served = Hosts()
    yield served
    served.stop()


@pytest.fixture
def black_hole(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlackHole]:
    if sys.platform != "linux":
        pytest.skip("only Linux drops connections to a full queue")
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 2.0)
    hole = BlackHole()
    yield hole
    hole.close()


@pytest.fixture
def published(hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hosts:
    """Use the course's registry with all web addresses on the loopback server."""
    path = tmp_path / "published.toml"
    path.write_text(hosts.registry(registry.REGISTRY.read_text(encoding="utf-8")))
    monkeypatch.setenv("COURSE_DATA_REGISTRY", str(path))
    return hosts


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server(tiny.archive())
    yield served
    served.close()


@pytest.fixture
def tiny_set(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Register the data set "tiny", to be fetched from the server."""
    path = tmp_path / "registry.toml"
    path.write_text(tiny.registry(server.url, tiny.sha256(server.content)))
    monkeypatch.setenv("COURSE_DATA_REGISTRY", str(path))
    registry._read.cache_clear()
    return server


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Replace the course's synthetic sets by ones that are drawn in milliseconds."""
    module = ModuleType("data_scripts.synthetic")
    module.generate = tiny.draw  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "data_scripts.synthetic", module)
    return module


@pytest.fixture(scope="session")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A data folder for each real set, filled by the first test that needs it, and shared."""
    return {name: tmp_path_factory.mktemp(name) for name in ("scene15", "camvid")}


@pytest.fixture
def real_sets(
    mirror: Path, fetched: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Marker]:
    """Make the named real set the one in COURSE_DATA; its tests only read it."""

    def use(name: str) -> Marker:
        monkeypatch.setenv("COURSE_DATA", str(fetched[name]))
        return fetch(name)

    return use


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the mirror with the real data sets; skip the test if there is none."""
    folder = Path(MIRROR)
    if not MIRROR or not (folder / "scene15.zip").exists() or not (folder / "camvid.zip").exists():
        pytest.skip("COURSE_DATA_MIRROR names no folder with scene15.zip and camvid.zip")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(folder.resolve()))
    return folder


@pytest.fixture
def no_mirror(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the mirror's images to make archives, but don't let data sets be taken from it."""
    monkeypatch.delenv("COURSE_DATA_MIRROR")
