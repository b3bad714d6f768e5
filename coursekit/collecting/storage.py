"""Where hand-ins are kept: the newest where nbgrader looks, all others beside it.

    submitted/<student>/<part>/            the newest, as nbgrader wants it
    collected/<student>/<part>/<version>/  a folder for every hand-in: collected.json says where it
                                           came from and what was repaired, original.ipynb is the
                                           notebook as it came, submission/ the hand-in, while it
                                           is not the newest

Every step is one rename, and `settle` finishes what was stopped between two of them.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

RECORD, CONTENT = "collected.json", "submission"
TIMESTAMP = "timestamp.txt"
NBGRADERS_TIME = "%Y-%m-%d %H:%M:%S.%f UTC"


@dataclass(frozen=True)
class Version:
    """One hand-in of a student for a part, as it is kept."""

    folder: Path
    facts: dict[str, Any]

    @property
    def order(self) -> tuple[str, int, str]:
        """Later ones are greater: by time, then the number of a resubmission, then collecting."""
        return str(self.facts["when"]), int(self.facts["attempt"]), str(self.facts["collected"])

    @property
    def aside(self) -> Path:
        return self.folder / CONTENT


class Shelf:
    """The kept hand-ins of one student for one part in an nbgrader course."""

    def __init__(self, course_folder: Path, student: str, part: str) -> None:
        self.current = course_folder / "submitted" / student / part
        self.versions_folder = course_folder / "collected" / student / part

    def versions(self) -> list[Version]:
        """All that is kept, the oldest first."""
        found = []
        for path in self.versions_folder.glob(f"*/{RECORD}"):
            found.append(Version(path.parent, json.loads(path.read_text(encoding="utf-8"))))
        return sorted(found, key=lambda version: version.order)

    def has(self, digest: str, when: datetime) -> bool:
        """Whether this work is there already: as the newest, or as one no older than `when`."""
        versions = self.versions()
        for version in versions:
            kept = version.aside.is_dir() or self.current.is_dir()
            known = version.facts["digest"] == digest and kept
            if known and (version is versions[-1] or version.facts["when"] >= when.isoformat()):
                return True
        return False

    def add(self, staged: Path, facts: dict[str, Any]) -> bool:
        """Keep the finished folder `staged` (with submission/ in it). True if it is the newest."""
        _write_json(staged / RECORD, facts)
        self.versions_folder.mkdir(parents=True, exist_ok=True)
        stamp = "".join(letter for letter in facts["when"][:19] if letter.isalnum())
        folder = self.versions_folder / f"{stamp}-{facts['attempt']}-{facts['digest'][:10]}"
        if folder.exists():  # its content was removed by hand, or is older than what it replaces
            shutil.rmtree(folder)
        os.replace(staged, folder)  # noqa: PTH105 - from here on nothing is lost
        try:
            self.settle()
        except KeyboardInterrupt:
            self.settle()
            raise
        return not (folder / CONTENT).is_dir()

    def settle(self) -> None:
        """Have the newest hand-in where nbgrader looks, and the others aside."""
        versions = self.versions()
        if not versions:
            return
        if self.current.is_dir() and all(version.aside.is_dir() for version in versions):
            self._adopt()
            versions = self.versions()
        newest = versions[-1]
        if not newest.aside.is_dir():
            return
        if self.current.is_dir():
            shown = next(v for v in reversed(versions) if not v.aside.is_dir())
            os.replace(self.current, shown.aside)  # noqa: PTH105
        self.current.parent.mkdir(parents=True, exist_ok=True)
        os.replace(newest.aside, self.current)  # noqa: PTH105

    def _adopt(self) -> None:
        """Enter a submission that somebody put there by hand, so that it is kept like any other."""
        when = _stamped(self.current)
        stamp = "".join(letter for letter in when[:19] if letter.isalnum())
        now = datetime.now(timezone.utc).isoformat()
        facts = {"digest": "", "when": when, "attempt": 0, "collected": now, "came_by": "by hand"}
        staged = Path(tempfile.mkdtemp(dir=self.versions_folder))
        _write_json(staged / RECORD, facts)
        os.replace(staged, self.versions_folder / f"{stamp}-by-hand")  # noqa: PTH105


def settle_all(course_folder: Path, part: str) -> None:
    """Finish for every student what a collecting that was killed had begun."""
    for folder in sorted((course_folder / "collected").glob(f"*/{part}")):
        Shelf(course_folder, folder.parent.name, part).settle()


def write_timestamp(folder: Path, when: datetime) -> None:
    """The time of a submission, where and how nbgrader reads it."""
    text = when.astimezone(timezone.utc).strftime(NBGRADERS_TIME)
    (folder / TIMESTAMP).write_text(text, encoding="utf-8")


def _stamped(folder: Path) -> str:
    """When a submission was handed in, as its timestamp or else its newest file says."""
    try:
        text = (folder / TIMESTAMP).read_text(encoding="utf-8").strip().removesuffix(" UTC")
        when = datetime.fromisoformat(text)
        when = when if when.tzinfo else when.replace(tzinfo=timezone.utc)
    except (OSError, ValueError):
        newest = max((p.stat().st_mtime for p in folder.rglob("*") if p.is_file()), default=0.0)
        when = datetime.fromtimestamp(newest, timezone.utc)
    return when.astimezone(timezone.utc).isoformat()


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
