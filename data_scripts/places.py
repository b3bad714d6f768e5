"""The locations of the data: one folder, `COURSE_DATA`, with a subfolder for each kind.

    $COURSE_DATA/real/NAME        the data set as published by its authors
    $COURSE_DATA/offline/NAME     the synthetic data set drawn by the course
    $COURSE_DATA/cache            decoded pixels, safe to delete at any time
    $COURSE_DATA/.incoming        unfinished downloads and unpacking
    $COURSE_DATA/.locks           one lock per data set

`COURSE_DATA` defaults to `<course root>/data`. `COURSE_DATA_MIRROR` names a folder, a zip file or
an https address that is searched before any other address (see `mirrors.py`).
"""

from __future__ import annotations

import os
from pathlib import Path


def course_root() -> Path:
    """Return the parent folder of `data_scripts`, or the working folder if that is installed."""
    root = Path(__file__).resolve().parent.parent
    return Path.cwd() if root.name in {"site-packages", "dist-packages"} else root


def data_home() -> Path:
    """Return the folder of all data sets: `COURSE_DATA`, or `data/` in the course's folder."""
    chosen = os.environ.get("COURSE_DATA", "").strip()
    return Path(chosen).expanduser().resolve() if chosen else course_root() / "data"


def real_place(name: str) -> Path:
    """Return the folder of the real data set `name`."""
    return data_home() / "real" / name


def offline_place(name: str) -> Path:
    """Return the folder of the synthetic data set `name`."""
    return data_home() / "offline" / name


def cache_place() -> Path:
    """Return the folder of decoded images, which is safe to delete."""
    return data_home() / "cache"


def incoming(kind: str, name: str) -> Path:
    """Return a work folder on the same disk as the data, so that installing a set is one rename."""
    return data_home() / ".incoming" / f"{kind}-{name}"


def lock_file(name: str) -> Path:
    """Return the file that keeps two processes from creating `name` at the same time."""
    return data_home() / ".locks" / f"{name}.lock"


def mirror_setting() -> str:
    """Return the folder, zip file or address in COURSE_DATA_MIRROR, or "" if it is not set."""
    return os.environ.get("COURSE_DATA_MIRROR", "").strip()
