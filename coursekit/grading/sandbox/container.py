"""A sandbox: a first process with a private view of the machine, which starts others on request.

The first process (process 1 inside) runs no student code. For each task it forks a process with
its own empty disk, user id, and IPC and network namespaces, which drops its privileges and then
runs the student's code. After each task, every process left inside is killed, including daemons
and orphans, so that nothing is passed from one task to the next.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from coursekit.grading.protocol.channel import Broken, receive, send
from coursekit.grading.protocol.messages import SandboxOrder
from coursekit.grading.sandbox import linux
from coursekit.grading.sandbox.levels import SYSTEM, UIDS, Level, Limits, first_uid
from coursekit.grading.sandbox.lifeline import fork_tied, tie_to_parent
from coursekit.grading.sandbox.memory import descendants, memory, own_memory

SCRATCH = "/scratch"  # TMPDIR inside
SET_UP = 600.0  # seconds after which a process that has not set itself up never will
DISK = "/.disk"  # mount point of a process's disk until its folders are bind-mounted
PROC = "/.proc"
MANY_FILES = 1 << 22  # more than any process opens; old kernels close them one by one
PUBLIC = "/.course"  # path of the course's public files inside
SHOWN = ("toolbox", "data_scripts", "unit_tests")  # mounted read-only in each submission
Work = Callable[[socket.socket], None]


@dataclass
class Place:
    """The file system and environment that the student's code sees."""

    root: str  # absolute path of the submission's folder
    public: str  # path of the course's public files outside the sandbox
    files: dict[str, bytes]  # of the submission, by path from its root
    data: str = ""  # COURSE_DATA, mounted read-only
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class _Inside:
    """What the processes of a sandbox need to know about it."""

    place: Place
    limits: Limits
    level: Level
    work: Work
    scratch: str
    uid: int  # the first of the user ids for its processes
    mapped: int  # bytes of address space already in use: torch alone maps several GB

    @property
    def private(self) -> bool:
        return self.level >= Level.NAMESPACES


class Sandbox:
    """One submission's sandbox, as its supervisor sees it."""

    def __init__(self, place: Place, limits: Limits, level: Level, work: Work) -> None:
        """Start the first process.

        work: what later processes do with their end of the connection that `run` returns.
        Raises `OSError` if the machine cannot provide the level.
        """
        self.scratch = tempfile.mkdtemp(prefix="coursekit-sandbox-")
        os.chmod(self.scratch, 0o755)  # noqa: PTH101 - its contents have their own permissions
        inside = _Inside(place, limits, level, work, self.scratch, first_uid(), _mapped())
        ours, theirs = socket.socketpair()
        self.holder = fork_tied()
        if self.holder == 0:
            ours.close()
            _end_with(lambda: _hold(theirs, inside))
        theirs.close()
        self.control = ours
        self._limit = limits.memory << 20
        self._inherited = own_memory(self.holder)
        self._disk = -1  # of the running process
        try:
            started = receive(ours)
        except Broken as problem:
            started = {"problem": str(problem)}
        if "problem" in started:
            self.close()
            raise OSError(f"the sandbox could not be created: {started['problem']}")

    def run(self, *, data: bool = True) -> socket.socket:
        """Start a process inside. Return the connection to it.

        data: whether the process sees the data sets. Below `namespaces` it always does.
        """
        ours, theirs = socket.socketpair()
        self._order("run", data=data)
        socket.send_fds(self.control, [b"."], [theirs.fileno()])
        theirs.close()
        ours.settimeout(SET_UP)
        with contextlib.suppress(OSError):  # it ended during set-up: reading `ours` reports that
            _, disks, _, _ = socket.recv_fds(ours, 1, 1)
            self._disk = disks[0] if disks else -1
        ours.settimeout(None)
        return ours

    def interrupt(self) -> None:
        """Send SIGINT to the running process, like Ctrl-C."""
        self._order("interrupt")
        receive(self.control)

    def sweep(self) -> int:
        """Kill everything inside. Return the wait status of the last process, as `os.wait` does."""
        self._order("sweep")
        if self._disk >= 0:
            os.close(self._disk)
            self._disk = -1
        return int(receive(self.control)["status"])

    def close(self) -> None:
        """End the sandbox and everything inside."""
        for process in descendants(self.holder)[::-1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if self._disk >= 0:
            os.close(self._disk)
            self._disk = -1
        self.control.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.holder, 0)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def memory(self) -> int:
        """Return the MB that the processes inside use since they were forked, with their disk."""
        inside = descendants(self.holder)[1:]
        files = self._on_disk()
        used = memory(inside, self._inherited, self._limit - files, self.holder)
        return used + files >> 20

    def _order(self, kind: Literal["run", "interrupt", "sweep"], *, data: bool = True) -> None:
        order: SandboxOrder = {"kind": kind, "data": data}
        send(self.control, order)

    def _on_disk(self) -> int:
        """Return the bytes of memory that files use."""
        if self._disk < 0:
            return 0
        disk = os.fstatvfs(self._disk)
        return (disk.f_blocks - disk.f_bfree) * disk.f_frsize


