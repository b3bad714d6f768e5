"""What processes inside a sandbox can see and do, at each level that this machine supports."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import platform
import resource
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coursekit.grading.protocol.channel import Broken, Listening, receive, sealing, send
from coursekit.grading.sandbox.container import Place, Sandbox
from coursekit.grading.sandbox.container import linux as linux
from coursekit.grading.sandbox.levels import Level, Limits, parse
from coursekit.grading.supervisor.processes import Processes, Stopped

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes need Linux")


ROOT = Path(__file__).resolve().parent.parent.parent


def look(line: socket.socket) -> None:
    """Report what is visible from inside."""
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
    # Accessible to other users, unlike pytest's folders.
    temporary = Path(tempfile.gettempdir())
    for folder in (each for each in [tmp_path, *tmp_path.parents] if temporary in each.parents):
        folder.chmod(0o755)
    files = {"student_code/scaler.py": b"theirs", "notes.txt": b"n"}
    return Place(str(tmp_path / "student"), str(public), files, environment={"A": "1"})


@contextlib.contextmanager
def sandbox_for(
    place: Place,
    work: Callable[[socket.socket], None],
    limits: Limits | None = None,
    level: Level = Level.NAMESPACES,
) -> Iterator[Sandbox]:
    """Return a sandbox, or skip the test if this machine does not support the level."""
    try:
        sandbox = Sandbox(place, limits or Limits(), level, work)
    except OSError as problem:
        pytest.skip(str(problem))
    try:
        yield sandbox
    finally:
        sandbox.close()


@pytest.fixture(params=list(Level), ids=lambda level: level.word)
def level(request: pytest.FixtureRequest) -> Level:
    found: Level = request.param
    return found


@pytest.fixture
def seen(level: Level, place: Place) -> Iterator[tuple[Level, dict[str, Any]]]:
    server = socket.create_server(("127.0.0.1", 0))
    with server, sandbox_for(place, look, level=level) as sandbox:
        line = sandbox.run()
        send(line, server.getsockname()[1])
        yield level, receive(line)


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
        places = [Path(sys.prefix), Path(sys.base_prefix)]  # only Python itself is visible
        tops = {place.parts[1] for place in places}
        assert not ({"proc", "home", "sys"} - tops) & set(told["root"])
        beside = [place.relative_to(ROOT) for place in places if place.is_relative_to(ROOT)]
        assert set(told["source"]) <= {place.parts[0] for place in beside}
        assert told["network"] != 0
        assert not told["written"]["unit_tests/test_x.py"]
        assert not told["written"]["toolbox/y.py"]
    if level >= Level.SEALED:
        assert told["unshare"] == errno.EPERM


def write_to_memory(line: socket.socket) -> None:
    """Create a file in memory and one in the submission's folder, and report what is beside it."""
    for folder in (Path.cwd(), Path("/dev/shm")):
        (folder / "mine").write_text("")
    send(line, {"here": sorted(os.listdir()), "beside": os.listdir("..")})  # noqa: PTH208


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no disk in memory")
def test_a_course_in_memory_is_graded_like_any_other(place: Place) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="course-") as folder:
        Path(folder).chmod(0o755)
        Path(folder, "gradebook.db").touch()
        inside = replace(place, root=f"{folder}/student")
        with sandbox_for(inside, write_to_memory) as sandbox:
            told = receive(sandbox.run())
        assert told["here"] == ["mine", "notes.txt", "student_code", "toolbox", "unit_tests"]
        assert told["beside"] == ["student"]
        assert [path.name for path in Path(folder).iterdir()] == ["gradebook.db"]


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


MB = 1 << 20


def share_memory(line: socket.socket) -> None:
    kept = mmap.mmap(-1, 200 * MB)  # shared and anonymous
    kept[:] = bytes(200 * MB)
    send(line, "used")
    time.sleep(60)


def share_memory_of_many(line: socket.socket) -> None:
    kept = mmap.mmap(-1, 100 * MB)
    kept[:] = bytes(100 * MB)
    for _ in range(5):
        if os.fork() == 0:
            assert sum(kept[:: mmap.PAGESIZE]) == 0  # each process maps each page
            send(line, "used")
            time.sleep(60)
    time.sleep(60)


def fill_disks(line: socket.socket) -> None:
    for folder in (".", "/dev/shm"):
        Path(folder, "filler").write_bytes(bytes(90 * MB))
    with contextlib.suppress(OSError):
        Path("more").write_bytes(bytes(90 * MB))
    send(line, "used")
    time.sleep(60)


def fill_unnamed_files(line: socket.socket) -> None:
    for _ in range(3):
        os.write(os.memfd_create("x"), bytes(70 * MB))
    send(line, "used")
    time.sleep(60)


def fill_sockets(line: socket.socket) -> None:
    kept = [socket.socketpair() for _ in range(250)]
    for one, _ in kept:
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                one.send(bytes(60_000))
    send(line, "used")
    time.sleep(60)


@pytest.mark.parametrize(
    ("use", "least", "most"),
    [
        (share_memory, 195, 260),
        (share_memory_of_many, 450, 650),
        (fill_disks, 190, 260),
        (fill_unnamed_files, 205, 260),
        (fill_sockets, 40, 300),
    ],
)
def test_memory_of_every_kind_is_counted(
    place: Place, use: Callable[[socket.socket], None], least: int, most: int
) -> None:
    with sandbox_for(place, use) as sandbox:
        line = sandbox.run()
        for _ in range(5 if use is share_memory_of_many else 1):
            assert receive(line) == "used"
        assert least < sandbox.memory() < most
        sandbox.sweep()
        assert sandbox.memory() == 0


