"""Linux system calls that Python 3.11 does not wrap, through ctypes; errors raise `OSError`."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
PR_SET_CHILD_SUBREAPER = 36
NUMBERS = {  # system calls without a wrapper in libc
    "x86_64": {"pivot_root": 155, "capset": 126, "keyctl": 250},
    "aarch64": {"pivot_root": 41, "capset": 91, "keyctl": 219},
}
# System calls that student code never needs and that have been used in kernel exploits.
REFUSED = [
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "open_by_handle_at",
    "name_to_handle_at",
    "keyctl",
    "add_key",
    "request_key",
    "memfd_create",
    "memfd_secret",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "kexec_load",
    "kexec_file_load",
    "init_module",
    "finit_module",
    "delete_module",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "syslog",
    "personality",
    "vhangup",
    "iopl",
    "ioperm",
    "pidfd_getfd",
    "fsopen",
    "fsmount",
    "move_mount",
    "open_tree",
    "kcmp",
    "lookup_dcookie",
    "mknod",
    "mknodat",
    "settimeofday",
    "clock_settime",
]

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Move this process to new namespaces; `flags` are those of clone(2)."""
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """Call mount(2). An `OSError` names the target."""
    _checked(
        _libc.mount(
            source.encode(),
            os.fsencode(target),
            kind.encode() if kind else None,
            ctypes.c_ulong(flags),
            data.encode() if data else None,
        ),
        f"mount {target}",
    )


def bind_read_only(source: str, target: str) -> None:
    """Bind-mount `source` read-only at `target`, which must exist."""
    mount(source, target, None, MS_BIND | MS_REC)
    held = os.statvfs(target).f_flag & (MS_NODEV | MS_NOEXEC | MS_NOSUID)
    mount("none", target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | held)


def small_disk(target: str, megabytes: int, mode: str = "755") -> None:
    """Mount an empty disk in memory at `target`."""
    options = f"size={megabytes}m,mode={mode},nr_inodes=20000"
    mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options)


def pivot_root(fresh: str, old: str) -> None:
    """Make `fresh` the root of this process, and move the old root to `old`."""
    number = NUMBERS[platform.machine()]["pivot_root"]
    _checked(_libc.syscall(ctypes.c_long(number), fresh.encode(), old.encode()), "pivot_root")


def detach(target: str) -> None:
    """Unmount `target` for this process at once, even if it is busy."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def make_read_only(target: str) -> None:
    """Remount `target` read-only."""
    mount("none", target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def leave_keyring() -> None:
    """Give this process an empty session keyring, if the kernel has keyrings."""
    number = NUMBERS[platform.machine()]["keyctl"]
    _libc.syscall(ctypes.c_long(number), ctypes.c_long(1), None)  # KEYCTL_JOIN_SESSION_KEYRING


def prctl(option: int, value: int) -> None:
    """Call prctl(2) with one argument."""
    _checked(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


def give_up_capabilities() -> None:
    """Drop all capabilities of this process and of everything it starts."""
    for capability in range(64):
        with contextlib.suppress(OSError):  # kernels have fewer than 64
            prctl(24, capability)  # PR_CAPBSET_DROP
    header = struct.pack("=Ii", 0x20080522, 0)
    number = NUMBERS[platform.machine()]["capset"]
    _checked(_libc.syscall(ctypes.c_long(number), header, bytes(24)), "capset")


def map_to_self(uid: int, gid: int) -> None:
    """Map the outer user as the only user of a new user namespace."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"0 {gid} 1")


def refuse_calls() -> None:
    """Make the calls in `REFUSED` fail with EPERM from now on. Needs libseccomp, else raises."""
    import errno

    import pyseccomp

    chosen = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    for name in REFUSED:
        with contextlib.suppress(OSError, RuntimeError):  # unknown on this architecture
            chosen.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    chosen.load()
