"""Store submissions: the newest where nbgrader expects it, all others beside it.

    submitted/<student>/<part>/            the newest submission, as nbgrader expects it
    collected/<student>/<part>/<version>/  one folder per submission: collected.json has its origin
                                           and repairs, original.ipynb is the notebook as received,
                                           submission/ is the submission, unless it is the newest

Every step is one rename, and `settle` completes steps that were interrupted in between.
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
OF_PARTNER = "partner"  # the source of a copy of a partner's submission
NBGRADERS_TIME = "%Y-%m-%d %H:%M:%S.%f UTC"


@dataclass(frozen=True)
class Version:
    """One stored submission of a student for a part."""

    folder: Path
    facts: dict[str, Any]

    @property
    def is_copy(self) -> bool:
        """Whether this is a copy of the submission of the student's partner."""
        return bool(self.facts.get("came_by") == OF_PARTNER)

    @property
    def order(self) -> tuple[bool, str, int, str]:
        """A sort key: copies first, then by time, by resubmission number, by time of collecting.

        A student's own submission replaces a copy of the partner's, whatever its time.
        """
        facts = self.facts
        times = str(facts["when"]), int(facts["attempt"]), str(facts["collected"])
        return not self.is_copy, *times

    @property
    def aside(self) -> Path:
        return self.folder / CONTENT


class Shelf:
    """The stored submissions of one student for one part in an nbgrader course."""

    def __init__(self, course_folder: Path, student: str, part: str) -> None:
        self.current = course_folder / "submitted" / student / part
        self.versions_folder = course_folder / "collected" / student / part

    def versions(self) -> list[Version]:
        """Return all stored submissions, the oldest first."""
        found = []
        for path in self.versions_folder.glob(f"*/{RECORD}"):
            found.append(Version(path.parent, json.loads(path.read_text(encoding="utf-8"))))
        return sorted(found, key=lambda version: version.order)

    def has(self, digest: str, when: datetime) -> bool:
        """Return whether this work is already stored, as the newest or no older than `when`."""
        versions = self.versions()
        for version in versions:
            kept = version.aside.is_dir() or self.current.is_dir()
            known = version.facts["digest"] == digest and kept
            if known and (version is versions[-1] or version.facts["when"] >= when.isoformat()):
                return True
        return False

    def add(self, staged: Path, facts: dict[str, Any]) -> bool:
        """Store the finished folder `staged` (with submission/). Return whether it is newest."""
        _write_json(staged / RECORD, facts)
        self.versions_folder.mkdir(parents=True, exist_ok=True)
        stamp = "".join(letter for letter in facts["when"][:19] if letter.isalnum())
        folder = self.versions_folder / f"{stamp}-{facts['attempt']}-{facts['digest'][:10]}"
        if folder.exists():  # its content was removed by hand, or is older than the replacement
            shutil.rmtree(folder)
        os.replace(staged, folder)  # noqa: PTH105 - nothing can be lost after this
        try:
            self.settle()
        except KeyboardInterrupt:
            self.settle()
            raise
        return not (folder / CONTENT).is_dir()

    def settle(self) -> None:
        """Move the newest submission to where nbgrader expects it, and the others aside."""
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
        """Add a record for a submission that somebody copied there by hand, so that it is kept."""
        when = _stamped(self.current)
        stamp = "".join(letter for letter in when[:19] if letter.isalnum())
        now = datetime.now(timezone.utc).isoformat()
        facts = {"digest": "", "when": when, "attempt": 0, "collected": now, "came_by": "by hand"}
        staged = Path(tempfile.mkdtemp(dir=self.versions_folder))
        _write_json(staged / RECORD, facts)
        os.replace(staged, self.versions_folder / f"{stamp}-by-hand")  # noqa: PTH105


def settle_all(course_folder: Path, part: str) -> None:
    """Complete interrupted steps of a killed collect, for every student."""
    for folder in sorted((course_folder / "collected").glob(f"*/{part}")):
        Shelf(course_folder, folder.parent.name, part).settle()


def write_timestamp(folder: Path, when: datetime) -> None:
    """Write the time of a submission as nbgrader reads it."""
    text = when.astimezone(timezone.utc).strftime(NBGRADERS_TIME)
    (folder / TIMESTAMP).write_text(text, encoding="utf-8")


def _stamped(folder: Path) -> str:
    """Return the time of a submission, from its timestamp or else from its newest file."""
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