def _end_with(run: Callable[[], None]) -> None:
    """Run a function in a forked process, and exit without returning."""
    try:
        run()
    except BaseException as problem:
        if os.environ.get("COURSEKIT_DEBUG"):
            os.write(2, f"{type(problem).__name__}: {problem}\n".encode())
        os._exit(1)
    os._exit(0)


def _hold(control: socket.socket, inside: _Inside) -> None:
    """Set up the private view in the outer process, then wait for the first process."""
    if not inside.private:
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
        _first(control, inside, -1)
        return
    settings = os.open("/proc/sys/kernel", os.O_PATH | os.O_DIRECTORY)
    try:
        _private_view(inside.place, inside.scratch)
    except OSError as problem:
        send(control, {"problem": str(problem)})
        return
    first = fork_tied()
    if first == 0:
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        _end_with(lambda: _first(control, inside, _kernel_settings(settings)))
    control.close()
    os.waitpid(first, 0)


def _private_view(place: Place, scratch: str) -> None:
    """Detach this process from the machine's disks, processes and network."""
    flags = linux.CLONE_NEWNS | linux.CLONE_NEWPID | linux.CLONE_NEWNET
    flags |= linux.CLONE_NEWIPC | linux.CLONE_NEWUTS
    uid, gid = os.geteuid(), os.getegid()
    linux.unshare(flags if uid == 0 else flags | linux.CLONE_NEWUSER)
    if uid != 0:
        linux.map_to_self(uid, gid)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    linux.small_disk(scratch, 4)
    for path in _shown(place):
        _show(path, scratch)
    _show(place.public, scratch, PUBLIC)
    for folder in (*_own_folders(place), place.public, DISK, PROC, "/.old"):
        Path(scratch + folder).mkdir(parents=True, exist_ok=True)
    for device in ("null", "zero", "random", "urandom"):
        Path(f"{scratch}/dev/{device}").touch()
        linux.mount(f"/dev/{device}", f"{scratch}/dev/{device}", None, linux.MS_BIND)
    linux.pivot_root(scratch, f"{scratch}/.old")
    os.chdir("/")
    linux.detach("/.old")
    Path("/.old").rmdir()
    linux.make_read_only("/")


def _shown(place: Place) -> list[str]:
    """Return the paths of the machine that are visible inside, at the same path and read-only."""
    found = [*SYSTEM, *sorted({sys.prefix, sys.base_prefix}, key=len)]
    return [*found, place.data] if place.data else found


def _without_data(place: Place) -> Place:
    """Return the same place without the data sets."""
    settings = {k: v for k, v in place.environment.items() if k != "COURSE_DATA"}
    return replace(place, data="", environment=settings)


def _own_folders(place: Place) -> list[str]:
    """Return the folders that start empty in each process, unless they would hide shown ones.

    The submission's folder comes last, since it may be inside another one.
    """
    shown = _shown(place)
    shared = [
        folder
        for folder in ("/tmp", "/dev/shm")
        if not any(path.startswith(f"{folder}/") for path in shown)
    ]
    return [*shared, SCRATCH, place.root]


def _show(path: str, inside: str, at: str = "") -> None:
    """Make `path` visible below `inside`, read-only; symbolic links stay links."""
    if not os.path.lexists(path):
        return
    target = Path(inside + (at or path))
    if target.exists():
        return  # part of a folder that is already visible
    target.parent.mkdir(parents=True, exist_ok=True)
    if Path(path).is_symlink():
        target.symlink_to(Path(path).readlink())
        return
    if Path(path).is_dir():
        target.mkdir()
    else:
        target.touch()
    linux.bind_read_only(path, str(target))


def _first(control: socket.socket, inside: _Inside, settings: int) -> None:
    """Start processes and kill what they leave behind, until the connection ends.

    settings: a descriptor of the folder of the kernel's settings, or -1.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    send(control, {"ready": True})
    running, uids = 0, itertools.cycle(range(inside.uid, inside.uid + UIDS))
    while True:
        try:
            order: SandboxOrder = receive(control)
        except Broken:
            return
        if order["kind"] == "run":
            _, (theirs,), _, _ = socket.recv_fds(control, 1, 1)
            _set(settings, "ns_last_pid", 1)  # hides how many processes the last task started
            uid = next(uids)
            running = fork_tied()
            if running == 0:
                control.close()
                line = socket.socket(fileno=theirs)
                place = inside.place if order["data"] else _without_data(inside.place)
                _end_with(lambda: _enter(line, inside, place, uid, settings))  # noqa: B023
            os.close(theirs)
        elif order["kind"] == "interrupt":
            with contextlib.suppress(ProcessLookupError):
                os.kill(running, signal.SIGINT)
            send(control, {})
        else:
            send(control, {"status": _sweep(running, inside.private)})


def _sweep(running: int, private: bool) -> int:
    """Kill and reap all processes but this one."""
    status = 0
    while True:
        if private:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        else:
            for process in descendants(os.getpid())[1:]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        try:
            gone, how = os.waitpid(-1, 0)
        except ChildProcessError:
            return status
        if gone == running:
            status = how


def _kernel_settings(outer: int) -> int:
    """Open the folder of kernel settings. `outer`, often read-only in containers, is a fallback."""
    try:
        linux.mount("proc", PROC, "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    except OSError:  # without root
        return outer
    try:
        return os.open(f"{PROC}/sys/kernel", os.O_PATH | os.O_DIRECTORY)
    finally:
        linux.detach(PROC)


def _set(settings: int, name: str, value: object) -> None:
    """Change a kernel setting for this process's namespaces, if the machine allows it."""
    if settings < 0:
        return
    with contextlib.suppress(OSError):
        number = os.open(name, os.O_WRONLY, dir_fd=settings)
        try:
            os.write(number, f"{value}".encode())
        finally:
            os.close(number)