def test_shared_pages_are_divided_when_the_sum_is_above_the_limit(place: Place) -> None:
    ballast = b"x" * (600 * MB)  # inherited, but used by none of the processes
    with sandbox_for(place, share_memory_of_many, Limits(memory=400)) as sandbox:
        line = sandbox.run()
        for _ in range(5):
            assert receive(line) == "used"
        assert 85 < sandbox.memory() < 400  # 100, minus the share of copied pages
    assert len(ballast) == 600 * MB


def take_segments(line: socket.socket) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    sizes = (100 * MB, 300 * MB)  # of segments that no process maps
    send(line, [libc.shmget(0, ctypes.c_size_t(size), 0o1600) >= 0 for size in sizes])


def test_segments_of_shared_memory_are_limited_by_the_size_of_the_disk(place: Place) -> None:
    with sandbox_for(place, take_segments) as sandbox:
        assert receive(sandbox.run()) == [True, False]


CHANNELS = Path("left.txt"), Path("/left.txt"), Path("/dev/shm/left"), Path("/tmp/left")


def leave_and_look(line: socket.socket) -> None:
    """Report what an earlier process left, and leave something in every possible place."""
    libc = ctypes.CDLL(None, use_errno=True)
    found: list[str] = []
    files = [*CHANNELS, *(path / "left" for path in Path("/").iterdir() if path.is_dir())]
    for path in dict.fromkeys(files):
        if path.exists():
            found.append(str(path))
        with contextlib.suppress(OSError):
            path.write_text("left")
    key, exists = 0x1234, 0o1000 | 0o600
    for kind, arguments in {"shmget": (key, 4096), "msgget": (key,), "semget": (key, 1)}.items():
        if getattr(libc, kind)(*arguments, 0) >= 0:
            found.append(kind)
        getattr(libc, kind)(*arguments, exists)
    if libc.mq_open(b"/left", os.O_RDWR) >= 0:
        found.append("mq_open")
    libc.mq_open(b"/left", os.O_RDWR | os.O_CREAT, 0o600, None)
    name = b"user\0", b"left\0"
    number = {"x86_64": (248, 249), "aarch64": (217, 218)}[platform.machine()]
    if libc.syscall(number[1], *name, None, 0) > 0:
        found.append("request_key")
    for ring in (-3, -4):  # keyrings of the session and of the user
        libc.syscall(number[0], *name, b"text", 4, ring)
    listener = socket.socket()
    with contextlib.suppress(OSError):
        listener.bind(("127.0.0.1", 4321))
    if (child := os.fork()) == 0:  # increases the number of the next process
        os._exit(0)
    os.waitpid(child, 0)
    send(line, {"found": found, "process": os.getpid(), "user": os.getuid()})


def test_nothing_passes_from_one_process_to_the_next(place: Place, level: Level) -> None:
    if level < Level.NAMESPACES:
        pytest.skip("not promised")
    with sandbox_for(place, leave_and_look, level=level) as sandbox:
        seen = []
        for _ in range(3):
            seen.append(receive(sandbox.run()))
            sandbox.sweep()
    assert [each["found"] for each in seen] == [[], [], []]
    assert len({each["process"] for each in seen}) == 1
    assert len({each["user"] for each in seen}) == 3 or os.geteuid() != 0


def test_nothing_passes_without_root_either(place: Place) -> None:
    if os.geteuid() != 0:
        pytest.skip("the test above already runs without root")
    Path(place.root).parent.chmod(0o777)

    def test(line: socket.socket) -> None:
        os.setgroups([])
        os.setresgid(12345, 12345, 12345)
        os.setresuid(12345, 12345, 12345)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)
        test_nothing_passes_from_one_process_to_the_next(place, Level.NAMESPACES)
        send(line, "passed")

    assert in_a_fork(test) == "passed"


def in_a_fork(run: Callable[[socket.socket], None]) -> Any:
    """Run a function in a fork and return what it sends."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        try:
            run(theirs)
        except BaseException as problem:
            send(theirs, repr(problem)[:2000])
        os._exit(0)
    theirs.close()
    with ours:
        found = receive(ours)
    os.wait()
    return found


def open_descriptors(line: socket.socket) -> None:
    found = []
    for number in range(10_000):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(number)
    send(line, {"found": found, "line": line.fileno()})


def test_no_descriptor_is_inherited(place: Place) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    high = min(most - 1, 9_000)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        os.dup2(0, high, inheritable=False)
        with sandbox_for(place, open_descriptors) as sandbox:
            seen = receive(sandbox.run())
    finally:
        os.close(high)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert seen["found"] == sorted({0, 1, 2, seen["line"]})


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


def test_too_many_bytes_end_the_connection() -> None:
    ours, theirs = socket.socketpair()
    sealing(theirs, b"k" * 32)({"text": "x" * 2000})
    with pytest.raises(Broken, match="more output"):
        Listening(ours, b"k" * 32, most=1000).hear()


def test_levels_are_named() -> None:
    assert parse("sealed") > parse("namespaces") > parse("limits")
    with pytest.raises(ValueError, match="The levels are limits, namespaces, sealed"):
        parse("strong")


class Greedy:
    """A sandbox that exceeds its memory, with a process that never stops reporting."""

    def run(self) -> socket.socket:
        self.theirs, ours = socket.socketpair()
        return ours

    def memory(self) -> int:
        return 5000


def test_limits_hold_for_a_process_that_is_never_silent() -> None:
    sandbox = Greedy()
    processes = Processes(sandbox, Limits(memory=3000))  # type: ignore[arg-type]
    listening = processes.run_cells([])
    key = bytes.fromhex(receive(sandbox.theirs)["key"])
    sealing(sandbox.theirs, key)({"kind": "starting"})
    with pytest.raises(Stopped, match="more than 3000 MB"):
        processes.hear(listening, 10)
