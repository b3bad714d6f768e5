"""Find out which sandbox levels this machine supports, and what would allow stronger ones."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path

from coursekit.forked_jobs import Failed, run_forked
from coursekit.grading.sandbox.levels import Level

SETTINGS = Path("/proc/sys")
IN_DOCKER = Path("/.dockerenv")
# Kernel settings that keep ordinary users from making a sandbox: name, blocking value, remedy.
FORBIDDING = (
    ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),  # Ubuntu 23.10 and later
    ("kernel.unprivileged_userns_clone", "0", "1"),  # Debian
    ("user.max_user_namespaces", "0", "15000"),
)
DOCKER_FLAGS = (
    "--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
)


def strongest() -> tuple[Level, str]:
    """Return the strongest sandbox level available here, and why no stronger one is."""
    if platform.system() != "Linux":
        return Level.LIMITS, f"there is no sandbox on {_system()}"
    from coursekit.grading.fork_server.main import probe  # available only on Linux

    with tempfile.TemporaryDirectory(prefix="coursekit-probe-") as folder:
        ((_, found),) = run_forked([lambda: probe(folder)], seconds=60)
    if isinstance(found, Failed):
        return Level.LIMITS, found.reason.strip().splitlines()[-1]
    return Level(found["level"]), found["problem"]


def remedy(asked: Level) -> str:
    """Return what to do on a machine that does not support the requested sandbox level."""
    otherwise = (
        'or set sandbox = "limits" in course.toml, after reading docs/threat-model.md: student '
        "code then runs with your network and files"
    )
    if platform.system() != "Linux":
        return f"grade on Linux, for example in a virtual machine; {otherwise}"
    if IN_DOCKER.exists():
        return f"start the container with `docker run {DOCKER_FLAGS}`, {otherwise}"
    for name, forbids, allows in FORBIDDING:
        if _setting(name) == forbids:
            return f"run `sudo sysctl -w {name}={allows}` (until the next reboot), {otherwise}"
    if asked is Level.SEALED:
        return f"install the package pyseccomp and the library libseccomp2, {otherwise}"
    return f"allow user namespaces, or grade as root, {otherwise}"


def _setting(name: str) -> str:
    try:
        return (SETTINGS / name.replace(".", "/", 1)).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _system() -> str:
    return {"Darwin": "macOS"}.get(platform.system(), platform.system())
