"""Locate a data set on this machine: the real one or the synthetic one."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from data_scripts.fetch import fetch
from data_scripts.manifest import Marker, read_marker
from data_scripts.obtain import in_mirror
from data_scripts.places import offline_place, real_place
from data_scripts.problems import DataProblem
from data_scripts.registry import DataSet, data_set
from data_scripts.synthetic_set import make_offline, usable_stand_in
from toolbox.data.chosen_images import DRAWINGS, PHOTOGRAPHS, chosen

PREFERENCE = "COURSE_DATA_PREFER"
_named: set[str] = set()


@dataclass(frozen=True)
class Located:
    """A data set on disk.

    path: its folder, e.g. with `train/` and `test/`, ready for an ImageLoader.
    origin: "real" or "offline stand-in". label: for captions of plots.
    fingerprint: 12 hex digits that change with any byte of the set. classes: in label order.
    """

    path: Path
    name: str
    origin: str
    label: str
    fingerprint: str
    classes: tuple[str, ...]


def locate(name: str, say: Callable[[str], None] = print) -> Located:
    """Return the data set `name`: the real one if it is available, else the synthetic one.

    The real set is available if it is on this machine or in the mirror's folder; nothing is
    downloaded (`toolbox.data.get` does that). Otherwise, or if drawings were chosen, the synthetic
    set is drawn within seconds if necessary, and one line reports that it is used.
    COURSE_DATA_PREFER, "offline" or "real", takes precedence over what was chosen.
    Raises DataProblem if there is neither.
    """
    entry = data_set(name)
    if not _drawings_preferred(name) and (marker := _real(entry, say)):
        return _located(entry, real_place(name), marker)
    if not entry.stand_in:
        raise DataProblem(
            f"{name} isn't on this machine, and there is no synthetic version of it.",
            f'Get it with data.get("{name}"), or in a shell: python -m toolbox data {name}',
        )
    if name_once(name):
        say(_used_line(entry))
    marker = usable_stand_in(name) or make_offline(name, say=lambda line: None)
    return _located(entry, offline_place(name), marker)


def preferring(origin: str) -> AbstractContextManager[object]:
    """Make `locate` prefer images of one `origin` ("real" or "offline") in a with block."""
    return patch.dict(os.environ, {PREFERENCE: origin})


def name_once(name: str) -> bool:
    """Return whether this is the first message about `name` in this process, which is enough."""
    first = name not in _named
    _named.add(name)
    return first


def _drawings_preferred(name: str) -> bool:
    wish = os.environ.get(PREFERENCE, "").strip()
    if wish not in {"", "real", "offline"}:
        raise DataProblem(
            f"COURSE_DATA_PREFER is {wish!r}.", "Set it to offline or to real, or unset it."
        )
    return wish == "offline" or (not wish and chosen(name).wish == DRAWINGS)


def _real(entry: DataSet, say: Callable[[str], None]) -> Marker | None:
    if marker := read_marker(real_place(entry.name)):
        return marker
    if not entry.sources or not in_mirror(entry):
        return None
    try:
        return fetch(entry.name, network=False, say=say)
    except DataProblem as problem:
        say(str(problem))
        return None


def _used_line(entry: DataSet) -> str:
    if not entry.sources:
        return f"{entry.name}: using synthetic images, drawn by the course."
    return (
        f"{entry.name}: using synthetic images, drawn by the course. For the real photographs, "
        f'run data.get("{entry.name}", "photographs").'
    )


def _located(entry: DataSet, path: Path, marker: Marker) -> Located:
    scale = marker.details.get("scale", 1.0)
    share = "" if scale == 1 else f", {scale:.0%} of it"
    kind = PHOTOGRAPHS if marker.origin == "real" else DRAWINGS
    label = f"{entry.name} ({kind}{share})"
    classes = entry.classes or tuple(
        sorted(folder.name for folder in (path / "train").iterdir() if folder.is_dir())
    )
    return Located(path, entry.name, marker.origin, label, marker.fingerprint[:12], classes)
