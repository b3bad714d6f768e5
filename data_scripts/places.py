"""Where data lives: one folder, `COURSE_DATA`, with a room for each kind of thing.

    $COURSE_DATA/real/NAME        the data set as its authors made it
    $COURSE_DATA/offline/NAME     the stand-in that the course draws itself
    $COURSE_DATA/cache            decoded pixels, safe to delete at any time
    $COURSE_DATA/.incoming        downloads and unpacking in progress
    $COURSE_DATA/.locks           one lock a data set

`COURSE_DATA` is `<course root>/data` unless it is set. `COURSE_DATA_MIRROR` names a folder or a zip
that is looked into before the network is.
"""

from __future__ import annotations

import os
from pathlib import Path

from data_scripts.problems import DataProblem


def course_root() -> Path:
    """The folder that holds `data_scripts`; the working folder where the course is installed."""
    root = Path(__file__).resolve().parent.parent
    return Path.cwd() if root.name in {"site-packages", "dist-packages"} else root


def data_home() -> Path:
    """Where all data sets live: `COURSE_DATA`, or `data/` in the course's folder."""
    chosen = os.environ.get("COURSE_DATA", "").strip()
    return Path(chosen).expanduser().resolve() if chosen else course_root() / "data"


def real_place(name: str) -> Path:
    """The folder of the real data set `name`."""
    return data_home() / "real" / name


def offline_place(name: str) -> Path:
    """The folder of the stand-in of `name`."""
    return data_home() / "offline" / name


def cache_place() -> Path:
    """The folder of decoded images, safe to remove."""
    return data_home() / "cache"


def incoming(kind: str, name: str) -> Path:
    """A work folder on the same disk as the data, so that the last move is one rename."""
    return data_home() / ".incoming" / f"{kind}-{name}"


def lock_file(name: str) -> Path:
    """The file that keeps two processes from making `name` at once."""
    return data_home() / ".locks" / f"{name}.lock"


def mirror() -> Path | None:
    """The local mirror, or None where none is set. A mirror that isn't there is a DataProblem."""
    chosen = os.environ.get("COURSE_DATA_MIRROR", "").strip()
    if not chosen:
        return None
    path = Path(chosen).expanduser().resolve()
    if not path.exists():
        raise DataProblem(
            f"COURSE_DATA_MIRROR names {chosen}, and nothing is there.",
            "Set it to a folder that holds scene15.zip, camvid.zip and so on, or unset it.",
        )
    return path