def _enter(line: socket.socket, inside: _Inside, place: Place, uid: int, settings: int) -> None:
    """Set up a process for student code: mount its disk, drop its privileges, start its work."""
    limits, root = inside.limits, place.root
    signal.signal(signal.SIGINT, signal.default_int_handler)
    disks: list[int] = []
    if inside.private:
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET)
        linux.leave_keyring()
        pages = (limits.disk << 20) // resource.getpagesize()
        for name, value in (("shmall", pages), ("shmmni", 64), ("msgmni", 64)):
            _set(settings, name, value)
        if inside.place.data and not place.data and Path(inside.place.data).is_dir():
            linux.small_disk(inside.place.data, 1)
            linux.make_read_only(inside.place.data)
        disks = [_own_disk(place, limits)]
        # Modules imported before the fork look for their files at the original path.
        Path(place.public).mkdir(parents=True, exist_ok=True)
        linux.bind_read_only(PUBLIC, place.public)
        for name in filter(lambda name: Path(PUBLIC, name).is_dir(), SHOWN):
            Path(root, name).mkdir()
            linux.bind_read_only(f"{PUBLIC}/{name}", f"{root}/{name}")
    else:
        root = tempfile.mkdtemp(dir=inside.scratch)
        for name in filter(lambda name: Path(place.public, name).is_dir(), SHOWN):
            shutil.copytree(Path(place.public, name), Path(root, name))
        os.chmod(root, 0o1777)  # noqa: PTH101
    socket.send_fds(line, [b"."], disks)
    _write_files(place.files, root)
    _lose_rights(uid)
    tie_to_parent()
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    _limit(limits, inside.mapped)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if inside.level >= Level.SEALED:
        linux.refuse_calls()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    kept = line.fileno()
    os.closerange(3, kept)
    os.closerange(kept + 1, most_files if 0 < most_files < MANY_FILES else MANY_FILES)
    os.chdir(root)
    os.environ.clear()
    os.environ.update(place.environment)
    os.environ["TMPDIR"] = SCRATCH if inside.private else root
    tempfile.tempdir = None
    inside.work(line)


def _own_disk(place: Place, limits: Limits) -> int:
    """Mount an empty disk for all folders of a process. Return a descriptor of it."""
    linux.small_disk(DISK, limits.disk)
    locks = f"{place.data}/.locks"
    places = [*_own_folders(place), *[locks] * (bool(place.data) and Path(locks).is_dir())]
    for number, folder in enumerate(places):
        part = Path(f"{DISK}/{number}")
        part.mkdir()
        part.chmod(0o1777)
        Path(folder).mkdir(parents=True, exist_ok=True)  # inside a folder that is empty now
        linux.mount(str(part), folder, None, linux.MS_BIND)
    disk = os.open(DISK, os.O_PATH | os.O_DIRECTORY)
    linux.detach(DISK)
    return disk


def _write_files(files: dict[str, bytes], root: str) -> None:
    for name, content in files.items():
        path = Path(root, name)
        folder = Path(root)
        for step in Path(name).parent.parts:
            folder /= step
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o777)
        path.write_bytes(content)
        path.chmod(0o666)


def _lose_rights(uid: int) -> None:
    """As root, change to an unused user id; otherwise keep the user, but no capability."""
    if os.geteuid() == 0 and _may_become(uid):
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        linux.give_up_capabilities()


def _may_become(uid: int) -> bool:
    """Return whether that user id can be used: not so in an ordinary user's sandbox."""
    try:
        os.setresgid(-1, uid, 0)
    except OSError:
        return False
    os.setresgid(-1, 0, 0)
    return True


def _limit(limits: Limits, mapped: int) -> None:
    most = {
        resource.RLIMIT_NPROC: limits.processes,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_FSIZE: limits.disk << 20,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: int(limits.seconds) + 5,
        resource.RLIMIT_AS: mapped + (limits.memory << 20),
    }
    for what, value in most.items():
        _, hard = resource.getrlimit(what)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def _mapped() -> int:
    """Return the bytes of address space that this process uses."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
