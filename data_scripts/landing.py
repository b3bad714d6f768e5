"""Installation of a data set, the last step for every source: seal it and rename it into place."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from data_scripts.manifest import Manifest, Marker, fingerprint, read_marker, seal
from data_scripts.problems import DataProblem
from data_scripts.whole_files import replace_folder


def land(
    folder: Path,
    place: Path,
    manifest: Manifest,
    *,
    name: str,
    origin: str,
    source: str,
    details: dict[str, Any] | None = None,
) -> Marker:
    """Seal the data set in `folder` and move it to `place`, where a partial set never appears.

    An older set at `place` is first moved aside and then deleted. If the process is killed between
    the two steps, no set is in place, and the next run installs one.
    """
    marker = Marker(
        name=name,
        origin=origin,
        fingerprint=fingerprint(manifest),
        files=len(manifest),
        size=sum(record.size for record in manifest.values()),
        source=source,
        made=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        details=details or {},
    )
    seal(folder, manifest, marker)
    replace_folder(folder, place)
    return marker


def fresh_workshop(workshop: Path) -> None:
    """Create the work folder, or clear it of interrupted unpacking. Downloads are kept."""
    tidy(workshop)
    workshop.mkdir(parents=True, exist_ok=True)


def tidy(workshop: Path) -> None:
    """Remove everything but downloads from a work folder, and the folder if that empties it."""
    for leftover in ("unpacked", "arranged", "arranged-old"):
        shutil.rmtree(workshop / leftover, ignore_errors=True)
    with suppress(OSError):  # it contains downloads, or was never created
        workshop.rmdir()


def refuse_to_bury(place: Path, name: str) -> None:
    """Raise a DataProblem if `place` contains files that these scripts didn't create."""
    if place.exists() and read_marker(place) is None and any(place.iterdir()):
        raise DataProblem(
            f"{place} contains files that these scripts didn't create. Nothing was changed.",
            f"Move that folder away and run this again. If it is a copy of {name}, set "
            f"COURSE_DATA_MIRROR to its parent folder: it will be checked and copied.",
        )
