"""Make processes end together with the process that started them, even if that one is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal

from coursekit.grading.sandbox import linux


def fork_tied() -> int:
    """Fork like `os.fork`, but have the kernel kill the child when this process ends.

    Changing the child's user cancels this: call `tie_to_parent` again afterwards.
    """
    parents = []
    with contextlib.suppress(OSError):  # before Linux 5.3
        parents.append(os.pidfd_open(os.getpid()))
    child = os.fork()
    if child == 0:
        tie_to_parent()
        if select.select(parents, [], [], 0)[0]:  # the parent ended before `tie_to_parent`
            os._exit(1)
    for parent in parents:
        os.close(parent)
    return child


def tie_to_parent() -> None:
    """Have the kernel kill this process when the thread that forked it ends."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)


def tie_to(lifeline: int) -> None:
    """Have the kernel kill this process when the other end of the pipe `lifeline` is closed.

    Unlike `tie_to_parent`, this does not depend on the thread that started the process.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:  # it was already closed
        os._exit(1)
