"""What is seen and what can be done from inside a sandbox, at each level that this machine has."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coursekit.grading.channel import Broken, Listening, receive, sealing, send
from coursekit.grading.levels import Level, Limits, parse
from coursekit.grading.sandbox import Place, Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes are made of Linux")


ROOT = Path(__file__).resolve().parent.parent.parent


def look(line: socket.socket) -> None:
    """Tell what there is, from inside."""
    listener = receive(line)
    refused = 0
    with socket.socket() as out:
        refused = out.connect_ex(("127.0.0.1", listener))
    written: dict[str, Any] = {}
    for path in ("unit_tests/test_x.py", "toolbox/y.py", "/usr/z", "mine.txt"):
        try:
            Path(path).write_text("")
            written[path] = True
        except OSError:
            written[path] = False
    uid = os.getuid()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(0x10000000)
    told = {
        "root": sorted(path.name for path in Path("/").iterdir()),
        "here": sorted(path.name for path in Path().iterdir()),
        "source": sorted(path.name for path in ROOT.iterdir()) if ROOT.exists() else [],
        "uid": uid,
        "pid": os.getpid(),
        "network": refused,
        "written": written,
        "unshare": ctypes.get_errno(),
        "environment": dict(os.environ),
    }
    send(line, told)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    public = tmp_path / "public"
    for name in ("unit_tests/test_x.py", "toolbox/y.py"):
        (public / name).parent.mkdir(parents=True, exist_ok=True)
        (public / name).write_text("public")
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(0o755)
    files = {"student_code/scaler.py": b"theirs", "notes.txt": b"n"}
    return Place(str(tmp_path / "student"), str(public), files, environment={"A": "1"})


@pytest.fixture(params=list(Level), ids=lambda level: level.word)
def seen(request: pytest.FixtureRequest, place: Place) -> Iterator[tuple[Level, dict[str, Any]]]:
    try:
        sandbox = Sandbox(place, Limits(), request.param, look)
    except OSError as problem:
        pytest.skip(str(problem))
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = sandbox.run()
        send(line, server.getsockname()[1])
        try:
            yield request.param, receive(line)
        finally:
            sandbox.close()


def test_what_is_seen_from_inside(seen: tuple[Level, dict[str, Any]]) -> None:
    level, told = seen
    assert "student_code" in told["here"]
    assert told["environment"].get("A") == "1"
    assert "PATH" not in told["environment"]
    assert told["written"]["mine.txt"]
    if os.geteuid() == 0:
        assert told["uid"] >= 200_000
        assert not told["written"]["/usr/z"]
    if level >= Level.NAMESPACES:
        assert told["pid"] < 20
        places = [Path(sys.prefix), Path(sys.base_prefix)]  # Python itself is all that is shown
        tops = {place.parts[1] for place in places}
        assert not ({"proc", "home", "sys"} - tops) & set(told["root"])
        beside = [place.relative_to(ROOT) for place in places if place.is_relative_to(ROOT)]
        assert set(told["source"]) <= {place.parts[0] for place in beside}
        assert told["network"] != 0
        assert not told["written"]["unit_tests/test_x.py"]
        assert not told["written"]["toolbox/y.py"]
    if level >= Level.SEALED:
        assert told["unshare"] == errno.EPERM


def hoard(line: socket.socket) -> None:
    kept = bytearray(200 << 20)
    kept[::4096] = bytes(1) * len(kept[::4096])
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
    send(line, "hoarded")
    time.sleep(60)


def test_memory_is_counted_and_nothing_survives_a_sweep(place: Place) -> None:
    try:
        sandbox = Sandbox(place, Limits(), Level.NAMESPACES, hoard)
    except OSError as problem:
        pytest.skip(str(problem))
    try:
        before = sandbox.memory()
        line = sandbox.run()
        assert receive(line) == "hoarded"
        assert sandbox.memory() - before > 150
        assert sandbox.sweep() != 0
        assert sandbox.memory() <= before + 5
    finally:
        sandbox.close()


def test_a_sealed_line_takes_nothing_but_what_was_sealed() -> None:
    ours, theirs = socket.socketpair()
    say = sealing(theirs, b"k" * 32)
    listening = Listening(ours, b"k" * 32, most=1000)
    say({"kind": "one"})
    assert listening.hear() == {"kind": "one"}
    other = sealing(theirs, b"x" * 32)
    other({"kind": "forged"})
    with pytest.raises(Broken, match="did not send"):
        listening.hear()


def test_a_sealed_message_counts_once() -> None:
    ours, theirs = socket.socketpair()
    middle, end = socket.socketpair()
    sealing(theirs, b"k" * 32)({"kind": "passed"})
    frame = ours.recv(1000)
    end.sendall(frame + frame)
    listening = Listening(middle, b"k" * 32, most=1000)
    assert listening.hear() == {"kind": "passed"}
    with pytest.raises(Broken):
        listening.hear()


def test_too_much_is_not_heard() -> None:
    ours, theirs = socket.socketpair()
    sealing(theirs, b"k" * 32)({"text": "x" * 2000})
    with pytest.raises(Broken, match="more output"):
        Listening(ours, b"k" * 32, most=1000).hear()


def test_levels_are_named() -> None:
    assert parse("sealed") > parse("namespaces") > parse("limits")
    with pytest.raises(ValueError, match="the levels are limits, namespaces, sealed"):
        parse("strong")
