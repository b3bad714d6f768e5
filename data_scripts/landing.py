"""The last step of every way to get a data set: sealed, then moved into place in one rename."""

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
    """Seal the data set in `folder` and make it the one at `place`. At no moment is a part there.

    An older set at `place` is moved aside first and deleted after; a kill between the two leaves
    none in place, and the next run puts one there.
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
    """Make the work folder, without what an interrupted run left of unpacking. Downloads stay."""
    tidy(workshop)
    workshop.mkdir(parents=True, exist_ok=True)


def tidy(workshop: Path) -> None:
    """Remove what isn't worth keeping of a work folder, and the folder itself if nothing is."""
    for leftover in ("unpacked", "arranged", "unpacked-old", "arranged-old"):
        shutil.rmtree(workshop / leftover, ignore_errors=True)
    with suppress(OSError):  # downloads are in it, or it was never made
        workshop.rmdir()


def refuse_to_bury(place: Path, name: str) -> None:
    """A DataProblem where `place` holds files that these scripts didn't put there."""
    if place.exists() and read_marker(place) is None and any(place.iterdir()):
        raise DataProblem(
            f"{place} holds files that weren't put there by these scripts, so they are left alone.",
            f"Move that folder away and run this again. If it is {name} itself, name the folder "
            f"that holds it in COURSE_DATA_MIRROR: it will be checked and copied.",
        )
