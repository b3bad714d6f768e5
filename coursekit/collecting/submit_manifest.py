"""The manifest that the course's own `submit` packs into a hand-in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from coursekit.collecting.findings import Notes, printable
from coursekit.collecting.senders import as_time
from coursekit.collecting.unpacked import File

MANIFEST = "manifest.json"
MOST_BYTES = 10 << 20


@dataclass(frozen=True)
class Manifest:
    """What a hand-in of the course's own `submit` says of itself: read, but not believed."""

    student: str = ""
    part: str = ""
    when: datetime | None = None


def read_manifest(files: list[File], notes: Notes) -> Manifest:
    """The manifest of a hand-in, if there is one; files that are not as it says are noted."""
    listing = next((file for file in files if file.name == MANIFEST), None)
    if listing is None or listing.place.stat().st_size > MOST_BYTES:
        return Manifest()
    try:
        content = json.loads(listing.place.read_bytes().decode("utf-8"))
    except (ValueError, RecursionError):
        notes.look.append(f"{MANIFEST} can't be read")
        return Manifest()
    if not isinstance(content, dict):
        return Manifest()
    changed = _changed(files, listing.path.parent, content.get("files"))
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        notes.look.append(f"not as its manifest says: {', '.join(changed[:3])}{more}")
    said = [content.get(key) for key in ("student", "student_id", "id")]
    named = [value.get("id") if isinstance(value, dict) else value for value in said]
    student = next((str(v) for v in named if isinstance(v, (str, int)) and str(v)), "")
    times = (content.get(key) for key in ("time", "when", "created", "submitted_at", "packed"))
    part = content.get("part")
    part = part if isinstance(part, str) else ""
    return Manifest(student, part, next((t for value in times if (t := as_time(value))), None))


def _changed(files: list[File], top: PurePosixPath, listed: Any) -> list[str]:
    """The files whose SHA-256 is not the one that was written down, or that are missing."""
    if isinstance(listed, list):
        rows = [row for row in listed if isinstance(row, dict)]
        listed = {str(row.get("path", row.get("name"))): row.get("sha256") for row in rows}
    if not isinstance(listed, dict):
        return []
    there = {file.path: file for file in files}
    changed = []
    for name, facts in listed.items():
        wanted = facts.get("sha256") if isinstance(facts, dict) else facts
        file = there.get(top / str(name))
        if not isinstance(wanted, str):
            continue
        if file is None or _digest(file) != wanted.removeprefix("sha256:").lower():
            changed.append(printable(name))
    return changed


def _digest(file: File) -> str:
    with file.place.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
