"""The instructor's own copies of data sets, as listed in `course.toml` under `[data.NAME]`.

A release has these facts in `course.json`. Each copy has an address, on the web or on Google
Drive, and the SHA-256 of the archive there; `coursekit mirror` prints such a table.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data_scripts.places import course_root
from data_scripts.problems import DataProblem

if sys.version_info >= (3, 11):
    import tomllib
else:  # Python 3.10 has no TOML parser
    import tomli as tomllib


@dataclass(frozen=True)
class OwnCopy:
    """An archive of a data set at the instructor's own address: a URL, or an id on Drive."""

    sha256: str
    url: str = ""
    drive: str = ""


def listed() -> dict[str, OwnCopy]:
    """Return the instructor's copies by the name of the data set; none outside of a course.

    Raises: DataProblem if the course's facts can't be read.
    """
    for name in ("course.json", "course.toml"):
        path = course_root() / name
        if path.is_file():
            return _read(path, path.stat().st_mtime_ns)
    return {}


@cache
def _read(path: Path, changed: int) -> dict[str, OwnCopy]:
    text = path.read_text(encoding="utf-8")
    try:
        facts: dict[str, Any] = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        return {name: OwnCopy(**_given(table)) for name, table in facts.get("data", {}).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise DataProblem(
            f"Cannot read the data sets in {path}: {error}.",
            "Each needs a url or a drive id, and the sha256 of the archive.",
        ) from error


def _given(table: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in table.items() if value}
