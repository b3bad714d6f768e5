"""Which images were chosen for each data set, and which were used last: `results/images.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data_scripts.whole_files import write_whole
from toolbox import results

PHOTOGRAPHS, DRAWINGS = "photographs", "drawings"
KINDS = (PHOTOGRAPHS, DRAWINGS)


@dataclass(frozen=True)
class Chosen:
    """The images that a person asked for, or "", and those that were used last, or ""."""

    wish: str = ""
    used: str = ""


def chosen(name: str) -> Chosen:
    """Return the choice for a data set; an empty one outside of a course folder."""
    found = _read().get(name)
    if not isinstance(found, dict):
        return Chosen()
    wish, used = (found.get(key, "") for key in ("wish", "used"))
    return Chosen(wish if wish in KINDS else "", used if used in KINDS else "")


def remember(name: str, choice: Chosen) -> None:
    """Keep the choice for a data set. Does nothing outside of a course folder."""
    path = _path()
    if path is None or chosen(name) == choice:
        return
    everything = {**_read(), name: asdict(choice)}
    write_whole(path, (json.dumps(everything, indent=1, sort_keys=True) + "\n").encode())


def _read() -> dict[str, Any]:
    path = _path()
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _path() -> Path | None:
    try:
        return results.folder() / "images.json"
    except FileNotFoundError:
        return None
